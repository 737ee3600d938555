import Audio
import Testing

@testable import Training

@Suite struct SpeechLevelTests {
    private let sine = SyntheticSignal.sine(frequency: 250, amplitude: 0.1).waveform(duration: 1, sampleRate: 22_050)

    @Test("the level of a sine is its power, and pauses and a click do not change it")
    func activeLevel() {
        let level = SpeechLevel(of: sine)
        #expect(abs(level.active + 23.01) < 0.02)
        #expect(level.activity == 1)
        var paused = Waveform(samples: sine.samples + (0..<66_150).map { $0 % 2 == 0 ? 1e-4 : -1e-4 }, sampleRate: 22_050)
        #expect(abs(SpeechLevel(of: paused).active + 23.01) < 0.1)
        #expect(abs(SpeechLevel(of: paused).noiseFloor + 80) < 0.1)
        paused.samples[40_000] = 0.5
        #expect(abs(SpeechLevel(of: paused).active + 23.01) < 0.2)
        #expect(SpeechLevel(of: paused).peak == 0.5)
    }

    @Test("an offset does not change the level, and a constant has none")
    func offset() {
        let raised = Waveform(samples: sine.samples.map { $0 + 0.5 }, sampleRate: 22_050)
        #expect(abs(SpeechLevel(of: raised).active - SpeechLevel(of: sine).active) < 0.02)
        #expect(SpeechLevel(of: Waveform(samples: [Float](repeating: 0.5, count: 22_050), sampleRate: 22_050)).active == -120)
    }

    @Test("silence has a level that JSON can hold")
    func silence() {
        #expect(SpeechLevel(of: Waveform(samples: [0, 0, 0], sampleRate: 22_050)).active == -120)
    }

    @Test("a gain ends at the peak's limit")
    func gains() {
        let level = SpeechLevel(of: sine)
        #expect(abs(LoudnessNormalization(speechLevel: -20).gain(for: level) - 1.414) < 0.01)
        #expect(abs(LoudnessNormalization(speechLevel: 0, peakLimit: 0.5).gain(for: level) - 5) < 0.01)
    }
}
