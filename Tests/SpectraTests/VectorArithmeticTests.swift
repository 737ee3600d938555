import Platform
@testable import Spectra
import Tensors
import Testing

@Suite struct VectorArithmeticTests {
    /// From the least normal number to the greatest, and closely around 1.
    private let numbers: [Float] =
        (-126...127).flatMap { exponent in
            [1, 1.25, 1.414, 1.4143, 1.99].map { Float(sign: .plus, exponent: exponent, significand: $0) }
        } + (-50...50).map { 1 + Float($0) * 1e-4 }

    @Test("Logarithms are the C library's within rounding")
    func logarithms() {
        for number in numbers {
            let logarithms: SIMD16<Float> = naturalLogarithm(SIMD16<Float>(repeating: number))
            let found = Double(logarithms[7])
            let exact: Double = Platform.log(Double(number))
            #expect(abs(found - exact) <= 2e-7 * max(abs(exact), 0.5), "ln \(number)")
        }
    }

    @Test("Reciprocal roots are right within 2e-7, and that of zero is a number")
    func reciprocalRoots() {
        for number in numbers where number > 1e-30 && number < 1e30 {
            let found = Double(Lanes(repeating: number).reciprocalRoot[3]), exact = 1 / Double(number).squareRoot()
            #expect(abs(found / exact - 1) < 3e-7, "1 / sqrt \(number)")
        }
        #expect(Lanes.zero.reciprocalRoot[0].isFinite)
    }

    @Test("Compression gives every number the value that the convention defines, silence exactly", arguments: MelConvention.presets)
    func compression(convention: MelConvention) {
        let magnitudes = [0, Float(convention.floor), Float(convention.floor) * 0.5, 1e-4, 0.01, 0.3, 1, 2, 77, 1e6]
        for count in [1, 10, 16, 33] {
            let given = (0..<count).map { magnitudes[$0 % magnitudes.count] }
            var found = given
            convention.compress(&found, count: count)
            for (magnitude, value) in zip(given, found) {
                let exact = convention.value(ofMagnitude: magnitude)
                let isSilent = magnitude <= Float(convention.floor)
                #expect(isSilent ? value == exact : abs(value - exact) <= 1e-6 * max(1, abs(exact)))
            }
        }
    }

    @Test("Pieces cover everything once, however many threads take them", arguments: [0, 1, 5, 64, 1000], [1, 2, 5])
    func pieces(count: Int, threadCount: Int) {
        var visits = [Int](repeating: 0, count: count)
        visits.withUnsafeMutableBufferPointer { visits in
            nonisolated(unsafe) let visits = visits
            Parallel.forChunks(of: count, length: 7, threadCount: threadCount) {
                0
            } _: { piece, _ in
                for index in piece { visits[index] += 1 }
            }
        }
        #expect(visits.allSatisfy { $0 == 1 })
    }
}
