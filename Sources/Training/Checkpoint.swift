import Files
import MelGAN
import Platform
import SourceFilter

/// What a run knows besides its networks: `state.json` of a checkpoint.
struct RunState: Codable, Equatable {
    /// Training steps done.
    var step: Int
    /// The least validation mel error so far, and the step it was reached at; of a voice with a discriminator, the least distance of
    /// frames since that began.
    var bestError: Double?
    var bestStep: Int?
    /// Where the run has a budget: the course that its next step follows, and the time spent.
    var plan: BudgetPlan?
    /// Of a voice: what the last validation says predictions are to be multiplied by.
    var calibration: VoiceCalibration?
}

/// A training run frozen after a step: a model's folder, with the discriminator, both optimisers' moments and the state.
///
/// Nothing else is needed to go on to the same bits: batches are a function of the seed and the step.
struct Checkpoint {
    static let stateFile = "state.json"
    static let momentsFile = "moments.safetensors"
    /// The generator's weights in training, where the model's are their average.
    static let trainedFile = "trained.safetensors"

    /// Writes a checkpoint to the folder at `path`: beside it first, then renamed, so that a checkpoint is whole.
    static func write(
        _ training: AdversarialTraining, _ pitch: PitchNetwork?, _ state: RunState, _ configuration: RunConfiguration,
        to path: String
    ) throws(FileError) {
        try replaceFolder(at: path) { beside throws(FileError) in
            let model = Model(
                configuration: configuration.model(afterSteps: state.step), generator: training.emaGenerator, pitch: pitch)
            if training.ema != nil {
                try SafeTensors(tensors: training.generator.arrays).write(to: beside + "/" + trainedFile)
            }
            try model.write(to: beside, description: configuration.modelDescription(state))
            try SafeTensors(tensors: training.discriminators.arrays).write(to: beside + "/" + Model.discriminatorFile)
            try SafeTensors(tensors: moments(of: training)).write(to: beside + "/" + momentsFile)
            try state.write(to: beside + "/" + stateFile)
        }
    }

    /// Takes up the checkpoint in the folder at `path`.
    static func read(from path: String, into training: inout AdversarialTraining) throws(FileError) -> RunState {
        let statePath = path + "/" + stateFile
        let data = try contents(ofFile: statePath)
        let state: RunState
        do { state = try JSONDecoder().decode(RunState.self, from: data) } catch {
            throw FileError(
                .badData, statePath, "is no state of a training run; remove this checkpoint to go on from the one before.")
        }
        // How often the discriminator was updated depends on it.
        if let schedule = state.plan?.schedule { training.schedule = schedule }
        let generator = path + "/" + Model.generatorFile
        if training.ema == nil {
            try training.generator.load(at: generator)
        } else {
            let trained = path + "/" + trainedFile
            try training.generator.load(at: trained)
            try training.ema?.network.load(at: generator)
        }
        let discriminator = path + "/" + Model.discriminatorFile
        try training.discriminators.load(at: discriminator)
        let momentsPath = path + "/" + momentsFile
        let moments = try SafeTensors.read(at: momentsPath).tensors
        try training.generatorOptimiser.resume(
            step: state.step, training.generator, "generator.", from: moments, path: momentsPath)
        try training.discriminatorOptimiser.resume(
            step: max(0, state.step - training.schedule.warmUpSteps) * training.discriminatorSteps, training.discriminators,
            "discriminator.", from: moments, path: momentsPath)
        return state
    }

    private static func moments(of training: AdversarialTraining) -> [String: NumericArray] {
        training.generatorOptimiser.arrays("generator.")
            .merging(training.discriminatorOptimiser.arrays("discriminator.")) { first, _ in first }
    }
}

/// Makes a folder so that it is either whole or as it was: `fill` fills one beside it, which then takes its place.
func replaceFolder(at path: String, with fill: (_ beside: String) throws(FileError) -> Void) throws(FileError) {
    let url = URL(fileURLWithPath: path)
    let beside = url.deletingLastPathComponent()
        .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).partial").path
    let files = FileManager.default
    try? files.removeItem(atPath: beside)
    do throws(FileError) {
        try createFolder(at: beside)
        try fill(beside)
    } catch {
        try? files.removeItem(atPath: beside)
        throw error
    }
    try? files.removeItem(atPath: path)
    guard rename(beside, path) == 0 else {
        throw FileError(.cannotCreate, path, "could not be put in place (\(String(cString: strerror(errno)))).")
    }
}

extension RunConfiguration {
    /// `MODEL.md` of a checkpoint.
    func modelDescription(_ state: RunState) -> String {
        let error = state.bestError.map { best in
            "\nBest validation mel error so far: \(String(describing: Float(best))) (mean absolute difference of natural "
                + "logarithms), at step \(state.bestStep ?? 0)."
        }
        return """
            # A MelGAN vocoder

            Trained on `\(URL(fileURLWithPath: corpus).lastPathComponent)` for \(state.step) steps of \(batch) segments of \
            \(segmentLength) samples at \(convention.sampleRate) Hz; mels by the convention `\(convention.name)` \
            (\(convention.bandCount) bands, hop \(convention.hopLength)). Objective: \(objective.rawValue), feature matching \
            x\(featureMatchingWeight), Adam \(learningRate), seed \(seed), activations in \(precision.rawValue).\
            \(from.map { " Begun from `\(URL(fileURLWithPath: $0).lastPathComponent)`." } ?? "")\
            \(mels == nil ? "" : " Trained on mels that another model predicted.")
            \(error ?? "")

            """
    }
}
