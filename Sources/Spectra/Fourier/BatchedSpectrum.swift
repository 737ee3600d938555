import Platform
import Tensors

/// The Fourier transform of eight real frames at once by a complex transform of half the size, as ``RealSpectrum``, but in
/// digit-reversed order.
///
/// The `size` samples of a frame are used in place as the complex signal: even ones are its real parts, odd ones its imaginary
/// parts.
package struct BatchedSpectrum: Sendable {
    /// The number of samples; even.
    package let size: Int
    package let half: Int
    private let transform: BatchedFFT
    /// For each k the indices of `Z[k]` or `X[k]` and of `Z[half - k]` or `X[half - k]`, and `cos(2 pi k / size)` and the sine.
    @usableFromInline let pairs: [Pair]

    @usableFromInline
    struct Pair: Sendable {
        @usableFromInline let first: Int
        @usableFromInline let mirrored: Int
        @usableFromInline let cosine: Float
        @usableFromInline let sine: Float
    }

    package init(size: Int) {
        precondition(size >= 2 && size % 2 == 0, "a transform of \(size) samples; expected an even number, 2 or more")
        self.size = size
        let half = size / 2
        self.half = half
        let transform = BatchedFFT(size: half)
        self.transform = transform
        pairs = (0...half / 2).map { k in
            let angle = 2 * Double.pi * Double(k) / Double(size)
            return Pair(
                first: transform.digitReversed[k], mirrored: transform.digitReversed[(half - k) % half], cosine: Float(cos(angle)),
                sine: Float(sin(angle)))
        }
    }

    /// Transforms `size` samples; ``forEachUnpacked(_:_:)`` then gives the spectrum.
    package func forward(_ samples: UnsafeMutablePointer<SIMD8<Float>>) { transform.forward(samples) }

    /// The inverse after ``forEachPacked(_:_:)``: `size` times the samples.
    package func inverse(_ points: UnsafeMutablePointer<SIMD8<Float>>) { transform.inverse(points) }

    /// Bins `k` and `half - k` of the spectrum.
    package typealias Bins = (ComplexSIMD8, ComplexSIMD8)

    /// Calls `body` with each pair of bins of the spectrum and stores what it returns for ``forEachPacked(_:_:)``. If `half` is even,
    /// bin `half / 2` is given twice.
    @inlinable @inline(__always)
    package func forEachUnpacked(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let a = ComplexSIMD8(at: points, pair.first), b = ComplexSIMD8(at: points, pair.mirrored)
            let factor = SIMD8<Float>(repeating: 0.5)
            let even = ComplexSIMD8(factor * (a.real + b.real), factor * (a.imaginary - b.imaginary))
            let odd = ComplexSIMD8(factor * (a.imaginary + b.imaginary), factor * (b.real - a.real))
            let rotated = odd.rotated(pair.cosine, pair.sine, conjugates: false)
            store(
                body(k, (even + rotated, ComplexSIMD8(even.real - rotated.real, rotated.imaginary - even.imaginary))), k, pair,
                points)
        }
    }

    /// Calls `body` with each pair of bins and packs what it returns for ``inverse(_:)``.
    @inlinable @inline(__always)
    package func forEachPacked(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Bins) {
        forEachPair { k, pair in
            let (a, b) = body(k, load(k, pair, points))
            let even = ComplexSIMD8(a.real + b.real, a.imaginary - b.imaginary)
            let odd = ComplexSIMD8(a.real - b.real, a.imaginary + b.imaginary).rotated(
                pair.cosine, pair.sine, conjugates: true)
            ComplexSIMD8(even.real - odd.imaginary, even.imaginary + odd.real).store(at: points, pair.first)
            guard k > 0 else { return }
            ComplexSIMD8(even.real + odd.imaginary, odd.real - even.imaginary).store(at: points, pair.mirrored)
        }
    }

    /// Calls `body` with each pair of bins.
    @inlinable @inline(__always)
    package func forEachBins(_ points: UnsafeMutablePointer<SIMD8<Float>>, _ body: (_ k: Int, Bins) -> Void) {
        forEachPair { k, pair in body(k, load(k, pair, points)) }
    }

    @inlinable @inline(__always)
    func forEachPair(_ body: (_ k: Int, Pair) -> Void) {
        pairs.withUnsafeBufferPointer { pairs in
            for k in pairs.indices { body(k, pairs[k]) }
        }
    }

    // The first and the last bin are real and are stored as one complex number.
    @inlinable @inline(__always)
    func load(_ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<SIMD8<Float>>) -> Bins {
        let first = ComplexSIMD8(at: points, pair.first)
        if k == 0 { return (ComplexSIMD8(first.real, .zero), ComplexSIMD8(first.imaginary, .zero)) }
        return (first, ComplexSIMD8(at: points, pair.mirrored))
    }

    @inlinable @inline(__always)
    func store(_ bins: Bins, _ k: Int, _ pair: Pair, _ points: UnsafeMutablePointer<SIMD8<Float>>) {
        if k == 0 { return ComplexSIMD8(bins.0.real, bins.1.real).store(at: points, pair.first) }
        bins.0.store(at: points, pair.first)
        bins.1.store(at: points, pair.mirrored)
    }
}

/// A complex number in each of eight lanes.
package struct ComplexSIMD8 {
    package var real: SIMD8<Float>
    package var imaginary: SIMD8<Float>

    @inlinable @inline(__always) package init(_ real: SIMD8<Float>, _ imaginary: SIMD8<Float>) { (self.real, self.imaginary) = (real, imaginary) }

    /// Loads number `index` from memory with alternating real and imaginary parts.
    @inlinable @inline(__always) package init(at place: UnsafePointer<SIMD8<Float>>, _ index: Int) {
        self.init(place[2 &* index], place[2 &* index &+ 1])
    }

    @inlinable @inline(__always) package func store(at place: UnsafeMutablePointer<SIMD8<Float>>, _ index: Int) {
        place[2 &* index] = real
        place[2 &* index &+ 1] = imaginary
    }

    @inlinable @inline(__always) package static func + (a: Self, b: Self) -> Self { Self(a.real + b.real, a.imaginary + b.imaginary) }
    @inlinable @inline(__always) package static func - (a: Self, b: Self) -> Self { Self(a.real - b.real, a.imaginary - b.imaginary) }

    /// The number times -i.
    @inlinable @inline(__always) package var timesMinusI: Self { Self(imaginary, -real) }

    /// The number times `cosine - i sine`, or times `cosine + i sine` if `conjugates`.
    @inlinable @inline(__always) package func rotated(_ cosine: Float, _ sine: Float, conjugates: Bool) -> Self {
        let (cosine, sine) = (SIMD8<Float>(repeating: cosine), SIMD8<Float>(repeating: conjugates ? -sine : sine))
        return Self(
            (imaginary * sine).addingProduct(real, cosine), (imaginary * cosine).addingProduct(-real, sine))
    }
}
