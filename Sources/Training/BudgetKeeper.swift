extension BudgetPlan {
    /// What there is to say where a plan of `earlier` steps became this one; nil for small changes, which are usual.
    func sentence(insteadOf earlier: Int) -> String? {
        guard abs(steps - earlier) > earlier / 10 else { return nil }
        return "the machine's pace has changed: \(steps) steps fit the budget, not \(earlier)"
    }
}

/// Watches the clock for a run with a budget, and moves the end of its plan so that it ends on time.
///
/// It looks again whenever a tenth of the steps that were left are done: rarely at first, and towards the end at every step.
/// It reads the clock once a step, when all that belongs to the step is done.
struct BudgetKeeper {
    private(set) var plan: BudgetPlan
    private let budget: TimeBudget
    private let interval: Int
    private let clock: RunClock
    /// What the clock said last, and the seconds of the budget that were gone then, over all sessions.
    private var reading: Double
    private(set) var secondsSpent: Double
    private var nextReview: Int

    /// - Parameters:
    ///   - spent: Seconds of the budget that are gone.
    ///   - reading: What the clock says now.
    ///   - step: Steps done.
    init(
        _ plan: BudgetPlan, _ budget: TimeBudget, spent: Double, at reading: Double, after step: Int, interval: Int,
        _ clock: RunClock
    ) {
        (self.plan, self.budget, self.interval, self.clock) = (plan, budget, interval, clock)
        (self.reading, secondsSpent) = (reading, spent)
        nextReview = Self.review(after: step, of: plan)
    }

    private static func review(after step: Int, of plan: BudgetPlan) -> Int { step + max(1, (plan.steps - step) / 10) }

    /// The plan as a checkpoint keeps it.
    ///
    /// - Parameter judging: Whether it is written at the end of a validation whose time has not been read yet.
    func record(whileJudging judging: Bool) -> BudgetPlan {
        var record = plan
        record.secondsSpent = secondsSpent + (judging ? plan.pace.judging : 0)
        return record
    }

    /// Takes in what step `step` took.
    ///
    /// - Parameter isAdversarial: nil for a step of neither kind.
    /// - Returns: Whether the plan changed.
    mutating func note(step: Int, isAdversarial: Bool?) -> Bool {
        let seconds = passed()
        if let isAdversarial { plan.pace.note(seconds, isAdversarial: isAdversarial) }
        guard step >= nextReview, step < plan.steps else { return false }
        // A validation after this very step is still to come.
        let judging = step % interval == 0 ? plan.pace.judging : 0
        let isChanged = plan.revise(
            after: step, seconds: budget.seconds - secondsSpent - judging, interval: interval)
        nextReview = Self.review(after: step, of: plan)
        return isChanged
    }

    /// Takes in what a validation and its checkpoint took.
    mutating func noteJudging() { plan.pace.judging = (plan.pace.judging + passed()) / 2 }

    /// Seconds since the clock was last read.
    private mutating func passed() -> Double {
        let now = clock.now(), seconds = now - reading
        reading = now
        secondsSpent += seconds
        return seconds
    }
}
