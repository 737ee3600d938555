public import Files
import Phonemes
import TextToMel

/// Trains a voice on a corpus with text, in a folder that can be taken up again at any time, in the manners of ``VocoderTrainer``.
public struct VoiceTrainer {
    public let configuration: VoiceRunConfiguration
    public let report: VoiceCorpusReport
    let run: RunFolder
    let training: VoiceCorpus
    let validation: VoiceCorpus
    let trainingTokens: [PhonemeTokens]
    let validationTokens: [PhonemeTokens]
    let description: VoiceDescription
    let longest: Int
    let clock: RunClock
    let say: (String) -> Void

    /// Prepares the corpus and the run's folder, or takes up the run that is there.
    ///
    /// - Parameters:
    ///   - folder: Where the run lives.
    ///   - restarts: Whether an earlier run there is removed first.
    ///   - clock: What a budget is measured by, begun when the session was.
    ///   - configure: From the configuration of the run that is there, if any, to the one to train by.
    ///   - said: Called with a line now and then.
    /// - Throws: `FileError` where the corpus has nothing to train on, the configuration contradicts itself, the language is
    ///   unknown, the vocoder's model cannot be read or takes other mels, or the folder cannot be written.
    public init(
        in folder: String, restarts: Bool, threadCount: Int, clock: RunClock = RunClock(),
        configure: (VoiceRunConfiguration?) throws(FileError) -> VoiceRunConfiguration,
        said: @escaping (String) -> Void = { _ in }
    ) throws(FileError) {
        run = RunFolder(path: folder)
        (self.clock, say) = (clock, said)
        let earlier = restarts ? nil : try run.configuration(as: VoiceRunConfiguration.self)
        configuration = try configure(earlier)
        if let validationError = configuration.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        try VoiceVocoder.check(configuration, in: run, restarts: restarts)
        let corpus = try Corpus(at: configuration.corpus)
        let split = try corpus.validationSplit(configuration.validation)
        let kept = try corpus.validationIdentifiers(split, seed: configuration.seed)
        let phonemizer: Phonemizer
        do { phonemizer = try Phonemizer(language: configuration.language) } catch {
            throw FileError(.badData, configuration.language, "cannot be read out: \(error.finding)", error.remedies)
        }
        try createFolder(at: folder)
        if restarts {
            // Not while another process trains there.
            let lock = try run.lock()
            try run.clear()
            try VoiceVocoder.remove(from: run)
            _ = consume lock
        }
        let all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, cachePath: run.cachePath, threadCount: threadCount
        ) { done, total in
            if done == total || done % 200 == 0 { said("prepared \(done) of \(total) recordings") }
        }
        let spoken = try VoiceCorpus(
            all, language: configuration.language, phonemizer: phonemizer, pitchCachePath: run.pitchCachePath,
            threadCount: threadCount, say: said)
        training = spoken.filtered { !kept.contains($0) }
        validation = spoken.filtered(kept.contains)
        guard !training.utterances.isEmpty else {
            let example = spoken.rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, configuration.corpus, "has no usable recording with text besides those kept for validation\(example).")
        }
        let inventory = PhonemeInventory(of: training.utterances.map(\.sequence))
        func tokens(_ corpus: VoiceCorpus) -> [PhonemeTokens] {
            corpus.utterances.map { PhonemeTokens(inventory.tokenization(of: $0.sequence)) }
        }
        (trainingTokens, validationTokens) = (tokens(training), tokens(validation))
        longest = spoken.utterances.map { $0.frames.count + 2 * $0.sequence.phonemes.count }.max() ?? 1
        report = VoiceCorpusReport(
            CorpusReport(
                of: corpus, all.rejecting(spoken.rejections), validation: kept,
                unknownValidationIdentifiers: corpus.unknownIdentifiers(split)),
            spoken, inventory)
        description = VoiceDescription(
            language: configuration.language, inventory: inventory, convention: configuration.convention,
            network: configuration.network(symbols: inventory.count), statistics: training.statistics())
        if let validationError = description.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if configuration != earlier { try configuration.write(to: run.configurationPath) }
    }

    /// Trains the text model until `limits.steps` are done, or as many as the budget has time for, or a signal comes.
    ///
    /// - Parameter interruption: Asked before each step; what is not nil ends the session, with a checkpoint.
    public func train(
        _ limits: RunLimits, progress style: TrainingProgress.Style,
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) -> TrainingOutcome {
        let lock = try run.lock()
        var session = try VoiceSession(self, limits, style)
        let outcome = try session.train(interruption: interruption)
        _ = consume lock
        return outcome
    }

    /// The sentences of a step, by their places.
    func batch(_ places: [Int]) -> VoiceBatch {
        VoiceBatch(
            places.map { training.utterances[$0] }, tokens: places.map { trainingTokens[$0] }, in: training.set,
            description.statistics)
    }

    /// - Parameter hasNoise: Whether the decoder has learned to make something of noise.
    func described(_ state: RunState, hasNoise: Bool = false) -> VoiceDescription {
        var described = description
        described.steps = state.step
        if hasNoise { described.noiseScale = 1 }
        if let calibration = state.calibration {
            described.durationScale = calibration.duration
            described.pitchScale = calibration.pitch
            described.bandScales = calibration.bands
        }
        return described
    }
}

extension VoiceRunConfiguration {
    func network(symbols: Int) -> AcousticConfiguration {
        AcousticConfiguration(
            symbols: symbols, bands: convention.bandCount, channels: channels, hiddenChannels: hiddenChannels,
            encoderBlocks: encoderBlocks, decoderBlocks: decoderBlocks, noiseChannels: melDiscriminator?.noiseChannels)
    }
}
