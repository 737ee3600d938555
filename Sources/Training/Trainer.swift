import Audio
import Evaluation
public import Files
import Kernels
import MelGAN
import Neural
import Tensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How long and how a run trains this time; none of it changes what a step does.
public struct TrainingSchedule: Sendable {
    /// Steps in all, those of earlier sessions included.
    public var steps: Int
    /// Steps from one validation and checkpoint to the next.
    public var interval: Int
    /// Checkpoints kept.
    public var keeps: Int
    public var threadCount: Int

    public init(steps: Int, interval: Int, keeps: Int, threadCount: Int) {
        self.steps = steps
        self.interval = interval
        self.keeps = keeps
        self.threadCount = threadCount
    }
}

/// How a session of training ended.
public struct TrainingOutcome: Sendable, Encodable {
    public var run: String
    public var step: Int
    public var bestError: Double?
    public var bestStep: Int?
    /// 130 or 143 where a signal ended it.
    public var interruption: Int32?
}

/// Trains a MelGAN on a corpus, in a folder that can be taken up again at any time.
public struct Trainer {
    public let configuration: RunConfiguration
    public let report: CorpusReport
    private let run: RunFolder
    private let training: TrainingSet
    private let validation: TrainingSet
    private let voice: SourcePreparation?

    /// Prepares the corpus and the run's folder, or takes up the run that is there.
    ///
    /// - Parameters:
    ///   - folder: Where the run lives.
    ///   - restarts: Whether an earlier run there is removed first.
    ///   - configure: From the configuration of the run that is there, if any, to the one to train by.
    ///   - prepared: Called as recordings are prepared.
    ///   - said: Called with a line now and then, while what a source needs is trained and made.
    /// - Throws: `FileError` where the corpus has nothing to train on, the configuration contradicts itself, or the
    ///   folder cannot be written.
    public init(
        in folder: String, restarts: Bool, threadCount: Int,
        configure: (RunConfiguration?) throws(FileError) -> RunConfiguration,
        prepared: (_ done: Int, _ total: Int) -> Void, said: (String) -> Void = { _ in },
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) {
        run = RunFolder(path: folder)
        let earlier = restarts ? nil : try run.configuration()
        configuration = try configure(earlier)
        if let contradiction = configuration.contradiction {
            throw FileError(.badData, folder, "cannot be trained: \(contradiction).")
        }
        let corpus = try Corpus(at: configuration.corpus)
        let split = try corpus.validationSplit(configuration.validation)
        let kept = try corpus.validationIdentifiers(split, seed: configuration.seed)
        try createFolder(at: folder)
        if restarts {
            // Not while another process trains there.
            let lock = try run.lock()
            try run.clear()
            _ = consume lock
        }
        let all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, cachePath: run.cachePath, threadCount: threadCount,
            progress: prepared)
        report = CorpusReport(
            of: corpus, all, validation: kept, unknownValidationIdentifiers: corpus.unknownIdentifiers(split))
        training = all.filtered { !kept.contains($0) }
        validation = all.filtered(kept.contains)
        guard !training.recordings.isEmpty else {
            throw FileError(.badData, configuration.corpus, "has no usable recording besides those kept for validation.")
        }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if earlier == nil { try configuration.write(to: run.configurationPath) }
        voice = try SourcePreparation(configuration, training, run, threadCount: threadCount, interruption: interruption, say: said)
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
        var networks = freshNetworks()
        var state = RunState(step: 0)
        if let newest = run.checkpointSteps.last {
            state = try Checkpoint.read(from: run.checkpointPath(newest), into: &networks)
        }
        let log = try EventLog(in: run.path, resumingAfter: state.step)
        let judge = validation.recordings.isEmpty ? nil : Validation(validation)
        let batches = SegmentPrefetcher(
            sampler(segments: configuration.batch, length: configuration.segmentLength))
        var progress = TrainingProgress(total: schedule.steps, start: state.step, style: style)
        defer { progress.finish() }
        var ending: Int32?
        while state.step < schedule.steps {
            ending = interruption()
            if ending != nil { break }
            let losses = networks.step(batches.batch(state.step))
            state.step += 1
            guard losses.isFinite else { throw diverged(at: state.step) }
            try log.log(losses.scalars, step: state.step)
            progress.report(
                step: state.step, values: losses.brief, audioSecondsPerStep: configuration.audioSecondsPerStep)
            if state.step % schedule.interval == 0 || state.step == schedule.steps {
                if let judge { try validate(networks, judge, &state, log, &progress) }
                try save(networks, state, schedule)
            }
        }
        if ending != nil {
            if state.step > run.checkpointSteps.last ?? 0 { try save(networks, state, schedule) }
            progress.say("interrupted; saved after step \(state.step). The same command continues.")
        }
        _ = consume lock
        return TrainingOutcome(
            run: run.path, step: state.step, bestError: state.bestError, bestStep: state.bestStep,
            interruption: ending)
    }

    func sampler(segments: Int, length: Int) -> SegmentSampler {
        SegmentSampler(
            training, settings: .init(seed: configuration.seed, batch: segments, segmentLength: length),
            sources: voice?.sources)
    }

    private func freshNetworks() -> AdversarialTraining {
        var random = SeededGenerator(seed: configuration.seed)
        return AdversarialTraining(
            generator: Generator(configuration.generator, using: &random),
            discriminator: Discriminator(configuration.discriminator, using: &random),
            objective: configuration.objective, featureMatchingWeight: configuration.featureMatchingWeight,
            discriminatorSteps: configuration.discriminatorSteps,
            melDistance: configuration.melDistanceWeight.flatMap { weight in
                weight > 0 ? (MelDistance(configuration.convention), weight) : nil
            },
            spectrogramDistance: configuration.spectrogramDistanceWeight.flatMap { weight in
                weight > 0 ? (SpectrogramDistance(), weight) : nil
            },
            course: configuration.courseInForce,
            betas: configuration.betas.map { ($0[0], $0[1]) } ?? (0.5, 0.9), averaging: configuration.averaging,
            learningRate: configuration.learningRate, precision: configuration.precision)
    }

    private func save(_ networks: AdversarialTraining, _ state: RunState, _ schedule: TrainingSchedule) throws(FileError) {
        try createFolder(at: run.checkpointsPath)
        try Checkpoint.write(networks, voice?.pitch, state, configuration, to: run.checkpointPath(state.step))
        run.prune(keeping: schedule.keeps)
    }

    /// Judges the generator, logs the figure and a sample, and keeps the model where it is the best so far.
    private func validate(
        _ networks: AdversarialTraining, _ judge: Validation, _ state: inout RunState, _ log: borrowing EventLog,
        _ progress: inout TrainingProgress
    ) throws(FileError) {
        let model = Model(
            configuration: configuration.model(afterSteps: state.step), generator: networks.speaker, pitch: voice?.pitch)
        let judgement = judge.judge(model)
        let (melError, sample) = (judgement.melError, judgement.sample)
        try log.log(judgement.scalars, step: state.step)
        try log.log("validation/sample", sample, step: state.step)
        let picture = SpectrogramImage(of: sample, reference: SpectrogramImage.reference(for: sample))
        try log.log(
            "validation/spectrogram", png: Array(picture.png), width: picture.width, height: picture.height,
            step: state.step)
        try createFolder(at: run.path + "/samples")
        _ = try sample.write(to: run.samplePath(state.step))
        let isBest = melError < state.bestError ?? .infinity
        if isBest {
            (state.bestError, state.bestStep) = (melError, state.step)
            let description = configuration.modelDescription(state)
            try replaceFolder(at: run.bestPath) { beside throws(FileError) in
                try model.write(to: beside, description: description)
            }
        }
        progress.say(
            "step \(state.step): validation mel error \(Float(melError).rounded3)\(isBest ? ", the least so far" : "")"
                + judgement.faults)
    }

    private func diverged(at step: Int) -> FileError {
        let last = run.checkpointSteps.last.map { "the checkpoint of step \($0) is intact" } ?? "no checkpoint was written yet"
        return FileError(
            .badData, run.path,
            "the losses of step \(step) are not finite; \(last). Begin anew with --restart and a lower --learning-rate.")
    }
}

