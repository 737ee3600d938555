import Audio
import Platform
import Testing

@testable import Spectra

struct DenoiserTests {
    private let speech = SyntheticSignal.speechLike(seed: 3).waveform(duration: 6, sampleRate: 22_050).samples
    private let noise = SyntheticSignal.whiteNoise(amplitude: 0.003, seed: 8).waveform(duration: 6, sampleRate: 22_050).samples
    private let denoiser = Denoiser(sampleRate: 22_050)

    private func power(_ samples: some Collection<Float>) -> Double {
        samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
    }

    /// dB of what is left of noise in the pauses of the speech, relative to the noise, and of the error within it, relative to the speech.
    private func measure(_ result: [Float]) -> (pauses: Double, error: Double) {
        // A pause is digital silence. The gain takes a tenth of a second to go down, and frames reach into their neighbours.
        let isPause = speech.indices.map { index in
            speech[max(0, index - 2400)...min(speech.count - 1, index + 600)].allSatisfy { $0 == 0 }
        }
        let pauses = speech.indices.filter { isPause[$0] }, spoken = speech.indices.filter { speech[$0] != 0 }
        #expect(pauses.count > 3_000)
        return (
            10 * log10(power(pauses.map { result[$0] }) / power(pauses.map { noise[$0] })),
            10 * log10(power(spoken.map { result[$0] - speech[$0] }) / power(spoken.map { speech[$0] }))
        )
    }

    @Test("noise in pauses goes down to the floor, and speech stays what it is")
    func speechInNoise() {
        let result = denoiser.denoised(zip(speech, noise).map { $0 + $1 })
        let (pauses, error) = measure(result)
        #expect(pauses < -20, "\(pauses) dB")
        #expect(error < -20, "\(error) dB")
    }

    @Test("speech without noise stays what it is, and digital silence stays digital silence")
    func cleanSpeech() {
        let result = denoiser.denoised(speech)
        #expect(result.count == speech.count)
        #expect(measure(result).error < -35, "\(measure(result).error) dB")
        let silent = speech.indices.dropFirst().filter { speech[$0] == 0 && speech[$0 - 1] == 0 }
        #expect(silent.allSatisfy { result[$0] == 0 })
    }

    @Test("digital silence around a noisy recording does not pass for its noise")
    func paddedNoise() {
        let padding = [Float](repeating: 0, count: 22_050)
        let result = denoiser.denoised(padding + zip(speech, noise).map { $0 + $1 } + padding)
        #expect(measure(Array(result[22_050..<22_050 + speech.count])).pauses < -20)
        #expect(result[..<20_000].allSatisfy { $0 == 0 })
    }

    @Test("rumble below the voice is removed, at every sample rate", arguments: [16_000, 22_050, 48_000])
    func rumble(rate: Int) {
        let rumble = SyntheticSignal.sine(frequency: 25, amplitude: 0.2).waveform(duration: 2, sampleRate: rate).samples
        let voice = SyntheticSignal.speechLike(seed: 1).waveform(duration: 2, sampleRate: rate).samples
        let result = Denoiser(sampleRate: rate).denoised(zip(rumble, voice).map { $0 + $1 })
        let inner = 4_000..<result.count - 4_000
        #expect(power(inner.map { result[$0] - voice[$0] }) < 0.02 * power(inner.map { rumble[$0] }))
    }

    @Test("short recordings, silence and nothing are returned as they are")
    func degenerate() {
        for samples in [[], [0.5], [Float](repeating: 0.1, count: 1000), [Float](repeating: 0, count: 5000)] {
            #expect(denoiser.denoised(samples) == samples)
        }
    }

    @Test("the exponential integral has its known values", arguments: [(0.1, 1.822_924), (1, 0.219_384), (2, 0.048_900_5), (5, 0.001_148_296)])
    func integral(x: Float, expected: Float) {
        #expect(abs(exponentialIntegral(x) / expected - 1) < 2e-4)
    }
}
