import Audio
import Neural
import Spectra
import Tensors
import Testing

@testable import MelGAN

/// Silence must stay silent even with an untrained generator, which hums for any input.
struct SilenceGateTests {
    private func humming() throws -> Model {
        var random = SplitMix64(seed: 3)
        let configuration = MelGANConfiguration(baseChannels: 2)
        return Model(
            configuration: ModelConfiguration(convention: .melgan, generator: configuration),
            generator: MelGANGenerator(configuration, using: &random))
    }

    /// Half a second of digital silence in a second and a half of speech.
    private var recording: Waveform {
        var samples = SyntheticSignal.speechLike(seed: 2).waveform(duration: 1.5, sampleRate: 22_050).samples
        for index in 11_025..<22_050 { samples[index] = 0 }
        return Waveform(samples: samples, sampleRate: 22_050)
    }

    @Test("Silence in is silence out, and what is not silent stays as it was")
    func silence() throws {
        let model = try humming()
        let mel = MelExtractor(.melgan).mel(of: recording)
        let made = Synthesizer(model).waveform(from: mel).samples
        let plain = PlainSynthesis(model).waveform(from: mel).samples
        #expect(plain[15_000..<17_000].allSatisfy { abs($0) > 1e-6 })
        // Two windows' halves lie between the silence and frames that see none of the speech.
        #expect(made[11_025 + 1024..<22_050 - 1024].allSatisfy { $0 == 0 })
        // Speech-like signals have silences of their own.
        let samples = recording.samples
        let changed = made.indices.filter { abs(made[$0] - plain[$0]) > 1e-5 }
        #expect(changed.count > 9000 && changed.allSatisfy { samples[$0] == 0 })
    }

    @Test("A mel of silence alone gives zeros")
    func zeros() throws {
        let mel = MelExtractor(.melgan).mel(of: Waveform(samples: [Float](repeating: 0, count: 9000), sampleRate: 22_050))
        #expect(Synthesizer(try humming()).waveform(from: mel).samples.allSatisfy { $0 == 0 })
    }

    @Test("The gate closes without a step, and does so alike however frames come")
    func pieces() throws {
        let mel = MelExtractor(.melgan).mel(of: recording)
        func gated(_ step: Int) -> [Float] {
            var gate = SilenceGate(.melgan)
            var gains = [Float](repeating: 1, count: mel.frameCount * 256)
            mel.values.withUnsafeBufferPointer { gate.push($0) }
            gains.withUnsafeMutableBufferPointer { gains in
                for start in stride(from: 0, to: gains.count, by: step) {
                    let range = start..<min(gains.count, start + step)
                    gate.apply(to: gains.baseAddress! + start, range)
                }
            }
            return gains
        }
        let whole = gated(1 << 20)
        #expect(whole.contains(0) && whole.contains(1))
        #expect(zip(whole, whole.dropFirst()).allSatisfy { abs($0 - $1) < 0.02 })
        for step in [100, 256, 1000] { #expect(gated(step) == whole) }
    }
}
