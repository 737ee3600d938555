import Kernels
import TestSupport
import Testing

@testable import Tensors

@Suite struct BFloat16Tests {
    /// Rounding by search: the nearer of the two neighbours, and of equals the one that is even.
    static func reference(_ value: Float) -> UInt16 {
        let below = UInt16(truncatingIfNeeded: value.bitPattern >> 16)
        if value.isNaN { return below | 0x40 }
        func wide(_ bits: UInt16) -> Double {
            // What would be the next number past the largest is where infinity begins to be nearer.
            bits & 0x7fff == 0x7f80 ? (bits > 0x7fff ? -0x1p128 : 0x1p128) : Double(Float(bitPattern: UInt32(bits) << 16))
        }
        if value.isInfinite || Double(value) == wide(below) { return below }
        let (down, up) = (abs(Double(value) - wide(below)), abs(wide(below + 1) - Double(value)))
        return down < up || (down == up && below & 1 == 0) ? below : below + 1
    }

    static let values: [Float] = {
        let special: [Float] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .nan, .signalingNaN, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 65504, 3.140625,
        ]
        // Ties, and their neighbours on either side, above an even and above an odd number.
        let ties: [UInt32] = [0x3f80_8000, 0x3f81_8000, 0xbf80_8000, 0xbf81_8000, 0x7f7f_8000, 0x0000_8000, 0x0001_8000]
        let around = ties.flatMap { [$0 - 1, $0, $0 + 1] }.map { Float(bitPattern: $0) }
        let payloads: [UInt32] = [0x7f80_0001, 0x7fff_ffff, 0xffff_ffff, 0xff80_ffff, 0x7fbf_ffff]
        var numbers = SplitMix64(seed: 25)
        let random = (0..<20_000).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &numbers)) }
        return special + around + payloads.map { Float(bitPattern: $0) } + random
    }()

    @Test("Conversion rounds to nearest, ties to even, and keeps what is not a number")
    func rounding() {
        for value in Self.values {
            let found = BFloat16(value)
            #expect(found.bits == Self.reference(value), "\(value) of bits \(value.bitPattern)")
            #expect(found.float.isNaN == value.isNaN)
        }
    }

    @Test("Every bfloat16 survives the way to float32 and back")
    func roundTrip() {
        for bits in UInt16.min...UInt16.max {
            let wide = Float(bitPattern: UInt32(bits) << 16)
            let found = BFloat16(wide)
            if wide.isNaN { #expect(found.float.isNaN) } else { #expect(found.bits == bits) }
        }
    }

    @Test("Vectors round as single numbers do")
    func vectors() {
        let input = Tensor(Self.values, shape: [Self.values.count])
        let narrow = Elementwise.converted(input, to: .bfloat16)
        #expect(narrow.type == .bfloat16)
        let bits = withExtendedLifetime(narrow) {
            UnsafeBufferPointer(start: narrow.pointer(BFloat16.self), count: narrow.count).map(\.bits)
        }
        #expect(bits == Self.values.map { BFloat16($0).bits })
        let wide = Elementwise.converted(narrow, to: .float32)
        #expect(zip(wide.values, bits).allSatisfy { $0.bitPattern == UInt32($1) << 16 })
        #expect(Elementwise.converted(wide, to: .float32).address == wide.address)
    }
}
