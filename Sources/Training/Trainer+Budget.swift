import Files
import MelGAN

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Trainer {
    /// What keeps this session to the run's budget; nil where the run has none.
    ///
    /// The plan is the checkpoint's, or the one made before the first step, or made now by measuring.
    ///
    /// - Throws: `FileError` `.badData` where preparing has left no time for a step.
    func budgetKeeper(
        _ state: RunState, _ schedule: TrainingSchedule, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> BudgetKeeper? {
        guard let budget = configuration.budget else { return nil }
        var known = state.plan
        if known == nil { known = try run.plan() }
        if let known {
            let now = clock.now()
            return BudgetKeeper(
                known, budget, spent: known.secondsSpent + clock.elapsed(at: now), at: now, after: state.step,
                interval: schedule.interval, clock)
        }
        let prepared = clock.elapsed(at: clock.now())
        let pace = try measuredPace(budget, judge, batches)
        let now = clock.now(), spent = clock.elapsed(at: now)
        let left = budget.seconds - spent
        let plan = BudgetPlan(
            seconds: left, spent: spent, pace: pace, interval: schedule.interval, course: courseOfSteps)
        guard let plan else {
            throw FileError(
                .badData, run.path,
                "a budget of \(budget) is too short: \(TimeBudget.inWords(prepared)) went into preparing and measuring leaves "
                    + "\(TimeBudget.inWords(max(0, left))), less than a step and its validation. What is prepared is kept; try "
                    + "again, or give more with --restart.")
        }
        try plan.write(to: run.planPath)
        say(sentence(plan, budget, prepared: prepared))
        return BudgetKeeper(
            plan, budget, spent: spent, at: now, after: state.step, interval: schedule.interval, clock)
    }

    /// What takes part when in a run of `steps` steps.
    private func courseOfSteps(_ steps: Int) -> TrainingCourse? {
        var course = configuration.recipe?.course(steps: steps)
        if configuration.from != nil {
            let weights = run.startPath + "/" + Model.discriminatorFile
            course = course?.afterStart(hasDiscriminator: FileManager.default.fileExists(atPath: weights))
        }
        return overriding(course)
    }

    private func measuredPace(
        _ budget: TimeBudget, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> StepPace {
        // A twentieth of the budget for each kind of step is the most that measuring may take.
        let measurement = StepMeasurement(batches, limit: budget.seconds / 20, clock, networks: firstNetworks)
        let course = courseOfSteps(100_000)
        return try measurement.pace(hasWarmUp: course?.warmUpSteps ?? 0 > 0) { networks throws(FileError) in
            let model = Model(
                configuration: configuration.model(afterSteps: 0), generator: networks.speaker, pitch: voice?.pitch)
            _ = judge?.judge(model)
            let scratch = run.path + "/.measured.partial"
            try Checkpoint.write(networks, voice?.pitch, RunState(step: 0), configuration, to: scratch)
            try? FileManager.default.removeItem(atPath: scratch)
        }
    }

    private func sentence(_ plan: BudgetPlan, _ budget: TimeBudget, prepared: Double) -> String {
        func milliseconds(_ seconds: Double) -> String {
            seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 100).rounded() / 100) s"
        }
        var words = "budget of \(budget): after \(TimeBudget.inWords(prepared)) of preparation, a step takes "
        words += milliseconds(plan.pace.adversarial)
        let alone = plan.course?.warmUpSteps ?? 0
        if alone > 0 { words += " with the discriminator and \(milliseconds(plan.pace.alone)) without" }
        words += ", so there will be \(plan.steps)"
        if alone > 0 { words += ", the first \(alone) of them without" }
        return words + (plan.course?.decaySteps == nil ? "." : ", and the learning rate falls to the end.")
    }
}

extension RunFolder {
    var planPath: String { path + "/plan.json" }

    /// The plan that was made before the first step; nil where there is none yet.
    func plan() throws(FileError) -> BudgetPlan? {
        guard FileManager.default.fileExists(atPath: planPath) else { return nil }
        let data = try contents(ofFile: planPath)
        do { return try JSONDecoder().decode(BudgetPlan.self, from: data) } catch {
            throw FileError(.badData, planPath, "is no plan of a training run; remove it to have one made again.")
        }
    }
}
