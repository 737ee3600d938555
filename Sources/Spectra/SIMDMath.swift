/// A number of each of eight frames, worked on at once: one register of AVX, half of one of AVX-512, two of SSE or NEON.
///
/// What is done to frames side by side needs no exchange of places within a register, whatever the shape of the work.

extension UnsafePointer<Float> {
    /// The eight numbers from `index` on.
    @inline(__always) func simd8(at index: Int) -> SIMD8<Float> {
        UnsafeRawPointer(self + index).loadUnaligned(as: SIMD8<Float>.self)
    }
}

extension UnsafeMutablePointer<Float> {
    @inline(__always) func simd8(at index: Int) -> SIMD8<Float> { UnsafePointer(self).simd8(at: index) }

    /// Puts eight numbers from `index` on.
    @inline(__always) func store(_ simd8: SIMD8<Float>, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: simd8, as: SIMD8<Float>.self)
    }
}

/// `2^x` of eight numbers between -126 and 127, within 3e-7 of itself.
///
/// `x` less the nearest whole number is within half, where a polynomial of degree 5 suffices: of those that are 1 at 0 the one
/// whose greatest relative error is least, 1e-7.
@inline(__always) func binaryExponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    typealias Bits = SIMD8<Int32>
    // 1.5 * 2^23 leaves no room for a fraction: adding it rounds, and its last bits are then the whole number.
    let middle = SIMD8<Float>(repeating: 12_582_912)
    let shifted = middle + x
    let fraction = x - (shifted - middle)
    var series = SIMD8<Float>(repeating: 9.671_51e-3).addingProduct(fraction, SIMD8<Float>(repeating: 1.326_47e-3))
    series = SIMD8<Float>(repeating: 5.550_734e-2).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 0.240_222_42).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 0.693_146_98).addingProduct(fraction, series)
    series = SIMD8<Float>(repeating: 1).addingProduct(fraction, series)
    // Of the shifted number only the last bits stay in the register.
    let exponent = unsafeBitCast(shifted, to: Bits.self) &<< Bits(repeating: 23)
    return unsafeBitCast(unsafeBitCast(series, to: Bits.self) &+ exponent, to: SIMD8<Float>.self)
}

/// Logarithms to the base 2 of eight positive normal numbers, within 4e-7 or two units in the last place.
///
/// `x = 2^e (1 + t)` with `1 + t` in `sqrt(1/2) ..< sqrt(2)`, and `log2 (1 + t)` by the polynomial of degree 7 that is 0 at 0 and
/// whose greatest error is least, 3e-7.
@inline(__always) func binaryLogarithm(_ values: SIMD8<Float>) -> SIMD8<Float> {
    typealias Bits = SIMD8<Int32>
    // The bits of sqrt(1/2), below which a number belongs to the next lower power of two.
    let least = Bits(repeating: 0x3F35_04F3)
    let offset = unsafeBitCast(values, to: Bits.self) &- least
    // 1.5 * 2^23 has room for a small integer in its last bits: a conversion without the library's loop over lanes.
    let middle = Bits(repeating: 0x4B40_0000)
    let exponent = unsafeBitCast((offset &>> Bits(repeating: 23)) &+ middle, to: SIMD8<Float>.self) - SIMD8<Float>(repeating: 12_582_912)
    let t = unsafeBitCast((offset & Bits(repeating: 0x7F_FFFF)) &+ least, to: SIMD8<Float>.self) - SIMD8<Float>(repeating: 1)
    var series = SIMD8<Float>(repeating: -0.272_697_51).addingProduct(t, SIMD8<Float>(repeating: 0.170_634_6))
    series = SIMD8<Float>(repeating: 0.297_262_43).addingProduct(t, series)
    series = SIMD8<Float>(repeating: -0.358_961_9).addingProduct(t, series)
    series = SIMD8<Float>(repeating: 0.480_465_05).addingProduct(t, series)
    series = SIMD8<Float>(repeating: -0.721_375_87).addingProduct(t, series)
    series = SIMD8<Float>(repeating: 1.442_699_73).addingProduct(t, series)
    return exponent.addingProduct(t, series)
}
