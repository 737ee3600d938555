import Tensors
public import Files
import Kernels
import Phonemes
import TextToMel

/// Trains a voice on a corpus with text, in a folder from which training can go on at any time, as ``VocoderTrainer`` does a vocoder.
public struct VoiceTrainer {
    public let configuration: VoiceRunConfiguration
    public let report: VoiceCorpusReport
    var reporter: TrainingReporter
    let run: RunFolder
    let training: VoiceCorpus
    let validation: VoiceCorpus
    let trainingTokens: [PhonemeTokens]
    let validationTokens: [PhonemeTokens]
    /// The description of the voice before training.
    let description: VoiceDescription
    /// Frames and phonemes of any sentence, together.
    let longest: Int
    let clock: RunClock

    /// Prepares the corpus and the run's folder, or takes up the run that is there.
    ///
    /// - Parameters:
    ///   - folder: Where the run lives.
    ///   - configuration: That of the run that is there (``RunFolder/configuration(as:)``), or of one to begin.
    ///   - restarts: Whether an earlier run there is removed first.
    ///   - clock: The clock that measures a budget, started when the session began.
    /// - Throws: `FileError` where the corpus has nothing to train on, the configuration is not valid, the language is
    ///   unknown, the vocoder's model cannot be read or takes other mels, or the folder cannot be written.
    public init(
        in folder: String, _ configuration: VoiceRunConfiguration, restarts: Bool = false, threadCount: Int,
        clock: RunClock = RunClock(), reporter: TrainingReporter = TrainingReporter()
    ) throws(FileError) {
        run = RunFolder(path: folder)
        (self.configuration, self.clock, self.reporter) = (configuration, clock, reporter)
        let earlier = try restarts ? nil : run.configuration(as: VoiceRunConfiguration.self)
        if let validationError = configuration.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        try VoiceVocoder.check(configuration, in: run, restarts: restarts)
        let listing = configuration.listing ?? ListingOptions()
        let corpus = try Corpus(at: configuration.corpus, listing)
        try corpus.checkForOneVoice(listing)
        let split = try corpus.validationSplit(configuration.validation)
        let kept = try corpus.validationIdentifiers(split, seed: configuration.seed)
        let phonemizer: Phonemizer
        do { phonemizer = try Phonemizer(language: configuration.language) } catch {
            throw FileError(.badData, configuration.language, "cannot be read out: \(error.finding)", error.remedies)
        }
        try run.create(clearing: restarts)
        let all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, denoising: configuration.denoising ?? .off, cachePath: run.cachePath,
            threadCount: threadCount,
            progress: reporter.counter("prepared", "recordings", every: 200))
        let spoken = try VoiceCorpus(
            all, language: configuration.language, phonemizer: phonemizer, pitchCachePath: run.pitchCachePath,
            threadCount: threadCount, say: reporter.say)
        training = spoken.filtered { !kept.contains($0) }
        validation = spoken.filtered(kept.contains)
        guard !training.utterances.isEmpty else {
            let example = spoken.rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, configuration.corpus, "has no usable recording with text besides those kept for validation\(example).")
        }
        var inventory = PhonemeInventory(of: training.utterances.map(\.sequence))
        if let beginning = try run.beginning(configuration) { inventory = beginning.extended(by: training.utterances.map(\.sequence)) }
        let speakers = listing.speaker == ListingOptions.allSpeakers ? training.speakers() : nil
        func tokens(_ corpus: VoiceCorpus) -> [PhonemeTokens] {
            corpus.utterances.map { utterance in
                let speaker = speakers?.firstIndex { $0.name == utterance.recording.speaker } ?? 0
                return PhonemeTokens(inventory.tokenization(of: utterance.sequence), speaker: speaker)
            }
        }
        (trainingTokens, validationTokens) = (tokens(training), tokens(validation))
        longest = spoken.utterances.map { $0.frames.count + 2 * $0.sequence.phonemes.count }.max() ?? 1
        report = VoiceCorpusReport(
            CorpusReport(
                of: corpus, all.rejecting(spoken.rejections), validation: kept,
                unknownValidationIdentifiers: corpus.unknownIdentifiers(split)),
            spoken, inventory)
        var description = VoiceDescription(
            language: configuration.language, inventory: inventory, convention: configuration.convention,
            network: configuration.network(symbols: inventory.count, speakers: speakers?.count),
            statistics: training.statistics(speakers))
        description.speakers = speakers
        if configuration.flowBlocks != nil { description.temperature = VoiceDescription.usualTemperature }
        self.description = description
        if let validationError = description.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        if earlier != nil, let change = run.corpusChange(to: report.recordings) { reporter.say(change) }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if configuration != earlier { try configuration.write(to: run.configurationPath) }
    }

    /// Trains the text model until `limits.steps` are done, or as many as the budget has time for, or the reporter has an
    /// interruption.
    public func train(_ limits: RunLimits) throws(FileError) -> TrainingOutcome {
        let lock = try run.lock()
        let outcome = try trainTextModel(limits).outcome
        _ = consume lock
        return outcome
    }

    /// - Precondition: The caller holds the run's lock.
    /// - Returns: How it ended, and the seconds of the budget that are spent; nil where there is none.
    func trainTextModel(_ limits: RunLimits) throws(FileError) -> (outcome: TrainingOutcome, secondsSpent: Double?) {
        Parallel.threadCount = limits.threadCount
        var loop = try TrainingLoop(VoiceTask(self), in: run, limits, budget: configuration.textBudget, clock, reporter)
        return (try loop.train(), loop.secondsSpent)
    }

    /// The batch of the training sentences with these indices.
    func batch(_ indices: [Int]) -> VoiceBatch {
        VoiceBatch(
            indices.map { training.utterances[$0] }, tokens: indices.map { trainingTokens[$0] }, in: training.set,
            description)
    }
}

extension VoiceRunConfiguration {
    func network(symbols: Int, speakers: Int?) -> AcousticConfiguration {
        AcousticConfiguration(
            symbols: symbols, bands: convention.bandCount, channels: channels, hiddenChannels: hiddenChannels,
            encoderBlocks: encoderBlocks, decoderBlocks: decoderBlocks, noiseChannels: melDiscriminator?.noiseChannels,
            speakers: speakers, flowBlocks: flowBlocks)
    }
}
