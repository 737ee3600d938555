import Audio
import Evaluation
import Files
import Neural
import Platform
import TextToMel

/// The training of a voice's text model: batches of sentences, the networks that learn from them, and their validation.
///
/// A checkpoint is a voice's folder with more files:
///
/// | file | what |
/// |---|---|
/// | `voice.json`, `text.safetensors` | the ``Voice`` of the averaged weights |
/// | `aligner.safetensors` | the averaged aligner |
/// | `trained.safetensors`, `moments.safetensors` | weights and moments in training |
/// | `discriminator.safetensors` | in the adversarial phase of a run; the moments are then the decoder's and the discriminator's |
/// | `state.json` | the ``RunState`` |
struct VoiceTask: TrainingTask {
    private var voice: VoiceTraining
    /// nil before the first validation.
    private var calibration: VoiceCalibration?
    private let sampler: VoiceSampler
    private let validation: VoiceValidation?
    private let trainer: VoiceTrainer
    private var run: RunFolder { trainer.run }

    init(_ trainer: VoiceTrainer) throws(FileError) {
        let configuration = trainer.configuration
        self.trainer = trainer
        voice = VoiceTraining(configuration, trainer.description.network, longest: trainer.longest)
        if trainer.run.checkpointSteps.isEmpty, let from = configuration.from {
            try voice.begin(with: from, trainer.description)
        }
        sampler = VoiceSampler(
            count: trainer.training.utterances.count, batch: configuration.batch, seed: configuration.seed)
        validation =
            trainer.validation.utterances.isEmpty
            ? nil : VoiceValidation(trainer.validation, tokens: trainer.validationTokens)
    }

    /// Goes on from the best voice so far with a discriminator.
    ///
    /// That voice is kept as the run's start, so that a run killed later, when another has become the best, begins the phase as
    /// this one.
    mutating func beginPhase(_ state: inout RunState) throws(FileError) -> String? {
        guard voice.isDueForMelDiscriminator else { return nil }
        let files = FileManager.default
        var best = voice.average.network
        if !files.fileExists(atPath: run.startPath) {
            if files.fileExists(atPath: run.bestPath) { try best.load(in: run.bestPath) }
            let (networks, description) = (best, description(afterSteps: state.step))
            try replaceFolder(at: run.startPath) { beside throws(FileError) in
                try networks.write(to: beside, description)
            }
        }
        try best.load(in: run.startPath)
        voice.beginMelDiscriminator(with: best)
        let from = state.bestStep.map { ", from the voice of step \($0)" } ?? ""
        (state.bestError, state.bestStep) = (nil, nil)
        return "step \(state.step): a discriminator begins to teach the decoder\(from)"
    }

    mutating func step(at step: Int) -> TrainingStep<VoiceLosses> {
        let batch = trainer.batch(sampler.sentences(step))
        let losses = voice.step(batch)
        let convention = trainer.configuration.convention
        let samples = batch.frames.contentCount * convention.hopLength
        return TrainingStep(
            results: losses, audioSeconds: Double(samples) / Double(convention.sampleRate),
            isAdversarial: voice.melDiscriminator != nil)
    }

    mutating func validate(afterSteps steps: Int) -> ValidationReport? {
        guard let validation else { return nil }
        let (score, alignment) = validation.score(
            of: voice, trainer.description, noiseScale: description(afterSteps: steps).noiseScale)
        calibration = score.calibration
        let sample = validation.sample(
            of: Voice(description(afterSteps: steps), network: voice.average.network.acoustic))
        return ValidationReport(score, isAdversarial: voice.melDiscriminator != nil, sample: sample, alignment: alignment)
    }

    /// The description of the voice as it is now.
    private func description(afterSteps steps: Int) -> VoiceDescription {
        var described = trainer.description
        described.steps = steps
        // A decoder that no discriminator has taught makes nothing of noise.
        if voice.melDiscriminator != nil { described.noiseScale = 1 }
        if let calibration {
            described.durationScale = calibration.duration
            described.pitchScale = calibration.pitch
            described.bandScales = calibration.bands
        }
        return described
    }

    // MARK: - Checkpoints

    private static let discriminatorFile = VoiceNetworks.discriminatorFile
    private static let discriminatorPrefix = "discriminator/"

    func writeModel(to folder: String, _ state: RunState) throws(FileError) {
        try voice.average.network.write(to: folder, description(afterSteps: state.step))
    }

    func writeTrainingState(to folder: String) throws(FileError) {
        try SafeTensors(tensors: voice.networks.arrays).write(to: folder + "/" + Checkpoint.trainedFile)
        var moments = voice.optimiser.arrays()
        if let melDiscriminator = voice.melDiscriminator {
            moments = melDiscriminator.decoderOptimiser.arrays()
            moments.merge(melDiscriminator.discriminatorOptimiser.arrays(Self.discriminatorPrefix)) { own, _ in own }
            try SafeTensors(tensors: melDiscriminator.discriminator.arrays).write(to: folder + "/" + Self.discriminatorFile)
        }
        try SafeTensors(tensors: moments).write(to: folder + "/" + Checkpoint.momentsFile)
    }

    mutating func read(from folder: String, _ state: RunState) throws(FileError) {
        try voice.average.network.load(in: folder)
        let trained = folder + "/" + Checkpoint.trainedFile
        try voice.networks.load(at: trained)
        calibration = VoiceCalibration(of: try Voice.description(in: folder))
        let path = folder + "/" + Checkpoint.momentsFile
        let moments = try SafeTensors.read(at: path).tensors
        guard let phase = voice.configuration.melDiscriminator, state.step > phase.start else {
            try voice.optimiser.resume(step: state.step, voice.networks, from: moments, path: path)
            return
        }
        voice.makeMelDiscriminator()
        let weights = folder + "/" + Self.discriminatorFile
        let step = state.step - phase.start
        try voice.melDiscriminator!.discriminator.load(at: weights)
        try voice.melDiscriminator!.decoderOptimiser.resume(
            step: step, voice.networks.acoustic.decoder, from: moments, path: path)
        try voice.melDiscriminator!.discriminatorOptimiser.resume(
            step: step, voice.melDiscriminator!.discriminator, Self.discriminatorPrefix, from: moments, path: path)
    }

    // MARK: - Budget

    func schedule(steps: Int) -> TrainingSchedule? { trainer.configuration.schedule(steps: steps) }

    mutating func follow(_ plan: BudgetPlan) { voice.follow(plan) }

    func measured(isAdversarial: Bool) -> VoiceTask? {
        guard isAdversarial else { return self }
        guard trainer.configuration.melDiscriminator != nil else { return nil }
        var copy = self
        copy.voice.beginMelDiscriminator(with: voice.networks)
        return copy
    }
}

extension ValidationReport {
    /// - Parameters:
    ///   - isAdversarial: Whether a discriminator teaches the decoder, which trades the mean error for a likeness of frames.
    ///   - alignment: The first sentence's.
    fileprivate init(_ score: VoiceScore, isAdversarial: Bool, sample: Waveform, alignment: PalettePicture) {
        func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        self.init(
            scalars: score.scalars, error: isAdversarial ? score.frameDistance : score.melError,
            summary: "validation mel error \((score.melError * 1000).rounded() / 1000), distance of frames "
                + "\((score.frameDistance * 100).rounded() / 100)",
            details:
                "; durations off by \(tenths(score.durationError)) ms, \(tenths(100 * score.coverage)) % of phonemes aligned",
            sample: sample,
            picture: Picture(
                tag: "validation/alignment", png: alignment.png, width: alignment.width, height: alignment.height,
                folder: "alignments"))
    }
}
