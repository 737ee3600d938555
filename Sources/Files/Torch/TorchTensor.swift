/// A run of numbers within a checkpoint, as a pickle refers to it.
struct TorchStorage {
    /// The name of its numbers within the archive, or its key in a legacy file.
    var key: String
    /// Nil for storages that torch does not type (each tensor then says its type), or of a type that is not read.
    var type: StoredType?
    /// The class that the pickle named.
    var className: String
    /// Numbers, or bytes where the storage is untyped.
    var count: Int
    /// Where a view within a legacy file begins.
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
