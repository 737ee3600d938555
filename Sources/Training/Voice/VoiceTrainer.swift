import Audio
import Evaluation
public import Files
import Kernels
import Phonemes
import Spectra
import TextToMel

/// Trains a voice on a corpus with text, in a folder that can be taken up again at any time, in the manners of ``Trainer``.
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

    /// Prepares the corpus and the run's folder, or takes up the run that is there.
    ///
    /// - Parameters:
    ///   - folder: Where the run lives.
    ///   - restarts: Whether an earlier run there is removed first.
    ///   - configure: From the configuration of the run that is there, if any, to the one to train by.
    ///   - said: Called with a line now and then.
    /// - Throws: `FileError` where the corpus has nothing to train on, the configuration contradicts itself, the language is
    ///   unknown, or the folder cannot be written.
    public init(
        in folder: String, restarts: Bool, threadCount: Int,
        configure: (VoiceRunConfiguration?) throws(FileError) -> VoiceRunConfiguration, said: (String) -> Void = { _ in }
    ) throws(FileError) {
        run = RunFolder(path: folder)
        let earlier = restarts ? nil : try run.configuration(as: VoiceRunConfiguration.self)
        configuration = try configure(earlier)
        if let contradiction = configuration.contradiction {
            throw FileError(.badData, folder, "cannot be trained: \(contradiction).")
        }
        let corpus = try Corpus(at: configuration.corpus)
        let split = try corpus.validationSplit(configuration.validation)
        let kept = try corpus.validationIdentifiers(split, seed: configuration.seed)
        let phonemiser: Phonemiser
        do { phonemiser = try Phonemiser(language: configuration.language) } catch {
            throw FileError(.badData, configuration.language, "cannot be read out: \(error)")
        }
        try createFolder(at: folder)
        if restarts {
            // Not while another process trains there.
            let lock = try run.lock()
            try run.clear()
            _ = consume lock
        }
        let all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, cachePath: run.cachePath, threadCount: threadCount
        ) { done, total in
            if done == total || done % 200 == 0 { said("prepared \(done) of \(total) recordings") }
        }
        let spoken = try VoiceCorpus(
            all, language: configuration.language, phonemiser: phonemiser, pitchCachePath: run.pitchCachePath,
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
            corpus.utterances.map { PhonemeTokens(inventory.reading(of: $0.sequence)) }
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
        if let contradiction = description.contradiction {
            throw FileError(.badData, folder, "cannot be trained: \(contradiction).")
        }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if earlier == nil { try configuration.write(to: run.configurationPath) }
    }

    /// Trains until `schedule.steps` are done or a signal comes.
    ///
    /// - Parameter interruption: Asked before each step; what is not nil ends the session, with a checkpoint.
    public func train(
        _ schedule: TrainingSchedule, progress style: TrainingProgress.Style,
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) -> TrainingOutcome {
        let lock = try run.lock()
        Parallel.threadCount = schedule.threadCount
        run.removeAbandoned()
        var voice = VoiceTraining(configuration, description.network, longest: longest)
        var state = RunState(step: 0)
        if let newest = run.checkpointSteps.last {
            state = try VoiceCheckpoint.resume(&voice, from: run.checkpointPath(newest))
        } else if let from = configuration.from {
            try VoiceCheckpoint.begin(&voice, description, with: from)
        }
        let log = try EventLog(in: run.path, resumingAfter: state.step)
        let judge = validation.utterances.isEmpty ? nil : VoiceValidation(validation, tokens: validationTokens)
        let sampler = VoiceSampler(count: training.utterances.count, batch: configuration.batch, seed: configuration.seed)
        var progress = TrainingProgress(total: schedule.steps, start: state.step, style: style)
        defer { progress.finish() }
        var ending: Int32?
        while state.step < schedule.steps {
            ending = interruption()
            if ending != nil { break }
            if voice.isDueForAdversary { try beginAdversary(&voice, &state, &progress) }
            let batch = batch(sampler.sentences(state.step))
            let losses = voice.step(batch)
            state.step += 1
            guard losses.isFinite else { throw diverged(at: state.step) }
            try log.log(losses.scalars, step: state.step)
            progress.report(
                step: state.step, values: losses.brief,
                audioSecondsPerStep: Double(batch.frames.contentCount * configuration.convention.hopLength)
                    / Double(configuration.convention.sampleRate))
            if state.step % schedule.interval == 0 || state.step == schedule.steps {
                if let judge { try validate(voice, judge, &state, log, &progress) }
                try save(voice, state, schedule)
            }
        }
        if ending != nil {
            if state.step > run.checkpointSteps.last ?? 0 { try save(voice, state, schedule) }
            progress.say("interrupted; saved after step \(state.step). The same command continues.")
        }
        _ = consume lock
        return TrainingOutcome(
            run: run.path, step: state.step, bestError: state.bestError, bestStep: state.bestStep,
            interruption: ending)
    }

    private func batch(_ places: [Int]) -> VoiceBatch {
        VoiceBatch(
            places.map { training.utterances[$0] }, tokens: places.map { trainingTokens[$0] }, in: training.set,
            description.statistics)
    }

    func described(_ state: RunState) -> VoiceDescription {
        var described = description
        described.steps = state.step
        if let adversary = configuration.adversary, state.step > adversary.start { described.noiseScale = 1 }
        if let calibration = state.calibration {
            described.durationScale = calibration.duration
            described.pitchScale = calibration.pitch
            described.bandScales = calibration.bands
        }
        return described
    }

    private func save(_ voice: VoiceTraining, _ state: RunState, _ schedule: TrainingSchedule) throws(FileError) {
        try createFolder(at: run.checkpointsPath)
        try VoiceCheckpoint.write(voice, described(state), state, to: run.checkpointPath(state.step))
        run.prune(keeping: schedule.keeps)
    }

    /// Judges the voice, logs figures, the alignment and a sample, and keeps the voice where it is the best so far.
    private func validate(
        _ voice: VoiceTraining, _ judge: VoiceValidation, _ state: inout RunState, _ log: borrowing EventLog,
        _ progress: inout TrainingProgress
    ) throws(FileError) {
        let (score, alignment) = judge.judge(voice, description, noiseScale: described(state).noiseScale)
        state.calibration = score.calibration
        try log.log(score.scalars, step: state.step)
        let png = alignment.png
        try log.log("validation/alignment", png: Array(png), width: alignment.width, height: alignment.height, step: state.step)
        try createFolder(at: run.path + "/alignments")
        try replaceFile(at: run.alignmentPath(state.step), contents: png)
        let speech = AcousticSynthesizer(Voice(described(state), network: voice.average.network.acoustic))
            .speech(of: judge.example)
        let sample = GriffinLim(
            convention: configuration.convention, iterations: 30, momentum: 0.99, seed: 0, threadCount: Parallel.threadCount
        ).waveform(from: speech.mel).waveform
        try log.log("validation/sample", sample, step: state.step)
        try createFolder(at: run.path + "/samples")
        _ = try sample.write(to: run.samplePath(state.step))
        // An adversary trades the mean error for likeness.
        let error = voice.adversary == nil ? score.melError : score.frameDistance
        let isBest = error < state.bestError ?? .infinity
        if isBest {
            (state.bestError, state.bestStep) = (error, state.step)
            try replaceFolder(at: run.bestPath) { beside throws(FileError) in
                try VoiceCheckpoint.write(voice.average.network, described(state), to: beside)
            }
        }
        func percent(_ share: Double) -> String { "\(tenths(100 * share)) %" }
        progress.say(
            "step \(state.step): validation mel error \((score.melError * 1000).rounded() / 1000), distance of frames "
                + "\((score.frameDistance * 100).rounded() / 100)\(isBest ? ", the best so far" : ""); durations off by "
                + "\(tenths(score.durationError)) ms, \(percent(score.coverage)) of phonemes aligned")
    }

    private func diverged(at step: Int) -> FileError {
        let last = run.checkpointSteps.last.map { "the checkpoint of step \($0) is intact" } ?? "no checkpoint was written yet"
        return FileError(
            .badData, run.path,
            "the losses of step \(step) are not finite; \(last). Begin anew with --restart and a lower --learning-rate.")
    }
}

extension VoiceRunConfiguration {
    func network(symbols: Int) -> AcousticConfiguration {
        AcousticConfiguration(
            symbols: symbols, bands: convention.bandCount, channels: channels, hiddenChannels: hiddenChannels,
            encoderBlocks: encoderBlocks, decoderBlocks: decoderBlocks, noiseChannels: adversary?.noiseChannels)
    }
}
