/// Exponentials of sixteen numbers of at most 88, within 2 units in the last place; below -87 those of -87.
///
/// `exp x = 2^n exp r`, `n` the whole number nearest to `x / ln 2` and `|r| <= ln 2 / 2`, where six terms of the series
/// and a little on the last of them suffice.
@inline(__always) func exponential(_ values: Lanes) -> Lanes {
    typealias Bits = SIMD16<Int32>
    let least = Lanes(repeating: -87)
    let x = values.replacing(with: least, where: values .< least)
    // 1.5 * 2^23 leaves no room for a fraction: adding it rounds, and its last bits are then the whole number.
    let middle = Lanes(repeating: 12_582_912)
    let shifted = middle.addingProduct(x, Lanes(repeating: 1.442_695_04))
    let whole = shifted - middle
    // ln 2 in two parts, the first with zeros behind, so that its multiples are exact.
    let r = x.addingProduct(whole, Lanes(repeating: -0.693_359_375)).addingProduct(
        whole, Lanes(repeating: 2.121_944_4e-4))
    var series = Lanes(repeating: 1 / 720 as Float).addingProduct(r, Lanes(repeating: 1 / 5040))
    series = Lanes(repeating: 1 / 120).addingProduct(r, series)
    series = Lanes(repeating: 1 / 24).addingProduct(r, series)
    series = Lanes(repeating: 1 / 6).addingProduct(r, series)
    series = Lanes(repeating: 1 / 2).addingProduct(r, series)
    series = Lanes(repeating: 1).addingProduct(r, series)
    series = Lanes(repeating: 1).addingProduct(r, series)
    let exponent =
        (unsafeBitCast(shifted, to: Bits.self) &- Bits(repeating: 0x4B40_0000)) &<< Bits(repeating: 23)
    return unsafeBitCast(unsafeBitCast(series, to: Bits.self) &+ exponent, to: Lanes.self)
}
