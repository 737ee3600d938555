import Files
import MelGAN
import Platform
import TextToMel

/// The vocoder half of a voice: begun from another model, and trained to make the recordings of the mels that the voice's text
/// model predicts of them. It is a run of its own within the voice's: see ``RunFolder``.
struct VoiceVocoder {
    private let trainer: VoiceTrainer
    /// The folder of the model to begin from.
    private let model: String
    private let run: RunFolder

    /// Nil where the voice is to have none.
    init?(of trainer: VoiceTrainer) {
        guard let model = trainer.configuration.vocoder else { return nil }
        (self.trainer, self.model, run) = (trainer, model, Self.run(in: trainer.run))
    }

    private static func run(in folder: RunFolder) -> RunFolder { RunFolder(path: folder.path + "/vocoder") }

    /// What the mels were made of; beside them.
    private static let originFile = "made-of.txt"
    private var melsPath: String { run.path + "/mels" }
    /// Whether an earlier session has begun to train it.
    private var isBegun: Bool { FileManager.default.fileExists(atPath: run.configurationPath) }

    /// Makes the mels that the text model predicts, unless those that are there are just these.
    ///
    /// Others mean that the text model has learned more since: then the vocoder is trained anew, so that it is the same as if
    /// the text model had been like this from the first.
    ///
    /// - Throws: `FileError`, also where a signal comes, which leaves no mels.
    func prepareMels(interruption: () -> Int32?) throws(FileError) {
        let origin = try trainer.melOrigin()
        let known = try? contents(ofFile: melsPath + "/" + Self.originFile)
        if known == Data(origin.utf8) { return }
        if isBegun { trainer.say("the text model has changed since the vocoder was trained, which is begun anew") }
        try run.clear()
        try createFolder(at: run.path)
        try replaceFolder(at: melsPath) { beside throws(FileError) in
            try trainer.writeMels(to: beside) { done, total throws(FileError) in
                if let code = interruption() {
                    throw FileError(
                        .inputOutput, run.path,
                        "was interrupted (\(code)) while mels were predicted, which begins anew next time.")
                }
                if done == total || done % 320 == 0 { trainer.say("predicted \(done) of \(total) mels") }
            }
            try replaceFile(at: beside + "/" + Self.originFile, contents: Data(origin.utf8))
        }
    }

    /// Trains the vocoder, or goes on with it.
    ///
    /// - Parameter secondsSpent: Seconds of the budget that are gone, by the trainer's clock now; nil where there is none.
    func train(
        _ limits: RunLimits, secondsSpent: Double?, progress: TrainingProgress.Style, interruption: () -> Int32?
    ) throws(FileError) -> TrainingOutcome {
        // The session counts as a whole where it only goes on.
        let clock = isBegun ? trainer.clock : RunClock(now: trainer.clock.now)
        let vocoder = try VocoderTrainer(
            in: run.path, restarts: false, threadCount: limits.threadCount, cachePath: trainer.run.cachePath, clock: clock
        ) { earlier throws(FileError) in
            try configuration(after: earlier, steps: limits.steps, secondsSpent: secondsSpent)
        } prepared: { done, total in
            if done == total || done % 320 == 0 { trainer.say("read \(done) of \(total) mels") }
        } said: {
            trainer.say($0)
        } interruption: {
            interruption()
        }
        return try vocoder.train(limits, progress: progress, interruption: interruption)
    }

    private func configuration(
        after earlier: RunConfiguration?, steps: Int, secondsSpent: Double?
    ) throws(FileError) -> RunConfiguration {
        let voice = trainer.configuration
        if var earlier {
            // The folders may have been moved.
            (earlier.corpus, earlier.mels) = (voice.corpus, melsPath)
            return earlier
        }
        let start = try PretrainedCheckpoint(at: model)
        var configuration = RunConfiguration(
            from: start, by: Recipe(fitting: start.configuration.generator), corpus: voice.corpus,
            validation: voice.validation, steps: steps)
        configuration.mels = melsPath
        (configuration.seed, configuration.precision) = (voice.seed, RunConfiguration.fastestPrecision)
        if let budget = voice.budget, let secondsSpent {
            configuration.budget = TimeBudget(seconds: max(1, budget.seconds - secondsSpent))
        }
        return configuration
    }

    /// Puts text model and vocoder into a folder of their own, ready to speak.
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
        if !restarts, let begun: RunConfiguration = try run.configuration() {
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

    /// Removes the vocoder and the voice that an earlier run left.
    static func remove(from folder: RunFolder) throws(FileError) {
        for path in [run(in: folder).path, folder.voicePath] where FileManager.default.fileExists(atPath: path) {
            do { try FileManager.default.removeItem(atPath: path) } catch {
                throw FileError(.cannotCreate, path, "cannot be removed to begin anew (\(error)).")
            }
        }
    }
}

extension RunFolder {
    /// The whole voice, where it has been completed.
    var voicePath: String { path + "/voice" }

    /// The folder of the text model: the best, or the newest where no sentence is kept to judge them by.
    ///
    /// - Throws: `FileError.missingInput` where nothing was trained yet.
    func textModelPath() throws(FileError) -> String {
        let candidates = [bestPath] + checkpointSteps.reversed().map(checkpointPath)
        for candidate in candidates where FileManager.default.fileExists(atPath: candidate + "/" + Voice.weightsFile) {
            return candidate
        }
        throw FileError(.missingInput, path, "holds no trained text model yet.")
    }
}
