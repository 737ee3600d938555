/// Natural logarithms of sixteen positive normal numbers, within 2 units in the last place (or 1e-7 around 1).
///
/// `x = 2^e m` with `m` in `sqrt(1/2) ..< sqrt(2)`, and `ln m = 2 artanh s`, `s = (m - 1) / (m + 1)`, by the series
/// `artanh s = s + s^3 / 3 + s^5 / 5 + ...`, of which five terms suffice: `s^2 < 0.0295`.
@inline(__always) func naturalLogarithm(_ values: Lanes) -> Lanes {
    typealias Bits = SIMD16<Int32>
    // The bits of sqrt(1/2), below which a number belongs to the next lower power of two.
    let least = Bits(repeating: 0x3F35_04F3)
    let offset = unsafeBitCast(values, to: Bits.self) &- least
    // 1.5 * 2^23 has room for a small integer in its last bits: a conversion without the library's loop over lanes.
    let middle = Bits(repeating: 0x4B40_0000)
    let exponent = unsafeBitCast((offset &>> Bits(repeating: 23)) &+ middle, to: Lanes.self) - Lanes(repeating: 12_582_912)
    let mantissa = unsafeBitCast((offset & Bits(repeating: 0x7F_FFFF)) &+ least, to: Lanes.self)
    let s = (mantissa - Lanes(repeating: 1)) / (mantissa + Lanes(repeating: 1))
    let square = s * s
    let series = Lanes(repeating: 1 / 3).addingProduct(
        square,
        Lanes(repeating: 1 / 5).addingProduct(
            square, Lanes(repeating: 1 / 7).addingProduct(square, Lanes(repeating: 1 / 9))))
    // ln 2 in two parts, the first with zeros behind, so that its multiples are exact.
    let double = s + s
    let small = (double * square * series).addingProduct(exponent, Lanes(repeating: -2.121_944_4e-4))
    return (small + double).addingProduct(exponent, Lanes(repeating: 0.693_359_375))
}
