import Files
import MelGAN
import Platform
import TextToMel

/// The training of a voice's vocoder: begun from another model, it learns to make the recordings of the mels that the voice's
/// text model predicts of them. Its run is in the folder `vocoder` of the voice's run: see ``RunFolder``.
struct VoiceVocoder {
    private let trainer: VoiceTrainer
    /// The folder of the model to begin from.
    private let model: String
    private let run: RunFolder

    /// Returns nil where the voice is to have none.
    init?(of trainer: VoiceTrainer) {
        guard let model = trainer.configuration.vocoder else { return nil }
        (self.trainer, self.model, run) = (trainer, model, Self.run(in: trainer.run))
    }

    private static func run(in folder: RunFolder) -> RunFolder { RunFolder(path: folder.path + "/vocoder") }

    /// The file beside the mels that says what they were made of.
    private static let originFile = "made-of.txt"
    private var melsPath: String { run.path + "/mels" }
    /// Whether an earlier session has begun to train the vocoder.
    private var isBegun: Bool { FileManager.default.fileExists(atPath: run.configurationPath) }

    /// Writes the mels that the text model predicts, unless they are there.
    ///
    /// Mels of an earlier text model are replaced, and the vocoder is trained anew, so that it is the same as if the text model
    /// had been like this from the first.
    ///
    /// - Throws: `FileError`, also where a signal comes, which leaves no mels.
    func prepareMels() throws(FileError) {
        let origin = try trainer.melOrigin()
        let known = try? contents(ofFile: melsPath + "/" + Self.originFile)
        if known == Data(origin.utf8) { return }
        if isBegun { trainer.reporter.say("the text model has changed since the vocoder was trained, which is begun anew") }
        try run.clear()
        try createFolder(at: run.path)
        let count = trainer.reporter.counter("predicted", "mels", every: 320)
        try replaceFolder(at: melsPath) { beside throws(FileError) in
            try trainer.writeMels(to: beside) { done, total throws(FileError) in
                if let code = trainer.reporter.interruption() {
                    throw FileError(
                        .inputOutput, run.path,
                        "was interrupted (\(code)) while mels were predicted, which begins anew next time.")
                }
                count(done, total)
            }
            try replaceFile(at: beside + "/" + Self.originFile, contents: Data(origin.utf8))
        }
    }

    /// Trains the vocoder, or resumes its training.
    ///
    /// - Parameter secondsSpent: Seconds of the budget that are spent, by the trainer's clock now; nil where there is none.
    func train(_ limits: RunLimits, secondsSpent: Double?) throws(FileError) -> TrainingOutcome {
        // If this session only resumes the training of the vocoder, all of its time counts.
        let clock = isBegun ? trainer.clock : RunClock(now: trainer.clock.now)
        let vocoder = try VocoderTrainer(
            in: run.path, configuration(steps: limits.steps, secondsSpent: secondsSpent), threadCount: limits.threadCount,
            cachePath: trainer.run.cachePath, clock: clock, reporter: trainer.reporter)
        return try vocoder.train(limits)
    }

    private func configuration(steps: Int, secondsSpent: Double?) throws(FileError) -> RunConfiguration {
        let voice = trainer.configuration
        if var earlier = try run.configuration(as: RunConfiguration.self) {
            // The folders may have been moved.
            (earlier.corpus, earlier.mels) = (voice.corpus, melsPath)
            return earlier
        }
        let start = try PretrainedCheckpoint(at: model)
        var configuration = RunConfiguration(
            from: start, by: Recipe(fitting: start.configuration.generator), corpus: voice.corpus,
            validation: voice.validation, steps: steps)
        configuration.mels = melsPath
        configuration.denoising = voice.denoising
        configuration.seed = voice.seed
        configuration.setFastestPrecision()
        if let budget = voice.budget, let secondsSpent {
            configuration.budget = TimeBudget(seconds: max(1, budget.seconds - secondsSpent))
        }
        return configuration
    }

    /// Puts text model and vocoder into one folder: the finished voice.
    ///
    /// - Returns: The folder.
    func assemble() throws(FileError) -> String {
        let text = try trainer.run.textModelPath()
        // A budget may have left no time for a step.
        let model = try Model(at: run.checkpointSteps.isEmpty ? run.startPath : run.path)
        let target = trainer.run.voicePath
        try replaceFolder(at: target) { beside throws(FileError) in
            try model.write(to: beside, description: try description(text, model))
            for name in [Voice.descriptionFile, Voice.weightsFile] {
                try replaceFile(at: beside + "/" + name, contents: try contents(ofFile: text + "/" + name))
            }
        }
        return target
    }

    /// `MODEL.md` of the voice.
    private func description(_ text: String, _ model: Model) throws(FileError) -> String {
        func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
        let voice = try Voice.description(in: text), convention = voice.convention
        return """
            # A voice

            Trained on `\(name(trainer.configuration.corpus))`, language \(voice.language). Text model: step \(voice.steps), batches of \
            \(trainer.configuration.batch) sentences. Vocoder: begun from `\(name(self.model))`, \(model.configuration.steps) steps \
            on the mels that the text model predicts of the same recordings. Mels by the convention `\(convention.name)` \
            (\(convention.bandCount) bands, hop \(convention.hopLength), \(convention.sampleRate) Hz).

            """
    }
}

extension VoiceVocoder {
    /// Checks that the model to begin from is there and takes the voice's mels, before anything is trained.
    ///
    /// - Throws: `FileError` that names the model; also where a vocoder was begun from another one.
    static func check(_ voice: VoiceRunConfiguration, in folder: RunFolder, restarts: Bool) throws(FileError) {
        guard let model = voice.vocoder else { return }
        let run = run(in: folder)
        if !restarts, let begun = try run.configuration(as: RunConfiguration.self) {
            guard begun.from != model else { return }
            throw FileError(
                .badData, run.path,
                "was begun from \(begun.from ?? "nothing"), not \(model)",
                [.leaveOut(.vocoder), .instruction("remove this folder to begin from that")])
        }
        let convention = try PretrainedCheckpoint(at: model).configuration.convention
        guard convention == voice.convention else {
            throw FileError(
                .badData, model,
                "takes mels of \(convention.summary), and the voice would make mels of \(voice.convention.summary)",
                [.nameAnother(.vocoder), .trainWithoutVocoder])
        }
    }
}
