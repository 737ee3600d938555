/// A complex number of each of eight frames.
struct ComplexOctet {
    var real: Octet
    var imaginary: Octet

    @inline(__always) init(_ real: Octet, _ imaginary: Octet) { (self.real, self.imaginary) = (real, imaginary) }

    /// Number `index` of those at `place`, real parts and imaginary ones in turn.
    @inline(__always) init(at place: UnsafePointer<Octet>, _ index: Int) {
        self.init(place[2 &* index], place[2 &* index &+ 1])
    }

    @inline(__always) func store(at place: UnsafeMutablePointer<Octet>, _ index: Int) {
        place[2 &* index] = real
        place[2 &* index &+ 1] = imaginary
    }

    @inline(__always) static func + (a: Self, b: Self) -> Self { Self(a.real + b.real, a.imaginary + b.imaginary) }
    @inline(__always) static func - (a: Self, b: Self) -> Self { Self(a.real - b.real, a.imaginary - b.imaginary) }

    /// Times -i.
    @inline(__always) var turnedBack: Self { Self(imaginary, -real) }

    /// Times `cosine - i sine`, or where `conjugates` times `cosine + i sine`.
    @inline(__always) func turned(_ cosine: Float, _ sine: Float, conjugates: Bool) -> Self {
        let (cosine, sine) = (Octet(repeating: cosine), Octet(repeating: conjugates ? -sine : sine))
        return Self(
            (imaginary * sine).addingProduct(real, cosine), (imaginary * cosine).addingProduct(-real, sine))
    }
}
