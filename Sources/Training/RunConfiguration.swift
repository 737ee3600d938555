import Kernels
public import MelGAN
public import Spectra
public import Tensors

/// Everything that decides what a training run learns: `training.json` of the run's folder.
///
/// How long it trains, how often it saves and with how many threads are not part of it, and may change on continuing.
public struct RunConfiguration: Codable, Equatable, Sendable {
    /// The recipe that the rest was taken from; nil in runs begun before there were any.
    public var recipe: Recipe?
    /// The model that the run began from, as it was named; its networks are kept in the run's folder.
    public var from: String?
    /// The corpus as it was named.
    public var corpus: String
    /// The `--validation` argument; nil for the default share.
    public var validation: String?
    /// A folder of mels that the generator sees instead of the recordings' own; the losses still compare with the recordings.
    public var mels: String?
    public var convention: MelConvention
    public var generator: GeneratorConfiguration
    public var discriminator: DiscriminatorConfiguration
    public var objective: AdversarialObjective
    public var featureMatchingWeight: Double
    public var discriminatorSteps: Int
    /// Weight of the ``MelLoss``; nil or 0 is the paper's recipe, without.
    public var melLossWeight: Double?
    /// Weight of the ``MultiResolutionSTFTLoss``; nil or 0 is without.
    public var stftLossWeight: Double?
    /// Weight of the ``SubBandSTFTLoss`` of a generator that makes sub-bands; nil or 0 is without.
    public var subBandSTFTLossWeight: Double?
    /// Weight of the ``WaveformLoss`` of a generator with a source, whose phases are then led to the recordings'; nil is
    /// without, and leaves the source's phases as they are when a model speaks.
    public var waveformLossWeight: Double?
    /// Weight of the discriminator's scores, summed over scales, in the generator's loss; nil is the paper's 1.
    public var adversarialWeight: Double?
    /// Steps in which the distances alone teach, before the discriminator takes part, in runs without a course.
    public var warmUpSteps: Int?
    /// nil is the paper's: everything at once and at one rate.
    public var schedule: TrainingSchedule?
    /// Adam's two; nil for the paper's 0.5 and 0.9.
    public var betas: [Double]?
    /// Decay of the average of the generator's weights; nil where none is kept.
    public var averaging: Double?
    /// Steps that the pitch network of a source is trained for, before all else; nil where it is the starting
    /// point's, and until a budget has decided.
    public var pitchSteps: Int?
    /// The time to spend, preparing included, over all sessions; it then decides how many steps there are.
    public var budget: TimeBudget?
    public var learningRate: Double
    /// Segments a step.
    public var batch: Int
    /// Samples a segment; a multiple of the hop.
    public var segmentLength: Int
    public var precision: ScalarType
    public var seed: UInt64

    public init(
        corpus: String, validation: String? = nil, convention: MelConvention = .melgan,
        generator: GeneratorConfiguration = .init(), discriminator: DiscriminatorConfiguration = .init(),
        objective: AdversarialObjective = .hinge, featureMatchingWeight: Double = 10, discriminatorSteps: Int = 1,
        learningRate: Double = 1e-4, batch: Int = 16, segmentLength: Int = 8192, precision: ScalarType = .float32,
        seed: UInt64 = 0
    ) {
        self.corpus = corpus
        self.validation = validation
        self.convention = convention
        self.generator = generator
        self.discriminator = discriminator
        self.objective = objective
        self.featureMatchingWeight = featureMatchingWeight
        self.discriminatorSteps = discriminatorSteps
        self.learningRate = learningRate
        self.batch = batch
        self.segmentLength = segmentLength
        self.precision = precision
        self.seed = seed
    }

    /// What `auto` precision means on this machine.
    public static var fastestPrecision: ScalarType { Engine.hasFastBFloat16 ? .bfloat16 : .float32 }

    /// Seconds of audio a step trains on.
    public var audioSecondsPerStep: Double { Double(batch * segmentLength) / Double(convention.sampleRate) }

    /// The course, also of runs that were begun before it had a name.
    var effectiveSchedule: TrainingSchedule { schedule ?? TrainingSchedule(warmUpSteps: warmUpSteps ?? 0) }

    /// The sub-bands that the generator makes and how much their distance counts, where it does.
    var subBands: (configuration: SubBandConfiguration, weight: Double)? {
        guard let bands = generator.subBands, let weight = subBandSTFTLossWeight, weight > 0 else { return nil }
        return (bands, weight)
    }

    /// Whether sources have the recordings' phases in training.
    var alignsSources: Bool { waveformLossWeight ?? 0 > 0 }

    func model(afterSteps steps: Int) -> ModelConfiguration {
        ModelConfiguration(
            convention: convention, generator: generator, discriminator: discriminator, steps: steps)
    }

    /// A sentence about what cannot work together; nil where everything does. Checked before the first step, so that
    /// no shape is found wrong later.
    public var validationError: String? {
        if let validationError = model(afterSteps: 0).validationError { return validationError }
        let hop = convention.hopLength
        let distances = [melLossWeight, stftLossWeight, subBands?.weight, waveformLossWeight]
        if effectiveSchedule.warmUpSteps + effectiveSchedule.discriminatorOnlySteps > 0, distances.allSatisfy({ $0 ?? 0 <= 0 }) {
            return "a warm-up without discriminator learns nothing without a mel loss or a spectrogram loss"
        }
        if alignsSources, generator.source == nil {
            return "a waveform loss can teach nothing to a generator without a source, whose phases are its own"
        }
        if let validationError = effectiveSchedule.validationError { return validationError }
        if let betas, betas.count != 2 || betas.contains(where: { !(0..<1).contains($0) }) {
            return "Adam's betas \(betas) are not two numbers from 0 to 1"
        }
        if let averaging, !(0..<1).contains(averaging) { return "an average with a decay of \(averaging) stands still" }
        if generator.source != nil, from == nil, budget == nil, pitchSteps ?? 0 < 1 {
            return "a source needs a trained pitch network"
        }
        if batch < 1 { return "a batch of \(batch) holds no segment" }
        if segmentLength % hop != 0 {
            return "segments of \(segmentLength) samples are no multiple of the hop, \(hop); "
                + "the nearest is \(max(1, (segmentLength + hop / 2) / hop) * hop)"
        }
        if segmentLength / hop < generator.leastFrames {
            return "segments of \(segmentLength) samples are \(segmentLength / hop) frames, "
                + "and this generator needs \(generator.leastFrames)"
        }
        let coarsest = segmentLength >> (discriminator.scales - 1)
        if coarsest < 16 { return "segments of \(segmentLength) samples are too short for \(discriminator.scales) scales" }
        return nil
    }
}
