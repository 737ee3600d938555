import ArgumentParser
import Files
import MelGAN
import Spectra
import TextToMel
import Training

struct TrainVoiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-voice",
        abstract: "Train a text-to-speech voice on recordings with transcripts, or resume a run.",
        discussion: """
            CORPUS is an LJSpeech folder or metadata.csv, or a file list with lines like file.wav|text or file.wav|speaker|text; the \
            report tells which column is taken for the text, and shows examples. \
            First a text model is trained to predict mels from text; the alignment of phonemes is learned with it, so none is \
            needed beforehand. Then a vocoder is fine-tuned from a model on the mels that the text model predicts.

            RUN/voice is the finished voice; say takes RUN too. RUN holds checkpoints, the best text model (RUN/best), pictures of \
            alignments, samples by Griffin-Lim, logs for TensorBoard and log.jsonl; RUN/vocoder holds the same for the vocoder.

            The same command resumes a run that was stopped, with results identical to a run without a stop. Ctrl-C saves a \
            checkpoint first.
            """)

    @Argument(help: "The recordings and their transcripts.")
    var corpus: String

    @Option(name: .shortAndLong, help: "The run's folder.")
    var output: String

    @Option(
        help:
            "Total steps of the text model; a resumed run continues to this number (12000). The learning rate decays over the number the run was begun with."
    )
    var steps: Int?

    @Option(
        help:
            "Training time instead of steps, such as 3h, 90m, 1h30m or 45s: the total of all sessions with preparation, a third of it for the vocoder. The numbers of steps follow from a short measurement of this machine."
    )
    var budget: TimeBudget?

    @Option(
        help:
            "The pretrained vocoder to fine-tune: a model's or training run's folder, or the name of one in Models; by default the first one there."
    )
    var vocoder: String?

    @Option(help: "Total steps of the vocoder; a resumed run continues to this number (3000).")
    var vocoderSteps: Int?

    @Flag(help: "Train only the text model, which works with any vocoder for its mels.")
    var noVocoder = false

    @Option(help: "Language of the text, as espeak-ng names it (en-us).")
    var language: String?

    @Option(help: "Batch size of the text model in sentences (16).")
    var batch: Int?

    @OptionGroup(title: "Corpus") var listing: CorpusOptionGroup

    @OptionGroup(title: "Mel (by default the vocoder's)") var mel: MelConventionOptions

    @Option(
        help:
            "The validation set: a file with an id on each line, or a fraction of the sentences (0.02; none where there is only one sentence)."
    )
    var validation: String?

    @Option(
        help: "The voice whose text model training begins with: a voice's or run's folder, a name in Models, or none; by default base-english, where language and mels agree.")
    var from: String?

    @Option(help: "Peak learning rate of Adam (0.001).")
    var learningRate: Double?

    @Option(
        help:
            "The step from which a mel discriminator with a GAN loss sharpens the predicted mels (half of --steps; a number that is not below --steps turns it off)."
    )
    var discriminatorFrom: Int?

    @Option(help: ArgumentHelp("The earlier name of --discriminator-from.", visibility: .hidden))
    var adversaryFrom: Int?

    /// The step given by either name.
    var discriminatorStart: Int? { discriminatorFrom ?? adversaryFrom }

    @Option(help: "Channels of the text model and within its blocks, both multiples of 16 (256,768).")
    var channels: String?

    @Option(help: "Blocks of the text model's encoder and decoder (4,6).")
    var blocks: String?

    @Option(help: "Seed of the initial weights, the batches and dropout (0).")
    var seed: UInt64?

    @OptionGroup var session: SessionOptions

    @Option(
        help:
            "A folder to write mels of all recordings to, predicted by the best text model with the recordings' durations and pitch, for vocoder train --mels."
    )
    var writeMels: String?

    func validate() throws {
        try SessionOptions.validate([("--steps", steps), ("--vocoder-steps", vocoderSteps), ("--batch", batch)])
        if budget != nil, steps ?? vocoderSteps != nil {
            throw ValidationError("--budget sets the numbers of steps; leave --steps and --vocoder-steps out.")
        }
        if let discriminatorStart, discriminatorStart < 0 {
            throw ValidationError("--discriminator-from \(discriminatorStart): at least 0 was expected.")
        }
        if budget != nil, discriminatorStart != nil {
            throw ValidationError("--budget sets the first step of the mel discriminator; leave --discriminator-from out.")
        }
        if noVocoder, vocoder != nil || vocoderSteps != nil {
            throw ValidationError("--no-vocoder trains no vocoder; leave --vocoder and --vocoder-steps out.")
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
            let trainer = try VoiceTrainer(
                in: output, runConfiguration(), restarts: session.restart, threadCount: session.threads, clock: clock,
                reporter: session.reporter)
            session.say(trainer.report.description)
            let outcome = try trainer.build(session.limits(steps: stepsInAll), vocoderSteps: vocoderSteps ?? 3000)
            if outcome.interruption == nil { try writeMels(of: trainer) }
            return outcome
        }
        try session.finish(outcome, interruption: outcome.interruption)
        session.say("\(output): \(outcome.text.step) steps done; listen with: vocoder say \"Hello.\" OUT.wav --voice \(output)")
    }

    var stepsInAll: Int { steps ?? 12_000 }

    private func writeMels(of trainer: VoiceTrainer) throws {
        guard let writeMels else { return }
        let count = try trainer.writeMels(to: writeMels, progress: session.reporter.counter("wrote", "mels", every: 320))
        session.say("\(writeMels): \(count) mels, each as long as its recording")
    }

    /// The two numbers of an option, such as `256,768`; nil where it is not given.
    func pair(_ option: String, _ text: String?) throws -> (Int, Int)? {
        guard let text else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let first = numbers[0], let second = numbers[1], first > 0, second > 0 else {
            throw ValidationError("\(option) \(text): two numbers such as 256,768 were expected.")
        }
        return (first, second)
    }
}
