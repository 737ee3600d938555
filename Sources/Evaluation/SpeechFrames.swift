/// The features of the speech in all recordings, gathered for the ``FrechetDistance`` of each contestant.
struct SpeechFrames {
    private var originals: [String: [Float]] = [:]
    private var contestants: [String: [Float]] = [:]
    /// The originals alone, every other recording to the one and to the other.
    private var halves: [[Float]] = [[], []]
    private var recordingCount = 0

    /// Adds what the contestants made of one recording.
    mutating func add(_ judgements: [Judgement]) {
        for judgement in judgements {
            let name = judgement.score.contestant
            originals[name, default: []] += judgement.originalFeatures
            contestants[name, default: []] += judgement.features
        }
        guard let first = judgements.first else { return }
        halves[recordingCount % 2] += first.originalFeatures
        recordingCount += 1
    }

    /// From each contestant's speech to the originals', equally many frames of both.
    var distances: [String: FrechetDistance] {
        var result: [String: FrechetDistance] = [:]
        for (name, frames) in contestants {
            result[name] = FrechetDistance(of: frames, from: originals[name]!)
        }
        return result
    }

    /// From one half of the originals to the other: what different sentences alone make. nil for a single recording.
    var floor: FrechetDistance? { FrechetDistance(of: halves[0], from: halves[1]) }
}
