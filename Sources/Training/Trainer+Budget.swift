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
    /// - Throws: `FileError` `.badData` where preparing has left no time for a step.
    func budgetKeeper(
        _ state: RunState, _ schedule: TrainingSchedule, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> BudgetKeeper? {
        guard let budget = configuration.budget else { return nil }
        let planner = BudgetPlanner(
            budget: budget, run: run, clock: clock, interval: schedule.interval,
            allowsNoStep: schedule.allowsNoStep, course: courseOfSteps, say: say)
        return try planner.keeper(state) { limit throws(FileError) in try measuredPace(limit, judge, batches) }
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
        _ limit: Double, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> StepPace {
        let measurement = StepMeasurement(batches, limit: limit, clock, networks: firstNetworks)
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
}
