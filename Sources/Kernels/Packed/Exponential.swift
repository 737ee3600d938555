/// The exponentials of sixteen numbers, within 2 units in the last place from -87 to 88, and those bounds' beyond them.
///
/// `e^x = 2^n e^r`, `r = x - n ln 2` in `±ln 2 / 2`, and `e^r` by its series up to the sixth power.
@inline(__always)
func exponential(_ values: SIMD16<Float>) -> SIMD16<Float> {
    typealias Lanes = SIMD16<Float>
    let least = Lanes(repeating: -87), most = Lanes(repeating: 88)
    var x = values.replacing(with: least, where: values .< least)
    x = x.replacing(with: most, where: x .> most)
    // 1.5 * 2^23: what is added to it is rounded to whole numbers, which stand in its last bits.
    let middle = Lanes(repeating: 12_582_912)
    let shifted = middle.addingProduct(x, Lanes(repeating: 1.442_695_04))
    let whole = shifted - middle
    // ln 2 in two parts, the first with zeros behind, so that its multiples are exact.
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

/// The Gaussian error linear unit in the form `x s(2 sqrt(2 / pi) (x + 0.044715 x^3))`, s the logistic function (Hendrycks and
/// Gimpel 2016, section 2).
@inline(__always)
func gaussianErrorUnit(_ x: SIMD16<Float>) -> SIMD16<Float> { x * gaussianErrorGate(x) }

/// ``gaussianErrorUnit(_:)`` and its derivative.
@inline(__always)
func geluWithGradient(_ x: SIMD16<Float>) -> (value: SIMD16<Float>, slope: SIMD16<Float>) {
    let gate = gaussianErrorGate(x), value = x * gate
    let inner = SIMD16<Float>(repeating: 1.595_769_1).addingProduct(x * x, SIMD16(repeating: 3 * 0.071_354_82))
    return (value, gate.addingProduct(value * (SIMD16(repeating: 1) - gate), inner))
}

/// `s(2 sqrt(2 / pi) (x + 0.044715 x^3))`.
@inline(__always)
private func gaussianErrorGate(_ x: SIMD16<Float>) -> SIMD16<Float> {
    let inner = SIMD16<Float>(repeating: 1.595_769_1).addingProduct(x * x, SIMD16(repeating: 0.071_354_82))
    return SIMD16(repeating: 1) / (SIMD16(repeating: 1) + exponential(-(x * inner)))
}
