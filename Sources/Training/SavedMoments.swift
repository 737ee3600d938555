import Files
import Neural
import Tensors

extension AdamOptimiser {
    /// The moments as they are saved, every name after `prefix`.
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
                    "lacks the moments of \(prefix)\(parameter.name), \(shape); remove this checkpoint to go on from the one before.")
            }
            pairs[parameter.name] = (Tensor(first.values, shape: shape), Tensor(second.values, shape: shape))
        }
        resume(step: step, moments: pairs)
    }
}
