import Platform
import Tensors

/// The spectra of eight real frames at once: as ``RealSpectrum``, without its exchanges of places.
///
/// A frame's `size` samples, one after the other, already are the complex signal whose transform is needed: even ones its real
/// parts, odd ones its imaginary parts.
struct BatchedSpectrum: Sendable {
    /// Samples; even.
    let size: Int
    let half: Int
    private let transform: BatchedFFT
    /// Where pair k lies: `Z[k]` or `X[k]`, and `Z[half - k]` or `X[half - k]`; and `cos(2 pi k / size)` and the sine.
    private let pairs: [Pair]

    private struct Pair {
        let first: Int
        let mirrored: Int
        let cosine: Float
        let sine: Float
    }

    init(size: Int) {
        precondition(size >= 2 && size % 2 == 0, "a transform of \(size) samples; expected an even number, 2 or more")
        self.size = size
        let half = size / 2
        self.half = half
        let transform = BatchedFFT(size: half)
        self.transform = transform
        pairs = (0...half / 2).map { k in
            let angle = 2 * Double.pi * Double(k) / Double(size)
            return Pair(
                first: transform.places[k], mirrored: transform.places[(half - k) % half], cosine: Float(cos(angle)),
                sine: Float(sin(angle)))
        }
    }

    /// Turns `size` samples into the spectrum of the signal they stand for, to be read by ``forEachUnpacked(_:_:)``.
    func forward(_ samples: UnsafeMutablePointer<SIMD8<Float>>) { transform.forward(samples) }

    /// The way back, after ``forEachPacked(_:_:)``: `size` times the samples.
    func inverse(_ points: UnsafeMutablePointer<SIMD8<Float>>) { transform.inverse(points) }

    /// Bins `k` and `half - k` of the spectrum.
    typealias Bins = (ComplexSIMD8, ComplexSIMD8)

    /// Calls `body` with every two bins of the spectrum, and puts what it returns in the transform's place, for
    /// ``forEachPacked(_:_:)``. Where half is even, its half is given twice.
    @inline(__always)
    func forEachUnpacked(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let a = ComplexSIMD8(at: points, pair.first), b = ComplexSIMD8(at: points, pair.mirrored)
            let factor = SIMD8<Float>(repeating: 0.5)
            let even = ComplexSIMD8(factor * (a.real + b.real), factor * (a.imaginary - b.imaginary))
            let odd = ComplexSIMD8(factor * (a.imaginary + b.imaginary), factor * (b.real - a.real))
            let turned = odd.turned(pair.cosine, pair.sine, conjugates: false)
            store(
                body(k, (even + turned, ComplexSIMD8(even.real - turned.real, turned.imaginary - even.imaginary))), k, pair,
                points)
        }
    }

    /// Calls `body` with every two bins, and makes of what it returns what ``inverse(_:)`` begins from.
    @inline(__always)
    func forEachPacked(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let (a, b) = body(k, load(k, pair, points))
            let even = ComplexSIMD8(a.real + b.real, a.imaginary - b.imaginary)
            let odd = ComplexSIMD8(a.real - b.real, a.imaginary + b.imaginary).turned(
                pair.cosine, pair.sine, conjugates: true)
            ComplexSIMD8(even.real - odd.imaginary, even.imaginary + odd.real).store(at: points, pair.first)
            guard k > 0 else { return }
            ComplexSIMD8(even.real + odd.imaginary, odd.real - even.imaginary).store(at: points, pair.mirrored)
        }
    }

    /// Calls `body` with every two bins.
    @inline(__always)
    func forEachBins(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Void) {
        forEachPair { k, pair in body(k, load(k, pair, points)) }
    }

    @inline(__always)
    private func forEachPair(_ body: (_ k: Int, Pair) -> Void) {
        pairs.withUnsafeBufferPointer { pairs in
            for k in pairs.indices { body(k, pairs[k]) }
        }
    }

    // The first and the last bin are real and share the first place.
    @inline(__always)
    private func load(_ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<SIMD8<Float>>) -> Bins {
        let first = ComplexSIMD8(at: points, pair.first)
        if k == 0 { return (ComplexSIMD8(first.real, .zero), ComplexSIMD8(first.imaginary, .zero)) }
        return (first, ComplexSIMD8(at: points, pair.mirrored))
    }

    @inline(__always)
    private func store(_ bins: Bins, _ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<SIMD8<Float>>) {
        if k == 0 { return ComplexSIMD8(bins.0.real, bins.1.real).store(at: points, pair.first) }
        bins.0.store(at: points, pair.first)
        bins.1.store(at: points, pair.mirrored)
    }
}
