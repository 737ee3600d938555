import Files
import MelGAN

/// Measures what steps cost by making a few, on networks that are then thrown away: a run's own state does not change.
struct StepMeasurement {
    private let clock: RunClock
    private let batches: SegmentPrefetcher
    private let networks: () throws(FileError) -> AdversarialTraining
    /// Seconds that one kind of step may be measured for.
    private let limit: Double

    /// Steps timed of a kind, after one that prepares.
    private static let count = 3

    /// - Parameter networks: Makes networks as they are before the first step; called for each kind of step.
    init(
        _ batches: SegmentPrefetcher, limit: Double, _ clock: RunClock,
        networks: @escaping () throws(FileError) -> AdversarialTraining
    ) {
        (self.batches, self.limit, self.clock, self.networks) = (batches, limit, clock, networks)
    }

    /// - Parameter hasWarmUp: Whether there are steps without discriminator; else nothing is known of them.
    /// - Returns: The pace, with the time that `judging` takes.
    func pace(
        hasWarmUp: Bool, judging: (AdversarialTraining) throws(FileError) -> Void
    ) throws(FileError) -> StepPace {
        var learner = try networks()
        let longest = learner.course.longestGradient
        learner.course = TrainingCourse(longestGradient: longest)
        let adversarial = median(&learner)
        let start = clock.now()
        try judging(learner)
        let judged = clock.now() - start
        guard hasWarmUp else { return StepPace(alone: adversarial, adversarial: adversarial, judging: judged) }
        learner = try networks()
        learner.course = TrainingCourse(warmUpSteps: .max / 2, longestGradient: longest)
        return StepPace(alone: median(&learner), adversarial: adversarial, judging: judged)
    }

    /// Seconds of a step.
    private func median(_ learner: inout AdversarialTraining) -> Double {
        var times: [Double] = []
        for step in 0...Self.count where step < 2 || times.reduce(0, +) < limit {
            let batch = batches.batch(step)
            let start = clock.now()
            _ = learner.step(batch)
            times.append(clock.now() - start)
        }
        // The first one makes primitives and fills the memory pool.
        let counted = times.dropFirst().sorted()
        return counted[counted.count / 2]
    }
}
