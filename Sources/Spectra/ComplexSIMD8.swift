/// A complex number of each of eight frames.
struct ComplexSIMD8 {
    var real: SIMD8<Float>
    var imaginary: SIMD8<Float>

    @inline(__always) init(_ real: SIMD8<Float>, _ imaginary: SIMD8<Float>) { (self.real, self.imaginary) = (real, imaginary) }

    /// Number `index` of those at `place`, real parts and imaginary ones in turn.
    @inline(__always) init(at place: UnsafePointer<SIMD8<Float>>, _ index: Int) {
        self.init(place[2 &* index], place[2 &* index &+ 1])
    }

    @inline(__always) func store(at place: UnsafeMutablePointer<SIMD8<Float>>, _ index: Int) {
        place[2 &* index] = real
        place[2 &* index &+ 1] = imaginary
    }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.real + b.real, a.imaginary + b.imaginary) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.real - b.real, a.imaginary - b.imaginary) }

    /// Times -i.
    @inline(__always) var turnedBack: Self { Self(imaginary, -real) }

    /// Times `cosine - i sine`, or where `conjugates` times `cosine + i sine`.
    @inline(__always) func turned(_ cosine: Float, _ sine: Float, conjugates: Bool) -> Self {
        let (cosine, sine) = (SIMD8<Float>(repeating: cosine), SIMD8<Float>(repeating: conjugates ? -sine : sine))
        return Self(
            (imaginary * sine).addingProduct(real, cosine), (imaginary * cosine).addingProduct(-real, sine))
    }
}
