import Kernels
public import MelGAN
public import Spectra
public import Tensors

/// Everything that determines the result of a training run; stored as `training.json` in the run's folder.
///
/// The number of steps, the interval of checkpoints and the number of threads are not part of it and may change when a run is resumed.
public struct RunConfiguration: Codable, Equatable, Sendable {
    /// The recipe that the settings were taken from; nil in runs from before there were recipes.
    public var recipe: Recipe?
    /// The pretrained model, as it was named; its networks are kept in the run's folder.
    public var from: String?
    /// The corpus as it was named.
    public var corpus: String
    /// What was said of the corpus's listing; nil where nothing was.
    public var listing: ListingOptions?
    /// Whether the room's noise is removed from the recordings; nil, in runs of before that could be, where it is not.
    public var denoising: Denoising?
    /// The `--validation` argument; nil for the default fraction.
    public var validation: String?
    /// A folder of mels that are the generator's input instead of the recordings' own; the losses still compare with the recordings.
    public var mels: String?
    public var convention: MelConvention
    public var generator: AnyGeneratorConfiguration
    /// The discriminators, with the weight of each in the generator's loss.
    public var discriminators: [WeightedDiscriminator]
    public var objective: AdversarialObjective
    /// The weights of the losses that need no discriminator, by their names in ``lossKinds``.
    public var losses: [String: Double]
    /// The weight of feature matching.
    public var featureMatchingWeight: Double
    /// The weight of the GAN loss, summed over the discriminators' outputs.
    public var adversarialWeight: Double
    /// Updates of the discriminators for each of the generator.
    public var discriminatorSteps: Int
    /// The schedule; nil for the paper's, which uses all losses from the first step at a constant learning rate.
    public var schedule: TrainingSchedule?
    /// Adam's betas.
    public var betas: [Double]
    /// The decay of the moving average of the generator's weights; nil if none is kept.
    public var emaDecay: Double?
    /// The number of steps that a source's pitch network is trained for first; nil if it is the pretrained checkpoint's, and
    /// until a budget has determined it.
    public var pitchSteps: Int?
    /// The time for all sessions together, including preparation; it determines the number of steps. Nil without a budget.
    public var budget: TimeBudget?
    public var learningRate: Double
    /// How segments are altered; nil if they are not.
    public var augmentation: SegmentAugmentation?
    /// The number of segments in a batch.
    public var batch: Int
    /// The number of samples in a segment, a multiple of the hop.
    public var segmentLength: Int
    /// The type of the generator's activations.
    public var precision: ScalarType
    /// The type of the discriminators' activations; nil for the generator's.
    public var discriminatorPrecision: ScalarType?
    public var seed: UInt64

    /// Creates a configuration; the defaults are the paper's recipe.
    public init(
        corpus: String, validation: String? = nil, convention: MelConvention = .melgan,
        generator: any GeneratorConfiguration = MelGANConfiguration(),
        discriminators: [WeightedDiscriminator] = [WeightedDiscriminator(MultiScaleConfiguration())],
        objective: AdversarialObjective = .hinge, losses: [String: Double] = [:], featureMatchingWeight: Double = 10,
        adversarialWeight: Double = 1, discriminatorSteps: Int = 1, learningRate: Double = 1e-4, batch: Int = 16,
        segmentLength: Int = 8192, precision: ScalarType = .float32, seed: UInt64 = 0
    ) {
        self.corpus = corpus
        self.validation = validation
        self.convention = convention
        self.generator = AnyGeneratorConfiguration(generator)
        self.discriminators = discriminators
        self.objective = objective
        self.losses = losses
        self.featureMatchingWeight = featureMatchingWeight
        self.adversarialWeight = adversarialWeight
        self.discriminatorSteps = discriminatorSteps
        self.betas = [0.5, 0.9]
        self.learningRate = learningRate
        self.batch = batch
        self.segmentLength = segmentLength
        self.precision = precision
        self.seed = seed
    }

