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
