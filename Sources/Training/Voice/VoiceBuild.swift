public import Files

/// How a session of building a voice ended.
public struct VoiceOutcome: Sendable, Encodable {
    /// The training of the text model.
    public var text: TrainingOutcome
    /// The training of the vocoder; nil where the session ended before it.
    public var vocoder: TrainingOutcome?
    /// The folder of the finished voice; nil where it is not finished.
    public var voice: String?

    /// 130 or 143 where a signal ended it.
    public var interruption: Int32? { vocoder?.interruption ?? text.interruption }
}

extension VoiceTrainer {
    /// Builds a whole voice, in three phases: the text model, the mels that it predicts of the recordings, and the vocoder, which
    /// learns to make the recordings of them. Each continues where an earlier session ended.
    ///
    /// - Parameters:
    ///   - limits: The text model's; its steps are not used where there is a budget.
    ///   - vocoderSteps: Steps of the vocoder; not used where there is a budget.
    /// - Throws: `FileError`, also where an interruption comes while nothing can be saved.
    public func build(_ limits: RunLimits, vocoderSteps: Int) throws(FileError) -> VoiceOutcome {
        // The lock is held to the end, because the phases depend on one another.
        let lock = try run.lock()
        let outcome = try built(limits, vocoderSteps)
        _ = consume lock
        return outcome
    }

    private func built(_ limits: RunLimits, _ vocoderSteps: Int) throws(FileError) -> VoiceOutcome {
        let vocoder = VoiceVocoder(of: self)
        var limits = limits
        if vocoder != nil {
            limits.label = "text model"
            reporter.say("phase 1 of 3: the text model\(budgetSummary)")
        }
        let (text, spent) = try trainTextModel(limits)
        var outcome = VoiceOutcome(text: text)
        guard let vocoder, text.interruption == nil else { return outcome }
        let finished = clock.now()
        reporter.say("phase 2 of 3: mels of the recordings, as the text model predicts them")
        try vocoder.prepareMels()
        reporter.say("phase 3 of 3: the vocoder, from \(configuration.vocoder ?? "")")
        // The vocoder is trained already, and may stay as it is.
        (limits.label, limits.steps, limits.allowsNoStep) = ("vocoder", vocoderSteps, true)
        outcome.vocoder = try vocoder.train(
            limits, secondsSpent: spent.map { $0 + clock.now() - finished })
        if outcome.interruption == nil { outcome.voice = try vocoder.assemble() }
        return outcome
    }

    private var budgetSummary: String {
        guard let budget = configuration.budget, let text = configuration.textBudget else { return "" }
        return ", which takes \(text) of the budget of \(budget)"
    }
}
