import Audio
@testable import Evaluation
import Platform
import Testing

@Suite struct PeriodicityTests {
    private func track(_ waveform: Waveform) -> [Float] {
        Periodicity().track(of: waveform.resampled(to: Periodicity.sampleRate).samples)
    }

    @Test(arguments: [75.0, 154, 331.7, 480])
    func aSineIsPeriodicAndNoiseIsNot(frequency: Double) {
        let sine = track(SyntheticSpeech.sine(frequency))
        #expect(sine.count == 101)
        #expect(sine[4..<97].allSatisfy { $0 > 0.97 }, "\(sine)")
        let noise = SyntheticSpeech.noise(22_050, seed: 5).map { Float(0.1 * $0) }
        let values = track(Waveform(samples: noise, sampleRate: 22_050))
        #expect(values.allSatisfy { $0 < Periodicity.voicedBound })
    }

    @Test func whatIsTooSoftToHearHasNoPeriodicity() {
        let soft = SyntheticSpeech.sine(200).samples.map { $0 * 1e-3 }
        #expect(track(Waveform(samples: soft, sampleRate: 22_050)).allSatisfy { $0 == 0 })
        #expect(
            track(Waveform(samples: [Float](repeating: 0, count: 4000), sampleRate: 22_050)).allSatisfy {
                $0 == 0
            })
    }

    /// The weights of IEC 61672-1, table 3, at powers of 10^(1/10), rounded to a tenth of a decibel.
    @Test(arguments: [(31.623, -39.4), (100, -19.1), (1000, 0), (3981.07, 1.0), (7943.28, -1.1)])
    func theWeightingIsTheStandards(hertz: Double, decibels: Double) {
        #expect(abs(20 * log10(aWeighting(hertz: hertz)) - decibels) < 0.06)
    }

    @Test func differencesCountWhatTheySayTheyCount() {
        let difference = PeriodicityDifference(of: [0.9, 0.8, 0.1, 0], from: [0.9, 0.4, 0.7, 0])
        #expect(abs(difference.rootMeanSquare! - ((0.16 + 0.36) / 4.0).squareRoot()) < 1e-6)
        #expect(difference.voicingF1 == 2.0 / 4)
        let silence = PeriodicityDifference(of: [0, 0], from: [0, 0])
        #expect(silence.rootMeanSquare == 0 && silence.voicingF1 == nil)
        #expect(PeriodicityDifference(of: [], from: []).rootMeanSquare == nil)
    }
}
