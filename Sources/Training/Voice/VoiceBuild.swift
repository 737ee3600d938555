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
    ///   - limits: The text model's; its steps are not asked where there is a budget.
    ///   - vocoderSteps: Likewise.
    ///   - interruption: Asked all the while; what is not nil ends the session, with a checkpoint.
    /// - Throws: `FileError`, also where a signal comes while nothing can be saved.
    public func build(
        _ limits: RunLimits, vocoderSteps: Int, progress style: TrainingProgress.Style,
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) -> VoiceOutcome {
        // Held to the end: the phases depend on one another.
        let lock = try run.lock()
        let outcome = try built(limits, vocoderSteps, style, interruption)
        _ = consume lock
        return outcome
    }

    private func built(
        _ limits: RunLimits, _ vocoderSteps: Int, _ style: TrainingProgress.Style, _ interruption: () -> Int32?
    ) throws(FileError) -> VoiceOutcome {
        let vocoder = VoiceVocoder(of: self)
        var limits = limits
        if vocoder != nil {
            limits.label = "text model"
            say("phase 1 of 3: the text model\(shareSummary)")
        }
        let (text, spent) = try trainedText(limits, style, interruption)
        var outcome = VoiceOutcome(text: text)
        guard let vocoder, text.interruption == nil else { return outcome }
        let finished = clock.now()
        say("phase 2 of 3: mels of the recordings, as the text model predicts them")
        try vocoder.prepareMels(interruption: interruption)
        say("phase 3 of 3: the vocoder, from \(configuration.vocoder ?? "")")
        // It speaks already.
        (limits.label, limits.steps, limits.allowsNoStep) = ("vocoder", vocoderSteps, true)
        outcome.vocoder = try vocoder.train(
            limits, secondsSpent: spent.map { $0 + clock.now() - finished }, progress: style, interruption: interruption)
        if outcome.interruption == nil { outcome.voice = try vocoder.assemble() }
        return outcome
    }

    private func trainedText(
        _ limits: RunLimits, _ style: TrainingProgress.Style, _ interruption: () -> Int32?
    ) throws(FileError) -> (outcome: TrainingOutcome, secondsSpent: Double?) {
        var session = try VoiceSession(self, limits, style)
        return (try session.train(interruption: interruption), session.secondsSpent)
    }

    private var shareSummary: String {
        guard let budget = configuration.budget, let text = configuration.textBudget else { return "" }
        return ", which takes \(text) of the budget of \(budget)"
    }
}
