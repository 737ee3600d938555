import Files
import MelGAN

/// Measures what steps cost by making a few, on networks that are then thrown away: a run's own state does not change.
struct StepMeasurement {
    private let clock: RunClock
    private let batches: SegmentPrefetcher
    private let networks: () throws(FileError) -> AdversarialTraining
    /// Seconds that one kind of step may be measured for.
    private let limit: Double

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
        let longest = learner.schedule.maxGradientNorm
        learner.schedule = TrainingSchedule(maxGradientNorm: longest)
        let adversarial = median(&learner)
        let start = clock.now()
        try judging(learner)
        let judged = clock.now() - start
        guard hasWarmUp else { return StepPace(alone: adversarial, adversarial: adversarial, judging: judged) }
        learner = try networks()
        learner.schedule = TrainingSchedule(warmUpSteps: .max / 2, maxGradientNorm: longest)
        return StepPace(alone: median(&learner), adversarial: adversarial, judging: judged)
    }

    /// Seconds of a step.
    private func median(_ learner: inout AdversarialTraining) -> Double {
        clock.median(within: limit, batches.batch) { _ = learner.step($0) }
    }
}

extension RunClock {
    /// The median of the seconds that a few steps take, after one that prepares.
    ///
    /// - Parameters:
    ///   - limit: Seconds after which no further step is made, once one has been timed.
    ///   - batch: What a step is made on, which is not timed.
    func median<Batch>(within limit: Double, _ batch: (_ step: Int) -> Batch, step: (Batch) -> Void) -> Double {
        var times: [Double] = []
        for number in 0...3 where number < 2 || times.reduce(0, +) < limit {
            let batch = batch(number)
            let start = now()
            step(batch)
            times.append(now() - start)
        }
        // The first one makes primitives and fills the memory pool.
        let counted = times.dropFirst().sorted()
        return counted[counted.count / 2]
    }
}
