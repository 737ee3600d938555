import Audio
import Evaluation
import Files
import Kernels
import MelGAN
import Platform

/// One session of a run: from its newest checkpoint to its last step, or until something ends it.
struct TrainingSession: ~Copyable {
    private let trainer: VocoderTrainer
    private let limits: RunLimits
    private let log: EventLog
    private let judge: Validation?
    private let batches: SegmentPrefetcher
    private var networks: AdversarialTraining
    private var state: RunState
    /// Where the run has a budget.
    private var keeper: BudgetKeeper?
    /// Steps in all: the limits's or the budget's.
    private var steps: Int
    private var progress: TrainingProgress
    private var run: RunFolder { trainer.run }
    private var configuration: RunConfiguration { trainer.configuration }

    /// - Precondition: The caller holds the run's lock.
    init(_ trainer: VocoderTrainer, _ limits: RunLimits, _ style: TrainingProgress.Style) throws(FileError) {
        var networks = try trainer.firstNetworks()
        var state = RunState(step: 0)
        if let newest = trainer.run.checkpointSteps.last {
            state = try Checkpoint.read(from: trainer.run.checkpointPath(newest), into: &networks)
        }
        let judge = trainer.validation.recordings.isEmpty ? nil : Validation(trainer.validation)
        let batches = SegmentPrefetcher(
            trainer.sampler(segments: trainer.configuration.batch, length: trainer.configuration.segmentLength))
        let keeper = try trainer.budgetKeeper(state, limits, judge, batches)
        let steps = keeper?.plan.steps ?? limits.steps
        if let schedule = keeper?.plan.schedule { networks.schedule = schedule }
        // Last of what may fail: from here on there is a whole session.
        let log = try EventLog(in: trainer.run.path, resumingAfter: state.step)
        progress = TrainingProgress(total: steps, start: state.step, style: style, label: limits.label)
        (self.trainer, self.limits, self.judge, self.batches) = (trainer, limits, judge, batches)
        (self.networks, self.state, self.keeper, self.steps) = (networks, state, keeper, steps)
        self.log = log
    }

    /// Trains to the last step.
    ///
    /// - Parameter interruption: Asked before each step; what is not nil ends the session, with a checkpoint.
    mutating func train(interruption: () -> Int32?) throws(FileError) -> TrainingOutcome {
        defer { progress.finish() }
        if keeper != nil, state.step == 0 { try log.log([("budget/steps", Double(steps))], step: state.step) }
        var ending: Int32?
        while state.step < steps {
            ending = interruption()
            if ending != nil { break }
            try step()
            if state.step % limits.interval == 0 || state.step >= steps { try judgeAndSave() }
        }
        if ending != nil {
            if state.step > run.checkpointSteps.last ?? 0 { try save(whileJudging: false) }
            progress.say("interrupted; saved after step \(state.step). The same command continues.")
        }
        return TrainingOutcome(
            run: run.path, step: state.step, bestError: state.bestError, bestStep: state.bestStep, interruption: ending)
    }

    private mutating func step() throws(FileError) {
        let schedule = networks.schedule, share = schedule.adversarialFactor(at: state.step)
        let isAlone = state.step < schedule.warmUpSteps
        let losses = networks.step(batches.batch(state.step))
        state.step += 1
        guard losses.isFinite else { throw run.diverged(at: state.step) }
        try log.log(losses.scalars, step: state.step)
        progress.report(
            step: state.step, values: losses.brief, audioSecondsPerStep: configuration.audioSecondsPerStep)
        // Where the discriminator learns by itself a step is of neither kind.
        let isChanged = keeper?.note(step: state.step, isAdversarial: isAlone ? false : share > 0 ? true : nil)
        if isChanged == true, let plan = keeper?.plan { try follow(plan) }
    }

    private mutating func follow(_ plan: BudgetPlan) throws(FileError) {
        if let schedule = plan.schedule { networks.schedule = schedule }
        if let sentence = plan.sentence(insteadOf: steps) { progress.say(sentence) }
        steps = plan.steps
        progress.total = plan.steps
        try log.log([("budget/steps", Double(plan.steps))], step: state.step)
    }

    private mutating func judgeAndSave() throws(FileError) {
        if let judge { try validate(judge) }
        try save(whileJudging: true)
        keeper?.noteJudging()
    }

    private mutating func save(whileJudging judging: Bool) throws(FileError) {
        state.plan = keeper?.record(whileJudging: judging)
        try createFolder(at: run.checkpointsPath)
        try Checkpoint.write(networks, trainer.voice?.pitch, state, configuration, to: run.checkpointPath(state.step))
        run.prune(keeping: limits.keeps)
    }

    /// Judges the generator, logs the figure and a sample, and keeps the model where it is the best so far.
    private mutating func validate(_ judge: Validation) throws(FileError) {
        let model = Model(
            configuration: configuration.model(afterSteps: state.step), generator: networks.emaGenerator,
            pitch: trainer.voice?.pitch)
        let judgement = judge.judge(model)
        let (melError, sample) = (judgement.melError, judgement.sample)
        try log.log(judgement.scalars, step: state.step)
        try log.log("validation/sample", sample, step: state.step)
        let picture = SpectrogramImage(of: sample, reference: SpectrogramImage.reference(for: sample))
        try log.log(
            "validation/spectrogram", png: Array(picture.png), width: picture.width, height: picture.height,
            step: state.step)
        try createFolder(at: run.path + "/samples")
        _ = try sample.write(to: run.samplePath(state.step))
        let isBest = melError < state.bestError ?? .infinity
        if isBest {
            (state.bestError, state.bestStep) = (melError, state.step)
            let description = configuration.modelDescription(state)
            try replaceFolder(at: run.bestPath) { beside throws(FileError) in
                try model.write(to: beside, description: description)
            }
        }
        progress.say(
            "step \(state.step): validation mel error \(Float(melError).rounded3)\(isBest ? ", the least so far" : "")"
                + judgement.faults)
    }
}

extension Float {
    /// To three decimals, for reading.
    fileprivate var rounded3: String { String(describing: (self * 1000).rounded() / 1000) }
}
