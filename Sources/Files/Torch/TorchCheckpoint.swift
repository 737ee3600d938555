/// The tensors and plain values of a file that `torch.save` wrote, read without executing anything.
///
/// Both of torch's formats are read: the zip archive, and the legacy format of 2019 and before. Dictionaries, lists
/// and tuples are flattened: a value's `path` is the keys and indices that lead to it. Tensors of any strides,
/// offset and shared storage come out row-major; a type that is not a number's is among `opaque`.
public struct TorchCheckpoint: Sendable {
    public enum Scalar: Sendable, Equatable {
        case boolean(Bool)
        case integer(Int)
        case real(Double)
        case text(String)
    }

    /// In the order of the file.
    public var tensors: [(path: [String], array: NumericArray)] = []
    public var scalars: [(path: [String], value: Scalar)] = []
    /// What would have needed code to be run or is not read: by the name of its class or function.
    public var opaque: [(path: [String], name: String)] = []

    public init() {}

    /// - Throws: `FileError`, `.badData` where the file is no checkpoint of torch, or damaged.
    public static func read(at path: String) throws(FileError) -> TorchCheckpoint {
        let data = try contents(ofFile: path)
        if data.starts(with: [0x50, 0x4B]) { return try readArchive(at: path, byteCount: data.count) }
        return try readLegacy([UInt8](data), path: path)
    }

    /// The tensors whose path begins with `prefix`, by the rest of their path joined by dots.
    public func stateDictionary(under prefix: [String] = []) -> [String: NumericArray] {
        var arrays: [String: NumericArray] = [:]
        for (path, array) in tensors where path.starts(with: prefix) {
            arrays[path.dropFirst(prefix.count).joined(separator: ".")] = array
        }
        return arrays
    }
}

/// Gathers what `root` leads to. Shared and cyclic containers are visited once for each way that leads to them, so
/// the depth and the number of visits are bounded.
struct TorchFlattening {
    private static let deepest = 64
    private static let mostVisits = 1_000_000

    let heap: PickleHeap
    let path: String
    private(set) var tensors: [(path: [String], tensor: TorchTensor)] = []
    private(set) var checkpoint = TorchCheckpoint()
    private var visits = 0

    init(_ root: PickleValue, in heap: PickleHeap, path: String) throws(FileError) {
        self.heap = heap
        self.path = path
        try visit(root, at: [])
    }

    private mutating func visit(_ value: PickleValue, at place: [String]) throws(FileError) {
        visits += 1
        guard visits <= Self.mostVisits, place.count <= Self.deepest else {
            throw FileError(.badData, path, "nests or shares its values too much for a checkpoint.")
        }
        switch value {
        case .sequence(let index):
            for (number, element) in heap.sequences[index].enumerated() {
                try visit(element, at: place + [String(number)])
            }
        case .dictionary(let index):
            for (key, element) in heap.dictionaries[index] { try visit(element, at: place + [Self.name(key)]) }
        case .tensor(let index): tensors.append((place, heap.tensors[index]))
        case .boolean(let boolean): checkpoint.scalars.append((place, .boolean(boolean)))
        case .integer(let integer): checkpoint.scalars.append((place, .integer(integer)))
        case .real(let real): checkpoint.scalars.append((place, .real(real)))
        case .text(let text): checkpoint.scalars.append((place, .text(text)))
        case .global(let name), .opaque(let name): checkpoint.opaque.append((place, name))
        case .none, .largeInteger, .bytes, .storage, .numpyType: break
        }
    }

    private static func name(_ key: PickleValue) -> String {
        switch key {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .boolean(let boolean): boolean ? "True" : "False"
        default: "?"
        }
    }
}
