import Kernels
import MelGAN
import Neural
import Tensors
import TextToMel

/// A voice's decoder and the discriminator it is taught by (least squares, Mao et al. 2017, and feature matching, Larsen et al.
/// 2016, scaled to the mel's loss as GANSpeech does).
struct MelDiscriminatorTraining {
    var discriminator: MelDiscriminator
    var discriminatorOptimiser: AdamOptimiser
    var decoderOptimiser: AdamOptimiser
    var configuration: MelDiscriminatorConfiguration
    private let seed: UInt64
    private let bands: Int
    private let engine: Engine

    /// What the discriminator found in a step.
    struct Losses: Equatable {
        /// Of scores of both.
        var discriminator = 0.0
        /// Of the decoder's scores, as a loss of the decoder.
        var generator = 0.0
        /// Mean absolute difference of features, unscaled.
        var features = 0.0
        /// Shares of scores on the right side of the middle.
        var realAccuracy = 0.0
        var fakeAccuracy = 0.0
    }

    init(_ configuration: MelDiscriminatorConfiguration, bands: Int, seed: UInt64, engine: Engine) {
        var random = SplitMix64(seed: seed &+ 1)
        discriminator = MelDiscriminator(bands: bands, channels: configuration.channels, using: &random)
        discriminatorOptimiser = AdamOptimiser(learningRate: configuration.discriminatorRate, beta1: 0.5, beta2: 0.9)
        decoderOptimiser = AdamOptimiser(learningRate: configuration.learningRate, beta1: 0.5, beta2: 0.9)
        self.configuration = configuration
        self.seed = seed
        self.bands = bands
        self.engine = engine
    }

    /// Steps made in all, those before the melDiscriminator included.
    var step: Int { configuration.start + decoderOptimiser.step }

    /// What the decoder hears in the next step.
    var noise: FrameNoise {
        var random = SplitMix64(seed: seed, position: [0x6865_6172_64, UInt64(step)])
        return FrameNoise(key: random.next())
    }

    var dropout: DropoutSchedule { DropoutSchedule(seed: seed, step: step, blockRate: configuration.dropout) }

    /// Windows of the next step, spread evenly over a batch's frames and shifted at random.
    func windows(of frames: SignalLayout) -> MelWindows {
        let length = min(configuration.windowLength, frames.contentCount)
        let count = min(configuration.windows, frames.contentCount / length)
        var random = SplitMix64(seed: seed, position: [0x7769_6E64_6F77, UInt64(step)])
        let starts = (0..<count).map { index in
            let range = frames.contentCount * index / count..<frames.contentCount * (index + 1) / count
            return range.lowerBound + random.integer(below: range.count - length + 1)
        }
        return MelWindows(frames, starts: starts, length: length, bands: bands)
    }

    /// Updates the discriminator.
    ///
    /// - Parameters:
    ///   - made: `[1, rows, bands + 2]`.
    ///   - recorded: `[1, rows, bands]`.
    /// - Returns: The recordings' features, as they were before the update.
    mutating func judge(_ made: Tensor, _ recorded: Tensor, _ windows: MelWindows, _ losses: inout Losses) -> [Tensor] {
        let objective = AdversarialObjective.leastSquares
        let tape = Tape(engine)
        let fake = discriminator.judgement(of: Variable(made), windows, trains: true, on: tape)
        let real = discriminator.judgement(of: Variable(recorded), windows, trains: true, on: tape)
        let fakeLoss = objective.loss(fake.scores.value, as: .fake)
        let realLoss = objective.loss(real.scores.value, as: .real)
        fake.scores.accumulate(fakeLoss.gradient)
        real.scores.accumulate(realLoss.gradient)
        tape.backward()
        losses.discriminator = fakeLoss.value + realLoss.value
        losses.fakeAccuracy = objective.accuracy(fake.scores.value, areReal: false)
        losses.realAccuracy = objective.accuracy(real.scores.value, areReal: true)
        discriminatorOptimiser.update(
            &discriminator, along: tape.gradients, share: configuration.learningRateFactor(at: step))
        return real.features.map(\.value)
    }

    /// Puts the gradients of deceiving the discriminator on what the decoder made.
    ///
    /// - Parameters:
    ///   - recorded: The recordings' features.
    ///   - melLoss: What the features' differences are scaled to.
    func deceive(
        _ made: Variable, _ recorded: [Tensor], _ windows: MelWindows, melLoss: Double, on tape: Tape,
        _ losses: inout Losses
    ) {
        let share = configuration.share(at: step)
        let judgement = discriminator.judgement(of: made, windows, trains: false, on: tape)
        let generator = AdversarialObjective.leastSquares.loss(judgement.scores.value, as: .generator)
        losses.generator = generator.value
        Elementwise.scale(generator.gradient, by: Float(share * configuration.weight))
        judgement.scores.accumulate(generator.gradient)
        let differences = zip(judgement.features, recorded).map {
            AbsoluteDifference.mean(of: $0.value, from: $1, weight: 1 / Float(recorded.count))
        }
        losses.features = differences.reduce(0) { $0 + $1.mean } / Double(recorded.count)
        let scale = share * configuration.featureWeight * melLoss / max(1e-6, losses.features)
        for (feature, difference) in zip(judgement.features, differences) {
            Elementwise.scale(difference.gradient, by: Float(scale))
            feature.accumulate(difference.gradient)
        }
    }
}
