import Files
import Platform

/// Plans how a run spends its budget, or takes up the plan that is there.
struct BudgetPlanner {
    let budget: TimeBudget
    let run: RunFolder
    let clock: RunClock
    let limits: RunLimits
    let say: (String) -> Void

    /// The keeper of the budget for a session that begins with `state`.
    ///
    /// The plan is the checkpoint's, or the one made before the first step, or made now by measuring.
    ///
    /// - Parameter task: As it is before the first step; steps are measured on copies.
    /// - Throws: `FileError` `.badData` where preparing has left no time for a step.
    func keeper(_ state: RunState, of task: some TrainingTask) throws(FileError) -> BudgetKeeper {
        var known = state.plan
        if known == nil { known = try run.plan() }
        if let known {
            let now = clock.now()
            return keeper(known, spent: known.secondsSpent + clock.elapsed(at: now), at: now, after: state.step)
        }
        let prepared = clock.elapsed(at: clock.now())
        let pace = try measuredPace(of: task)
        let now = clock.now(), spent = clock.elapsed(at: now)
        let left = budget.seconds - spent
        var plan = BudgetPlan(
            seconds: left, spent: spent, pace: pace, interval: limits.interval, schedule: task.schedule(steps:))
        let isTooShort = plan == nil
        if isTooShort, limits.allowsNoStep { plan = BudgetPlan(ofNoStepAfter: spent, pace: pace) }
        guard let plan else {
            throw FileError(
                .badData, run.path,
                "\(tooShort(prepared: prepared, left: left)) What is prepared is kept",
                [.instruction("try again"), .giveMoreTime])
        }
        try plan.write(to: run.planPath)
        say(
            isTooShort
                ? tooShort(prepared: prepared, left: left) + " All stays as it began."
                : sentence(plan, prepared: prepared))
        return keeper(plan, spent: spent, at: now, after: state.step)
    }

    private func keeper(_ plan: BudgetPlan, spent: Double, at reading: Double, after step: Int) -> BudgetKeeper {
        BudgetKeeper(plan, budget, spent: spent, at: reading, after: step, interval: limits.interval, clock)
    }

    // MARK: - Measuring

    /// The pace of a few steps, and of a validation with its checkpoint, on copies of `task` that are then thrown away.
    private func measuredPace(of task: some TrainingTask) throws(FileError) -> StepPace {
        var last = task
        var seconds: [Bool: Double] = [:]
        for isAdversarial in [false, true] {
            guard let copy = task.measured(isAdversarial: isAdversarial) else { continue }
            last = copy
            seconds[isAdversarial] = median { step in _ = last.step(at: step) }
        }
        let start = clock.now()
        _ = last.validate(afterSteps: 0)
        let scratch = run.path + "/.measured.partial"
        try Checkpoint.write(last, RunState(step: 0), to: scratch)
        try? FileManager.default.removeItem(atPath: scratch)
        let validation = clock.now() - start
        let any = seconds[true] ?? seconds[false] ?? 0
        return StepPace(
            warmUp: seconds[false] ?? any, adversarial: seconds[true] ?? any, validation: validation)
    }

    /// The median of the seconds that a few steps take, after a first one that makes primitives and fills the memory pool; no
    /// further step is made after a twentieth of the budget.
    private func median(step: (Int) -> Void) -> Double {
        var times: [Double] = []
        for number in 0...3 where number < 2 || times.reduce(0, +) < budget.seconds / 20 {
            let start = clock.now()
            step(number)
            times.append(clock.now() - start)
        }
        let counted = times.dropFirst().sorted()
        return counted[counted.count / 2]
    }

    // MARK: - Sentences

    private func tooShort(prepared: Double, left: Double) -> String {
        "a budget of \(budget) is too short: \(TimeBudget.summary(prepared)) went into preparing and measuring leaves "
            + "\(TimeBudget.summary(max(0, left))), less than a step and its validation."
    }

    private func sentence(_ plan: BudgetPlan, prepared: Double) -> String {
        func milliseconds(_ seconds: Double) -> String {
            seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 100).rounded() / 100) s"
        }
        var sentence = "budget of \(budget): after \(TimeBudget.summary(prepared)) of preparation, a step takes "
        sentence += milliseconds(plan.pace.adversarial)
        let warmUp = plan.schedule?.warmUpSteps ?? 0
        if warmUp > 0 { sentence += " with the discriminator and \(milliseconds(plan.pace.warmUp)) without" }
        sentence += ", so there will be \(plan.steps)"
        if warmUp > 0 { sentence += ", the first \(warmUp) of them without" }
        return sentence + (plan.schedule?.decaySteps == nil ? "." : ", and the learning rate falls to the end.")
    }
}

extension RunFolder {
    /// The plan that was made before the first step; nil where there is none yet.
    func plan() throws(FileError) -> BudgetPlan? {
        guard FileManager.default.fileExists(atPath: planPath) else { return nil }
        let data = try contents(ofFile: planPath)
        do { return try JSONDecoder().decode(BudgetPlan.self, from: data) } catch {
            throw FileError(
                .badData, planPath,
                "is not the plan of a run of this version: the run was begun by an older version, or the file is damaged",
                [.beginAnew, .instruction("remove the file to have a plan made again")])
        }
    }
}
