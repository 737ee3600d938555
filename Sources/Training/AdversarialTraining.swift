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
    public var melDistance = 0.0
    /// Shares of scores on the right side of the middle, averaged over scales.
    public var realAccuracy = 0.0
    public var fakeAccuracy = 0.0

    public init() {}

    public var generator: Double { adversarial + featureMatching + melDistance }
    public var isFinite: Bool { discriminator.isFinite && generator.isFinite }
}

/// The two networks with their optimisers, and the step that trains them (Kumar et al. 2019, section 2.2, in the order
/// of the authors' program: the discriminator first; features of real audio are those from before its update).
public struct AdversarialTraining {
    public var generator: Generator
    public var discriminator: Discriminator
    public var generatorOptimiser: AdamOptimiser
    public var discriminatorOptimiser: AdamOptimiser
    public let objective: AdversarialObjective
    /// 10 in the paper.
    public let featureMatchingWeight: Double
    public let discriminatorSteps: Int
    /// Beside the paper's losses, where given.
    public let melDistance: (distance: MelDistance, weight: Double)?
    /// Steps before the discriminator takes part; until then the mel distance alone teaches.
    public let warmUpSteps: Int
    /// The type of activations and their gradients; parameters, losses and audio are always float32.
    public let precision: ScalarType
    package let engine: Engine

    public init(
        generator: Generator, discriminator: Discriminator, objective: AdversarialObjective = .hinge,
        featureMatchingWeight: Double = 10, discriminatorSteps: Int = 1,
        melDistance: (distance: MelDistance, weight: Double)? = nil, warmUpSteps: Int = 0, learningRate: Double = 1e-4,
        precision: ScalarType = .float32, engine: Engine = Engine()
    ) {
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.featureMatchingWeight = featureMatchingWeight
        self.discriminatorSteps = discriminatorSteps
        self.melDistance = melDistance
        self.warmUpSteps = warmUpSteps
        self.precision = precision
        self.engine = engine
        generatorOptimiser = AdamOptimiser(learningRate: learningRate)
        discriminatorOptimiser = AdamOptimiser(learningRate: learningRate)
    }

    /// One update of each network (of the discriminator: `discriminatorSteps`).
    ///
    /// - Parameters:
    ///   - mel: `[batch, frames, bands]`.
    ///   - audio: `[batch, frames * hop, 1]`, the recording the mel was made from.
    public mutating func step(mel: Tensor, audio: Tensor) -> StepLosses {
        var losses = StepLosses()
        let tape = Tape(engine)
        let fake = generator.audio(from: mel, precision: precision, on: tape)
        if let melDistance {
            let (value, gradient) = melDistance.distance(fake.value, audio, weight: melDistance.weight)
            losses.melDistance = melDistance.weight * value
            fake.accumulate(gradient)
        }
        guard generatorOptimiser.step >= warmUpSteps else {
            tape.backward()
            generatorOptimiser.update(&generator, along: tape.gradients)
            return losses
        }
        var realFeatures: [[Tensor]] = []
        for _ in 0..<discriminatorSteps {
            let update = discriminatorGradients(fake: fake.value, real: audio, &losses)
            discriminatorOptimiser.update(&discriminator, along: update.gradients)
            realFeatures = update.realFeatures
        }
        let gradients = generatorGradients(fake, realFeatures, tape, &losses)
        generatorOptimiser.update(&generator, along: gradients)
        return losses
    }

    /// Judges fake and real audio in one batch.
    ///
    /// - Returns: The discriminator's gradients, and the features of the real audio by scale and layer.
    package func discriminatorGradients(
        fake: Tensor, real: Tensor, _ losses: inout StepLosses
    ) -> (gradients: Gradients, realFeatures: [[Tensor]]) {
        let (count, both) = (fake.batch, fake.joined(with: real))
        let tape = Tape(engine)
        let judgements = discriminator.judgements(of: Variable(both), precision: precision, trains: true, on: tape)
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
    /// - Parameter tape: The one that `fake` was made on.
    package func generatorGradients(
        _ fake: Variable, _ realFeatures: [[Tensor]], _ tape: Tape, _ losses: inout StepLosses
    ) -> Gradients {
        let judgements = discriminator.judgements(of: fake, precision: precision, trains: false, on: tape)
        // The authors' weights: 4 / (strided layers + 1) a layer, 1 / scales a scale.
        let weight =
            featureMatchingWeight * 4 / Double(discriminator.configuration.layers + 1) / Double(judgements.count)
        for (judgement, real) in zip(judgements, realFeatures) {
            let deception = objective.loss(judgement.scores.value, as: .deception)
            losses.adversarial += deception.value
            judgement.scores.accumulate(deception.gradient)
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
        precondition(Array(shape.dropFirst()) == Array(other.shape.dropFirst()) && type == other.type,
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
