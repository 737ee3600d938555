import ArgumentParser
import Files
import Training

struct TrainVoiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-voice",
        abstract: "Train a voice on recordings with their text, to speak with say, or go on with a run.",
        discussion: """
            CORPUS is an LJSpeech folder or metadata.csv, or a listing with lines like file.wav|text or file.wav|speaker|text. \
            First a text model learns to turn text into mels; which sounds are when is learned from the recordings, nothing \
            needs to be aligned before. Then a vocoder, which may be any model, learns to make the recordings of the mels that \
            the text model predicts.

            RUN/voice is the finished voice; say takes RUN too. RUN holds checkpoints, the best text model (RUN/best), alignments \
            as pictures, samples by Griffin-Lim, logs for TensorBoard and log.jsonl; RUN/vocoder the same of the vocoder.

            The same command goes on where a run was stopped, to the same bits as if it never was. Ctrl-C saves first.
            """)

    @Argument(help: "The recordings and their text.")
    var corpus: String

    @Option(name: .shortAndLong, help: "The folder of the run.")
    var output: String

    @Option(
        help:
            "Steps of the text model in all; a run goes on to this number (12000). The learning rate falls over those it was begun with."
    )
    var steps: Int?

    @Option(
        help:
            "Time to spend instead, as 3h, 90m, 1h30m or 45s, preparing included, over all sessions, a third of it on the vocoder: a short measurement of this machine decides how many steps there are."
    )
    var budget: TimeBudget?

    @Option(
        help:
            "A model's or a training run's folder, or a name in Models, whose vocoder to begin from; by default the first there.")
    var vocoder: String?

    @Option(help: "Steps of the vocoder in all, likewise (3000).")
    var vocoderSteps: Int?

    @Flag(help: "Train the text model alone; any vocoder for its mels speaks with it.")
    var noVocoder = false

    @Option(help: "The language of the text, as espeak-ng names it (en-us).")
    var language: String?

    @Option(help: "Sentences a step of the text model (16).")
    var batch: Int?

    @OptionGroup(title: "Mel (by default the vocoder's)") var mel: MelConventionOptions

    @Option(
        help:
            "A file of ids, one a line, or the share of sentences to keep from training (0.02; none where there is but one sentence)."
    )
    var validation: String?

    @Option(help: "A voice's folder, or a run's, whose text model to begin with; its phonemes must be the corpus's.")
    var from: String?

    @Option(help: "Adam's, at its highest (0.001).")
    var learningRate: Double?

    @Option(
        help:
            "The step from which a discriminator of mels teaches the text model's decoder, so that it does not blur (half of the steps; none where it is not below them)."
    )
    var adversaryFrom: Int?

    @Option(help: "Channels of the text model and within its blocks (256,768), both in sixteens.")
    var channels: String?

    @Option(help: "Blocks of its encoder and of its decoder (4,6).")
    var blocks: String?

    @Option(help: "Decides the first weights, the batches and what is dropped (0).")
    var seed: UInt64?

    @OptionGroup var session: SessionOptions

    @Option(
        help:
            "A folder to write mels of all recordings to, as the best text model makes them with the recordings' own durations and pitch, for vocoder train --mels."
    )
    var writeMels: String?

    func validate() throws {
        try SessionOptions.validate([("--steps", steps), ("--vocoder-steps", vocoderSteps), ("--batch", batch)])
        if budget != nil, steps ?? vocoderSteps != nil {
            throw ValidationError("--budget decides how many steps there are; leave --steps and --vocoder-steps out.")
        }
        if let adversaryFrom, adversaryFrom < 0 {
            throw ValidationError("--adversary-from \(adversaryFrom): at least 0 was expected.")
        }
        if budget != nil, adversaryFrom != nil {
            throw ValidationError("--budget decides when a discriminator begins to teach; leave --adversary-from out.")
        }
        if noVocoder, vocoder != nil || vocoderSteps != nil {
            throw ValidationError("--no-vocoder trains none; leave --vocoder and --vocoder-steps out.")
        }
        _ = try mel.convention()
        if let (outer, inner) = try pair("--channels", channels), outer % 16 != 0 || inner % 16 != 0 {
            throw ValidationError("--channels \(outer),\(inner): multiples of 16 were expected.")
        }
        _ = try pair("--blocks", blocks)
    }

    func run() throws {
        let clock = RunClock()
        Interruption.watch()
        let outcome = try session.interruptible {
            let trainer = try preparedTrainer(clock)
            session.say(trainer.report.description)
            let outcome = try trainer.build(
                session.limits(steps: stepsInAll), vocoderSteps: vocoderSteps ?? 3000, progress: session.style)
            if outcome.interruption == nil { try writeMels(of: trainer) }
            return outcome
        }
        if session.json { try printJSON(outcome) }
        if let code = outcome.interruption { throw ExitCode(code) }
        session.say("\(output): \(outcome.text.step) steps done; hear it with: vocoder say \"Hello.\" OUT.wav --voice \(output)")
    }

    var stepsInAll: Int { steps ?? 12_000 }

    private func preparedTrainer(_ clock: RunClock) throws -> VoiceTrainer {
        let convention = mel.isGiven ? try mel.convention() : nil
        return try VoiceTrainer(
            in: output, restarts: session.restart, threadCount: session.threads, clock: clock
        ) { earlier throws(FileError) in
            try runConfiguration(after: earlier, convention)
        } said: { line in
            session.say(line)
        }
    }

    private func writeMels(of trainer: VoiceTrainer) throws {
        guard let writeMels else { return }
        let count = try trainer.writeMels(to: writeMels) { done, total in
            if done == total || done % 320 == 0 { session.say("wrote \(done) of \(total) mels") }
        }
        session.say("\(writeMels): \(count) mels as long as their recordings")
    }

    /// Two numbers of an option, such as `256,768`; nil where it is not given.
    func pair(_ option: String, _ text: String?) throws -> (Int, Int)? {
        guard let text else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let first = numbers[0], let second = numbers[1], first > 0, second > 0 else {
            throw ValidationError("\(option) \(text): two numbers such as 256,768 were expected.")
        }
        return (first, second)
    }
}
