import Files

@testable import Training

extension VocoderTrainer {
    /// Goes on with the run in `folder`, or begins one by `wanted`.
    init(
        _ folder: String, beginningAs wanted: RunConfiguration, restarts: Bool = false, clock: RunClock = RunClock(),
        say: @escaping (String) -> Void = { _ in }
    ) throws(FileError) {
        let earlier = try restarts ? nil : RunFolder(path: folder).configuration(as: RunConfiguration.self)
        try self.init(
            in: folder, earlier ?? wanted, restarts: restarts, threadCount: 2, clock: clock,
            reporter: TrainingReporter(say: say, interruption: { nil }))
    }

    /// Trains until the end, or until `interruption` returns an exit code.
    func train(
        _ limits: RunLimits, progress style: TrainingProgress.Style, interruption: @escaping () -> Int32?
    ) throws(FileError) -> TrainingOutcome {
        var trainer = self
        (trainer.reporter.style, trainer.reporter.interruption) = (style, interruption)
        return try trainer.train(limits)
    }
}

extension VoiceTrainer {
    /// Trains the text model until the end, or until `interruption` returns an exit code.
    func train(
        _ limits: RunLimits, progress style: TrainingProgress.Style, interruption: @escaping () -> Int32?
    ) throws(FileError) -> TrainingOutcome {
        try interrupted(style, interruption).train(limits)
    }

    /// Builds a whole voice, or until `interruption` returns an exit code.
    func build(
        _ limits: RunLimits, vocoderSteps: Int, progress style: TrainingProgress.Style,
        interruption: @escaping () -> Int32?
    ) throws(FileError) -> VoiceOutcome {
        try interrupted(style, interruption).build(limits, vocoderSteps: vocoderSteps)
    }

    private func interrupted(
        _ style: TrainingProgress.Style, _ interruption: @escaping () -> Int32?
    ) -> VoiceTrainer {
        var trainer = self
        (trainer.reporter.style, trainer.reporter.interruption) = (style, interruption)
        return trainer
    }
}
