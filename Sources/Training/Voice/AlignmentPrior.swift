import Platform

/// Which phoneme a frame belongs to before anything is heard: near the diagonal (Badlani et al. 2021, section 2.2).
///
///     prior[t, k] = ln BetaBinomial(k; N - 1, alpha = t + 1, beta = T - t),  t = 0 ..< T
struct AlignmentPrior {
    /// ln n!, by n.
    private let factorials: [Double]

    /// - Parameter longest: of frames and phonemes together.
    init(longest: Int) {
        var (sum, factorials) = (0.0, [0.0])
        for number in 1...longest + 2 {
            sum += log(Double(number))
            factorials.append(sum)
        }
        self.factorials = factorials
    }

    /// `[frames, phonemes]`: logarithms of likelihoods that sum to 1 in each row.
    func logarithms(frames: Int, phonemes: Int) -> [Float] {
        let n = phonemes - 1
        var result: [Float] = []
        result.reserveCapacity(frames * phonemes)
        for frame in 0..<frames {
            let (alpha, beta) = (frame + 1, frames - frame)
            let norm = factorials[n] - lnBeta(alpha, beta)
            for k in 0...n {
                let choice = -factorials[k] - factorials[n - k]
                result.append(Float(norm + choice + lnBeta(k + alpha, n - k + beta)))
            }
        }
        return result
    }

    private func lnBeta(_ a: Int, _ b: Int) -> Double { factorials[a - 1] + factorials[b - 1] - factorials[a + b - 1] }
}
