// The one vocabulary of vector arithmetic: loads and stores of 4, 8 and 16 floats, and functions of 8 or 16 numbers at once.
//
// Exactness comes first (each function states its error), then speed: everything here is inlined into the loops that call it. A
// `SIMD16<Float>` is one register of AVX-512, two of AVX, four of SSE or NEON.

/// A vector of 4, 8 or 16 floats, as a register holds it.
@usableFromInline
package protocol FloatVector: SIMD, BitwiseCopyable where Scalar == Float {
    /// The leaky ReLU of each number: `max(x, negativeSlope * x)`.
    func leakyReLU(_ negativeSlope: Float) -> Self
}

// Written out for each type: in an extension of `FloatVector` the compiler would choose lane by lane, with a branch for each.
extension SIMD4<Float>: FloatVector {
    @inlinable @inline(__always)
    package func leakyReLU(_ negativeSlope: Float) -> Self { replacing(with: self * negativeSlope, where: self .< 0) }
}

extension SIMD8<Float>: FloatVector {
    @inlinable @inline(__always)
    package func leakyReLU(_ negativeSlope: Float) -> Self { replacing(with: self * negativeSlope, where: self .< 0) }
}

extension SIMD16<Float>: FloatVector {
    @inlinable @inline(__always)
    package func leakyReLU(_ negativeSlope: Float) -> Self { replacing(with: self * negativeSlope, where: self .< 0) }
}

extension FloatVector {
    /// The vector at `address`, which need not be aligned.
    @inlinable @inline(__always)
    package init(at address: UnsafePointer<Float>) {
        self = UnsafeRawPointer(address).loadUnaligned(as: Self.self)
    }

    /// Stores the vector at `address`, which need not be aligned.
    @inlinable @inline(__always)
    package func store(at address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: self, as: Self.self)
    }
}

/// A number whose memory is read and written sixteen at a time, computed with as floats.
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

/// The first `lanes` of the sixteen numbers at `address`, followed by zeros.
@inlinable @inline(__always)
package func load<Scalar: VectorLoadable>(_ address: UnsafePointer<Scalar>, _ lanes: Int) -> SIMD16<Float> {
    if lanes == 16 { return Scalar.loadVector(address) }
    var vector = SIMD16<Float>()
    for lane in 0..<lanes { vector[lane] = address[lane].float }
    return vector
}

/// Stores the first `lanes` of sixteen numbers at `address`.
@inlinable @inline(__always)
package func store<Scalar: VectorLoadable>(_ vector: SIMD16<Float>, at address: UnsafeMutablePointer<Scalar>, _ lanes: Int) {
    if lanes == 16 { return Scalar.store(vector, at: address) }
    for lane in 0..<lanes { address[lane] = Scalar(vector[lane]) }
}

/// Sixteen floats.
@usableFromInline
package typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
    /// The sixteen numbers from `index` on.
    @inlinable @inline(__always)
    package func lanes(at index: Int) -> Lanes { Lanes(at: self + index) }

    /// The eight numbers from `index` on.
    @inlinable @inline(__always)
    package func simd8(at index: Int) -> SIMD8<Float> { SIMD8<Float>(at: self + index) }
}

extension UnsafeMutablePointer<Float> {
    /// The sixteen numbers from `index` on.
    @inlinable @inline(__always)
    package func lanes(at index: Int) -> Lanes { UnsafePointer(self).lanes(at: index) }

    /// The eight numbers from `index` on.
    @inlinable @inline(__always)
    package func simd8(at index: Int) -> SIMD8<Float> { UnsafePointer(self).simd8(at: index) }

    /// Stores a vector's numbers from `index` on.
    @inlinable @inline(__always)
    package func store(_ vector: some FloatVector, at index: Int) { vector.store(at: self + index) }
}

extension Lanes {
    /// The numbers from the last to the first.
    @inlinable @inline(__always)
    package var reversed: Lanes {
        Lanes(
            self[15], self[14], self[13], self[12], self[11], self[10], self[9], self[8],
            self[7], self[6], self[5], self[4], self[3], self[2], self[1], self[0])
    }

