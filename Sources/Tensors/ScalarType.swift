/// How a tensor stores its numbers.
public enum ScalarType: String, Sendable, Hashable, Codable {
    case float32
    /// The upper half of a float32: 8 bits of exponent, 7 of mantissa.
    case bfloat16

    public var byteCount: Int { self == .float32 ? 4 : 2 }
}

/// A number as it lies in memory, computed with as a `Float`.
public protocol StoredScalar: BitwiseCopyable, Sendable {
    static var scalarType: ScalarType { get }
    init(_ value: Float)
    var float: Float { get }
}

extension Float: StoredScalar {
    public static var scalarType: ScalarType { .float32 }
    @inlinable @inline(__always) public var float: Float { self }
}

/// A bfloat16 in memory. Conversion rounds to nearest, ties to even, as the processors' own instructions do.
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

/// Sixteen numbers at a time: a 512-bit register of floats.
public protocol VectorLoadable: StoredScalar {
    static func loadVector(_ address: UnsafePointer<Self>) -> SIMD16<Float>
    static func store(_ vector: SIMD16<Float>, at address: UnsafeMutablePointer<Self>)
}

extension Float: VectorLoadable {
    @inlinable @inline(__always)
    public static func loadVector(_ address: UnsafePointer<Float>) -> SIMD16<Float> {
        UnsafeRawPointer(address).loadUnaligned(as: SIMD16<Float>.self)
    }

    @inlinable @inline(__always)
    public static func store(_ vector: SIMD16<Float>, at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: vector, as: SIMD16<Float>.self)
    }
}

extension BFloat16: VectorLoadable {
    @inlinable @inline(__always)
    public static func loadVector(_ address: UnsafePointer<BFloat16>) -> SIMD16<Float> {
        let halves = UnsafeRawPointer(address).loadUnaligned(as: SIMD16<UInt16>.self)
        return unsafeBitCast(SIMD16<UInt32>(truncatingIfNeeded: halves) &<< 16, to: SIMD16<Float>.self)
    }

    @inlinable @inline(__always)
    public static func store(_ vector: SIMD16<Float>, at address: UnsafeMutablePointer<BFloat16>) {
        let wide = unsafeBitCast(vector, to: SIMD16<UInt32>.self)
        let rounded = wide &+ 0x7fff &+ ((wide &>> 16) & 1)
        let quiet = (wide | 0x40_0000).replacing(with: rounded, where: vector .== vector)
        UnsafeMutableRawPointer(address).storeBytes(
            of: SIMD16<UInt16>(truncatingIfNeeded: quiet &>> 16), as: SIMD16<UInt16>.self)
    }
}
