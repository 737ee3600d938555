public import Files
import Platform
public import Spectra
import TextToMel

/// Everything that decides the result of training a voice: `training.json` of the run's folder.
public struct VoiceRunConfiguration: Codable, Equatable, Sendable {
    /// The kind of run that `training.json` names.
    public static let kind = "vocoder-voice-run"

    public var kind: String
    /// The path of the corpus as it was given.
    public var corpus: String
    /// What was said of the corpus's listing; nil where nothing was.
    public var listing: ListingOptions?
    /// Whether the room's noise is removed from the recordings; nil, in runs of before that could be, where it is not.
    public var denoising: Denoising?
    /// The `--validation` argument; nil for the default fraction.
    public var validation: String?
    /// The language of the text, as libespeak-ng names it.
    public var language: String
    public var convention: MelConvention
    public var channels: Int
    public var hiddenChannels: Int
    public var encoderBlocks: Int
    public var decoderBlocks: Int
    /// The blocks of the flow that prosody is drawn from; nil where it is predicted as means alone.
    public var flowBlocks: Int?
    /// The highest learning rate of AdamW.
    public var learningRate: Double
    /// Steps of the learning rate's warm-up.
    public var warmUpSteps: Int
    /// Steps after which the learning rate has decayed to 3 %, the warm-up included; where there is a budget its plan decides.
    public var decaySteps: Int
    /// The step from which on a budget's plan last rescaled the decay; nil where it never did.
    private var rescalePoint: TrainingSchedule.RescalePoint?
    /// The decoupled weight decay of AdamW (Loshchilov and Hutter 2019).
    public var weightDecay: Double
    /// The norm that the gradient is clipped to.
    public var maxGradientNorm: Double
    /// The decay of the EMA of the weights; the voice is the average.
    public var averaging: Double
    /// Sentences of a step.
    public var batch: Int
    public var seed: UInt64
    /// The training of the decoder with a discriminator of mels; nil where there is none.
    public var melDiscriminator: MelDiscriminatorConfiguration?
    /// The folder of the voice whose weights training begins with; nil where it begins with random ones.
    public var from: String?
    /// The time to spend on everything, over all sessions; it then decides how many steps there are.
    public var budget: TimeBudget?
    /// The folder of the model that the voice's vocoder begins from; nil where the voice is to have none.
    public var vocoder: String?

    public init(
        corpus: String, validation: String? = nil, language: String = "en-us", convention: MelConvention = .melgan,
        steps: Int
    ) {
        kind = Self.kind
        self.corpus = corpus
        self.validation = validation
        self.language = language
        self.convention = convention
        channels = 256
        hiddenChannels = 768
        encoderBlocks = 4
        decoderBlocks = 6
        flowBlocks = 3
        learningRate = 1e-3
        warmUpSteps = Self.warmUp(of: steps)
        decaySteps = steps
        weightDecay = 0.01
        maxGradientNorm = 5
        averaging = 0.999
        batch = 16
        seed = 0
    }

    /// Takes the sizes of the network of a voice that training is to begin with.
    ///
    /// - Throws: `FileError` where there is no voice.
    public mutating func takeSizes(ofVoiceAt folder: String) throws(FileError) {
        let network = try Voice.description(in: try Voice.resolved(folder)).network
        (channels, hiddenChannels) = (network.channels, network.hiddenChannels)
        (encoderBlocks, decoderBlocks) = (network.encoderBlocks, network.decoderBlocks)
    }

    private static func warmUp(of steps: Int) -> Int { min(500, max(1, steps / 10)) }

    /// Trains the decoder with a discriminator from step `start` of `steps` on; the learning rate of all networks decays until then.
    /// Nothing changes where `start` is not below `steps`.
    public mutating func addMelDiscriminator(at start: Int, of steps: Int) {
        guard start < steps else { return }
        melDiscriminator = MelDiscriminatorConfiguration(from: start, to: steps)
        decaySteps = max(1, start)
        warmUpSteps = Self.warmUp(of: start)
    }

    /// The default first step with the discriminator in a run of `steps`.
    public static func melDiscriminatorStart(of steps: Int) -> Int { max(1, steps / 2) }

    /// The fraction of a budget that is left for the vocoder. The text model begins with random weights, the vocoder with trained ones.
    static let vocoderFraction = 1.0 / 3

    /// The text model's part of the budget; nil where there is no budget.
    var textBudget: TimeBudget? {
        budget.map { TimeBudget(seconds: $0.seconds * (vocoder == nil ? 1 : 1 - Self.vocoderFraction)) }
    }

    /// The schedule of a run of `steps` steps with a budget: the learning rate decays until the first step with the discriminator.
    func schedule(steps: Int) -> TrainingSchedule {
        guard melDiscriminator != nil else { return TrainingSchedule(decaySteps: max(1, steps)) }
        let start = Self.melDiscriminatorStart(of: steps)
        return TrainingSchedule(warmUpSteps: start, decaySteps: start)
    }

    /// Follows `plan` from here on: all that is in proportion to the number of steps moves with the end of the run.
    mutating func follow(_ plan: BudgetPlan) {
        guard let schedule = plan.schedule, let decay = schedule.decaySteps else { return }
        (decaySteps, rescalePoint, warmUpSteps) = (decay, schedule.rescalePoint, Self.warmUp(of: decay))
        melDiscriminator?.start = schedule.warmUpSteps
        melDiscriminator?.end = plan.steps
    }

    /// The fraction of the learning rate's decay that is done after `step` steps: 0 to 1.
    private func decayProgress(at step: Int) -> Double {
        var schedule = TrainingSchedule(decaySteps: max(1, decaySteps))
        schedule.rescalePoint = rescalePoint
        return schedule.decayProgress(at: step)
    }

    /// The factor of the learning rate for the step after `step` steps: linear warm-up, then a cosine down to 0.03.
    func learningRateFactor(at step: Int) -> Double {
        min(1, Double(step + 1) / Double(max(1, warmUpSteps))) * (0.03 + 0.97 * 0.5 * (1 + cos(.pi * decayProgress(at: step))))
    }

    /// The factor of the binarization loss's weight: 0 in the first tenth of the decay, 1 from a quarter of it on.
    func binarizationFactor(at step: Int) -> Double { max(0, min(1, (decayProgress(at: step) - 0.1) / 0.15)) }

    /// A clause that says what is not valid; nil where all is.
    package var validationError: String? {
        if kind != Self.kind { return "it was begun as a run of the kind \(kind), not \(Self.kind)" }
        if learningRate <= 0 || weightDecay < 0 || maxGradientNorm <= 0 || !(0..<1).contains(averaging) || batch < 1
            || warmUpSteps < 0 || decaySteps < 1
        {
            return "a rate, a decay or a number of steps is outside its range"
        }
        return melDiscriminator?.validationError
    }
}
