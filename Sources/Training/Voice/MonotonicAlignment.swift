/// The likeliest monotonic alignment (Kim et al., "Glow-TTS", 2020, section 3.2): how many frames each phoneme lasts, at least
/// one, so that the scores along the path sum to the most.
enum MonotonicAlignment {
    /// - Parameter scores: `[T, N]`, T at least N.
    static func durations(_ scores: [Float], frames: Int, phonemes: Int) -> [Int] {
        precondition(frames >= phonemes && phonemes > 0, "\(frames) frames for \(phonemes) phonemes")
        var best = [Float](repeating: -.infinity, count: phonemes)
        best[0] = scores[0]
        // Whether the path came from the phoneme before.
        var came = [Bool](repeating: false, count: frames * phonemes)
        for frame in 1..<max(1, frames) {
            let row = frame * phonemes
            for phoneme in stride(from: min(frame, phonemes - 1), through: 0, by: -1) {
                let going = phoneme > 0 ? best[phoneme - 1] : -.infinity
                if going > best[phoneme] {
                    came[row + phoneme] = true
                    best[phoneme] = going + scores[row + phoneme]
                } else {
                    best[phoneme] += scores[row + phoneme]
                }
            }
        }
        var durations = [Int](repeating: 0, count: phonemes)
        var phoneme = phonemes - 1
        for frame in stride(from: frames - 1, through: 0, by: -1) {
            durations[phoneme] += 1
            // As many frames as phonemes are left: each gets one.
            if came[frame * phonemes + phoneme] || (phoneme == frame && phoneme > 0) { phoneme -= 1 }
        }
        return durations
    }
}
