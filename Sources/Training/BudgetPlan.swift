/// How a run means to spend the time it was given: how many steps, and what takes part when.
///
/// The plan decides what a step does, and a run that is taken up again follows the plan of its checkpoint. So it ends in
/// the bits of one never interrupted as long as the clock calls for no other number of steps; where it does, the rest of the
/// course is stretched to the new end.
struct BudgetPlan: Codable, Equatable, Sendable {
    /// Steps in all.
    private(set) var steps: Int
    /// nil for the paper's, everything at once and at one rate.
    private(set) var schedule: TrainingSchedule?
    var pace: StepPace
    /// Seconds of the budget that were spent when this was written.
    var secondsSpent: Double

    /// The plan before the first step: as many steps as fit.
    ///
    /// - Parameters:
    ///   - seconds: That are left.
    ///   - interval: Steps from one validation to the next.
    ///   - course: What takes part when in a run of so many steps.
    /// - Returns: nil where not even one step and its judging fit.
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

    /// The plan where not even one step fits.
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
        let cheapest = max(1e-6, min(pace.alone, pace.adversarial))
        var (low, high) = (step, step + Int(min(1e9, max(0, seconds) / cheapest)) + 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if cost(middle) <= seconds { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension TrainingSchedule {
    /// The schedule from `step` on, of a run that was to end after `end` steps and now does after `newEnd`: what has begun goes on
    /// where it is, and all that is to come moves in proportion.
    func stretched(after step: Int, from end: Int, to newEnd: Int) -> TrainingSchedule {
        guard end > step, newEnd != end else { return self }
        let factor = Double(max(0, newEnd - step)) / Double(end - step)
        func moved(_ boundary: Int) -> Int {
            boundary <= step ? boundary : step + Int((Double(boundary - step) * factor).rounded())
        }
        var schedule = self
        let (alone, judged) = (warmUpSteps, warmUpSteps + discriminatorOnlySteps)
        schedule.warmUpSteps = moved(alone)
        schedule.discriminatorOnlySteps = moved(judged) - schedule.warmUpSteps
        // A ramp that has begun keeps its slope: the discriminator's share must not leap.
        if judged > step { schedule.adversarialWarmUpSteps = moved(judged + adversarialWarmUpSteps) - moved(judged) }
        if let decaySteps {
            schedule.rescalePoint = RescalePoint(step: step, progress: decayProgress(at: step))
            schedule.decaySteps = max(1, moved(decaySteps))
        }
        return schedule
    }
}
