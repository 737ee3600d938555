public import SourceFilter
import Audio
import Files
public import Kernels
public import MelGAN
package import Neural
public import Tensors

/// A generator and its discriminators with their optimisers, and the step that trains them (Kumar et al. 2019, section 2.2, in
/// the order of the authors' program: discriminators first; features of recordings are those from before that update).
public struct AdversarialTraining {
    public var generator: AnyGenerator
    public var discriminators: DiscriminatorSet
    public var generatorOptimiser: AdamOptimiser
    public var discriminatorOptimiser: AdamOptimiser
    public let objective: AdversarialObjective
    /// The losses that need no discriminator, each with its weight.
    public let losses: [WeightedLoss]
    /// The weight of the GAN loss, summed over outputs, in the generator's loss: 1 in the paper.
    public let adversarialWeight: Double
    /// The weight of feature matching: 10 in the paper.
    public let featureMatchingWeight: Double
    /// Updates of the discriminators for each of the generator.
    public let discriminatorSteps: Int
    /// The phases of the run and the learning rate.
    public package(set) var schedule: TrainingSchedule
    /// The moving average of the generator's weights; nil if the recipe keeps none.
    public package(set) var ema: EMA<AnyGenerator>?
    /// The type of the generator's activations and their gradients; parameters, losses and audio are always float32.
    public let precision: ScalarType
    /// The type of the discriminators' activations and their gradients.
    public let discriminatorPrecision: ScalarType
    package let engine: Engine
    /// The discriminators' normalized weights, cached between two updates.
    private var discriminatorWeights = WeightCache()

    public init(
        generator: AnyGenerator, discriminators: DiscriminatorSet, losses: [WeightedLoss] = [],
        objective: AdversarialObjective = .hinge, adversarialWeight: Double = 1, featureMatchingWeight: Double = 10,
        discriminatorSteps: Int = 1, schedule: TrainingSchedule = TrainingSchedule(),
        betas: (first: Double, second: Double) = (0.5, 0.9), emaDecay: Double? = nil, learningRate: Double = 1e-4,
        precision: ScalarType = .float32, discriminatorPrecision: ScalarType? = nil, engine: Engine = Engine()
    ) {
        self.generator = generator
        self.discriminators = discriminators
        self.losses = losses
        self.objective = objective
        self.adversarialWeight = adversarialWeight
        self.featureMatchingWeight = featureMatchingWeight
        self.discriminatorSteps = discriminatorSteps
        self.schedule = schedule
        ema = emaDecay.map { EMA(of: generator, decay: $0) }
        self.precision = precision
        self.discriminatorPrecision = discriminatorPrecision ?? precision
        self.engine = engine
        generatorOptimiser = AdamOptimiser(learningRate: learningRate, beta1: betas.first, beta2: betas.second)
        discriminatorOptimiser = AdamOptimiser(learningRate: learningRate, beta1: betas.first, beta2: betas.second)
    }

    /// The networks of a run before its first step, with random weights.
    public init(_ configuration: RunConfiguration) {
        var random = SplitMix64(seed: configuration.seed)
        let generator = configuration.generator.network(using: &random)
        let discriminators = DiscriminatorSet(configuration.discriminators, using: &random)
        self.init(
            generator: generator, discriminators: discriminators, losses: configuration.weightedLosses,
            objective: configuration.objective, adversarialWeight: configuration.adversarialWeight,
            featureMatchingWeight: configuration.featureMatchingWeight,
            discriminatorSteps: configuration.discriminatorSteps, schedule: configuration.effectiveSchedule,
            betas: (configuration.betas[0], configuration.betas[1]), emaDecay: configuration.emaDecay,
            learningRate: configuration.learningRate, precision: configuration.precision,
            discriminatorPrecision: configuration.discriminatorPrecision)
    }

    /// Takes the weights of a pretrained checkpoint, before the first step.
    mutating func begin(with start: PretrainedCheckpoint, path: String) throws(FileError) {
        try generator.load(start.generator.arrays, path: path)
        if let trained = start.discriminators { try discriminators.load(trained.arrays, path: path) }
        ema = ema.map { EMA(of: generator, decay: $0.decay) }
    }

    /// The generator to synthesize with: the moving average if there is one.
    public var emaGenerator: AnyGenerator { ema?.network ?? generator }

    /// Runs a step on a batch of the sampler.
    mutating func step(_ batch: Batch) -> StepResults {
        step(
            mel: Tensor(batch.mel, shape: [batch.count, batch.frameCount, batch.bandCount]),
            source: batch.source.map { samples in
                let shape = [batch.count, batch.sampleCount, 1]
                // Every step has noise of its own, the same when a run is resumed.
                return SourceSignal(
                    samples: Tensor(samples, shape: shape), level: Tensor(batch.level!, shape: shape),
                    noiseSeed: UInt64(generatorOptimiser.step))
            },
            audio: Tensor(batch.audio, shape: [batch.count, batch.sampleCount, 1]))
    }

