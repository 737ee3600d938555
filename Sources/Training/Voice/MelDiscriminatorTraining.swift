import Kernels
import MelGAN
import Neural
import Tensors
import TextToMel

/// A ``MelDiscriminator`` in training, and the optimisers of it and of the voice's decoder: least-squares GAN losses (Mao et al.
/// 2017) and feature matching (Larsen et al. 2016), scaled to the mel loss as GANSpeech does.
struct MelDiscriminatorTraining {
    var discriminator: MelDiscriminator
    var discriminatorOptimiser: AdamOptimiser
    var decoderOptimiser: AdamOptimiser
    var configuration: MelDiscriminatorConfiguration
    private let seed: UInt64
    private let bands: Int
    private let engine: Engine

    /// The losses of a step, before they are weighted.
    struct Losses: Equatable {
        /// The discriminator's loss, of both mels.
        var discriminator = 0.0
        /// The generator loss of the decoder.
        var generator = 0.0
        /// The mean absolute difference of features.
        var featureMatching = 0.0
        /// The fractions of logits that classify their mel correctly.
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

    /// Steps of the run so far, those without the discriminator included.
    var step: Int { configuration.start + decoderOptimiser.step }

    /// The decoder's noise in the next step.
    var noise: FrameNoise {
        var random = SplitMix64(seed: seed, position: [0x6865_6172_64, UInt64(step)])
        return FrameNoise(key: random.next())
    }

    var dropout: DropoutSchedule { DropoutSchedule(seed: seed, step: step, blockRate: configuration.dropout) }

    /// The windows of the next step, one at a random place in each of equal sections of a batch's frames.
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

    /// The discriminator step: updates the discriminator.
    ///
    /// - Parameters:
    ///   - predicted: `[1, rows, bands + 2]`, the decoder's output.
    ///   - recorded: `[1, rows, bands]`.
    /// - Returns: The features of the recorded mel, as they were before the update.
    mutating func discriminatorStep(
        _ predicted: Tensor, _ recorded: Tensor, _ windows: MelWindows, _ losses: inout Losses
    ) -> [Tensor] {
        let objective = AdversarialObjective.leastSquares
        let tape = Tape(engine)
        let fake = discriminator.output(of: Variable(predicted), windows, trains: true, on: tape)
        let real = discriminator.output(of: Variable(recorded), windows, trains: true, on: tape)
        let fakeLoss = objective.loss(fake.logits.value, as: .fake)
        let realLoss = objective.loss(real.logits.value, as: .real)
        fake.logits.accumulate(fakeLoss.gradient)
        real.logits.accumulate(realLoss.gradient)
        tape.backward()
        losses.discriminator = fakeLoss.value + realLoss.value
        losses.fakeAccuracy = objective.accuracy(fake.logits.value, areReal: false)
        losses.realAccuracy = objective.accuracy(real.logits.value, areReal: true)
        discriminatorOptimiser.update(
            &discriminator, along: tape.gradients, share: configuration.learningRateFactor(at: step))
        return real.features.map(\.value)
    }

    /// Adds the gradients of the generator loss and of feature matching to those of the decoder's output.
    ///
    /// - Parameters:
    ///   - predicted: The decoder's output, as in ``discriminatorStep(_:_:_:_:)``.
    ///   - realFeatures: The features of the recorded mel.
    ///   - melLoss: The value that the feature matching loss is scaled to.
    func accumulateGeneratorLoss(
        _ predicted: Variable, _ realFeatures: [Tensor], _ windows: MelWindows, melLoss: Double, on tape: Tape,
        _ losses: inout Losses
    ) {
        let factor = configuration.adversarialFactor(at: step)
        let fake = discriminator.output(of: predicted, windows, trains: false, on: tape)
        let generator = AdversarialObjective.leastSquares.loss(fake.logits.value, as: .generator)
        losses.generator = generator.value
        Elementwise.scale(generator.gradient, by: Float(factor * configuration.weight))
        fake.logits.accumulate(generator.gradient)
        let differences = zip(fake.features, realFeatures).map {
            AbsoluteDifference.mean(of: $0.value, from: $1, weight: 1 / Float(realFeatures.count))
        }
        losses.featureMatching = differences.reduce(0) { $0 + $1.mean } / Double(realFeatures.count)
        let scale = factor * configuration.featureWeight * melLoss / max(1e-6, losses.featureMatching)
        for (feature, difference) in zip(fake.features, differences) {
            Elementwise.scale(difference.gradient, by: Float(scale))
            feature.accumulate(difference.gradient)
        }
    }
}

extension VoiceTraining {
    /// Whether the next step is the first with the discriminator.
    var isDueForMelDiscriminator: Bool { melDiscriminator == nil && configuration.melDiscriminator?.start == optimiser.step }

