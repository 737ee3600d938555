import Platform
@testable import Spectra
import Tensors
import Testing

/// Arithmetic and transforms on eight frames at a time.
@Suite struct SIMDMathTests {
    private let numbers: [Float] = (-100...100).flatMap { exponent in
        [1, 1.25, 1.414, 1.4143, 1.99].map { Float(sign: .plus, exponent: exponent, significand: $0) }
    }

    @Test("Logarithms and exponentials to the base 2 are the C library's within their stated accuracy")
    func arithmetic() {
        for number in numbers {
            let found = Double(binaryLogarithm(SIMD8<Float>(repeating: number))[5]), exact = log2(Double(number))
            #expect(abs(found - exact) <= 4e-7 + 2.4e-7 * abs(exact), "log2 \(number)")
        }
        for exponent in stride(from: Float(-126), through: 126.9, by: 0.0371) {
            let found = Double(binaryExponential(SIMD8<Float>(repeating: exponent))[2])
            #expect(abs(found / exp2(Double(exponent)) - 1) <= 3e-7, "2^\(exponent)")
        }
    }

    /// Signals that differ from lane to lane.
    private func points(_ count: Int) -> [SIMD8<Float>] {
        (0..<count).map { index in
            var simd8 = SIMD8<Float>.zero
            for lane in 0..<8 { simd8[lane] = sinf(Float(index * index % 89 * (lane + 3))) }
            return simd8
        }
    }

    @Test(
        "Spectra of eight signals are those of the definition, in digit-reversed order, and are inverted",
        arguments: [1, 2, 3, 4, 5, 7, 8, 12, 15, 16, 32, 33, 60, 64, 128, 256, 275, 512])
    func transform(size: Int) {
        let transform = BatchedFFT(size: size)
        #expect(Set(transform.digitReversed) == Set(0..<size))
        let given = points(2 * size)
        var found = given
        found.withUnsafeMutableBufferPointer { transform.forward($0.baseAddress!) }
        for lane in [0, 5] {
            for k in 0..<size {
                var sum = (0.0, 0.0)
                for n in 0..<size {
                    let angle = 2 * Double.pi * Double(n * k % size) / Double(size)
                    let (x, y) = (Double(given[2 * n][lane]), Double(given[2 * n + 1][lane]))
                    sum.0 += x * cos(angle) + y * sin(angle)
                    sum.1 += y * cos(angle) - x * sin(angle)
                }
                let place = 2 * transform.digitReversed[k]
                let gap = max(abs(Double(found[place][lane]) - sum.0), abs(Double(found[place + 1][lane]) - sum.1))
                #expect(gap < 4e-7 * Double(size).squareRoot() * 8, "bin \(k) of \(size)")
            }
        }
        found.withUnsafeMutableBufferPointer { transform.inverse($0.baseAddress!) }
        for (found, given) in zip(found, given) {
            let gap = found / Float(size) - given
            #expect((0..<8).allSatisfy { abs(gap[$0]) < 2e-6 })
        }
    }

    @Test("Spectra of eight real frames are those of one at a time, and are inverted", arguments: [2, 4, 6, 30, 64, 256, 550, 1024])
    func spectrum(size: Int) {
        let spectrum = BatchedSpectrum(size: size)
        let transform = FourierTransform(size: size)
        let buffers = FourierBuffers(size: size)
        let given = points(size)
        var found = given
        found.withUnsafeMutableBufferPointer { points in
            let points = points.baseAddress!
            spectrum.forward(points)
            var bins = [ComplexSIMD8](repeating: ComplexSIMD8(.zero, .zero), count: size / 2 + 1)
            spectrum.forEachUnpacked(points) { k, x in
                (bins[k], bins[spectrum.half - k]) = x
                return x
            }
            spectrum.forEachBins(points) { k, x in
                #expect(x.0.real == bins[k].real && x.1.imaginary == bins[spectrum.half - k].imaginary)
            }
            for lane in 0..<8 {
                for index in 0..<size { buffers.samples[index] = given[index][lane] }
                transform.forward(buffers)
                for k in bins.indices {
                    let gap = max(
                        abs(bins[k].real[lane] - buffers.real[k]), abs(bins[k].imaginary[lane] - buffers.imaginary[k]))
                    #expect(gap < 4e-6 * Float(size).squareRoot(), "bin \(k) of \(size)")
                }
            }
            spectrum.forEachPacked(points) { $1 }
            spectrum.inverse(points)
        }
        for (found, given) in zip(found, given) {
            let gap = found / Float(size) - given
            #expect((0..<8).allSatisfy { abs(gap[$0]) < 2e-6 })
        }
    }
}
