public import Files
import Kernels
import MelGAN
import Neural
import Platform
import SourceFilter
import Tensors

/// How long and how a run trains this time; none of it changes what a step does.
public struct RunLimits: Sendable {
    /// Steps in all, those of earlier sessions included; not asked where the run has a budget.
    public var steps: Int
    /// Steps from one validation and checkpoint to the next.
    public var interval: Int
    /// Checkpoints kept.
    public var keeps: Int
    public var threadCount: Int
    /// What progress calls that which is trained, where it is one thing of several.
    var label: String?
    /// Whether a budget without time for a step is none to complain of: the run then ends as it began.
    var allowsNoStep = false

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
public struct VocoderTrainer {
    public private(set) var configuration: RunConfiguration
    public let report: CorpusReport
    let run: RunFolder
    let training: TrainingSet
    let validation: TrainingSet
    let voice: SourcePreparation?
    let clock: RunClock
    /// What is to be otherwise than in the recipe's course.
    let overriding: (TrainingSchedule?) -> TrainingSchedule?
    let say: (String) -> Void

    /// Prepares the corpus and the run's folder, or takes up the run that is there.
    ///
    /// - Parameters:
    ///   - folder: Where the run lives.
    ///   - restarts: Whether an earlier run there is removed first.
    ///   - cachePath: Where prepared recordings are kept; in the folder where not given.
    ///   - clock: What a budget is measured by, begun when the session was.
    ///   - configure: From the configuration of the run that is there, if any, to the one to train by.
    ///   - prepared: Called as recordings are prepared.
    ///   - course: From the recipe's course to the one to follow, where a budget decides how many steps there are.
    ///   - said: Called with a line now and then, while what a source needs is trained and made, and when a budget is planned.
    /// - Throws: `FileError` where the corpus has nothing to train on, the configuration contradicts itself, or the
    ///   folder cannot be written.
    public init(
        in folder: String, restarts: Bool, threadCount: Int, cachePath: String? = nil, clock: RunClock = RunClock(),
        configure: (RunConfiguration?) throws(FileError) -> RunConfiguration,
        schedule: @escaping (TrainingSchedule?) -> TrainingSchedule? = { $0 },
        prepared: (_ done: Int, _ total: Int) -> Void, said: @escaping (String) -> Void = { _ in },
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) {
        run = RunFolder(path: folder)
        (self.clock, overriding, say) = (clock, schedule, said)
        let earlier = restarts ? nil : try run.configuration()
        configuration = try configure(earlier)
        let start = try earlier == nil ? configuration.from.map { path throws(FileError) in try PretrainedCheckpoint(at: path) } : nil
        try start?.check(configuration)
        if let validationError = configuration.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        if configuration.precision == .bfloat16, !Engine.hasBFloat16 {
            throw FileError(
                .badData, folder,
                "cannot be trained in bfloat16 on this processor, which has no AVX-512",
                [.useFloat32, .instruction("continue on a processor that has it")])
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
        var all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, cachePath: cachePath ?? run.cachePath,
            threadCount: threadCount, progress: prepared)
        if let folder = configuration.mels {
            let mels = try PredictedMels(in: folder, of: all, cachePath: run.melCachePath, progress: prepared)
            all = all.replacingMels(with: mels)
        }
        report = CorpusReport(
            of: corpus, all, validation: kept, unknownValidationIdentifiers: corpus.unknownIdentifiers(split),
            missingMelIdentifiers: all.predicted?.missing)
        training = all.filtered { !kept.contains($0) }
        validation = all.filtered(kept.contains)
        guard !training.recordings.isEmpty else {
            throw FileError(.badData, configuration.corpus, "has no usable recording besides those kept for validation.")
        }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if earlier == nil {
            try start?.write(to: run.startPath)
            try configuration.write(to: run.configurationPath)
        }
        voice = try SourcePreparation(
            configuration, training, run, threadCount: threadCount, clock, interruption: interruption, say: said)
        if let steps = voice?.pitchSteps, configuration.pitchSteps != steps {
            configuration.pitchSteps = steps
            try configuration.write(to: run.configurationPath)
        }
    }

    /// Trains until `limits.steps` are done, or as many as the budget has time for, or a signal comes.
    ///
    /// - Parameter interruption: Asked before each step; what is not nil ends the session, with a checkpoint.
    public func train(
        _ limits: RunLimits, progress style: TrainingProgress.Style,
        interruption: () -> Int32? = { Interruption.exitCode }
    ) throws(FileError) -> TrainingOutcome {
        let lock = try run.lock()
        Parallel.threadCount = limits.threadCount
        run.removeAbandoned()
        var session = try TrainingSession(self, limits, style)
        let outcome = try session.train(interruption: interruption)
        _ = consume lock
        return outcome
    }

    func sampler(segments: Int, length: Int) -> SegmentSampler {
        SegmentSampler(
            training, settings: .init(seed: configuration.seed, batch: segments, segmentLength: length),
            sources: voice?.sources)
    }

    /// The networks before the first step: with random weights, or the starting point's.
    func firstNetworks() throws(FileError) -> AdversarialTraining {
        var networks = AdversarialTraining(configuration)
        // A checkpoint has all that is needed.
        if configuration.from != nil, run.checkpointSteps.isEmpty {
            let start = try PretrainedCheckpoint(at: run.startPath)
            try networks.begin(with: start, path: run.startPath)
        }
        return networks
    }
}
