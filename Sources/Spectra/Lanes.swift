/// Sixteen numbers worked on at once: one register of AVX-512, two of AVX, four of SSE or NEON.
typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
    /// The sixteen numbers from `index` on.
    @inline(__always) func lanes(at index: Int) -> Lanes {
        UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }
}

extension UnsafeMutablePointer<Float> {
    @inline(__always) func lanes(at index: Int) -> Lanes { UnsafePointer(self).lanes(at: index) }

    /// Puts sixteen numbers from `index` on.
    @inline(__always) func store(_ lanes: Lanes, at index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    }
}

extension Lanes {
    @inline(__always) var reversed: Lanes {
        Lanes(
            self[15], self[14], self[13], self[12], self[11], self[10], self[9], self[8],
            self[7], self[6], self[5], self[4], self[3], self[2], self[1], self[0])
    }

    /// `1 / sqrt(x)` of numbers that are positive and normal, within 2e-7 of itself; of 0 some finite number.
    ///
    /// Halving the exponent in the bits gives three hundredths' accuracy, and each of Newton's steps for `1 / y^2 - x`
    /// about squares that. Neither a root nor a division, which take several times as long.
    @inline(__always) var reciprocalRoot: Lanes {
        typealias Bits = SIMD16<UInt32>
        let bits = Bits(repeating: 0x5F37_59DF) &- (unsafeBitCast(self, to: Bits.self) &>> Bits(repeating: 1))
        let minusHalf = Lanes(repeating: -0.5) * self, threeHalves = Lanes(repeating: 1.5)
        var root = unsafeBitCast(bits, to: Lanes.self)
        root *= threeHalves.addingProduct(minusHalf * root, root)
        root *= threeHalves.addingProduct(minusHalf * root, root)
        return root * threeHalves.addingProduct(minusHalf * root, root)
    }
}
