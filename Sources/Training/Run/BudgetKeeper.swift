/// Watches the clock for a run with a budget, and moves the end of its plan so that it ends on time.
///
/// It revises the plan whenever a tenth of the steps that were left are done: rarely at first, and towards the end at every
/// step. It reads the clock once a step, when all that belongs to the step is done.
struct BudgetKeeper {
    private(set) var plan: BudgetPlan
    private let budget: TimeBudget
    /// Steps from one validation to the next.
    private let interval: Int
    private let clock: RunClock
    /// The last reading of the clock, and the seconds of the budget that were spent then, over all sessions.
    private var reading: Double
    private(set) var secondsSpent: Double
    private var nextRevision: Int

    /// - Parameters:
    ///   - spent: Seconds of the budget that are spent.
    ///   - reading: The clock's reading now.
    ///   - step: Steps done.
    init(
        _ plan: BudgetPlan, _ budget: TimeBudget, spent: Double, at reading: Double, after step: Int, interval: Int,
        _ clock: RunClock
    ) {
        (self.plan, self.budget, self.interval, self.clock) = (plan, budget, interval, clock)
        (self.reading, secondsSpent) = (reading, spent)
        nextRevision = Self.revision(after: step, of: plan)
    }

    private static func revision(after step: Int, of plan: BudgetPlan) -> Int {
        step + max(1, (plan.steps - step) / 10)
    }

    /// The plan as a checkpoint keeps it.
    ///
    /// - Parameter isValidationTimed: Whether ``noteValidation()`` was called after the last validation; if not, the usual
    ///   time of one counts as spent.
    func record(isValidationTimed: Bool) -> BudgetPlan {
        var record = plan
        record.secondsSpent = secondsSpent + (isValidationTimed ? 0 : plan.pace.validation)
        return record
    }

    /// Takes in the time of step `step`, which is done.
    ///
    /// - Parameter isAdversarial: As ``TrainingStep/isAdversarial``.
    /// - Returns: Whether the plan changed.
    mutating func note(step: Int, isAdversarial: Bool?) -> Bool {
        let seconds = passed()
        if let isAdversarial { plan.pace.note(seconds, isAdversarial: isAdversarial) }
        guard step >= nextRevision, step < plan.steps else { return false }
        // A validation after this very step is still to come.
        let validation = step % interval == 0 ? plan.pace.validation : 0
        let isChanged = plan.revise(
            after: step, seconds: budget.seconds - secondsSpent - validation, interval: interval)
        nextRevision = Self.revision(after: step, of: plan)
        return isChanged
    }

    /// Takes in the time of a validation and its checkpoint, which are done.
    mutating func noteValidation() { plan.pace.validation = (plan.pace.validation + passed()) / 2 }

    /// Seconds since the clock was last read.
    private mutating func passed() -> Double {
        let now = clock.now(), seconds = now - reading
        reading = now
        secondsSpent += seconds
        return seconds
    }
}

extension BudgetPlan {
    /// The sentence about a plan of `earlier` steps that became this one; nil for small changes, which are usual.
    func sentence(insteadOf earlier: Int) -> String? {
        guard abs(steps - earlier) > earlier / 10 else { return nil }
        return "the machine's pace has changed: \(steps) steps fit the budget, not \(earlier)"
    }
}
