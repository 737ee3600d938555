/// How a run spends its time budget: the number of steps, and their schedule.
///
/// The plan decides what a step does, and a run that is continued follows the plan of its checkpoint. So it ends in
/// the bits of one never interrupted as long as the clock calls for no other number of steps; where it does, the rest of the
/// schedule is stretched to the new end.
struct BudgetPlan: Codable, Equatable, Sendable {
    /// Steps in all.
    private(set) var steps: Int
    /// nil for the paper's: the discriminator from the first step on, at one rate.
    private(set) var schedule: TrainingSchedule?
    var pace: StepPace
    /// Seconds of the budget that were spent when this was written.
    var secondsSpent: Double

    /// The plan before the first step: as many steps as fit.
    ///
    /// - Parameters:
    ///   - seconds: What is left of the budget.
    ///   - spent: Seconds of the budget that are spent.
    ///   - interval: Steps from one validation to the next.
    ///   - schedule: The schedule of a run of so many steps.
    /// - Returns: nil where not even one step and its validation fit.
    init?(
        seconds: Double, spent: Double, pace: StepPace, interval: Int, schedule: (_ steps: Int) -> TrainingSchedule?
    ) {
        steps = Self.most(after: 0, within: seconds, pace: pace) { steps in
            pace.seconds(from: 0, to: steps, warmUpSteps: schedule(steps)?.warmUpSteps ?? 0, interval: interval)
        }
        guard steps > 0 else { return nil }
        self.schedule = schedule(steps)
        (self.pace, secondsSpent) = (pace, spent)
    }

    /// The plan of no step at all, for a budget that not even one fits.
    init(ofNoStepAfter spent: Double, pace: StepPace) {
        (steps, schedule, self.pace, secondsSpent) = (0, nil, pace, spent)
    }

    /// Moves the end to where `seconds` run out after `step` steps, and stretches what is left of the schedule to it.
    ///
    /// - Returns: Whether anything changed: less than a fiftieth of the steps left is not worth it.
    mutating func revise(after step: Int, seconds: Double, interval: Int) -> Bool {
        let (schedule, end, pace) = (schedule, steps, pace)
        let fitting = Self.most(after: step, within: seconds, pace: pace) { steps in
            let stretched = schedule?.stretched(after: step, from: end, to: steps)
            return pace.seconds(from: step, to: steps, warmUpSteps: stretched?.warmUpSteps ?? 0, interval: interval)
        }
        guard abs(fitting - end) > (end - step) / 50 else { return false }
        self.schedule = schedule?.stretched(after: step, from: end, to: fitting)
        steps = fitting
        return true
    }

    /// The greatest number of steps, `step` or more, whose cost is within `seconds`.
    private static func most(
        after step: Int, within seconds: Double, pace: StepPace, cost: (_ steps: Int) -> Double
    ) -> Int {
        let cheapest = max(1e-6, min(pace.warmUp, pace.adversarial))
        var (low, high) = (step, step + Int(min(1e9, max(0, seconds) / cheapest)) + 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if cost(middle) <= seconds { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// What steps and validations take on this machine, in seconds: measured before the first step, and followed from then on.
struct StepPace: Codable, Equatable, Sendable {
    /// A step without the discriminator.
    var warmUp: Double
    /// A step with the discriminator.
    var adversarial: Double
    /// A validation with its checkpoint.
    var validation: Double

    /// Steps that the moving average reaches back over.
    private static let memory = 10.0

    /// Takes in the seconds of one step. Both kinds of steps follow: what slows one down slows the other.
    mutating func note(_ seconds: Double, isAdversarial: Bool) {
        let expected = isAdversarial ? adversarial : warmUp
        guard expected > 0 else { return }
        // One step that took very long says little of the next.
        let factor = 1 + (min(seconds / expected, 3) - 1) / Self.memory
        warmUp *= factor
        adversarial *= factor
    }

    /// Seconds from after step `step` to the end of a run of `steps` steps, whose first `warmUpSteps` are without the discriminator,
    /// with a validation at every `interval` and one at the end.
    func seconds(from step: Int, to steps: Int, warmUpSteps: Int, interval: Int) -> Double {
        let warmUpCount = max(0, min(steps, warmUpSteps) - step)
        let validations = max(0, (steps - 1) / interval - step / interval) + 1
        return warmUp * Double(warmUpCount) + adversarial * Double(max(0, steps - step - warmUpCount))
            + validation * Double(validations)
    }
}

extension TrainingSchedule {
    /// The schedule of a run that after `step` steps is to end after `newEnd` steps instead of `end`: what has begun goes on
    /// where it is, and all that is to come moves in proportion.
    func stretched(after step: Int, from end: Int, to newEnd: Int) -> TrainingSchedule {
        guard end > step, newEnd != end else { return self }
        let factor = Double(max(0, newEnd - step)) / Double(end - step)
        func moved(_ boundary: Int) -> Int {
            boundary <= step ? boundary : step + Int((Double(boundary - step) * factor).rounded())
        }
        var schedule = self
        let (warmUpEnd, discriminatorOnlyEnd) = (warmUpSteps, warmUpSteps + discriminatorOnlySteps)
        schedule.warmUpSteps = moved(warmUpEnd)
        schedule.discriminatorOnlySteps = moved(discriminatorOnlyEnd) - schedule.warmUpSteps
        // An adversarial warm-up that has begun keeps its length: the discriminator's weight must not jump.
        if discriminatorOnlyEnd > step {
            schedule.adversarialWarmUpSteps =
                moved(discriminatorOnlyEnd + adversarialWarmUpSteps) - moved(discriminatorOnlyEnd)
        }
        if let decaySteps {
            schedule.rescalePoint = RescalePoint(step: step, progress: decayProgress(at: step))
            schedule.decaySteps = max(1, moved(decaySteps))
        }
        return schedule
    }
}

extension TrainingSchedule {
    /// Whether the step after `step` steps trains the generator against the discriminator; nil where the discriminator learns by
    /// itself.
    func isAdversarial(at step: Int) -> Bool? {
        step < warmUpSteps ? false : adversarialFactor(at: step) > 0 ? true : nil
    }

    /// The values that a user sets in the place of a recipe's.
    public struct Changes: Sendable {
        public var warmUpSteps: Int?
        public var discriminatorOnlySteps: Int?
        public var adversarialWarmUpSteps: Int?
        /// 0 for a constant learning rate.
        public var decaySteps: Int?
        /// 0 for no clipping.
        public var maxGradientNorm: Double?

        public init() {}

        /// The schedule with these values set; nil, the paper's schedule, where there is none and nothing is set.
        public func applied(to earlier: TrainingSchedule?) -> TrainingSchedule? {
            var schedule = earlier ?? TrainingSchedule()
            if let warmUpSteps { schedule.warmUpSteps = warmUpSteps }
            if let discriminatorOnlySteps { schedule.discriminatorOnlySteps = discriminatorOnlySteps }
            if let adversarialWarmUpSteps { schedule.adversarialWarmUpSteps = adversarialWarmUpSteps }
            if let decaySteps { schedule.decaySteps = decaySteps > 0 ? decaySteps : nil }
            if let maxGradientNorm { schedule.maxGradientNorm = maxGradientNorm > 0 ? maxGradientNorm : nil }
            return earlier != nil || schedule != TrainingSchedule() ? schedule : nil
        }
    }
}
