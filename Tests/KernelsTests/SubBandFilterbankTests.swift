@testable import Kernels
import Platform
import Tensors
import Testing

@Suite struct SubBandFilterbankTests {
    /// Yang et al.'s.
    private let filterbank = SubBandFilterbank(bandCount: 4, taps: 62, cutoff: 0.142, beta: 9)

    private func product(_ first: Tensor, _ second: Tensor) -> Double {
        zip(first.values, second.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private func random(_ shape: [Int], seed: UInt64) -> Tensor {
        var state = seed
        return Tensor(
            (0..<shape.reduce(1, *)).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
            }, shape: shape)
    }

    @Test("A signal returns from its bands all but unchanged, away from its ends")
    func reconstruction() {
        let signal = random([2, 4096, 1], seed: 1)
        let returned = filterbank.synthesis(of: filterbank.analysis(of: signal))
        #expect(returned.shape == signal.shape)
        var (error, power) = (0.0, 0.0)
        for entry in 0..<2 {
            for sample in 64..<4032 {
                let (was, made) = (signal.values[entry * 4096 + sample], returned.values[entry * 4096 + sample])
                error += Double((made - was) * (made - was))
                power += Double(was * was)
            }
        }
        let decibels = 10 * log10(error / power)
        #expect(decibels < -55, "\(decibels) dB")
    }

    @Test("Synthesis is K times the adjoint of analysis, ends included", arguments: [4, 8, 64, 400])
    func adjoint(time: Int) {
        let (signal, bands) = (random([2, time, 1], seed: 2), random([2, time / 4, 4], seed: 3))
        let ahead = product(filterbank.analysis(of: signal), bands)
        let back = product(signal, filterbank.synthesis(of: bands)) / 4
        #expect(abs(ahead - back) < 1e-5 * (1 + abs(ahead)), "\(ahead), \(back)")
        let gradient = product(filterbank.synthesisGradient(from: signal), bands)
        #expect(abs(gradient - 4 * ahead) < 1e-4 * (1 + abs(ahead)))
    }

    @Test("A tone in the middle of a band stays in it", arguments: 0..<4)
    func separation(band: Int) {
        let turn = (Double(2 * band + 1) * .pi / 8) * 1.01
        let tone = Tensor((0..<2048).map { Float(sin(turn * Double($0))) }, shape: [1, 2048, 1])
        let bands = filterbank.analysis(of: tone).values
        var powers = [0.0, 0, 0, 0]
        for step in 20..<490 { for index in 0..<4 { powers[index] += Double(bands[step * 4 + index] * bands[step * 4 + index]) } }
        for other in 0..<4 where other != band { #expect(powers[other] < 1e-6 * powers[band], "\(powers)") }
        // A band holds a tone at its own size.
        #expect(abs(powers[band] / 470 - 0.5) < 0.05, "\(powers[band] / 470)")
    }

    @Test("The product of rows is the synthesis", arguments: [(4, 62), (2, 30), (3, 40)])
    func rows(bandCount: Int, taps: Int) {
        let filterbank = SubBandFilterbank(bandCount: bandCount, taps: taps, cutoff: 0.6 / Double(bandCount), beta: 9)
        let steps = 50, reach = filterbank.reachSteps
        let bands = random([1, steps, bandCount], seed: 4)
        let expected = filterbank.synthesis(of: bands).values
        var padded = [Float](repeating: 0, count: (steps + 2 * reach) * bandCount)
        padded.replaceSubrange(reach * bandCount..<(reach + steps) * bandCount, with: bands.values)
        var made = [Float](repeating: 0, count: steps * bandCount)
        padded.withUnsafeMutableBufferPointer { padded in
            made.withUnsafeMutableBufferPointer { made in
                filterbank.synthesisProduct().run(
                    steps, input: Rows(padded.baseAddress!, stride: bandCount),
                    output: Rows(made.baseAddress!, stride: bandCount))
            }
        }
        for (value, reference) in zip(made, expected) { #expect(abs(value - reference) < 1e-5) }
    }
}
