import Files
import Platform

/// Plans how a run spends its budget, or takes up the plan that is there.
struct BudgetPlanner {
    let budget: TimeBudget
    let run: RunFolder
    let clock: RunClock
    /// Steps from one validation to the next.
    let interval: Int
    /// Whether a run that has no time for a step is to end as it began, instead of being refused.
    let allowsNoStep: Bool
    /// What takes part when in a run of so many steps.
    let schedule: (_ steps: Int) -> TrainingSchedule?
    let say: (String) -> Void

    /// What keeps a session that begins with `state` to the budget.
    ///
    /// The plan is the checkpoint's, or the one made before the first step, or made now by measuring.
    ///
    /// - Parameter measure: Tells what steps cost, and spends no more than `limit` seconds on steps of one kind.
    /// - Throws: `FileError` `.badData` where preparing has left no time for a step.
    func keeper(
        _ state: RunState, measure: (_ limit: Double) throws(FileError) -> StepPace
    ) throws(FileError) -> BudgetKeeper {
        var known = state.plan
        if known == nil { known = try run.plan() }
        if let known {
            let now = clock.now()
            return BudgetKeeper(
                known, budget, spent: known.secondsSpent + clock.elapsed(at: now), at: now, after: state.step,
                interval: interval, clock)
        }
        let prepared = clock.elapsed(at: clock.now())
        // A twentieth of the budget for each kind of step is the most that measuring may take.
        let pace = try measure(budget.seconds / 20)
        let now = clock.now(), spent = clock.elapsed(at: now)
        let left = budget.seconds - spent
        var plan = BudgetPlan(seconds: left, spent: spent, pace: pace, interval: interval, schedule: schedule)
        let isTooShort = plan == nil
        if isTooShort, allowsNoStep { plan = BudgetPlan(ofNoStepAfter: spent, pace: pace) }
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
        return BudgetKeeper(plan, budget, spent: spent, at: now, after: state.step, interval: interval, clock)
    }

    private func tooShort(prepared: Double, left: Double) -> String {
        "a budget of \(budget) is too short: \(TimeBudget.summary(prepared)) went into preparing and measuring leaves "
            + "\(TimeBudget.summary(max(0, left))), less than a step and its validation."
    }

    private func sentence(_ plan: BudgetPlan, prepared: Double) -> String {
        func milliseconds(_ seconds: Double) -> String {
            seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 100).rounded() / 100) s"
        }
        var words = "budget of \(budget): after \(TimeBudget.summary(prepared)) of preparation, a step takes "
        words += milliseconds(plan.pace.adversarial)
        let alone = plan.schedule?.warmUpSteps ?? 0
        if alone > 0 { words += " with the discriminator and \(milliseconds(plan.pace.alone)) without" }
        words += ", so there will be \(plan.steps)"
        if alone > 0 { words += ", the first \(alone) of them without" }
        return words + (plan.schedule?.decaySteps == nil ? "." : ", and the learning rate falls to the end.")
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
