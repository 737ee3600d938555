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

extension TrainVoiceCommand {
    /// The configuration of the run: that of the run to resume, or the one that the options describe.
    ///
    /// - Throws: `FileError` where an option contradicts the run to resume, or the vocoder cannot be read.
    func runConfiguration() throws -> VoiceRunConfiguration {
        let convention = mel.isGiven ? try mel.convention() : nil
        if !session.restart, let earlier = try RunFolder(path: output).configuration(as: VoiceRunConfiguration.self) {
            return try continued(earlier, convention)
        }
        let model = noVocoder ? nil : try vocoderFolder()
        var mels = convention ?? .melgan
        if convention == nil, let model { mels = try PretrainedCheckpoint(at: model).configuration.convention }
        var configuration = VoiceRunConfiguration(
            corpus: corpus, validation: validation, convention: mels, steps: stepsInAll)
        if let language { configuration.language = language }
        let beginning = try textModelFolder(for: configuration)
        if let beginning { try configuration.takeSizes(ofVoiceAt: beginning) }
        apply(to: &configuration)
        configuration.addMelDiscriminator(
            at: discriminatorStart ?? VoiceRunConfiguration.melDiscriminatorStart(of: stepsInAll), of: stepsInAll)
        (configuration.from, configuration.budget, configuration.vocoder) = (beginning, budget, model)
        configuration.listing = listing.options
        configuration.denoising = listing.denoise ?? .auto
        return configuration
    }

    /// The configuration of the run to resume, where no option contradicts it.
    private func continued(
        _ earlier: VoiceRunConfiguration, _ convention: MelConvention?
    ) throws(FileError) -> VoiceRunConfiguration {
        var asked = earlier
        apply(to: &asked)
        if let convention { asked.convention = convention }
        if let validation { asked.validation = validation }
        if let budget { asked.budget = budget }
        if let given = listing.options { asked.listing = given }
        if let denoise = listing.denoise { asked.denoising = denoise }
        if let discriminatorStart { asked.melDiscriminator?.start = discriminatorStart }
        try RunConflicts(earlier, asked).refuse(output)
        if let budget = earlier.budget, steps != nil || vocoderSteps != nil {
            throw FileError(
                .badData, output,
                "holds a run that was begun with a budget of \(budget), which sets the numbers of steps; leave --steps and "
                    + "--vocoder-steps out, or begin another run from it with --from.")
        }
        var configuration = earlier
        configuration.corpus = corpus
        // The text model does not depend on the vocoder.
        if noVocoder { configuration.vocoder = nil }
        if let vocoder {
            // The model may be gone: a vocoder that is being trained does not read it again.
            configuration.vocoder = ModelLibrary.ofProgram.path(of: vocoder)
        } else if vocoderSteps != nil, earlier.vocoder == nil {
            configuration.vocoder = try vocoderFolder()
        }
        return configuration
    }

    /// Applies the options of the text model, which were validated before.
    private func apply(to configuration: inout VoiceRunConfiguration) {
        if let language { configuration.language = language }
        if let (outer, inner) = try? pair("--channels", channels) {
            (configuration.channels, configuration.hiddenChannels) = (outer, inner)
        }
        if let (encoder, decoder) = try? pair("--blocks", blocks) {
            (configuration.encoderBlocks, configuration.decoderBlocks) = (encoder, decoder)
        }
        if let batch { configuration.batch = batch }
        if let learningRate { configuration.learningRate = learningRate }
        if let seed { configuration.seed = seed }
    }

    /// The folder of the voice whose text model training begins with; nil where it begins with random weights.
    private func textModelFolder(for configuration: VoiceRunConfiguration) throws(FileError) -> String? {
        if from == "none" { return nil }
        if let from { return try ModelLibrary.ofProgram.folder(of: from) }
        guard channels == nil, blocks == nil, let folder = try? ModelLibrary.ofProgram.folder(of: Self.baseName),
            let base = try? Voice.description(in: folder), base.convention == configuration.convention,
            base.language.prefix(2) == configuration.language.prefix(2)
        else { return nil }
        session.say("the text model begins with \(Self.baseName), which was taught English by much clean speech; --from none begins without")
        return folder
    }

    private static let baseName = "base-english"

    /// The folder of the model that the vocoder begins with.
    private func vocoderFolder() throws(FileError) -> String {
        let library = ModelLibrary.ofProgram
        if vocoder == nil, library.names.isEmpty {
            throw FileError(
                .missingInput, library.folders.first ?? ModelLibrary.folderName,
                "holds no model for the voice's vocoder to begin from; name one with --vocoder, or train without with --no-vocoder."
            )
        }
        return try library.folder(of: vocoder)
    }
}