    /// Sets the types of activations that train fastest on this machine: bfloat16 where the processor multiplies matrices of it
    /// (AMX); with its vector instructions alone (AVX-512 BF16), for which this package's float32 generator is a match, for
    /// the discriminators.
    public mutating func setFastestPrecision() {
        precision = Engine.hasMatrixBFloat16 ? .bfloat16 : .float32
        discriminatorPrecision = Engine.hasFastBFloat16 ? .bfloat16 : .float32
    }

    /// The seconds of audio in a batch.
    public var audioSecondsPerStep: Double { Double(batch * segmentLength) / Double(convention.sampleRate) }

    /// The schedule, or the paper's if it is nil.
    var effectiveSchedule: TrainingSchedule { schedule ?? TrainingSchedule() }

    /// Whether sources are aligned with the recordings' phases in training, as a loss of waveforms requires.
    var alignsSources: Bool { losses["waveform"] ?? 0 > 0 }

    func model(afterSteps steps: Int) -> ModelConfiguration {
        ModelConfiguration(
            convention: convention, generator: generator, discriminators: discriminators, steps: steps)
    }

    /// Describes settings that do not work together; nil if all are valid. It is checked before the first step, so that
    /// no step fails because of a shape.
    public var validationError: String? {
        if let validationError = model(afterSteps: 0).validationError ?? numberValidationError { return validationError }
        let hop = convention.hopLength
        if discriminators.isEmpty { return "it has no discriminator" }
        if let validationError = effectiveSchedule.validationError ?? lossValidationError { return validationError }
        let hasLosses = losses.values.contains { $0 > 0 }
        if effectiveSchedule.warmUpSteps + effectiveSchedule.discriminatorOnlySteps > 0, !hasLosses {
            return "a warm-up without discriminator learns nothing without a mel loss or a spectrogram loss"
        }
        if adversarialWeight == 0, featureMatchingWeight == 0, !hasLosses {
            return "the generator learns nothing where the weights of all its losses are 0"
        }
        if let validationError = augmentation?.validationError { return validationError }
        if betas.count != 2 || betas.contains(where: { !(0..<1).contains($0) }) {
            return "Adam's betas \(betas) are not two numbers from 0 to 1"
        }
        if let emaDecay, !(0..<1).contains(emaDecay) { return "a moving average with a decay of \(emaDecay) never moves" }
        if generator.source != nil, from == nil, budget == nil, pitchSteps ?? 0 < 1 {
            return "a source needs a trained pitch network"
        }
        if segmentLength % hop != 0 {
            return "segments of \(segmentLength) samples are no multiple of the hop, \(hop); "
                + "the nearest is \(max(1, (segmentLength + hop / 2) / hop) * hop)"
        }
        if segmentLength / hop < generator.leastFrames {
            return "segments of \(segmentLength) samples are \(segmentLength / hop) frames, "
                + "and this generator needs \(generator.leastFrames)"
        }
        for discriminator in discriminators where segmentLength < discriminator.configuration.minimumSamples {
            return "segments of \(segmentLength) samples are too short for the \(discriminator.kind) discriminator, which needs "
                + "\(discriminator.configuration.minimumSamples)"
        }
        return nil
    }

    /// Describes a number that is out of its range; nil if all are within.
    private var numberValidationError: String? {
        for (name, weight) in [("GAN loss", adversarialWeight), ("feature matching loss", featureMatchingWeight)]
        where !(weight >= 0 && weight.isFinite) {
            return "the weight of the \(name), \(weight), is not a number from 0 on"
        }
        if !(learningRate > 0 && learningRate.isFinite) { return "a learning rate of \(learningRate) is not a number above 0" }
        if discriminatorSteps < 1 { return "\(discriminatorSteps) updates of the discriminators a step are fewer than 1" }
        if batch < 1 { return "a batch of \(batch) holds no segment" }
        if batch > 1 << 16 { return "a batch of \(batch) segments is larger than \(1 << 16)" }
        if !(1...1 << 30).contains(segmentLength) { return "segments of \(segmentLength) samples are not between 1 and \(1 << 30)" }
        return nil
    }
}
