import Platform
import Tensors

/// A real signal's transform by a complex one of half the size (Press et al., "Numerical Recipes", section 12.3).
///
/// The complex signal `z[n] = x[2n] + i x[2n + 1]` of `h = size / 2` samples has the spectrum `Z`. The samples of even
/// and of odd number have `E[k] = (Z[k] + conj Z[h - k]) / 2` and `O[k] = (Z[k] - conj Z[h - k]) / 2i`, and `X[k] =
/// E[k] + exp(-2 pi i k / size) O[k]`, `X[h - k] = conj(E[k] - exp(-2 pi i k / size) O[k])`.
struct RealSpectrum: Sendable {
    /// The number of samples of `z`.
    let half: Int
    /// `cos(2 pi k / size)` for `k` in `0 ... half`, and the sines.
    private let cosines: [Float]
    private let sines: [Float]

    init(size: Int) {
        half = size / 2
        cosines = (0...half).map { Float(cos(2 * Double.pi * Double($0) / Double(size))) }
        sines = (0...half).map { Float(sin(2 * Double.pi * Double($0) / Double(size))) }
    }

    /// Computes `z` from `samples`.
    func divide(_ buffers: borrowing FourierBuffers) {
        let samples = buffers.samples.baseAddress!, (even, odd) = (buffers.even, buffers.odd)
        for n in 0..<half {
            even[n] = samples[2 &* n]
            odd[n] = samples[2 &* n &+ 1]
        }
    }

    /// Computes `samples` from `z`.
    func interleave(_ buffers: borrowing FourierBuffers) {
        let samples = buffers.samples.baseAddress!, (even, odd) = (buffers.even, buffers.odd)
        for n in 0..<half {
            samples[2 &* n] = even[n]
            samples[2 &* n &+ 1] = odd[n]
        }
    }

    /// Computes `X` from `Z`.
    func unpack(_ buffers: borrowing FourierBuffers) {
        let zReal = buffers.packedReal, zImaginary = buffers.packedImaginary
        let real = buffers.real.baseAddress!, imaginary = buffers.imaginary.baseAddress!
        (real[0], imaginary[0]) = (zReal[0] + zImaginary[0], 0)
        (real[half], imaginary[half]) = (zReal[0] - zImaginary[0], 0)
        forEachPair { (k, mirrored, cosine, sine) in
            let a = (zReal.lanes(at: k), zImaginary.lanes(at: k))
            let b = (zReal.lanes(at: mirrored).reversed, zImaginary.lanes(at: mirrored).reversed)
            let x = Self.unpacked(a.0, a.1, b.0, b.1, cosine, sine)
            real.store(x.0, at: k)
            imaginary.store(x.1, at: k)
            real.store(x.2.reversed, at: mirrored)
            imaginary.store(x.3.reversed, at: mirrored)
        } rest: { (k, cosine, sine) in
            let m = half - k
            let x = Self.unpacked(zReal[k], zImaginary[k], zReal[m], zImaginary[m], cosine, sine)
            (real[k], imaginary[k]) = (x.0, x.1)
            (real[m], imaginary[m]) = (x.2, x.3)
        }
    }

    /// Computes `2 Z` from `X`, so that its unscaled inverse is `size` times the signal.
    func pack(_ buffers: borrowing FourierBuffers) {
        let zReal = buffers.packedReal, zImaginary = buffers.packedImaginary
        let real = buffers.real.baseAddress!, imaginary = buffers.imaginary.baseAddress!
        (zReal[0], zImaginary[0]) = (real[0] + real[half], real[0] - real[half])
        forEachPair { (k, mirrored, cosine, sine) in
            let a = (real.lanes(at: k), imaginary.lanes(at: k))
            let b = (real.lanes(at: mirrored).reversed, imaginary.lanes(at: mirrored).reversed)
            let z = Self.packed(a.0, a.1, b.0, b.1, cosine, sine)
            zReal.store(z.0, at: k)
            zImaginary.store(z.1, at: k)
            zReal.store(z.2.reversed, at: mirrored)
            zImaginary.store(z.3.reversed, at: mirrored)
        } rest: { (k, cosine, sine) in
            let m = half - k
            let z = Self.packed(real[k], imaginary[k], real[m], imaginary[m], cosine, sine)
            (zReal[k], zImaginary[k]) = (z.0, z.1)
            (zReal[m], zImaginary[m]) = (z.2, z.3)
        }
    }

    /// Calls the bodies for every `k` in `1 ... half / 2`: sixteen at once, whose mirror images `half - k` begin at `mirrored`, as long
    /// as all of them are within `1 ..< half`, then one at a time. Those beyond the middle are computed twice.
    @inline(__always) private func forEachPair(
        _ body: (_ k: Int, _ mirrored: Int, _ cosine: Lanes, _ sine: Lanes) -> Void,
        rest: (_ k: Int, _ cosine: Float, _ sine: Float) -> Void
    ) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                let cosines = cosines.baseAddress!, sines = sines.baseAddress!
                var k = 1
                while k <= half / 2, k + 15 < half {
                    body(k, half - k - 15, cosines.lanes(at: k), sines.lanes(at: k))
                    k += 16
                }
                while k <= half / 2 {
                    rest(k, cosines[k], sines[k])
                    k += 1
                }
            }
        }
    }
}

extension RealSpectrum {
    /// `X[k]` and `X[h - k]` from `a = Z[k]`, `b = Z[h - k]`: real and imaginary part of the one, then of the other.
    @inline(__always) static func unpacked(
        _ aReal: Lanes, _ aImaginary: Lanes, _ bReal: Lanes, _ bImaginary: Lanes, _ cosine: Lanes, _ sine: Lanes
    ) -> (Lanes, Lanes, Lanes, Lanes) {
        let half = Lanes(repeating: 0.5)
        let even = (half * (aReal + bReal), half * (aImaginary - bImaginary))
        let odd = (half * (aImaginary + bImaginary), half * (bReal - aReal))
        let rotated = (cosine * odd.0 + sine * odd.1, cosine * odd.1 - sine * odd.0)
        return (even.0 + rotated.0, even.1 + rotated.1, even.0 - rotated.0, rotated.1 - even.1)
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

    /// The same for single numbers.
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
