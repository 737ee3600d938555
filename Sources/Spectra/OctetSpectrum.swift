#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The spectra of eight real frames at once: as ``RealSpectrum``, without its exchanges of places.
///
/// A frame's `size` samples, one after the other, already are the complex signal whose transform is needed: even ones its real
/// parts, odd ones its imaginary parts.
struct OctetSpectrum: Sendable {
    /// Samples; even.
    let size: Int
    let half: Int
    private let transform: OctetTransform
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
        let transform = OctetTransform(size: half)
        self.transform = transform
        pairs = (0...half / 2).map { k in
            let angle = 2 * Double.pi * Double(k) / Double(size)
            return Pair(
                first: transform.places[k], mirrored: transform.places[(half - k) % half], cosine: Float(cos(angle)),
                sine: Float(sin(angle)))
        }
    }

    /// Turns `size` samples into the spectrum of the signal they stand for, to be read by ``forEachUnpacked(_:_:)``.
    func forward(_ samples: UnsafeMutablePointer<Octet>) { transform.forward(samples) }

    /// The way back, after ``forEachPacked(_:_:)``: `size` times the samples.
    func inverse(_ points: UnsafeMutablePointer<Octet>) { transform.inverse(points) }

    /// Bins `k` and `half - k` of the spectrum.
    typealias Bins = (ComplexOctet, ComplexOctet)

    /// Calls `body` with every two bins of the spectrum, and puts what it returns in the transform's place, for
    /// ``forEachPacked(_:_:)``. Where half is even, its half is given twice.
    @inline(__always)
    func forEachUnpacked(_ points: UnsafeMutablePointer<Octet>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let a = ComplexOctet(at: points, pair.first), b = ComplexOctet(at: points, pair.mirrored)
            let factor = Octet(repeating: 0.5)
            let even = ComplexOctet(factor * (a.real + b.real), factor * (a.imaginary - b.imaginary))
            let odd = ComplexOctet(factor * (a.imaginary + b.imaginary), factor * (b.real - a.real))
            let turned = odd.turned(pair.cosine, pair.sine, conjugates: false)
            store(
                body(k, (even + turned, ComplexOctet(even.real - turned.real, turned.imaginary - even.imaginary))), k, pair,
                points)
        }
    }

    /// Calls `body` with every two bins, and makes of what it returns what ``inverse(_:)`` begins from.
    @inline(__always)
    func forEachPacked(_ points: UnsafeMutablePointer<Octet>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let (a, b) = body(k, load(k, pair, points))
            let even = ComplexOctet(a.real + b.real, a.imaginary - b.imaginary)
            let odd = ComplexOctet(a.real - b.real, a.imaginary + b.imaginary).turned(
                pair.cosine, pair.sine, conjugates: true)
            ComplexOctet(even.real - odd.imaginary, even.imaginary + odd.real).store(at: points, pair.first)
            guard k > 0 else { return }
            ComplexOctet(even.real + odd.imaginary, odd.real - even.imaginary).store(at: points, pair.mirrored)
        }
    }

    /// Calls `body` with every two bins.
    @inline(__always)
    func forEachBins(_ points: UnsafeMutablePointer<Octet>, _ body: (_ k: Int, Bins) -> Void) {
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
    private func load(_ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<Octet>) -> Bins {
        let first = ComplexOctet(at: points, pair.first)
        if k == 0 { return (ComplexOctet(first.real, .zero), ComplexOctet(first.imaginary, .zero)) }
        return (first, ComplexOctet(at: points, pair.mirrored))
    }

    @inline(__always)
    private func store(_ bins: Bins, _ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<Octet>) {
        if k == 0 { return ComplexOctet(bins.0.real, bins.1.real).store(at: points, pair.first) }
        bins.0.store(at: points, pair.first)
        bins.1.store(at: points, pair.mirrored)
    }
}