extension AdversarialTraining {
    /// A step on a batch as the sampler draws it.
    mutating func step(_ batch: Batch) -> StepLosses {
        step(
            mel: Tensor(batch.mel, shape: [batch.count, batch.frameCount, batch.bandCount]),
            source: batch.source.map { Tensor($0, shape: [batch.count, batch.sampleCount, 1]) },
            audio: Tensor(batch.audio, shape: [batch.count, batch.sampleCount, 1]))
    }
}

extension StepLosses {
    /// Under the tags of the log.
    var scalars: [(tag: String, value: Double)] {
        [
            ("loss/discriminator", discriminator), ("loss/generator", generator), ("loss/adversarial", adversarial),
            ("loss/feature_matching", featureMatching), ("loss/mel", melDistance),
            ("loss/spectrogram", spectrogramDistance), ("gradient/generator", gradientLength), ("accuracy/real", realAccuracy), ("accuracy/fake", fakeAccuracy),
        ]
    }

    /// What the progress line has room for.
    var brief: [(name: String, value: Double)] {
        [
            ("D", discriminator), ("adv", adversarial), ("fm", featureMatching), ("real", realAccuracy),
            ("fake", fakeAccuracy),
        ] + (melDistance > 0 ? [("mel", melDistance)] : [])
            + (spectrogramDistance > 0 ? [("stft", spectrogramDistance)] : [])
    }
}

extension Float {
    /// To three decimals, for reading.
    fileprivate var rounded3: String { String(describing: (self * 1000).rounded() / 1000) }
}
