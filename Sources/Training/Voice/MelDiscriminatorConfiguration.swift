import Platform

/// How a voice's decoder is taught, after its warm-up, by a discriminator that hears whether a mel is a recording's.
///
/// The warm-up's losses teach means, and a mean of mels is a blur: formants stand still, fricatives are even. From `start` on the
/// decoder alone goes on from the best voice so far; phonemes' encoder, predictors and alignment stay.
public struct MelDiscriminatorConfiguration: Codable, Equatable, Sendable {
    /// The step that it begins with.
    public var start: Int
    /// The step at which its learning rates have fallen.
    public var end: Int
    /// Adam's, of the decoder, at its highest.
    public var learningRate: Double
    /// Of the discriminator.
    public var discriminatorRate: Double
    /// Steps in which the discriminator learns alone.
    public var discriminatorOnlySteps: Int
    /// Steps after them in which its part in the decoder's loss grows to all of it.
    public var adversarialWarmUpSteps: Int
    /// Of the mel's mean absolute difference.
    public var melWeight: Double
    /// Of the scores.
    public var weight: Double
    /// Of the features' differences, which are scaled to be as large as the mel's.
    public var featureWeight: Double
    /// Windows a step, and their frames.
    public var windows: Int
    public var windowLength: Int
    /// Of the ``MelDiscriminator``'s first layer.
    public var channels: Int
    /// Of the ``FrameNoise`` that the decoder hears.
    public var noiseChannels: Int
    /// Of what is dropped in the decoder's blocks.
    public var dropout: Float

    public init(from start: Int, to end: Int) {
        (self.start, self.end) = (start, end)
        learningRate = 2e-4
        discriminatorRate = 2e-4
        discriminatorOnlySteps = 40
        adversarialWarmUpSteps = 40
        melWeight = 0.5
        weight = 0.5
        featureWeight = 1
        windows = 16
        windowLength = 64
        channels = 24
        noiseChannels = 16
        dropout = 0
    }

    /// The share of both learning rates after `step` steps: a cosine down to a twentieth.
    func learningRateFactor(at step: Int) -> Double {
        let place = min(1, Double(step - start) / Double(max(1, end - start)))
        return 0.05 + 0.95 * 0.5 * (1 + cos(.pi * place))
    }

    /// The share of the discriminator's part in the decoder's loss.
    func share(at step: Int) -> Double {
        let place = step - start - discriminatorOnlySteps
        return place < 0 ? 0 : min(1, Double(place + 1) / Double(max(1, adversarialWarmUpSteps)))
    }

    /// A sentence about what cannot be; nil where there is none.
    var validationError: String? {
        if start < 0 || learningRate <= 0 || discriminatorRate <= 0 || discriminatorOnlySteps < 0 || adversarialWarmUpSteps < 0
            || min(windows, windowLength, channels, noiseChannels) < 1 || !(0..<1).contains(dropout)
            || min(melWeight, weight, featureWeight) < 0
        {
            return "its melDiscriminator has a rate, a weight or a number below what it can be"
        }
        return nil
    }
}
