/// The type of a tensor's numbers.
public enum ScalarType: String, Sendable, Hashable, Codable {
    case float32
    /// The upper half of a float32: 8 bits of exponent, 7 of mantissa.
    case bfloat16

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// A number type in memory, converted to `Float` for arithmetic.
public protocol StoredScalar: BitwiseCopyable, Sendable {
    static var scalarType: ScalarType { get }
    init(_ value: Float)
    var float: Float { get }
}

extension Float: StoredScalar {
    public static var scalarType: ScalarType { .float32 }
    @inlinable @inline(__always) public var float: Float { self }
}

/// A bfloat16 in memory. Conversion rounds to nearest, ties to even, as the processors' instructions do.
public struct BFloat16: StoredScalar, Equatable {
    public static var scalarType: ScalarType { .bfloat16 }
    public var bits: UInt16

    @inlinable @inline(__always)
    public init(_ value: Float) {
        let wide = value.bitPattern
        let rounded = wide &+ 0x7fff &+ ((wide >> 16) & 1)
        // Rounding could carry a NaN's payload over into infinity.
        bits = UInt16(truncatingIfNeeded: (value == value ? rounded : wide | 0x40_0000) >> 16)
    }

    @inlinable @inline(__always)
    public var float: Float { Float(bitPattern: UInt32(bits) << 16) }
}

/// A row-major array of numbers: activations are `[batch, time, channels]`, weights `[output, input / groups, kernel]`.
///
/// A tensor is a view: copies share storage, and kernels write through. Before writing into a tensor that others may hold, check
/// ``isUnique()``. Contents are undefined until written.
public struct Tensor {
    public private(set) var storage: Storage
    /// The start of the numbers in the storage, in bytes.
    private let offset: Int
    public let shape: [Int]
    public let type: ScalarType

    public var count: Int { shape.reduce(1, *) }

    /// An uninitialized tensor.
    public init(_ shape: [Int], _ type: ScalarType = .float32) {
        precondition(shape.allSatisfy { $0 > 0 }, "no tensor of shape \(shape)")
        self.shape = shape
        self.type = type
        offset = 0
        storage = Storage(byteCount: shape.reduce(1, *) * type.byteCount)
    }

    /// A float32 tensor of `values`.
    public init(_ values: [Float], shape: [Int]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values do not fill \(shape)")
        self.init(shape)
        values.withUnsafeBufferPointer { pointer(Float.self).update(from: $0.baseAddress!, count: values.count) }
    }

    private init(_ storage: Storage, offset: Int, shape: [Int], type: ScalarType) {
        self.storage = storage
        self.offset = offset
        self.shape = shape
        self.type = type
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: [Int], _ type: ScalarType = .float32) -> Tensor {
        let tensor = Tensor(shape, type)
        tensor.address.initializeMemory(as: UInt8.self, repeating: 0, count: tensor.count * type.byteCount)
        return tensor
    }

    public var batch: Int { shape[0] }
    public var time: Int { shape[1] }
    public var channels: Int { shape[2] }

    /// The same numbers in another shape of the same count, without copying.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot be seen as \(shape)")
        return Tensor(storage, offset: offset, shape: shape, type: type)
    }

    /// The batch entries in `range`, without copying.
    public func entries(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= batch, "no entries \(range) in \(shape)")
        let entry = count / batch * type.byteCount
        var part = shape
        part[0] = range.count
        return Tensor(storage, offset: offset + range.lowerBound * entry, shape: part, type: type)
    }

    /// The time steps in `range` of a tensor with one batch entry, without copying.
    public func steps(_ range: Range<Int>) -> Tensor {
        precondition(batch == 1 && range.lowerBound >= 0 && range.upperBound <= time, "no steps \(range) in \(shape)")
        return Tensor(
            storage, offset: offset + range.lowerBound * channels * type.byteCount, shape: [1, range.count, channels],
            type: type)
    }

    /// Whether no other tensor shares this one's storage, so that it may be written in place.
    public mutating func isUnique() -> Bool { isKnownUniquelyReferenced(&storage) }

    /// The start of the numbers, valid while the tensor is held: use it inside `withExtendedLifetime`.
    public var address: UnsafeMutableRawPointer { storage.base + offset }

    /// The start of the numbers as a typed pointer, valid as long as ``address``.
    public func pointer<Scalar: StoredScalar>(_: Scalar.Type) -> UnsafeMutablePointer<Scalar> {
        precondition(Scalar.scalarType == type, "a tensor of \(type) read as \(Scalar.scalarType)")
        return address.assumingMemoryBound(to: Scalar.self)
    }

    /// A copy of the numbers as floats.
    public var values: [Float] {
        withExtendedLifetime(storage) {
            switch type {
            case .float32: Array(UnsafeBufferPointer(start: pointer(Float.self), count: count))
            case .bfloat16: UnsafeBufferPointer(start: pointer(BFloat16.self), count: count).map(\.float)
            }
        }
    }

    /// A tensor with the same numbers in its own storage.
    public func copied() -> Tensor {
        let copy = Tensor(shape, type)
        withExtendedLifetime((storage, copy.storage)) {
            copy.address.copyMemory(from: address, byteCount: count * type.byteCount)
        }
        return copy
    }
}
