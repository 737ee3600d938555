import Audio
import Evaluation
import Files
import Platform
import Tensors
import TextToMel

/// One session of training a voice's text model: from its newest checkpoint to its last step, or until something ends it.
struct VoiceSession: ~Copyable {
    private let trainer: VoiceTrainer
    private let limits: RunLimits
    private let log: EventLog
    private let judge: VoiceValidation?
    private let sampler: VoiceSampler
    private var voice: VoiceTraining
    private var state: RunState
    /// Where the run has a budget.
    private var keeper: BudgetKeeper?
    /// Steps in all: the limits's or the budget's.
    private var steps: Int
    private var progress: TrainingProgress
    private var run: RunFolder { trainer.run }
    private var configuration: VoiceRunConfiguration { trainer.configuration }

    /// - Precondition: The caller holds the run's lock.
    init(_ trainer: VoiceTrainer, _ limits: RunLimits, _ style: TrainingProgress.Style) throws(FileError) {
        Parallel.threadCount = limits.threadCount
        let (run, configuration) = (trainer.run, trainer.configuration)
        run.removeAbandoned()
        var voice = VoiceTraining(configuration, trainer.description.network, longest: trainer.longest)
        var state = RunState(step: 0)
        if let newest = run.checkpointSteps.last {
            state = try VoiceCheckpoint.resume(&voice, from: run.checkpointPath(newest))
        } else if let from = configuration.from {
            try VoiceCheckpoint.begin(&voice, trainer.description, with: from)
        }
        let judge =
            trainer.validation.utterances.isEmpty
            ? nil : VoiceValidation(trainer.validation, tokens: trainer.validationTokens)
        let sampler = VoiceSampler(
            count: trainer.training.utterances.count, batch: configuration.batch, seed: configuration.seed)
        let keeper = try trainer.budgetKeeper(state, limits, voice, judge, sampler)
        if let plan = keeper?.plan { voice.follow(plan) }
        let steps = keeper?.plan.steps ?? limits.steps
        // Last of what may fail: from here on there is a whole session.
        let log = try EventLog(in: run.path, resumingAfter: state.step)
        progress = TrainingProgress(total: steps, start: state.step, style: style, label: limits.label)
        (self.trainer, self.limits, self.judge, self.sampler) = (trainer, limits, judge, sampler)
        (self.voice, self.state, self.keeper, self.steps) = (voice, state, keeper, steps)
        self.log = log
    }

    /// Seconds of the budget that are gone; nil where there is none.
    var secondsSpent: Double? { keeper?.secondsSpent }

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

    /// What the voice is as it is saved now.
    private var description: VoiceDescription { trainer.described(state, hasNoise: voice.melDiscriminator != nil) }

    private mutating func step() throws(FileError) {
        if voice.isDueForMelDiscriminator { try trainer.beginMelDiscriminator(&voice, &state, &progress) }
        let batch = trainer.batch(sampler.sentences(state.step))
        let losses = voice.step(batch)
        state.step += 1
        guard losses.isFinite else { throw run.diverged(at: state.step) }
        try log.log(losses.scalars, step: state.step)
        let samples = batch.frames.contentCount * configuration.convention.hopLength
        progress.report(
            step: state.step, values: losses.brief,
            audioSecondsPerStep: Double(samples) / Double(configuration.convention.sampleRate))
        let isChanged = keeper?.note(step: state.step, isAdversarial: voice.melDiscriminator != nil)
        if isChanged == true, let plan = keeper?.plan { try follow(plan) }
    }

    private mutating func follow(_ plan: BudgetPlan) throws(FileError) {
        voice.follow(plan)
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
        try VoiceCheckpoint.write(voice, description, state, to: run.checkpointPath(state.step))
        run.prune(keeping: limits.keeps)
    }

    /// Judges the voice, logs figures, the alignment and a sample, and keeps the voice where it is the best so far.
    private mutating func validate(_ judge: VoiceValidation) throws(FileError) {
        let (score, alignment) = judge.judge(voice, trainer.description, noiseScale: description.noiseScale)
        state.calibration = score.calibration
        try log.log(score.scalars, step: state.step)
        let png = alignment.png
        try log.log(
            "validation/alignment", png: Array(png), width: alignment.width, height: alignment.height, step: state.step)
        try createFolder(at: run.path + "/alignments")
        try replaceFile(at: run.alignmentPath(state.step), contents: png)
        let sample = judge.sample(of: Voice(description, network: voice.average.network.acoustic))
        try log.log("validation/sample", sample, step: state.step)
        try createFolder(at: run.path + "/samples")
        _ = try sample.write(to: run.samplePath(state.step))
        // A discriminator trades the mean error for likeness.
        let error = voice.melDiscriminator == nil ? score.melError : score.frameDistance
        let isBest = error < state.bestError ?? .infinity
        if isBest {
            (state.bestError, state.bestStep) = (error, state.step)
            try replaceFolder(at: run.bestPath) { beside throws(FileError) in
                try VoiceCheckpoint.write(voice.average.network, description, to: beside)
            }
        }
        func percent(_ share: Double) -> String { "\(tenths(100 * share)) %" }
        progress.say(
            "step \(state.step): validation mel error \((score.melError * 1000).rounded() / 1000), distance of frames "
                + "\((score.frameDistance * 100).rounded() / 100)\(isBest ? ", the best so far" : ""); durations off by "
                + "\(tenths(score.durationError)) ms, \(percent(score.coverage)) of phonemes aligned")
    }
}

extension VoiceTrainer {
    /// What keeps this session to the text model's share of the budget; nil where the run has none.
    ///
    /// - Parameter voice: As it is before the first step; steps are measured on a copy.
    func budgetKeeper(
        _ state: RunState, _ limits: RunLimits, _ voice: VoiceTraining, _ judge: VoiceValidation?,
        _ sampler: VoiceSampler
    ) throws(FileError) -> BudgetKeeper? {
        guard let budget = configuration.textBudget else { return nil }
        let planner = BudgetPlanner(
            budget: budget, run: run, clock: clock, interval: limits.interval, allowsNoStep: limits.allowsNoStep,
            schedule: configuration.schedule(steps:), say: say)
        return try planner.keeper(state) { limit throws(FileError) in
            var learner = voice
            func median() -> Double {
                clock.median(within: limit / 2, { $0 }) { _ = learner.step(batch(sampler.sentences($0))) }
            }
            let alone = median()
            var adversarial = alone
            if configuration.melDiscriminator != nil {
                learner.beginMelDiscriminator(with: learner.networks)
                adversarial = median()
            }
            let start = clock.now()
            if let judge {
                _ = judge.judge(learner, description, noiseScale: learner.melDiscriminator == nil ? nil : 1)
                _ = judge.sample(of: Voice(description, network: learner.average.network.acoustic))
            }
            let scratch = run.path + "/.measured.partial"
            try VoiceCheckpoint.write(learner, description, RunState(step: 0), to: scratch)
            try? FileManager.default.removeItem(atPath: scratch)
            return StepPace(alone: alone, adversarial: adversarial, judging: clock.now() - start)
        }
    }
}
