public import Files
import Tensors

extension Parameterised {
    /// The parameters as arrays under their names, as they are saved.
    public var arrays: [String: NumericArray] {
        Dictionary(
            uniqueKeysWithValues: parameters.map {
                ($0.name, NumericArray(shape: $0.value.shape, values: $0.value.values))
            })
    }

    /// Takes the parameters from arrays under their names, all of them and nothing else.
    ///
    /// - Throws: `FileError` `.badData` that names the first array that is missing, superfluous, of another shape than
    ///   the model's, or not finite.
    public mutating func load(_ arrays: [String: NumericArray], path: String) throws(FileError) {
        var unused = Set(arrays.keys)
        try visitParameters { (parameter: inout Parameter) throws(FileError) in
            let (name, shape) = (parameter.name, parameter.value.shape)
            guard let array = arrays[name] else {
                throw FileError(
                    .badData, path, "lacks the weights \(name) that its configuration calls for; restore both files.")
            }
            guard array.shape == shape else {
                throw FileError(
                    .badData, path,
                    "has weights \(name) of shape \(array.shape) where its configuration calls for \(shape).")
            }
            guard !array.hasNonFinite else {
                throw FileError(.badData, path, "has weights \(name) that are not finite; use an earlier checkpoint.")
            }
            parameter.value = Tensor(array.values, shape: shape)
            unused.remove(name)
        }
        if let name = unused.min() {
            throw FileError(
                .badData, path, "has weights \(name) that its configuration does not call for; restore both files.")
        }
    }
}

