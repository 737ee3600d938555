import Platform

/// The likelihood of all monotonic alignments together (Shih et al., "RAD-TTS", 2021, section 2.1):
///
///     loss = -1 / T ln sum over paths of  product over t of exp score[t, n(t)]
///
/// where a path begins at the first phoneme, ends at the last, and from frame to frame stays or goes one on. Computed in
/// logarithms, by the recursion of hidden Markov models.
struct ForwardSumLoss {
    let loss: Double
    /// The loss's gradient with respect to the scores, `[T, N]`: minus the likelihood that frame t belongs to phoneme n, by T.
    let gradient: [Float]

    /// - Precondition: There are at least as many frames as phonemes.
    init(_ scores: [Float], frames: Int, phonemes: Int) {
        precondition(frames >= phonemes && phonemes > 0, "\(frames) frames for \(phonemes) phonemes")
        let ahead = Self.sums(scores, frames, phonemes)
        let total = ahead[frames * phonemes - 1]
        var gradient = [Float](repeating: 0, count: frames * phonemes)
        // What follows a cell, itself left out.
        var behind = [Float](repeating: -.infinity, count: phonemes)
        behind[phonemes - 1] = 0
        for frame in stride(from: frames - 1, through: 0, by: -1) {
            let row = frame * phonemes
            for phoneme in 0..<phonemes {
                let exponent = ahead[row + phoneme] + behind[phoneme] - total
                gradient[row + phoneme] = exponent > -80 ? -expf(exponent) / Float(frames) : 0
            }
            for phoneme in 0..<phonemes {
                let staying = behind[phoneme] + scores[row + phoneme]
                let going = phoneme + 1 < phonemes ? behind[phoneme + 1] + scores[row + phoneme + 1] : -.infinity
                behind[phoneme] = Self.added(staying, going)
            }
        }
        loss = -Double(total) / Double(frames)
        self.gradient = gradient
    }

    private static func sums(_ scores: [Float], _ frames: Int, _ phonemes: Int) -> [Float] {
        var sums = [Float](repeating: -.infinity, count: frames * phonemes)
        sums[0] = scores[0]
        for frame in 1..<max(1, frames) {
            let (row, before) = (frame * phonemes, (frame - 1) * phonemes)
            sums[row] = sums[before] + scores[row]
            for phoneme in 1..<max(1, phonemes) {
                sums[row + phoneme] = added(sums[before + phoneme], sums[before + phoneme - 1]) + scores[row + phoneme]
            }
        }
        return sums
    }

    /// ln (e^a + e^b).
    @inline(__always)
    private static func added(_ a: Float, _ b: Float) -> Float {
        let (greater, lesser) = a > b ? (a, b) : (b, a)
        let difference = lesser - greater
        return difference > -18 ? greater + log1pf(expf(difference)) : greater
    }
}
