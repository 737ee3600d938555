import Kernels
import Neural
import Platform
import Tensors

/// The phases of a training run and its learning rate, as functions of the step alone, so that resuming needs no state.
public struct TrainingSchedule: Codable, Equatable, Sendable {
    /// The number of steps before the discriminators take part; until then the other losses train the generator.
    public var warmUpSteps: Int
    /// The number of steps after the warm-up in which the adversarial losses do not yet train the generator.
    public var discriminatorOnlySteps: Int
    /// The number of steps after those over which the adversarial losses grow to their full weight.
    public var adversarialWarmUpSteps: Int
    /// The number of steps in which the learning rate falls to a hundredth, along a cosine; nil if it is constant.
    public var decaySteps: Int?
    /// The last step at which the learning rate's decay was rescaled to another end; nil if it never was.
    public internal(set) var rescalePoint: RescalePoint?
    /// The limit of the norm of the generator's gradient over all parameters; nil if it is not clipped.
    public var maxGradientNorm: Double?

    /// Creates a schedule; the default is the paper's, which uses all losses from the first step at a constant learning rate.
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

    /// A step from which the rest of the decay is spread over another number of steps.
    public struct RescalePoint: Codable, Equatable, Sendable {
        public var step: Int
        /// The fraction of the decay that was done at that step, 0...1.
        public var progress: Double
    }

    /// The fraction of the decay that is done after `step` steps, 0...1.
    func decayProgress(at step: Int) -> Double {
        guard let decaySteps else { return 0 }
        let (start, done) = (rescalePoint?.step ?? 0, rescalePoint?.progress ?? 0)
        guard decaySteps > start else { return 1 }
        return min(1, done + (1 - done) * (Double(step - start) / Double(decaySteps - start)))
    }

    /// The factor of the learning rate in the step after `step` steps. If the rate decays, it rises over the first hundred steps.
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

    /// Describes invalid numbers; nil if all are valid.
    var validationError: String? {
        let steps = [warmUpSteps, discriminatorOnlySteps, adversarialWarmUpSteps, decaySteps ?? 1]
        let norm = maxGradientNorm ?? 1
        if steps.contains(where: { !(0...1 << 40).contains($0) }) || decaySteps == 0 || !(norm > 0 && norm.isFinite) {
            return "its schedule has a number of steps or a gradient norm that is not within its range"
        }
        return nil
    }
}

extension Gradients {
    /// Scales all gradients in place so that their norm, taken over all of them, is at most `limit`.
    ///
    /// - Returns: The norm before clipping.
    func clip(toNorm limit: Double) -> Double {
        var sum = 0.0
        // The order of names makes the sum the same bits each time.
        for name in keys.sorted() { sum += Elementwise.sumOfSquares(self[name]!) }
        let norm = sum.squareRoot()
        guard norm > limit else { return norm }
        for tensor in values { Elementwise.scale(tensor, by: Float(limit / norm)) }
        return norm
    }
}
