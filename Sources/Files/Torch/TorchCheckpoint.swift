/// The tensors and plain values of a file that `torch.save` wrote, read without executing code.
///
/// Both of torch's formats are read: the zip archive, and the legacy format of 2019 and before. Dictionaries, lists
/// and tuples are flattened: a value's `path` is the keys and indices that lead to it. Tensors of any strides,
/// offset and shared storage are converted to row-major arrays; tensors of unsupported types are listed in `opaque`.
public struct TorchCheckpoint: Sendable {
    public enum Scalar: Sendable, Equatable {
        case boolean(Bool)
        case integer(Int)
        case real(Double)
        case text(String)
    }

    /// The tensors in the order of the file.
    public var tensors: [(path: [String], array: NumericArray)] = []
    public var scalars: [(path: [String], value: Scalar)] = []
    /// The values that would need code to be executed or are not supported, with the name of their class or function.
    public var opaque: [(path: [String], name: String)] = []

    public init() {}

    /// Reads the file at `path`.
    ///
    /// - Throws: `FileError.badData` if the file is no PyTorch checkpoint or is damaged.
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

/// The values that can be reached from a root value. Shared and cyclic containers are visited once for each path to them, so the depth
/// and the number of visits are bounded.
struct TorchFlattening {
    private static let maximumDepth = 64
    private static let maximumVisits = 1_000_000

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
        guard visits <= Self.maximumVisits, place.count <= Self.maximumDepth else {
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
