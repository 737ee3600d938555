import Platform
public import Spectra

/// Everything that decides what training a voice learns: `training.json` of the run's folder.
public struct VoiceRunConfiguration: Codable, Equatable, Sendable {
    /// What `training.json` calls this kind of run.
    public static let kind = "vocoder-voice-run"

    public var kind: String
    /// The corpus as it was named.
    public var corpus: String
    /// The `--validation` argument; nil for the default share.
    public var validation: String?
    /// As libespeak-ng names it.
    public var language: String
    public var convention: MelConvention
    public var channels: Int
    public var hiddenChannels: Int
    public var encoderBlocks: Int
    public var decoderBlocks: Int
    /// Adam's, at its highest.
    public var learningRate: Double
    /// Steps in which the learning rate climbs.
    public var warmUpSteps: Int
    /// Steps in which it then falls to 3 % of its height, the warm-up included; where there is a budget, its plan says.
    public var decaySteps: Int
    /// Where a budget last made the fall end at another step.
    private var rescalePoint: TrainingSchedule.RescalePoint?
    /// By which weights shrink in proportion to the learning rate (Loshchilov and Hutter 2019).
    public var weightDecay: Double
    /// What the gradient's length is cut to.
    public var maxGradientNorm: Double
    /// Of the average of the weights, which is the voice.
    public var averaging: Double
    /// Sentences a step.
    public var batch: Int
    public var seed: UInt64
    /// The part of the run in which a discriminator teaches; nil where there is none.
    public var melDiscriminator: MelDiscriminatorConfiguration?
    /// The folder whose voice the weights began as; nil where they began at random.
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
        learningRate = 1e-3
        warmUpSteps = Self.warmUp(of: steps)
        decaySteps = steps
        weightDecay = 0.01
        maxGradientNorm = 5
        averaging = 0.999
        batch = 16
        seed = 0
    }

    private static func warmUp(of steps: Int) -> Int { min(500, max(1, steps / 10)) }

    /// Ends the warm-up, whose learning rate falls until then, at step `start` of `steps`; the discriminator comes in there.
    public mutating func addMelDiscriminator(at start: Int, of steps: Int) {
        guard start < steps else { return }
        melDiscriminator = MelDiscriminatorConfiguration(from: start, to: steps)
        decaySteps = max(1, start)
        warmUpSteps = Self.warmUp(of: start)
    }

    /// The step of a run of `steps` at which the discriminator comes in, where nothing else is said.
    public static func melDiscriminatorStart(of steps: Int) -> Int { max(1, steps / 2) }

    /// The share of a budget that is left for the vocoder. The text model begins from nothing, and the vocoder from one that speaks.
    static let vocoderShare = 1.0 / 3

    /// What the text model may take of the budget; nil where there is none.
    var textBudget: TimeBudget? {
        budget.map { TimeBudget(seconds: $0.seconds * (vocoder == nil ? 1 : 1 - Self.vocoderShare)) }
    }

    /// What a budget plans for a run of `steps` steps: the warm-up's learning rate falls until the discriminator comes in.
    func schedule(steps: Int) -> TrainingSchedule {
        guard melDiscriminator != nil else { return TrainingSchedule(decaySteps: max(1, steps)) }
        let start = Self.melDiscriminatorStart(of: steps)
        return TrainingSchedule(warmUpSteps: start, decaySteps: start)
    }

    /// Learns from here on as `plan` has it: what is in proportion to the number of steps moves with the run's end.
    mutating func follow(_ plan: BudgetPlan) {
        guard let schedule = plan.schedule, let decay = schedule.decaySteps else { return }
        (decaySteps, rescalePoint, warmUpSteps) = (decay, schedule.rescalePoint, Self.warmUp(of: decay))
        melDiscriminator?.start = schedule.warmUpSteps
        melDiscriminator?.end = plan.steps
    }

    /// How much of its way the warm-up has come after `step` steps: 0...1.
    private func place(at step: Int) -> Double {
        var schedule = TrainingSchedule(decaySteps: max(1, decaySteps))
        schedule.rescalePoint = rescalePoint
        return schedule.decayProgress(at: step)
    }

    /// The share of the learning rate for the step after `step` steps.
    func learningRateFactor(at step: Int) -> Double {
        min(1, Double(step + 1) / Double(max(1, warmUpSteps))) * (0.03 + 0.97 * 0.5 * (1 + cos(.pi * place(at: step))))
    }

    /// The share of the binarization loss: none in the first tenth of the run, all of it from a quarter on.
    func binarizationFactor(at step: Int) -> Double { max(0, min(1, (place(at: step) - 0.1) / 0.15)) }

    /// A sentence about what cannot be; nil where there is none.
    var validationError: String? {
        if kind != Self.kind { return "it was begun as a run of the kind \(kind), not \(Self.kind)" }
        if learningRate <= 0 || weightDecay < 0 || maxGradientNorm <= 0 || !(0..<1).contains(averaging) || batch < 1
            || warmUpSteps < 0 || decaySteps < 1
        {
            return "a rate, a decay or a number of steps is below what it can be"
        }
        return melDiscriminator?.validationError
    }
}