    /// `1 / sqrt(x)` of positive normal numbers, with a relative error below 2e-7; some finite number for 0.
    ///
    /// Halving the exponent in the bits is accurate to 3 %, and each Newton step for `1 / y^2 - x` about squares that error. A
    /// square root or a division would take several times as long.
    @inlinable @inline(__always)
    package var reciprocalRoot: Lanes {
        typealias Bits = SIMD16<UInt32>
        let bits = Bits(repeating: 0x5F37_59DF) &- (unsafeBitCast(self, to: Bits.self) &>> Bits(repeating: 1))
        let minusHalf = Lanes(repeating: -0.5) * self, threeHalves = Lanes(repeating: 1.5)
        var root = unsafeBitCast(bits, to: Lanes.self)
        root *= threeHalves.addingProduct(minusHalf * root, root)
        root *= threeHalves.addingProduct(minusHalf * root, root)
        return root * threeHalves.addingProduct(minusHalf * root, root)
    }
}

/// `e^x` of sixteen numbers, within 2 units in the last place from -87 to 88; numbers beyond are clamped to those bounds.
///
/// `e^x = 2^n e^r`, `r = x - n ln 2` in `±ln 2 / 2`, and `e^r` by its series up to the sixth power.
@inlinable @inline(__always)
package func exponential(_ values: SIMD16<Float>) -> SIMD16<Float> {
    let least = Lanes(repeating: -87), most = Lanes(repeating: 88)
    var x = values.replacing(with: least, where: values .< least)
    x = x.replacing(with: most, where: x .> most)
    // A number added to 1.5 * 2^23 is rounded to an integer, which the last bits of the sum hold.
    let middle = Lanes(repeating: 12_582_912)
    let shifted = middle.addingProduct(x, Lanes(repeating: 1.442_695_04))
    let whole = shifted - middle
    // ln 2 in two parts, the first with trailing zeros, so that its multiples are exact.
    let r = x.addingProduct(whole, Lanes(repeating: -0.693_359_375)).addingProduct(whole, Lanes(repeating: 2.121_944_4e-4))
    var sum = Lanes(repeating: 1.0 / 120).addingProduct(r, Lanes(repeating: 1.0 / 720))
    sum = Lanes(repeating: 1.0 / 24).addingProduct(r, sum)
    sum = Lanes(repeating: 1.0 / 6).addingProduct(r, sum)
    sum = Lanes(repeating: 0.5).addingProduct(r, sum)
    sum = Lanes(repeating: 1).addingProduct(r, sum)
    sum = Lanes(repeating: 1).addingProduct(r, sum)
    let power =
        (unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< SIMD16<Int32>(repeating: 23))
        &+ SIMD16<Int32>(repeating: 0x3F80_0000)
    return sum * unsafeBitCast(power, to: Lanes.self)
}

/// `2^x` of eight numbers between -126 and 127, with a relative error below 3e-7.
///
/// `x` minus the nearest integer is within 1/2, where a polynomial of degree 5 suffices: the minimax one in relative error among
/// those that are 1 at 0, with an error of 1e-7.
@inlinable @inline(__always)
package func binaryExponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    typealias Bits = SIMD8<Int32>
    // 1.5 * 2^23 leaves no room for a fraction: adding it rounds, and the last bits of the sum are the integer.
    let middle = SIMD8<Float>(repeating: 12_582_912)
    let shifted = middle + x
    let fraction = x - (shifted - middle)
    var series = SIMD8<Float>(repeating: 9.671_51e-3).addingProduct(fraction, SIMD8<Float>(repeating: 1.326_47e-3))
    series = SIMD8<Float>(repeating: 5.550_734e-2).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 0.240_222_42).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 0.693_146_98).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 1).addingProduct(fraction, series)
    // The shift keeps only the last bits of the sum: the exponent.
    let exponent = unsafeBitCast(shifted, to: Bits.self) &<< Bits(repeating: 23)
    return unsafeBitCast(unsafeBitCast(series, to: Bits.self) &+ exponent, to: SIMD8<Float>.self)
}

