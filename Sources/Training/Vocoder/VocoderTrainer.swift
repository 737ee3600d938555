import Tensors
public import Files
import Kernels
import Neural

/// Trains a vocoder on a corpus, in a folder from which training can be resumed at any time.
public struct VocoderTrainer {
    public private(set) var configuration: RunConfiguration
    public let report: CorpusReport
    var reporter: TrainingReporter
    let run: RunFolder
    let training: TrainingSet
    let validation: TrainingSet
    /// The source of each recording; nil for a generator without a source.
    let source: SourcePreparation?
    let scheduleChanges: TrainingSchedule.Changes
    private let clock: RunClock

    /// Prepares the corpus and the run's folder, or resumes the run in it.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - configuration: The configuration of the existing run (``RunFolder/configuration(as:)``) or of a new one.
    ///   - restarts: Whether an existing run is removed first.
    ///   - scheduleChanges: The changes to the recipe's schedule, if a budget determines the number of steps.
    ///   - cachePath: Where prepared recordings are kept; nil for a place in the run's folder.
    ///   - clock: The clock that measures a budget, started when the session began.
    /// - Throws: `FileError` if the corpus has nothing to train on, the configuration is not valid, or the folder cannot be
    ///   written.
    public init(
        in folder: String, _ configuration: RunConfiguration, restarts: Bool = false, threadCount: Int,
        scheduleChanges: TrainingSchedule.Changes = .init(), cachePath: String? = nil, clock: RunClock = RunClock(),
        reporter: TrainingReporter = TrainingReporter()
    ) throws(FileError) {
        run = RunFolder(path: folder)
        (self.scheduleChanges, self.clock, self.reporter) = (scheduleChanges, clock, reporter)
        self.configuration = configuration
        let isNew = try restarts ? true : run.configuration(as: RunConfiguration.self) == nil
        let start = try isNew ? configuration.from.map { path throws(FileError) in try PretrainedCheckpoint(at: path) } : nil
        try start?.check(configuration)
        if let validationError = configuration.validationError {
            throw FileError(.badData, folder, "cannot be trained: \(validationError).")
        }
        if [configuration.precision, configuration.discriminatorPrecision].contains(.bfloat16), !Engine.hasBFloat16 {
            throw FileError(
                .badData, folder,
                "cannot be trained in bfloat16 on this processor, which has no AVX-512",
                [.useFloat32, .instruction("continue on a processor that has it")])
        }
        let corpus = try Corpus(at: configuration.corpus, configuration.listing ?? ListingOptions())
        let split = try corpus.validationSplit(configuration.validation)
        let kept = try corpus.validationIdentifiers(split, seed: configuration.seed)
        try run.create(clearing: restarts)
        var all = try TrainingSet(
            preparing: corpus, convention: configuration.convention, denoising: configuration.denoising ?? .off, cachePath: cachePath ?? run.cachePath,
            threadCount: threadCount, progress: reporter.counter("prepared", "recordings", every: 200))
        if let folder = configuration.mels {
            let mels = try PredictedMels(
                in: folder, of: all, cachePath: run.melCachePath, progress: reporter.counter("read", "mels", every: 320))
            all = all.replacingMels(with: mels)
        }
        report = CorpusReport(
            of: corpus, all, validation: kept, unknownValidationIdentifiers: corpus.unknownIdentifiers(split),
            missingMelIdentifiers: all.predicted?.missing)
        training = all.filtered { !kept.contains($0) }
        validation = all.filtered(kept.contains)
        guard !training.recordings.isEmpty else {
            throw FileError(.badData, configuration.corpus, "has no usable recording apart from those kept for validation.")
        }
        if !isNew, let change = run.corpusChange(to: report) { reporter.say(change) }
        try replaceFile(at: run.corpusReportPath, contents: try report.json())
        if isNew {
            try start?.write(to: run.startPath)
            try configuration.write(to: run.configurationPath)
        }
        source = try SourcePreparation(configuration, training, run, threadCount: threadCount, clock, reporter)
        if let steps = source?.pitchSteps, configuration.pitchSteps != steps {
            self.configuration.pitchSteps = steps
            try self.configuration.write(to: run.configurationPath)
        }
    }

    /// Trains until `limits.steps` steps are done, the budget is spent, or the reporter signals an interruption.
    public func train(_ limits: RunLimits) throws(FileError) -> TrainingOutcome {
        let lock = try run.lock()
        Parallel.threadCount = limits.threadCount
        var loop = try TrainingLoop(VocoderTask(self), in: run, limits, budget: configuration.budget, clock, reporter)
        let outcome = try loop.train()
        _ = consume lock
        return outcome
    }
}
