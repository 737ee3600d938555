import Audio
import Files
import Platform

/// What a run trains: the part of training that differs between a vocoder and a text model.
///
/// ``TrainingLoop`` asks for one step after the other and does all else that a run does: checkpoints, validation, the log, the
/// budget. A task is a value: a copy of it trains by itself.
protocol TrainingTask {
    associatedtype Results: StepReport

    /// Begins another phase of training where the step after `state.step` steps is its first.
    ///
    /// - Returns: A sentence about the phase; nil where none begins.
    mutating func beginPhase(_ state: inout RunState) throws(FileError) -> String?

    /// Updates the networks once: the step after `step` steps, which is a function of the weights, the seed and `step`.
    mutating func step(at step: Int) -> TrainingStep<Results>

    /// Compares the model with what is kept for validation; nil where nothing is.
    mutating func validate(afterSteps steps: Int) -> ValidationReport?

    /// Writes the model as others load it: what `best` holds, and a checkpoint among other things.
    func writeModel(to folder: String, _ state: RunState) throws(FileError)

    /// Writes what a checkpoint holds besides the model: trained weights and the optimisers' moments.
    func writeTrainingState(to folder: String) throws(FileError)

    /// Takes up what ``writeModel(to:_:)`` and ``writeTrainingState(to:)`` wrote.
    mutating func read(from folder: String, _ state: RunState) throws(FileError)

    /// The schedule of a run of `steps` steps with a budget; nil for the discriminator from the first step on, at one rate.
    func schedule(steps: Int) -> TrainingSchedule?

    /// Trains by `plan` from here on.
    mutating func follow(_ plan: BudgetPlan)

    /// A copy to measure the time of steps with: all of them adversarial, or none; nil where the run has no such steps.
    func measured(isAdversarial: Bool) -> Self?
}

extension TrainingTask {
    mutating func beginPhase(_ state: inout RunState) throws(FileError) -> String? { nil }
}

/// Losses and other figures of one training step.
protocol StepReport {
    /// Under the tags of the log.
    var scalars: [(tag: String, value: Double)] { get }
    /// Those that the progress line has room for.
    var brief: [(name: String, value: Double)] { get }
    var isFinite: Bool { get }
}

extension StepResults: StepReport {}
extension VoiceLosses: StepReport {}

/// One step of training, done.
struct TrainingStep<Results: StepReport> {
    let results: Results
    /// Seconds of audio that the step trained on.
    let audioSeconds: Double
    /// Whether a discriminator taught the networks, which takes longer; nil for a step whose time says nothing of others.
    let isAdversarial: Bool?
}

/// What a validation found.
struct ValidationReport {
    /// Under the tags of the log.
    let scalars: [(tag: String, value: Double)]
    /// Decides which model is the best of the run: the one where it is least.
    let error: Double
    /// Whether the model is taken for better than all before, whatever its error: discriminators make speech more natural and its distance
    /// from the recording larger.
    var supersedes = false
    /// A sentence's beginning, with the error.
    let summary: String
    /// More, to be appended to the sentence; may be empty.
    let details: String
    /// The first recording kept for validation, as the model makes it.
    let sample: Waveform
    let picture: Picture

    /// A picture for the log.
    struct Picture {
        let tag: String
        let png: Data
        /// Pixels.
        let width: Int
        let height: Int
        /// The run's folder to keep it in too, where there is one for such pictures.
        var folder: String?
    }
}