/// Base-2 logarithms of eight positive normal numbers, within 4e-7 or two units in the last place.
///
/// `x = 2^e (1 + t)` with `1 + t` in `sqrt(1/2) ..< sqrt(2)`, and `log2 (1 + t)` by the minimax polynomial of degree 7 that is 0
/// at 0, with an error of 3e-7.
@inlinable @inline(__always)
package func binaryLogarithm(_ values: SIMD8<Float>) -> SIMD8<Float> {
    typealias Bits = SIMD8<Int32>
    // The bits of sqrt(1/2), below which a number belongs to the next lower power of two.
    let least = Bits(repeating: 0x3F35_04F3)
    let offset = unsafeBitCast(values, to: Bits.self) &- least
    // The last bits of 1.5 * 2^23 have room for a small integer: this converts it without the library's loop over lanes.
    let middle = Bits(repeating: 0x4B40_0000)
    let exponent =
        unsafeBitCast((offset &>> Bits(repeating: 23)) &+ middle, to: SIMD8<Float>.self) - SIMD8<Float>(repeating: 12_582_912)
    let t = unsafeBitCast((offset & Bits(repeating: 0x7F_FFFF)) &+ least, to: SIMD8<Float>.self) - SIMD8<Float>(repeating: 1)
    var series = SIMD8<Float>(repeating: -0.272_697_51).addingProduct(t, SIMD8<Float>(repeating: 0.170_634_6))
    series = SIMD8<Float>(repeating: 0.297_262_43).addingProduct(t, series)
    series = SIMD8<Float>(repeating: -0.358_961_9).addingProduct(t, series)
    series = SIMD8<Float>(repeating: 0.480_465_05).addingProduct(t, series)
    series = SIMD8<Float>(repeating: -0.721_375_87).addingProduct(t, series)
    series = SIMD8<Float>(repeating: 1.442_699_73).addingProduct(t, series)
    return exponent.addingProduct(t, series)
}

/// Natural logarithms of sixteen positive normal numbers, within 2 units in the last place (or 1e-7 around 1).
///
/// `x = 2^e m` with `m` in `sqrt(1/2) ..< sqrt(2)`, and `ln m = 2 artanh s`, `s = (m - 1) / (m + 1)`, by the series
/// `artanh s = s + s^3 / 3 + s^5 / 5 + ...`, of which five terms suffice, since `s^2 < 0.0295`.
@inlinable @inline(__always)
package func naturalLogarithm(_ values: Lanes) -> Lanes {
    typealias Bits = SIMD16<Int32>
    // The bits of sqrt(1/2), below which a number belongs to the next lower power of two.
    let least = Bits(repeating: 0x3F35_04F3)
    let offset = unsafeBitCast(values, to: Bits.self) &- least
    // The last bits of 1.5 * 2^23 have room for a small integer: this converts it without the library's loop over lanes.
    let middle = Bits(repeating: 0x4B40_0000)
    let exponent = unsafeBitCast((offset &>> Bits(repeating: 23)) &+ middle, to: Lanes.self) - Lanes(repeating: 12_582_912)
    let mantissa = unsafeBitCast((offset & Bits(repeating: 0x7F_FFFF)) &+ least, to: Lanes.self)
    let s = (mantissa - Lanes(repeating: 1)) / (mantissa + Lanes(repeating: 1))
    let square = s * s
    let series = Lanes(repeating: 1 / 3).addingProduct(
        square,
        Lanes(repeating: 1 / 5).addingProduct(
            square, Lanes(repeating: 1 / 7).addingProduct(square, Lanes(repeating: 1 / 9))))
    // ln 2 in two parts, the first with trailing zeros, so that its multiples are exact.
    let double = s + s
    let small = (double * square * series).addingProduct(exponent, Lanes(repeating: -2.121_944_4e-4))
    return (small + double).addingProduct(exponent, Lanes(repeating: 0.693_359_375))
}
