import Audio
import Files
import MelGAN
import Neural
import Platform
import Tensors

/// The training of a vocoder: batches of segments, the networks that learn from them, and their validation.
struct VocoderTask: TrainingTask {
    private var networks: AdversarialTraining
    private let batches: SegmentPrefetcher
    private let validation: VocoderValidation?
    private let trainer: VocoderTrainer
    private var configuration: RunConfiguration { trainer.configuration }

    /// - Precondition: The run holds a checkpoint, or `start` if its configuration names a pretrained model.
    init(_ trainer: VocoderTrainer) throws(FileError) {
        let configuration = trainer.configuration
        self.trainer = trainer
        networks = AdversarialTraining(configuration)
        // A checkpoint has all weights, so no pretrained model is read.
        if configuration.from != nil, trainer.run.checkpointSteps.isEmpty {
            let start = try PretrainedCheckpoint(at: trainer.run.startPath)
            try networks.begin(with: start, path: trainer.run.startPath)
        }
        batches = SegmentPrefetcher(
            SegmentSampler(
                trainer.training,
                settings: .init(
                    seed: configuration.seed, batch: configuration.batch, segmentLength: configuration.segmentLength,
                    augmentation: configuration.augmentation),
                sources: trainer.source?.sources))
        validation = trainer.validation.recordings.isEmpty ? nil : VocoderValidation(trainer.validation)
    }

    mutating func step(at step: Int) -> TrainingStep<StepResults> {
        let isAdversarial = networks.schedule.isAdversarial(at: step)
        let results = networks.step(batches.batch(step))
        return TrainingStep(
            results: results, audioSeconds: configuration.audioSecondsPerStep, isAdversarial: isAdversarial)
    }

    mutating func validate(afterSteps steps: Int) -> ValidationReport? {
        var report = validation?.report(on: model(afterSteps: steps))
        report?.supersedes =
            configuration.recipe?.hasSpectrogramDiscriminators == true && networks.schedule.adversarialFactor(at: steps - 1) > 0
        return report
    }

    /// The current model.
    private func model(afterSteps steps: Int) -> Model {
        Model(
            configuration: configuration.model(afterSteps: steps), generator: networks.emaGenerator,
            pitch: trainer.source?.pitch)
    }

    // MARK: - Checkpoints

    func writeModel(to folder: String, _ state: RunState) throws(FileError) {
        try model(afterSteps: state.step).write(to: folder, description: configuration.modelDescription(state))
    }

    func writeTrainingState(to folder: String) throws(FileError) {
        if networks.ema != nil {
            try SafeTensors(tensors: networks.generator.arrays).write(to: folder + "/" + Checkpoint.trainedFile)
        }
        try SafeTensors(tensors: networks.discriminators.arrays).write(to: folder + "/" + Model.discriminatorFile)
        let moments = networks.generatorOptimiser.arrays("generator.")
            .merging(networks.discriminatorOptimiser.arrays("discriminator.")) { first, _ in first }
        try SafeTensors(tensors: moments).write(to: folder + "/" + Checkpoint.momentsFile)
    }

    mutating func read(from folder: String, _ state: RunState) throws(FileError) {
        let generator = folder + "/" + Model.generatorFile
        if networks.ema == nil {
            try networks.generator.load(at: generator)
        } else {
            let trained = folder + "/" + Checkpoint.trainedFile
            try networks.generator.load(at: trained)
            try networks.ema?.network.load(at: generator)
        }
        let discriminator = folder + "/" + Model.discriminatorFile
        try networks.discriminators.load(at: discriminator)
        let path = folder + "/" + Checkpoint.momentsFile
        let moments = try SafeTensors.read(at: path).tensors
        try networks.generatorOptimiser.resume(
            step: state.step, networks.generator, "generator.", from: moments, path: path)
        try networks.discriminatorOptimiser.resume(
            step: max(0, state.step - networks.schedule.warmUpSteps) * networks.discriminatorSteps, networks.discriminators,
            "discriminator.", from: moments, path: path)
    }

    // MARK: - Budget

    func schedule(steps: Int) -> TrainingSchedule? {
        var schedule = configuration.recipe?.schedule(steps: steps)
        if configuration.from != nil {
            let weights = trainer.run.startPath + "/" + Model.discriminatorFile
            schedule = schedule?.afterStart(hasDiscriminator: FileManager.default.fileExists(atPath: weights))
        }
        return trainer.scheduleChanges.applied(to: schedule)
    }

    mutating func follow(_ plan: BudgetPlan) {
        if let schedule = plan.schedule { networks.schedule = schedule }
    }

    func measured(isAdversarial: Bool) -> VocoderTask? {
        let hasWarmUp = (schedule(steps: 100_000)?.warmUpSteps ?? 0) > 0
        guard isAdversarial || hasWarmUp else { return nil }
        var copy = self
        copy.networks.schedule = TrainingSchedule(
            warmUpSteps: isAdversarial ? 0 : .max / 2, maxGradientNorm: networks.schedule.maxGradientNorm)
        return copy
    }
}

extension RunConfiguration {
    private var precisionSummary: String {
        guard let discriminatorPrecision, discriminatorPrecision != precision else { return precision.rawValue }
        return "\(precision.rawValue) (generator) and \(discriminatorPrecision.rawValue) (discriminators)"
    }

    /// The text of `MODEL.md` for a checkpoint.
    fileprivate func modelDescription(_ state: RunState) -> String {
        let error = state.bestError.map { best in
            "\nValidation mel error of the best model so far: \(String(describing: Float(best))) (mean absolute difference of natural "
                + "logarithms), at step \(state.bestStep ?? 0)."
        }
        return """
            # A vocoder

            Trained on `\(URL(fileURLWithPath: corpus).lastPathComponent)` for \(state.step) steps of \(batch) segments of \
            \(segmentLength) samples at \(convention.sampleRate) Hz; mels by the convention `\(convention.name)` \
            (\(convention.bandCount) bands, hop \(convention.hopLength)). Generator: \(generator.summary). Objective: \(objective.rawValue), feature matching \
            x\(featureMatchingWeight), Adam \(learningRate), seed \(seed), activations in \(precisionSummary).\
            \(from.map { " Begun from `\(URL(fileURLWithPath: $0).lastPathComponent)`." } ?? "")\
            \(mels == nil ? "" : " Trained on mels that another model predicted.")
            \(error ?? "")

            """
    }
}
