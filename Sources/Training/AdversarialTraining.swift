public import Kernels
public import MelGAN
package import Neural
public import Tensors

/// What one training step found.
public struct StepLosses: Codable, Equatable, Sendable {
    /// The discriminator's, summed over scales.
    public var discriminator = 0.0
    /// The generator's, summed over scales.
    public var adversarial = 0.0
    /// Weighted as in the generator's total.
    public var featureMatching = 0.0
    /// Weighted as in the generator's total; 0 where it is not asked for.
    public var melLoss = 0.0
    /// Likewise.
    public var stftLoss = 0.0
    /// Likewise.
    public var subBandSTFTLoss = 0.0
    /// Likewise.
    public var waveformLoss = 0.0
    /// The length of the generator's gradient before it is cut; 0 where it is not.
    public var gradientNorm = 0.0
    /// Shares of scores on the right side of the middle, averaged over scales.
    public var realAccuracy = 0.0
    public var fakeAccuracy = 0.0

    public init() {}

    public var generator: Double {
        adversarial + featureMatching + melLoss + stftLoss + subBandSTFTLoss + waveformLoss
    }
    public var isFinite: Bool { discriminator.isFinite && generator.isFinite }
}

/// The two networks with their optimisers, and the step that trains them (Kumar et al. 2019, section 2.2, in the order
/// of the authors' program: the discriminator first; features of real audio are those from before its update).
public struct AdversarialTraining {
    public var generator: Generator
    public var discriminator: Discriminator
    /// Of the discriminator: a step meets the same one twice, after its update and, in the next, before.
    private var discriminatorWeights = WeightCache()
    public var generatorOptimiser: AdamOptimiser
    public var discriminatorOptimiser: AdamOptimiser
    public let objective: AdversarialObjective
    /// 10 in the paper.
    public let featureMatchingWeight: Double
    public let discriminatorSteps: Int
    /// Of the discriminator's scores in the generator's loss, summed over scales: 1 in the paper.
    public let adversarialWeight: Double
    /// Beside the paper's losses, where given.
    public let melLoss: (distance: MelLoss, weight: Double)?
    public let stftLoss: (distance: MultiResolutionSTFTLoss, weight: Double)?
    /// Of a generator that makes sub-bands.
    public let subBandSTFTLoss: (distance: SubBandSTFTLoss, weight: Double)?
    /// Of a generator whose source has the recordings' phases.
    public let waveformLoss: (distance: WaveformLoss, weight: Double)?
    /// When what takes part, and how fast both networks learn.
    public package(set) var schedule: TrainingSchedule
    /// Steps before the discriminator takes part; until then the distances alone teach.
    public var warmUpSteps: Int { schedule.warmUpSteps }
    /// Of the generator's weights, where one is kept.
    public package(set) var average: EMA<Generator>?
    /// The type of activations and their gradients; parameters, losses and audio are always float32.
    public let precision: ScalarType
    package let engine: Engine

    public init(
        generator: Generator, discriminator: Discriminator, objective: AdversarialObjective = .hinge,
        featureMatchingWeight: Double = 10, discriminatorSteps: Int = 1, adversarialWeight: Double = 1,
        melLoss: (distance: MelLoss, weight: Double)? = nil,
        stftLoss: (distance: MultiResolutionSTFTLoss, weight: Double)? = nil,
        subBandSTFTLoss: (distance: SubBandSTFTLoss, weight: Double)? = nil,
        waveformLoss: (distance: WaveformLoss, weight: Double)? = nil,
        schedule: TrainingSchedule = TrainingSchedule(), betas: (first: Double, second: Double) = (0.5, 0.9),
        averaging: Double? = nil, learningRate: Double = 1e-4, precision: ScalarType = .float32, engine: Engine = Engine()
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.featureMatchingWeight = featureMatchingWeight
        self.discriminatorSteps = discriminatorSteps
        self.melLoss = melLoss
        self.stftLoss = stftLoss
        self.subBandSTFTLoss = subBandSTFTLoss
        self.waveformLoss = waveformLoss
        self.adversarialWeight = adversarialWeight
        self.schedule = schedule
        average = averaging.map { EMA(of: generator, decay: $0) }
        self.precision = precision
        self.engine = engine
        generatorOptimiser = AdamOptimiser(learningRate: learningRate, beta1: betas.first, beta2: betas.second)
        discriminatorOptimiser = AdamOptimiser(learningRate: learningRate, beta1: betas.first, beta2: betas.second)
    }

    /// The generator to speak with: the average where one is kept.
    public var speaker: Generator { average?.network ?? generator }

    /// One update of each network (of the discriminator: `discriminatorSteps`).
    ///
    /// - Parameters:
    ///   - mel: `[batch, frames, bands]`.
    ///   - source: `[batch, frames * hop, 1]`: what a generator with a source refines.
    ///   - audio: `[batch, frames * hop, 1]`, the recording the mel was made from.
    public mutating func step(mel: Tensor, source: SourceSignal? = nil, audio: Tensor) -> StepLosses {
        var losses = StepLosses()
        let step = generatorOptimiser.step
        let tape = Tape(engine)
        let (fake, subBands) = generator.signals(from: mel, source: source, precision: precision, on: tape)
        accumulateReconstructionLosses(of: fake, subBands, from: audio, &losses)
        guard step >= schedule.warmUpSteps else {
            tape.backward()
            update(along: tape.gradients, &losses)
            return losses
        }
        var realFeatures: [[Tensor]] = []
        for _ in 0..<discriminatorSteps {
            let update = discriminatorGradients(fake: fake.value, real: audio, &losses)
            // Lets go of the parameters, which else would be copied before they change.
            discriminatorWeights = WeightCache()
            discriminatorOptimiser.update(
                &discriminator, along: update.gradients, share: schedule.learningRateFactor(at: step))
            realFeatures = update.realFeatures
        }
        let share = schedule.adversarialFactor(at: step)
        if share > 0 {
            update(along: generatorGradients(fake, realFeatures, tape, share: share, &losses), &losses)
        } else {
            tape.backward()
            update(along: tape.gradients, &losses)
        }
        return losses
    }

