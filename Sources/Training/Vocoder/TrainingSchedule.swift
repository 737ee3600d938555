import Kernels
import Neural
import Platform
import Tensors

/// What takes part when in a training run, and how fast the networks learn: functions of the step alone, so that resuming needs
/// no state.
public struct TrainingSchedule: Codable, Equatable, Sendable {
    /// Steps before the discriminators take part; until then the other losses train the generator.
    public var warmUpSteps: Int
    /// Steps after the warm-up in which the discriminators learn by themselves.
    public var discriminatorOnlySteps: Int
    /// Steps after those over which the adversarial loss grows to its full weight.
    public var adversarialWarmUpSteps: Int
    /// Steps in which the learning rate falls to a hundredth, along a cosine; nil where it stays.
    public var decaySteps: Int?
    /// Where the learning rate's decay was last made to end at another step.
    public internal(set) var rescalePoint: RescalePoint?
    /// The limit of the norm of the generator's gradient over all parameters; nil where it is not clipped.
    public var maxGradientNorm: Double?

    /// By default the paper's: everything from the first step on, at one rate.
    public init(
        warmUpSteps: Int = 0, discriminatorOnlySteps: Int = 0, adversarialWarmUpSteps: Int = 0, decaySteps: Int? = nil,
        maxGradientNorm: Double? = nil
    ) {
        self.warmUpSteps = warmUpSteps
        self.discriminatorOnlySteps = discriminatorOnlySteps
        self.adversarialWarmUpSteps = adversarialWarmUpSteps
        self.decaySteps = decaySteps
        self.maxGradientNorm = maxGradientNorm
    }

    /// A step from which on the rest of the decay is spread over another number of steps.
    public struct RescalePoint: Codable, Equatable, Sendable {
        public var step: Int
        /// How much of the decay was done at that step, 0...1.
        public var progress: Double
    }

    /// How much of the decay is done after `step` steps, 0...1.
    func decayProgress(at step: Int) -> Double {
        guard let decaySteps else { return 0 }
        let (start, done) = (rescalePoint?.step ?? 0, rescalePoint?.progress ?? 0)
        guard decaySteps > start else { return 1 }
        return min(1, done + (1 - done) * (Double(step - start) / Double(decaySteps - start)))
    }

    /// The factor of the learning rate in the step after `step` steps. The first hundred steps of a decaying one climb to it.
    public func learningRateFactor(at step: Int) -> Double {
        guard decaySteps != nil else { return 1 }
        let progress = decayProgress(at: step)
        return min(1, Double(step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + cos(.pi * progress)))
    }

    /// The factor of the adversarial loss in the step after `step` steps, 0...1.
    public func adversarialFactor(at step: Int) -> Double {
        let done = step - warmUpSteps - discriminatorOnlySteps
        guard done >= 0 else { return 0 }
        return adversarialWarmUpSteps > 0 ? min(1, Double(done + 1) / Double(adversarialWarmUpSteps)) : 1
    }

    /// A sentence about numbers that cannot be; nil where there are none.
    var validationError: String? {
        if warmUpSteps < 0 || discriminatorOnlySteps < 0 || adversarialWarmUpSteps < 0 || decaySteps ?? 1 < 1 || maxGradientNorm ?? 1 <= 0 {
            return "its schedule has numbers of steps or a gradient's length below zero"
        }
        return nil
    }
}

extension Gradients {
    /// Scales all gradients in place so that their norm, taken over all of them, is at most `limit`.
    ///
    /// - Returns: The norm before.
    func clip(toNorm limit: Double) -> Double {
        var sum = 0.0
        // In the order of names, for the same bits each time.
        for name in keys.sorted() { sum += Elementwise.sumOfSquares(self[name]!) }
        let norm = sum.squareRoot()
        guard norm > limit else { return norm }
        for tensor in values { Elementwise.scale(tensor, by: Float(limit / norm)) }
        return norm
    }
}
