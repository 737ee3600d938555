public import Files

/// How a session of building a voice ended.
public struct VoiceOutcome: Sendable, Encodable {
    /// The training of the text model.
    public var text: TrainingOutcome
    /// The training of the vocoder, where it came to that.
    public var vocoder: TrainingOutcome?
    /// The folder of the whole voice, where it was completed.
    public var voice: String?

    /// 130 or 143 where a signal ended it.
    public var interruption: Int32? { vocoder?.interruption ?? text.interruption }
}

extension VoiceTrainer {
    /// Builds a whole voice, in three phases: the text model, the mels that it predicts of the recordings, and the vocoder, which
    /// learns to make up for its faults. Each is taken up where it was left.
    ///
    /// - Parameters:
    ///   - schedule: The text model's; its steps are not asked where there is a budget.
    ///   - vocoderSteps: Likewise.
    ///   - interruption: Asked all the while; what is not nil ends the session, with a checkpoint.
    /// - Throws: `FileError`, also where a signal comes while nothing can be saved.
    public func build(
        _ schedule: TrainingSchedule, vocoderSteps: Int, progress style: TrainingProgress.Style,
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) -> VoiceOutcome {
        // Held to the end: the phases depend on one another.
        let lock = try run.lock()
        let outcome = try built(schedule, vocoderSteps, style, interruption)
        _ = consume lock
        return outcome
    }

    private func built(
        _ schedule: TrainingSchedule, _ vocoderSteps: Int, _ style: TrainingProgress.Style, _ interruption: () -> Int32?
    ) throws(FileError) -> VoiceOutcome {
        let vocoder = VoiceVocoder(of: self)
        var schedule = schedule
        if vocoder != nil {
            schedule.label = "text model"
            say("phase 1 of 3: the text model\(sharesInWords)")
        }
        let (text, spent) = try trainedText(schedule, style, interruption)
        var outcome = VoiceOutcome(text: text)
        guard let vocoder, text.interruption == nil else { return outcome }
        let finished = clock.now()
        say("phase 2 of 3: mels of the recordings, as the text model predicts them")
        try vocoder.prepareMels(interruption: interruption)
        say("phase 3 of 3: the vocoder, from \(configuration.vocoder ?? "")")
        // It speaks already.
        (schedule.label, schedule.steps, schedule.allowsNoStep) = ("vocoder", vocoderSteps, true)
        outcome.vocoder = try vocoder.train(
            schedule, secondsSpent: spent.map { $0 + clock.now() - finished }, progress: style, interruption: interruption)
        if outcome.interruption == nil { outcome.voice = try vocoder.assemble() }
        return outcome
    }

    private func trainedText(
        _ schedule: TrainingSchedule, _ style: TrainingProgress.Style, _ interruption: () -> Int32?
    ) throws(FileError) -> (outcome: TrainingOutcome, secondsSpent: Double?) {
        var session = try VoiceSession(self, schedule, style)
        return (try session.train(interruption: interruption), session.secondsSpent)
    }

    private var sharesInWords: String {
        guard let budget = configuration.budget, let text = configuration.textBudget else { return "" }
        return ", which takes \(text) of the budget of \(budget)"
    }
}
