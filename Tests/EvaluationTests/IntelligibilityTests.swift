@testable import Evaluation
import Platform
import Testing

@Suite struct IntelligibilityTests {
    private let intelligibility = Intelligibility()
    private let original = SyntheticSpeech.utterance().resampled(to: Intelligibility.sampleRate)
        .samples

    @Test func aCopyHasOneAtAnyLevelAndWithAnySign() {
        for factor in [1, 0.01, -3] as [Float] {
            #expect(
                abs(intelligibility.score(of: original.map { $0 * factor }, against: original)! - 1) < 1e-5)
        }
    }

    @Test func whatFollowsTheOriginalsPausesDoesNotCount() {
        var other = original
        // The last tenth of a second is digital silence.
        for index in original.count - 900..<original.count { other[index] = 0.5 }
        let score = intelligibility.score(of: other, against: original)!
        #expect(abs(score - 1) < 0.02, "\(score)")
    }

    @Test func anotherSoundIsNotIntelligible() {
        let noise = SyntheticSpeech.noise(original.count, seed: 8).map { Float(0.1 * $0) }
        #expect(abs(intelligibility.score(of: noise, against: original)!) < 0.4)
    }

    @Test func lessThanThirtyFramesOfSpeechHaveNoScore() {
        #expect(
            intelligibility.score(of: Array(original[..<3000]), against: Array(original[..<3000])) == nil)
        #expect(intelligibility.score(of: [], against: []) == nil)
        let silence = [Float](repeating: 0, count: 10_000)
        #expect(intelligibility.score(of: silence, against: silence) == nil)
        #expect(intelligibility.score(of: silence, against: original)!.isFinite)
    }
}