    /// Goes on from `networks` with a new discriminator.
    mutating func beginMelDiscriminator(with networks: VoiceNetworks) {
        self.networks = networks
        average = EMA(of: networks, decay: configuration.averaging)
        makeMelDiscriminator()
    }

    /// Makes a new discriminator.
    ///
    /// - Precondition: The configuration has one.
    mutating func makeMelDiscriminator() {
        melDiscriminator = MelDiscriminatorTraining(
            configuration.melDiscriminator!, bands: networks.acoustic.configuration.bands, seed: configuration.seed,
            engine: engine)
    }

    /// One step of adversarial training: updates the discriminator and the decoder; all else stays as it is.
    mutating func adversarialStep(_ batch: VoiceBatch, _ melDiscriminator: inout MelDiscriminatorTraining) -> VoiceLosses {
        var losses = VoiceLosses()
        let step = melDiscriminator.step
        let layout = batch.tokens.layout
        let (encoded, durations) = encoded(batch)
        let targets = batch.targets(durations)
        let tape = Tape(engine)
        let decoded = networks.acoustic.decoder.decoded(
            Variable(encoded), layout, durations: durations, pitch: layout.packed(noisy(targets.pitch, step: step)),
            energy: layout.packed(targets.energy), noise: melDiscriminator.noise, dropout: melDiscriminator.dropout, on: tape)
        let loss = DecoderLoss(decoded.output.value, batch, melWeight: melDiscriminator.configuration.melWeight)
        decoded.output.accumulate(loss.gradient)
        (losses.mel, losses.f0, losses.voicing) = (loss.mel, loss.f0, loss.voicing)

        let windows = melDiscriminator.windows(of: batch.frames)
        var adversarial = MelDiscriminatorTraining.Losses()
        let realFeatures = melDiscriminator.discriminatorStep(decoded.output.value, batch.mel, windows, &adversarial)
        if melDiscriminator.configuration.adversarialFactor(at: step) > 0 {
            melDiscriminator.accumulateGeneratorLoss(
                decoded.output, realFeatures, windows, melLoss: loss.mel, on: tape, &adversarial)
        }
        losses.melDiscriminator = adversarial

        tape.backward()
        let gradients = tape.gradients
        losses.gradientNorm = gradients.clip(toNorm: configuration.maxGradientNorm)
        melDiscriminator.decoderOptimiser.update(
            &networks.acoustic.decoder, along: gradients, share: melDiscriminator.configuration.learningRateFactor(at: step))
        // By now `melDiscriminator.step` counts this step too.
        average.add(networks, step: melDiscriminator.step + 1)
        return losses
    }

    /// A batch's encoded phonemes, and the durations that the aligner finds.
    private func encoded(_ batch: VoiceBatch) -> (encoded: Tensor, durations: [[Int]]) {
        let tape = Tape(engine)
        let encoding = networks.acoustic.encoding(of: batch.tokens, dropout: nil, on: tape)
        let alignments = networks.aligner.alignments(of: encoding.embedded, batch, prior: prior, on: tape)
        return (encoding.encoded.value, alignments.map(\.durations))
    }
}