    /// The losses that need no discriminator.
    package func accumulateReconstructionLosses(
        of fake: Variable, _ subBands: Variable?, from audio: Tensor, _ losses: inout StepLosses
    ) {
        if let melLoss {
            let (value, gradient) = melLoss.distance(fake.value, audio, weight: melLoss.weight)
            losses.melLoss = melLoss.weight * value
            fake.accumulate(gradient)
        }
        if let stftLoss {
            let (value, gradient) = stftLoss.distance(fake.value, audio, weight: stftLoss.weight)
            losses.stftLoss = stftLoss.weight * value
            fake.accumulate(gradient)
        }
        if let waveformLoss {
            let (value, gradient) = waveformLoss.distance(fake.value, audio, weight: waveformLoss.weight)
            losses.waveformLoss = waveformLoss.weight * value
            fake.accumulate(gradient)
        }
        if let subBandSTFTLoss, let subBands {
            let (value, gradient) = subBandSTFTLoss.distance(subBands.value, audio, weight: subBandSTFTLoss.weight)
            losses.subBandSTFTLoss = subBandSTFTLoss.weight * value
            subBands.accumulate(gradient)
        }
    }

    /// Moves the generator, and the average after it.
    private mutating func update(along gradients: Gradients, _ losses: inout StepLosses) {
        var gradients = gradients
        for name in generator.frozenParameters { gradients[name] = gradients[name].map { .zeros($0.shape) } }
        if let longest = schedule.maxGradientNorm {
            losses.gradientNorm = gradients.cut(to: longest)
        }
        let share = schedule.learningRateFactor(at: generatorOptimiser.step)
        generatorOptimiser.update(&generator, along: gradients, share: share)
        average?.add(generator, step: generatorOptimiser.step)
    }

    /// Judges fake and real audio in one batch.
    ///
    /// - Returns: The discriminator's gradients, and the features of the real audio by scale and layer.
    package func discriminatorGradients(
        fake: Tensor, real: Tensor, _ losses: inout StepLosses
    ) -> (gradients: Gradients, realFeatures: [[Tensor]]) {
        let (count, both) = (fake.batch, fake.joined(with: real))
        let tape = Tape(engine)
        let judgements = tape.using(discriminatorWeights) {
            discriminator.judgements(of: Variable(both), precision: precision, trains: true, on: tape)
        }
        losses.discriminator = 0
        (losses.realAccuracy, losses.fakeAccuracy) = (0, 0)
        for scores in judgements.map(\.scores) {
            let (fakeScores, realScores) = (scores.value.entries(0..<count), scores.value.entries(count..<2 * count))
            let fakeLoss = objective.loss(fakeScores, as: .fake)
            let realLoss = objective.loss(realScores, as: .real)
            losses.discriminator += fakeLoss.value + realLoss.value
            losses.fakeAccuracy += objective.accuracy(fakeScores, areReal: false) / Double(judgements.count)
            losses.realAccuracy += objective.accuracy(realScores, areReal: true) / Double(judgements.count)
            scores.accumulate(fakeLoss.gradient.joined(with: realLoss.gradient))
        }
        tape.backward()
        return (tape.gradients, judgements.map { $0.features.map { $0.value.entries(count..<2 * count) } })
    }

    /// The generator's gradients, by what the discriminator makes of its audio now.
    ///
    /// - Parameters:
    ///   - tape: The one that `fake` was made on.
    ///   - share: What the discriminator's part is multiplied by, in the losses too.
    package func generatorGradients(
        _ fake: Variable, _ realFeatures: [[Tensor]], _ tape: Tape, share: Double = 1, _ losses: inout StepLosses
    ) -> Gradients {
        let judgements = tape.using(discriminatorWeights) {
            discriminator.judgements(of: fake, precision: precision, trains: false, on: tape)
        }
        // The authors' weights: 4 / (strided layers + 1) a layer, 1 / scales a scale.
        let weight =
            share * featureMatchingWeight * 4 / Double(discriminator.configuration.layers + 1) / Double(judgements.count)
        for (judgement, real) in zip(judgements, realFeatures) {
            let generator = objective.loss(judgement.scores.value, as: .generator)
            let part = share * adversarialWeight
            losses.adversarial += part * generator.value
            if part != 1 { Elementwise.scale(generator.gradient, by: Float(part)) }
            judgement.scores.accumulate(generator.gradient)
            for (feature, target) in zip(judgement.features, real) {
                let distance = AbsoluteDifference.mean(of: feature.value, from: target, weight: Float(weight))
                losses.featureMatching += weight * distance.mean
                feature.accumulate(distance.gradient)
            }
        }
        tape.backward()
        return tape.gradients
    }
}

extension Tensor {
    /// This tensor's batch entries, then another's.
    func joined(with other: Tensor) -> Tensor {
        precondition(
            Array(shape.dropFirst()) == Array(other.shape.dropFirst()) && type == other.type,
            "\(shape) joined with \(other.shape)")
        let result = Tensor([batch + other.batch] + shape.dropFirst(), type)
        withExtendedLifetime((self, other, result)) {
            let bytes = count * type.byteCount
            result.address.copyMemory(from: address, byteCount: bytes)
            (result.address + bytes).copyMemory(from: other.address, byteCount: other.count * type.byteCount)
        }
        return result
    }
}
