import Platform
public import Tensors

/// The GAN loss, on the discriminator's logits D.
public enum AdversarialObjective: String, Codable, CaseIterable, Sendable {
    /// Lim & Ye 2017, the paper's choice: discriminator `max(0, 1 - D(real)) + max(0, 1 + D(fake))`, generator `-D(fake)`.
    case hinge
    /// Mao et al. 2017: discriminator `(D(real) - 1)^2 + D(fake)^2`, generator `(D(fake) - 1)^2`.
    case leastSquares = "least-squares"
    /// Goodfellow et al. 2014 with the generator's non-saturating loss: discriminator
    /// `-log s(D(real)) - log(1 - s(D(fake)))`, generator `-log s(D(fake))`, with the logistic function s.
    case nonSaturating = "non-saturating"

    /// Which of its losses is meant.
    public enum Role: Sendable {
        /// The discriminator's loss on real audio.
        case real
        /// The discriminator's loss on the generator's audio.
        case fake
        /// The generator's loss on its own audio.
        case generator
    }

    /// The mean of the loss over `logits`, and its gradient.
    public func loss(_ logits: Tensor, as role: Role) -> (value: Double, gradient: Tensor) {
        let values = logits.values
        let mean = 1 / Float(values.count)
        var sum = 0.0
        let gradients = values.map { logit in
            let (loss, gradient) = lossAndGradient(logit, role)
            sum += Double(loss)
            return gradient * mean
        }
        return (sum / Double(values.count), Tensor(gradients, shape: logits.shape))
    }

    /// The fraction of `logits` on the right side: above the middle for real audio, below for fake.
    ///
    /// At the equilibrium of the theory the discriminator is right half of the time.
    public func accuracy(_ logits: Tensor, areReal: Bool) -> Double {
        let middle: Float = self == .leastSquares ? 0.5 : 0
        let values = logits.values
        return Double(values.count { areReal ? $0 > middle : $0 < middle }) / Double(values.count)
    }

    private func lossAndGradient(_ logit: Float, _ role: Role) -> (Float, Float) {
        switch (self, role) {
        // Written so that a logit that is NaN makes a loss that is NaN.
        case (.hinge, .real): logit >= 1 ? (0, 0) : (1 - logit, -1)
        case (.hinge, .fake): logit <= -1 ? (0, 0) : (1 + logit, 1)
        case (.hinge, .generator): (-logit, -1)
        case (.leastSquares, .real), (.leastSquares, .generator): ((logit - 1) * (logit - 1), 2 * (logit - 1))
        case (.leastSquares, .fake): (logit * logit, 2 * logit)
        case (.nonSaturating, .real), (.nonSaturating, .generator): (softplus(-logit), -logistic(-logit))
        case (.nonSaturating, .fake): (softplus(logit), logistic(logit))
        }
    }
}

/// log(1 + e^x), without overflow.
private func softplus(_ value: Float) -> Float { max(value, 0) + log1p(exp(-abs(value))) }

private func logistic(_ value: Float) -> Float {
    value >= 0 ? 1 / (1 + exp(-value)) : exp(value) / (1 + exp(value))
}
