import Kernels
import Neural
import Platform
import Tensors

/// What changes in the course of a training: functions of the step alone, so that resuming needs no state.
public struct TrainingSchedule: Codable, Equatable, Sendable {
    /// Steps before the discriminator takes part; until then the distances alone teach.
    public var warmUpSteps: Int
    /// After the warm-up, steps in which the discriminator learns by itself.
    public var discriminatorOnlySteps: Int
    /// After the head start, steps over which its part in the generator's loss grows to all of it.
    public var adversarialWarmUpSteps: Int
    /// Steps in which the learning rate falls to a hundredth, as a cosine does; nil where it stays.
    public var decaySteps: Int?
    /// Where the learning rate's fall was last made to end at another step.
    public internal(set) var rescalePoint: RescalePoint?
    /// What the generator's gradient is cut to, by its length over all parameters; nil where it is not.
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

    /// A change of pace: after `step` steps `place` of the way was done, and the rest is spread over the steps that are left.
    public struct RescalePoint: Codable, Equatable, Sendable {
        public var step: Int
        /// 0...1.
        public var place: Double
    }

    /// How much of its way the learning rate has come after `step` steps: 0...1.
    func decayPlace(at step: Int) -> Double {
        guard let decaySteps else { return 0 }
        let (start, place) = (rescalePoint?.step ?? 0, rescalePoint?.place ?? 0)
        guard decaySteps > start else { return 1 }
        return min(1, place + (1 - place) * (Double(step - start) / Double(decaySteps - start)))
    }

    /// The share of the learning rate for the step after `step` steps; the first hundred of a decaying one climb to it.
    public func learningRateFactor(at step: Int) -> Double {
        guard decaySteps != nil else { return 1 }
        let place = decayPlace(at: step)
        return min(1, Double(step + 1) / 100) * (0.01 + 0.99 * 0.5 * (1 + cos(.pi * place)))
    }

    /// The share of the discriminator's part in the generator's loss.
    public func adversarialFactor(at step: Int) -> Double {
        let place = step - warmUpSteps - discriminatorOnlySteps
        guard place >= 0 else { return 0 }
        return adversarialWarmUpSteps > 0 ? min(1, Double(place + 1) / Double(adversarialWarmUpSteps)) : 1
    }

    /// A sentence about what cannot be; nil where there is none.
    var validationError: String? {
        if warmUpSteps < 0 || discriminatorOnlySteps < 0 || adversarialWarmUpSteps < 0 || decaySteps ?? 1 < 1 || maxGradientNorm ?? 1 <= 0 {
            return "its schedule has numbers of steps or a gradient's length below zero"
        }
        return nil
    }
}

extension Gradients {
    /// Scales all of them, in place, so that their common length is at most `longest`.
    ///
    /// - Returns: The length before.
    func cut(to longest: Double) -> Double {
        var sum = 0.0
        // In one order, for the same bits each time.
        for name in keys.sorted() {
            let tensor = self[name]!
            sum += Elementwise.sumOfSquares(tensor)
        }
        let length = sum.squareRoot()
        guard length > longest else { return length }
        for tensor in values { Elementwise.scale(tensor, by: Float(longest / length)) }
        return length
    }
}
