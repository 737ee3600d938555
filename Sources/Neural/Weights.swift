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
        try load(Set(arrays.keys), path: path, shape: { arrays[$0]?.shape }) { name, tensor in
            let values = arrays[name]!.values
            values.withUnsafeBufferPointer { tensor.pointer(Float.self).update(from: $0.baseAddress!, count: values.count) }
        }
    }

    /// As ``load(_:path:)``, from the `.safetensors` file at `path`.
    ///
    /// - Throws: `FileError`: as `SafeTensorsFile` does, and `.badData`.
    public mutating func load(at path: String) throws(FileError) {
        let file = try SafeTensorsFile(at: path)
        try load(file.names, path: path, shape: file.shape) { name, tensor in
            file.copy(name, into: tensor.pointer(Float.self))
        }
    }

    /// - Parameter fill: Puts the numbers of an array into a tensor of its shape.
    private mutating func load(
        _ names: Set<String>, path: String, shape found: (String) -> [Int]?, fill: (String, Tensor) -> Void
    ) throws(FileError) {
        var unused = names
        try visitParameters { (parameter: inout Parameter) throws(FileError) in
            let (name, expected) = (parameter.name, parameter.value.shape)
            guard let shape = found(name) else {
                throw FileError(
                    .badData, path, "lacks the weights \(name) that its configuration calls for; restore both files.")
            }
            guard shape == expected else {
                throw FileError(
                    .badData, path,
                    "has weights \(name) of shape \(shape) where its configuration calls for \(expected).")
            }
            let tensor = Tensor(shape)
            fill(name, tensor)
            guard !tensor.hasNonFinite else {
                throw FileError(.badData, path, "has weights \(name) that are not finite; use an earlier checkpoint.")
            }
            parameter.value = tensor
            unused.remove(name)
        }
        if let name = unused.min() {
            throw FileError(
                .badData, path, "has weights \(name) that its configuration does not call for; restore both files.")
        }
    }
}

extension Tensor {
    /// Whether a number is NaN or infinite, of float32.
    fileprivate var hasNonFinite: Bool {
        // An exponent of all ones, gathered without a branch so that the loop vectorises.
        var found: UInt32 = 0
        for number in UnsafeBufferPointer(start: pointer(Float.self), count: count) {
            found |= (number.bitPattern & 0x7F80_0000) == 0x7F80_0000 ? 1 : 0
        }
        return found != 0
    }
}
