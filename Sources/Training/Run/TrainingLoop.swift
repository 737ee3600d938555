import Files
import Kernels
import Platform

/// One session of a run: from its newest checkpoint to its last step, or until something ends it.
///
/// A session that is killed loses the steps after its newest checkpoint; the next one makes them again, to the same bits.
struct TrainingLoop<Task: TrainingTask>: ~Copyable {
    private let run: RunFolder
    private let limits: RunLimits
    private let reporter: TrainingReporter
    private let log: EventLog
    private var task: Task
    private var state: RunState
    /// nil for a run without a budget.
    private var budget: BudgetKeeper?
    /// Steps in all: the limits' or the budget's.
    private var steps: Int
    private var progress: TrainingProgress

    /// Takes up the newest checkpoint, or begins with `task` as it is, and plans how the budget is spent.
    ///
    /// - Precondition: The caller holds the run's lock.
    /// - Throws: `FileError` where a checkpoint or the log cannot be read, or the budget has no time for a step.
    init(
        _ task: Task, in run: RunFolder, _ limits: RunLimits, budget: TimeBudget?, _ clock: RunClock,
        _ reporter: TrainingReporter
    ) throws(FileError) {
        var (task, state) = (task, RunState(step: 0))
        run.removeAbandoned()
        if let newest = run.checkpointSteps.last {
            state = try Checkpoint.read(&task, from: run.checkpointPath(newest))
        }
        var keeper: BudgetKeeper?
        if let budget {
            let planner = BudgetPlanner(budget: budget, run: run, clock: clock, limits: limits, say: reporter.say)
            keeper = try planner.keeper(state, of: task)
        }
        if let plan = keeper?.plan { task.follow(plan) }
        let steps = keeper?.plan.steps ?? limits.steps
        // The last thing that may fail: a noncopyable value is initialised as a whole.
        let log = try EventLog(in: run.path, resumingAfter: state.step)
        progress = TrainingProgress(total: steps, start: state.step, style: reporter.style, label: limits.label)
        (self.run, self.limits, self.reporter, self.task) = (run, limits, reporter, task)
        (self.state, self.budget, self.steps) = (state, keeper, steps)
        self.log = log
    }

    /// Seconds of the budget that are spent, over all sessions; nil where there is none.
    var secondsSpent: Double? { budget?.secondsSpent }

    /// Trains to the last step, or until the reporter, which is asked before each step, has an interruption.
    mutating func train() throws(FileError) -> TrainingOutcome {
        defer { progress.finish() }
        if budget != nil, state.step == 0 { try log.log([("budget/steps", Double(steps))], step: 0) }
        var interruption: Int32?
        while state.step < steps {
            interruption = reporter.interruption()
            if interruption != nil { break }
            try step()
            if state.step % limits.interval == 0 || state.step >= steps {
                try validate()
                try save(isValidationTimed: false)
                budget?.noteValidation()
            }
        }
        if interruption != nil {
            if state.step > run.checkpointSteps.last ?? 0 { try save(isValidationTimed: true) }
            progress.say("interrupted; saved after step \(state.step). The same command continues.")
        }
        return TrainingOutcome(
            run: run.path, step: state.step, bestError: state.bestError, bestStep: state.bestStep,
            interruption: interruption)
    }

    private mutating func step() throws(FileError) {
        if let sentence = try task.beginPhase(&state) { progress.say(sentence) }
        let step = task.step(at: state.step)
        state.step += 1
        guard step.results.isFinite else { throw run.diverged(at: state.step) }
        try log.log(step.results.scalars, step: state.step)
        progress.report(step: state.step, values: step.results.brief, audioSecondsPerStep: step.audioSeconds)
        let isPlanChanged = budget?.note(step: state.step, isAdversarial: step.isAdversarial)
        if isPlanChanged == true, let plan = budget?.plan { try follow(plan) }
    }

    private mutating func follow(_ plan: BudgetPlan) throws(FileError) {
        task.follow(plan)
        if let sentence = plan.sentence(insteadOf: steps) { progress.say(sentence) }
        steps = plan.steps
        progress.total = plan.steps
        try log.log([("budget/steps", Double(plan.steps))], step: state.step)
    }

    /// Logs how the model does on the recordings kept for validation, and keeps the model where it is the best so far.
    private mutating func validate() throws(FileError) {
        guard let report = task.validate(afterSteps: state.step) else { return }
        try log.log(report.scalars, step: state.step)
        try log.log("validation/sample", report.sample, step: state.step)
        try run.write(report.sample, ofStep: state.step)
        let picture = report.picture
        try log.log(
            picture.tag, png: Array(picture.png), width: picture.width, height: picture.height, step: state.step)
        try run.write(picture, ofStep: state.step)
        let isBest = report.supersedes || report.error < state.bestError ?? .infinity
        if isBest {
            (state.bestError, state.bestStep) = (report.error, state.step)
            try replaceFolder(at: run.bestPath) { beside throws(FileError) in try task.writeModel(to: beside, state) }
        }
        progress.say("step \(state.step): \(report.summary)\(report.supersedes ? ", kept" : isBest ? ", the best so far" : "")\(report.details)")
    }

    /// Writes a checkpoint, and removes the oldest.
    ///
    /// - Parameter isValidationTimed: Whether the budget knows the time of the last validation already.
    private mutating func save(isValidationTimed: Bool) throws(FileError) {
        state.plan = budget?.record(isValidationTimed: isValidationTimed)
        try Checkpoint.write(task, state, to: run.checkpointPath(state.step))
        run.prune(keeping: limits.keeps)
    }
}
