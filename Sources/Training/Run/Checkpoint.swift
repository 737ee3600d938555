import Files
import Neural
import Platform
import Tensors

/// What a run knows besides its networks: `state.json` of a checkpoint.
struct RunState: Codable, Equatable {
    /// Training steps done.
    var step: Int
    /// The least ``ValidationReport/error`` so far in this phase of the run, and the step it was reached at.
    var bestError: Double?
    var bestStep: Int?
    /// The plan that the next step follows, and the time spent; nil for a run without a budget.
    var plan: BudgetPlan?
}

/// A training run after a step: a model's folder, with what its task needs to go on, and the state.
///
/// Nothing else is needed to go on to the same bits: batches are a function of the seed and the step.
enum Checkpoint {
    static let stateFile = "state.json"
    static let momentsFile = "moments.safetensors"
    /// The weights in training, where the model's are their moving average.
    static let trainedFile = "trained.safetensors"

    /// Writes a checkpoint to the folder at `path`: beside it first, then renamed, so that a checkpoint is whole.
    static func write(_ task: some TrainingTask, _ state: RunState, to path: String) throws(FileError) {
        try replaceFolder(at: path) { beside throws(FileError) in
            try task.writeModel(to: beside, state)
            try task.writeTrainingState(to: beside)
            try state.write(to: beside + "/" + stateFile)
        }
    }

    /// Takes up the checkpoint in the folder at `path`.
    static func read(_ task: inout some TrainingTask, from path: String) throws(FileError) -> RunState {
        let statePath = path + "/" + stateFile
        let data = try contents(ofFile: statePath)
        let state: RunState
        do { state = try JSONDecoder().decode(RunState.self, from: data) } catch {
            throw FileError(
                .badData, statePath,
                "is not the state of a run of this version: the run was begun by an older version, or the file is damaged",
                [.beginAnew, .instruction("remove this checkpoint to go on from the one before")])
        }
        // How often each network was updated depends on the plan.
        if let plan = state.plan { task.follow(plan) }
        try task.read(from: path, state)
        return state
    }
}

extension AdamOptimiser {
    /// The moments as a checkpoint holds them, every name after `prefix`.
    func arrays(_ prefix: String = "") -> [String: NumericArray] {
        var arrays: [String: NumericArray] = [:]
        for (name, moments) in moments {
            arrays["\(prefix)\(name).first"] = NumericArray(shape: moments.first.shape, values: moments.first.values)
            arrays["\(prefix)\(name).second"] = NumericArray(shape: moments.second.shape, values: moments.second.values)
        }
        return arrays
    }

    /// Takes up where another left off after `step` updates of `model`, from what ``arrays(_:)`` gave.
    ///
    /// - Throws: `FileError` `.badData` that names the parameter whose moments are missing.
    mutating func resume(
        step: Int, _ model: some Parameterised, _ prefix: String = "", from arrays: [String: NumericArray], path: String
    ) throws(FileError) {
        var pairs: [String: (first: Tensor, second: Tensor)] = [:]
        // A network that has not been updated yet has no moments.
        for parameter in model.parameters where arrays.keys.contains(where: { $0.hasPrefix(prefix) }) {
            let shape = parameter.value.shape
            guard let first = arrays["\(prefix)\(parameter.name).first"], first.shape == shape,
                let second = arrays["\(prefix)\(parameter.name).second"], second.shape == shape
            else {
                throw FileError(
                    .badData, path,
                    "lacks the moments of \(prefix)\(parameter.name), \(shape); remove this checkpoint to go on from the one before."
                )
            }
            pairs[parameter.name] = (Tensor(first.values, shape: shape), Tensor(second.values, shape: shape))
        }
        resume(step: step, moments: pairs)
    }
}
