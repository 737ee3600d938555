import Testing

@testable import Audio

struct ResamplingTests {
    @Test(arguments: [
        (48_000, 22_050), (22_050, 48_000), (44_100, 22_050), (16_000, 24_000), (8000, 44_100), (44_101, 22_050),
    ])
    func aSineKeepsItsFrequencyPhaseAndLevelUpToTheEnds(rates: (Int, Int)) {
        let sine = SyntheticSignal.sine(frequency: 440, amplitude: 0.5)
        let resampled = sine.waveform(duration: 0.5, sampleRate: rates.0).resampled(to: rates.1)
        let expected = sine.waveform(duration: 0.5, sampleRate: rates.1)
        #expect(resampled.sampleRate == rates.1)
        let inner = 200..<expected.samples.count - 200
        #expect(largestDifference(Array(resampled.samples[inner]), Array(expected.samples[inner])) < 1e-5)
        // The last samples of a higher rate may lie beyond the last of the lower one: there the sound is continued.
        #expect(largestDifference(resampled.samples, expected.samples) < 0.02)
    }

    @Test(arguments: [1, 2, 3, 7, 100, 999, 1000, 1001, 44_099]) func theLengthIsTheRoundedOne(count: Int) {
        let waveform = Waveform(samples: [Float](repeating: 0.25, count: count), sampleRate: 44_100)
        for rate in [8000, 16_000, 22_050, 24_000, 48_000, 96_000] {
            let expected = (Double(count) * Double(rate) / 44_100).rounded()
            #expect(waveform.resampled(to: rate).samples.count == Int(expected))
        }
    }

    @Test func aConstantStaysConstantWithoutAClickAtEitherEnd() {
        let constant = Waveform(samples: [Float](repeating: 0.5, count: 5000), sampleRate: 48_000)
        for rate in [16_000, 22_050, 96_000] {
            #expect(constant.resampled(to: rate).samples.allSatisfy { abs($0 - 0.5) < 1e-5 })
        }
    }

    @Test func whatTheLowerRateCannotHoldIsRemoved() {
        let high = SyntheticSignal.sine(frequency: 15_000, amplitude: 0.5).waveform(duration: 0.5, sampleRate: 48_000)
        let samples = high.resampled(to: 22_050).samples
        #expect(samples[100..<samples.count - 100].allSatisfy { abs($0) < 1e-4 })
    }

    @Test func thereAndBackIsTheSameSound() {
        let sine = SyntheticSignal.chirp(from: 100, to: 6000, amplitude: 0.5).waveform(
            duration: 0.5, sampleRate: 22_050)
        let back = sine.resampled(to: 48_000).resampled(to: 22_050)
        #expect(back.samples.count == sine.samples.count)
        #expect(largestDifference(Array(back.samples[100..<10_900]), Array(sine.samples[100..<10_900])) < 1e-4)
    }

    @Test func silenceStaysSilentAndNothingStaysNothing() {
        let silence = Waveform(samples: [Float](repeating: 0, count: 4800), sampleRate: 48_000)
        #expect(silence.resampled(to: 22_050).samples == [Float](repeating: 0, count: 2205))
        #expect(Waveform(samples: [], sampleRate: 48_000).resampled(to: 22_050).samples.isEmpty)
        #expect(silence.resampled(to: 48_000) == silence)
    }
}
