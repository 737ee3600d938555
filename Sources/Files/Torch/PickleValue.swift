/// A value of a pickle.
///
/// Containers are references into a ``PickleHeap``, as in Python, where a list may be filled after other values refer to it. No value
/// owns another, so neither nesting nor cycles can exhaust the stack.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer of more than 64 bits, little-endian.
    case largeInteger([UInt8])
    case real(Double)
    case text(String)
    case bytes([UInt8])
    /// A list, tuple or set.
    case sequence(Int)
    case dictionary(Int)
    /// A class or function by its dotted name.
    case global(String)
    case storage(Int)
    case tensor(Int)
    /// NumPy's dtype by its code, such as `f8`.
    case numpyType(String)
    /// The result of an unknown class or function, by its name.
    case opaque(String)
}

/// The containers, storages and tensors of a pickle.
struct PickleHeap {
    var sequences: [[PickleValue]] = []
    /// The pairs of each dictionary in order of insertion; a later pair replaces an earlier one of the same key.
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [TorchStorage] = []
    var tensors: [TorchTensor] = []

    mutating func sequence(_ elements: [PickleValue]) -> PickleValue {
        sequences.append(elements)
        return .sequence(sequences.count - 1)
    }

    mutating func dictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    func elements(_ value: PickleValue) -> [PickleValue]? {
        if case .sequence(let index) = value { sequences[index] } else { nil }
    }

    func integers(_ value: PickleValue) -> [Int]? {
        guard let elements = elements(value) else { return nil }
        var integers: [Int] = []
        for element in elements {
            guard case .integer(let integer) = element else { return nil }
            integers.append(integer)
        }
        return integers
    }
}

/// A storage of PyTorch: a one-dimensional array of numbers in a checkpoint.
struct TorchStorage {
    /// The name of its numbers within the archive, or its key in a legacy file.
    var key: String
    /// Nil for untyped storages (each tensor then has a type), or for a type that is not supported.
    var type: StoredType?
    /// The class that the pickle names.
    var className: String
    /// The number of numbers, or of bytes if the storage is untyped.
    var count: Int
    /// The start of a view in a legacy file.
    var offset: Int

    var isUntyped: Bool { className.hasSuffix("UntypedStorage") }

    /// The type that a storage class such as `torch.FloatStorage` or `torch.cuda.FloatStorage` holds.
    static func scalarType(ofClass name: String) -> StoredType? {
        guard name.hasPrefix("torch."), let last = name.split(separator: ".").last else { return nil }
        return scalarTypes[String(last)]
    }

    private static let scalarTypes: [String: StoredType] = [
        "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .boolean,
    ]
}

/// A tensor as a pickle describes it: a view of a storage.
struct TorchTensor {
    var storage: TorchStorage
    var type: StoredType
    var view: StridedView
    var elementCount: Int

    /// The type that a name such as `torch.float32` stands for.
    static func scalarType(ofName name: String) -> StoredType? {
        guard name.hasPrefix("torch.") else { return nil }
        return name == "torch.bool" ? .boolean : StoredType(rawValue: String(name.dropFirst(6)))
    }
}