    /// Runs one training step: `discriminatorSteps` updates of the discriminators and one of the generator.
    ///
    /// - Parameters:
    ///   - mel: `[batch, frames, bands]`.
    ///   - source: The source that the generator refines, `[batch, frames * hop, 1]`; nil for a generator without one.
    ///   - audio: `[batch, frames * hop, 1]`, the recordings that the mel was made from.
    public mutating func step(mel: Tensor, source: SourceSignal? = nil, audio: Tensor) -> StepResults {
        var results = StepResults(zero: [
            .discriminator, .generator, .adversarial, .featureMatching, .gradientNorm, .realAccuracy, .fakeAccuracy,
        ])
        let step = generatorOptimiser.step

        // Run the generator forward, and compute the losses that need no discriminator.
        let tape = Tape(engine)
        let generated = generator.output(from: mel, source: source, precision: precision, on: tape)
        var total = 0.0
        for each in losses {
            let loss = each.weight * each.loss.accumulate(on: generated, audio, weight: each.weight)
            results[.loss(each.name)] = loss
            total += loss
        }

        // Update the discriminators, after the warm-up.
        if step >= schedule.warmUpSteps {
            var realFeatures: [[Tensor]] = []
            for _ in 0..<discriminatorSteps {
                let update = discriminatorGradients(fake: generated.audio.value, real: audio, &results)
                // Release the references to the parameters, which would otherwise be copied when they change.
                discriminatorWeights = WeightCache()
                discriminatorOptimiser.update(
                    &discriminators, along: update.gradients, share: schedule.learningRateFactor(at: step))
                realFeatures = update.realFeatures
            }
            let factor = schedule.adversarialFactor(at: step)
            if factor > 0 {
                accumulateAdversarialLoss(of: generated.audio, realFeatures, on: tape, factor: factor, &results)
                total += results[.adversarial] + results[.featureMatching]
            }
        }
        results[.generator] = total

        // Run the generator backward, and update it and the moving average.
        tape.backward()
        var gradients = tape.gradients
        for name in generator.frozenParameters { gradients[name] = gradients[name].map { .zeros($0.shape) } }
        if let limit = schedule.maxGradientNorm { results[.gradientNorm] = gradients.clip(toNorm: limit) }
        generatorOptimiser.update(&generator, along: gradients, share: schedule.learningRateFactor(at: step))
        ema?.add(generator, step: generatorOptimiser.step)
        return results
    }

    /// Computes the discriminators' gradients on generated audio and recordings in one batch.
    ///
    /// - Returns: The gradients, and the recordings' features by output and layer.
    package func discriminatorGradients(
        fake: Tensor, real: Tensor, _ results: inout StepResults
    ) -> (gradients: Gradients, realFeatures: [[Tensor]]) {
        let (count, both) = (fake.batch, fake.joined(with: real))
        let tape = Tape(engine)
        let outputs = tape.using(discriminatorWeights) {
            discriminators.outputs(of: Variable(both), precision: discriminatorPrecision, trains: true, on: tape).map(\.output)
        }
        var (loss, realAccuracy, fakeAccuracy) = (0.0, 0.0, 0.0)
        for logits in outputs.map(\.logits) {
            // A sub-discriminator may split a signal into several, so its batch size is a multiple of the audio's.
            let half = logits.value.batch / 2
            let (fakeLogits, realLogits) = (logits.value.entries(0..<half), logits.value.entries(half..<2 * half))
            let fakeLoss = objective.loss(fakeLogits, as: .fake)
            let realLoss = objective.loss(realLogits, as: .real)
            loss += fakeLoss.value + realLoss.value
            fakeAccuracy += objective.accuracy(fakeLogits, areReal: false) / Double(outputs.count)
            realAccuracy += objective.accuracy(realLogits, areReal: true) / Double(outputs.count)
            logits.accumulate(fakeLoss.gradient.joined(with: realLoss.gradient))
        }
        (results[.discriminator], results[.realAccuracy], results[.fakeAccuracy]) = (loss, realAccuracy, fakeAccuracy)
        tape.backward()
        let realFeatures = outputs.map { output in
            output.features.map { feature in
                let half = feature.value.batch / 2
                precondition(half % count == 0, "features of \(feature.value.batch) signals for \(2 * count)")
                return feature.value.entries(half..<2 * half)
            }
        }
        return (tape.gradients, realFeatures)
    }

    /// Accumulates the gradients of the GAN and feature matching losses with respect to generated audio, with the current discriminators.
    ///
    /// - Parameters:
    ///   - fake: The audio, recorded on `tape`.
    ///   - factor: The factor of both losses during the adversarial warm-up.
    package func accumulateAdversarialLoss(
        of fake: Variable, _ realFeatures: [[Tensor]], on tape: Tape, factor: Double = 1, _ results: inout StepResults
    ) {
        let outputs = tape.using(discriminatorWeights) {
            discriminators.outputs(of: fake, precision: discriminatorPrecision, trains: false, on: tape)
        }
        var (adversarial, featureMatching) = (0.0, 0.0)
        for ((output, discriminatorWeight, scale), real) in zip(outputs, realFeatures) {
            let weight = factor * adversarialWeight * discriminatorWeight
            let loss = objective.loss(output.logits.value, as: .generator)
            adversarial += weight * loss.value
            if weight != 1 { Elementwise.scale(loss.gradient, by: Float(weight)) }
            output.logits.accumulate(loss.gradient)
            let featureWeight = factor * featureMatchingWeight * discriminatorWeight * scale
            for (feature, target) in zip(output.features, real) {
                let distance = AbsoluteDifference.mean(of: feature.value, from: target, weight: Float(featureWeight))
                featureMatching += featureWeight * distance.mean
                feature.accumulate(distance.gradient)
            }
        }
        (results[.adversarial], results[.featureMatching]) = (adversarial, featureMatching)
    }
}

extension Tensor {
    /// Concatenates the batch entries of this tensor and another.
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
