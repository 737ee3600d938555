import Audio
@testable import Evaluation
import Platform
import Testing

@Suite struct PitchTests {
    private func track(_ waveform: Waveform) -> PitchTrack {
        PitchTracker(sampleRate: waveform.sampleRate).track(
            of: waveform.samples, levels: FrameLevels(of: waveform.samples, sampleRate: waveform.sampleRate))
    }

    @Test(arguments: [75.0, 110, 154, 220.5, 331.7, 480])
    func theTrackerFindsASineWithinACent(frequency: Double) {
        let pitch = track(SyntheticSpeech.sine(frequency))
        #expect(pitch.frequencies.count == 201)
        for value in pitch.frequencies[6..<195] {
            #expect(abs(1200 * log2(value / frequency)) < 1)
        }
    }

    @Test func theTrackerFollowsAGlideAndIsSilentElsewhere() {
        let waveform = SyntheticSpeech.utterance()
        let pitch = track(waveform)
        let truth = SyntheticSpeech.contour(frameCount: pitch.frequencies.count, factor: 1)
        let difference = PitchDifference(of: pitch, from: PitchTrack(frequencies: truth))
        #expect(difference.medianCents! < 2)
        #expect(difference.grossErrorRate! == 0)
        // The window of 25 ms blurs both ends of the voiced part.
        #expect(difference.voicingErrorRate! < 0.05)
    }

    @Test func theTrackerAgreesWithLibrosaOnTheGlide() throws {
        let golden = try GoldenMetrics.read()
        let pitch = track(SyntheticSpeech.utterance())
        // librosa's frames are 20 ms apart; these are in the voiced part, a window away from its ends.
        for frame in 12...33 {
            let cents = 1200 * log2(pitch.frequencies[4 * frame] / golden.librosaPitch[frame])
            #expect(abs(cents) < 12, "frame \(frame)")
        }
    }

    @Test func noiseAndSilenceAreUnvoiced() {
        let noise = SyntheticSpeech.noise(22_050, seed: 5).map { Float(0.1 * $0) }
        #expect(track(Waveform(samples: noise, sampleRate: 22_050)).voicedCount == 0)
        #expect(track(Waveform(samples: [Float](repeating: 0, count: 22_050), sampleRate: 22_050)).voicedCount == 0)
    }

    @Test func aPathPrefersThePeriodToTwiceThePeriod() {
        let frame = [
            PitchCandidate(frequency: 100, aperiodicity: 0.05), PitchCandidate(frequency: 200, aperiodicity: 0.05),
        ]
        let path = PitchPath(highestFrequency: 500)
        #expect(path.frequencies(through: [frame, frame, frame]) == [200, 200, 200])
    }

    @Test func aPathBridgesAnOctaveErrorOfOneFrame() {
        let right = [PitchCandidate(frequency: 200, aperiodicity: 0.05)]
        let wrong = [
            PitchCandidate(frequency: 100, aperiodicity: 0.05), PitchCandidate(frequency: 201, aperiodicity: 0.2),
        ]
        let path = PitchPath(highestFrequency: 500)
        #expect(path.frequencies(through: [right, right, wrong, right, right]) == [200, 200, 201, 200, 200])
    }

    @Test func differencesCountWhatTheySayTheyCount() {
        let reference = PitchTrack(frequencies: [0, 100, 100, 100, 0, 100])
        let other = PitchTrack(frequencies: [0, 100 * pow(2, 10.0 / 1200), 200, 100, 90, 0])
        let difference = PitchDifference(of: other, from: reference)
        #expect(abs(difference.medianCents! - 10) < 1e-9)
        #expect(abs(difference.rootMeanSquareCents! - ((100.0 + 1200 * 1200) / 3).squareRoot()) < 1e-9)
        #expect(difference.grossErrorRate == 1.0 / 3)
        #expect(difference.voicingErrorRate == 2.0 / 6)
    }
}
