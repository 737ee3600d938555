import Tensors

extension RealSpectrum {
    /// `X[k]` and `X[h - k]` from `a = Z[k]`, `b = Z[h - k]`: real and imaginary part of the one, then of the other.
    @inline(__always) static func unpacked(
        _ aReal: Lanes, _ aImaginary: Lanes, _ bReal: Lanes, _ bImaginary: Lanes, _ cosine: Lanes, _ sine: Lanes
    ) -> (Lanes, Lanes, Lanes, Lanes) {
        let half = Lanes(repeating: 0.5)
        let even = (half * (aReal + bReal), half * (aImaginary - bImaginary))
        let odd = (half * (aImaginary + bImaginary), half * (bReal - aReal))
        let turned = (cosine * odd.0 + sine * odd.1, cosine * odd.1 - sine * odd.0)
        return (even.0 + turned.0, even.1 + turned.1, even.0 - turned.0, turned.1 - even.1)
    }

    /// `2 Z[k]` and `2 Z[h - k]` from `a = X[k]`, `b = X[h - k]`.
    @inline(__always) static func packed(
        _ aReal: Lanes, _ aImaginary: Lanes, _ bReal: Lanes, _ bImaginary: Lanes, _ cosine: Lanes, _ sine: Lanes
    ) -> (Lanes, Lanes, Lanes, Lanes) {
        let even = (aReal + bReal, aImaginary - bImaginary)
        let difference = (aReal - bReal, aImaginary + bImaginary)
        let odd = (
            cosine * difference.0 - sine * difference.1, cosine * difference.1 + sine * difference.0
        )
        return (even.0 - odd.1, even.1 + odd.0, even.0 + odd.1, odd.0 - even.1)
    }

    /// As for lanes.
    static func unpacked(
        _ aReal: Float, _ aImaginary: Float, _ bReal: Float, _ bImaginary: Float, _ cosine: Float, _ sine: Float
    ) -> (Float, Float, Float, Float) {
        let result = unpacked(
            Lanes(repeating: aReal), Lanes(repeating: aImaginary), Lanes(repeating: bReal),
            Lanes(repeating: bImaginary), Lanes(repeating: cosine), Lanes(repeating: sine))
        return (result.0[0], result.1[0], result.2[0], result.3[0])
    }

    static func packed(
        _ aReal: Float, _ aImaginary: Float, _ bReal: Float, _ bImaginary: Float, _ cosine: Float, _ sine: Float
    ) -> (Float, Float, Float, Float) {
        let result = packed(
            Lanes(repeating: aReal), Lanes(repeating: aImaginary), Lanes(repeating: bReal),
            Lanes(repeating: bImaginary), Lanes(repeating: cosine), Lanes(repeating: sine))
        return (result.0[0], result.1[0], result.2[0], result.3[0])
    }
}
