import Files
import MelGAN
import Platform

extension VocoderTrainer {
    /// What keeps this session to the run's budget; nil where the run has none.
    ///
    /// - Throws: `FileError` `.badData` where preparing has left no time for a step.
    func budgetKeeper(
        _ state: RunState, _ limits: RunLimits, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> BudgetKeeper? {
        guard let budget = configuration.budget else { return nil }
        let planner = BudgetPlanner(
            budget: budget, run: run, clock: clock, interval: limits.interval,
            allowsNoStep: limits.allowsNoStep, schedule: scheduleOfSteps, say: say)
        return try planner.keeper(state) { limit throws(FileError) in try measuredPace(limit, judge, batches) }
    }

    /// What takes part when in a run of `steps` steps.
    private func scheduleOfSteps(_ steps: Int) -> TrainingSchedule? {
        var schedule = configuration.recipe?.schedule(steps: steps)
        if configuration.from != nil {
            let weights = run.startPath + "/" + Model.discriminatorFile
            schedule = schedule?.afterStart(hasDiscriminator: FileManager.default.fileExists(atPath: weights))
        }
        return overriding(schedule)
    }

    private func measuredPace(
        _ limit: Double, _ judge: Validation?, _ batches: SegmentPrefetcher
    ) throws(FileError) -> StepPace {
        let measurement = StepMeasurement(batches, limit: limit, clock, networks: firstNetworks)
        let schedule = scheduleOfSteps(100_000)
        return try measurement.pace(hasWarmUp: schedule?.warmUpSteps ?? 0 > 0) { networks throws(FileError) in
            let model = Model(
                configuration: configuration.model(afterSteps: 0), generator: networks.emaGenerator, pitch: voice?.pitch)
            _ = judge?.judge(model)
            let scratch = run.path + "/.measured.partial"
            try Checkpoint.write(networks, voice?.pitch, RunState(step: 0), configuration, to: scratch)
            try? FileManager.default.removeItem(atPath: scratch)
        }
    }
}
