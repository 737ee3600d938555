import Platform
public import Tensors

/// The game the two networks play, as losses on the discriminator's scores D.
public enum AdversarialObjective: String, Codable, CaseIterable, Sendable {
    /// Lim & Ye 2017, the paper's choice: discriminator `max(0, 1 - D(real)) + max(0, 1 + D(fake))`, generator `-D(fake)`.
    case hinge
    /// Mao et al. 2017: discriminator `(D(real) - 1)^2 + D(fake)^2`, generator `(D(fake) - 1)^2`.
    case leastSquares = "least-squares"
    /// Goodfellow et al. 2014 with the generator's non-saturating loss: discriminator
    /// `-log s(D(real)) - log(1 - s(D(fake)))`, generator `-log s(D(fake))`, with the logistic function s.
    case nonSaturating = "non-saturating"

    /// What a score is held to be.
    public enum Role: Sendable {
        /// The discriminator's loss on real audio.
        case real
        /// The discriminator's loss on the generator's audio.
        case fake
        /// The generator's loss on its own audio.
        case generator
    }

    /// The mean of the loss over `scores`, and its gradient.
    public func loss(_ scores: Tensor, as role: Role) -> (value: Double, gradient: Tensor) {
        let values = scores.values
        let share = 1 / Float(values.count)
        var sum = 0.0
        let gradient = values.map { score in
            let (loss, slope) = lossAndGradient(score, role)
            sum += Double(loss)
            return slope * share
        }
        return (sum / Double(values.count), Tensor(gradient, shape: scores.shape))
    }

    /// The share of `scores` on the right side: above the middle for real audio, below for fake.
    ///
    /// At the equilibrium of the theory the discriminator is right half of the time.
    public func accuracy(_ scores: Tensor, areReal: Bool) -> Double {
        let middle: Float = self == .leastSquares ? 0.5 : 0
        let values = scores.values
        return Double(values.count { areReal ? $0 > middle : $0 < middle }) / Double(values.count)
    }

    private func lossAndGradient(_ score: Float, _ role: Role) -> (Float, Float) {
        switch (self, role) {
        // Written so that a score that is no number makes a loss that is none.
        case (.hinge, .real): score >= 1 ? (0, 0) : (1 - score, -1)
        case (.hinge, .fake): score <= -1 ? (0, 0) : (1 + score, 1)
        case (.hinge, .generator): (-score, -1)
        case (.leastSquares, .real), (.leastSquares, .generator): ((score - 1) * (score - 1), 2 * (score - 1))
        case (.leastSquares, .fake): (score * score, 2 * score)
        case (.nonSaturating, .real), (.nonSaturating, .generator): (softplus(-score), -logistic(-score))
        case (.nonSaturating, .fake): (softplus(score), logistic(score))
        }
    }
}

/// log(1 + e^x), without overflow.
private func softplus(_ value: Float) -> Float { max(value, 0) + log1p(exp(-abs(value))) }

private func logistic(_ value: Float) -> Float {
    value >= 0 ? 1 / (1 + exp(-value)) : exp(value) / (1 + exp(value))
}
