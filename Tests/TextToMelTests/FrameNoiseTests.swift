import Kernels
import Neural
import Tensors
import TestSupport
import Testing

@testable import TextToMel

@Suite struct FrameNoiseTests {
    @Test("Noise has mean 0 and standard deviation 1, and depends only on key, signal, frame and channel")
    func numbers() {
        let noise = FrameNoise(key: 5)
        let numbers = noise.values(signal: 0, frames: 4000, channels: 16).map(Double.init)
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(numbers.count)
        #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03, "\(mean), \(variance)")
        let neighbours = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(numbers.count)
        #expect(abs(neighbours) < 0.02)
        // A longer sentence begins with the same noise.
        let short = noise.values(signal: 0, frames: 7, channels: 4)
        #expect(short == Array(noise.values(signal: 0, frames: 9, channels: 4)[..<28]))
        #expect(short != noise.values(signal: 1, frames: 7, channels: 4))
        #expect(short != FrameNoise(key: 6).values(signal: 0, frames: 7, channels: 4))
    }

    /// A decoder with a noise layer, and an encoding of some phonemes.
    private struct Probe {
        var decoder: FrameDecoder
        let encoded: Tensor
        let layout = SignalLayout(lengths: [4, 3])
        let durations = [[2, 1, 3, 2], [1, 4, 2]]
        private let numbers: Tensor

        init() {
            var random = SplitMix64(seed: 61)
            let sizes = AcousticConfiguration(
                symbols: 9, bands: 6, channels: 16, hiddenChannels: 32, decoderBlocks: 2, noiseChannels: 5)
            var made = FrameDecoder(sizes, using: &random)
            // Finite differences use steps relative to a parameter's length, which is 0 for the initial biases.
            made.visitParameters { parameter in
                guard parameter.value.values.allSatisfy({ $0 == 0 }) else { return }
                parameter.value = .random(parameter.value.shape, using: &random)
            }
            decoder = made
            encoded = .random([1, layout.rowCount, 16], using: &random)
            numbers = .random([1, layout.rowCount, 1], using: &random)
            layout.clearMargins(of: encoded)
            layout.clearMargins(of: numbers)
        }

        func output(_ noise: FrameNoise?, on tape: Tape = Tape(Engine())) -> Variable {
            decoder.decoded(
                Variable(encoded), layout, durations: durations, pitch: numbers, energy: numbers, noise: noise, dropout: nil,
                on: tape
            ).output
        }
    }

    @Test("The decoder's gradients are finite differences, including those of the noise layer")
    func gradients() {
        let probe = Probe()
        let (tape, noise) = (Tape(Engine()), FrameNoise(key: 3))
        let output = probe.output(noise, on: tape)
        var random = SplitMix64(seed: 62)
        let weights = Tensor.random(output.value.shape, using: &random)
        SignalLayout(lengths: [8, 7]).clearMargins(of: weights)
        output.accumulate(weights)
        tape.backward()
        #expect(probe.decoder.parameters.contains { $0.name == "noise.weight" })
        for parameter in probe.decoder.parameters {
            expectGradient(tape.gradients[parameter.name]!, at: parameter.value, within: 1e-2, parameter.name) { moved in
                var moving = probe
                moving.decoder.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                return innerProduct(moving.output(noise).value, weights)
            }
        }
    }

    @Test("Noise changes the output unless its scale is 0, and inference agrees with training")
    func inference() {
        let probe = Probe()
        let noise = FrameNoise(key: 0)
        #expect(probe.output(noise).value.values != probe.output(nil).value.values)
        #expect(probe.output(FrameNoise(key: 0, scale: 0)).value.values == probe.output(nil).value.values)
        let layout = SignalLayout(lengths: [4])
        let rows = probe.layout.rows(of: 0)
        let first = layout.packed([Array(probe.encoded.values[rows.lowerBound * 16..<rows.upperBound * 16])], channels: 16)
        let tape = Tape(Engine())
        let pitch = [Float](arrayLiteral: 0.3, -0.2, 0.1, 0.5)
        let trained = probe.decoder.decoded(
            Variable(first), layout, durations: [probe.durations[0]], pitch: layout.packed([pitch], channels: 1),
            energy: layout.packed([pitch], channels: 1), noise: noise, dropout: nil, on: tape)
        let spoken = PreparedDecoder(probe.decoder, noise: noise)
            .output(of: first, layout, durations: probe.durations[0], pitch: pitch, energy: pitch)
        for (one, other) in zip(trained.output.value.values, spoken.output.values) { #expect(abs(one - other) < 1e-4) }
    }
}
