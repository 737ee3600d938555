/// Watches the clock for a run with a budget, and moves the end of its plan so that it ends on time.
///
/// It looks again whenever a tenth of the steps that were left are done: rarely at first, and towards the end at every step.
struct BudgetKeeper {
    private(set) var plan: BudgetPlan
    private let budget: TimeBudget
    private let interval: Int
    private let clock: RunClock
    /// Seconds of the budget that earlier sessions took.
    private let spentBefore: Double
    private var nextReview: Int

    /// - Parameters:
    ///   - spentBefore: Seconds of the budget that were gone when this session's clock began.
    ///   - step: Steps done.
    init(_ plan: BudgetPlan, _ budget: TimeBudget, spentBefore: Double, after step: Int, interval: Int, _ clock: RunClock) {
        (self.plan, self.budget, self.interval, self.clock) = (plan, budget, interval, clock)
        self.spentBefore = spentBefore
        nextReview = 0
        nextReview = Self.review(after: step, of: plan)
    }

    private static func review(after step: Int, of plan: BudgetPlan) -> Int { step + max(1, (plan.steps - step) / 10) }

    var secondsSpent: Double { spentBefore + clock.elapsed }

    /// The plan as a checkpoint keeps it.
    var record: BudgetPlan {
        var record = plan
        record.secondsSpent = secondsSpent
        return record
    }

    /// Takes in what one step took.
    mutating func note(_ seconds: Double, isAdversarial: Bool) { plan.pace.note(seconds, isAdversarial: isAdversarial) }

    /// Takes in what a validation and its checkpoint took.
    mutating func noteJudging(_ seconds: Double) { plan.pace.judging = (plan.pace.judging + seconds) / 2 }

    /// - Returns: Whether the plan changed now that `step` steps are done.
    mutating func review(after step: Int) -> Bool {
        guard step >= nextReview, step < plan.steps else { return false }
        let isChanged = plan.revise(after: step, seconds: budget.seconds - secondsSpent, interval: interval)
        nextReview = Self.review(after: step, of: plan)
        return isChanged
    }
}
