public import Files
public import Tensors

/// A learned tensor, float32, with the name it is saved under.
public struct Parameter {
    public let name: String
    public var value: Tensor

    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value
    }
}

/// A layer or model with parameters. One visit serves saving, loading, counting, updating and averaging.
public protocol Parameterised {
    /// Calls `visit` with each parameter, always in the same order.
    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure)
}

extension Parameterised {
    /// All parameters, in the order of the visit.
    public var parameters: [Parameter] {
        var copy = self
        var result: [Parameter] = []
        copy.visitParameters { result.append($0) }
        return result
    }

    /// How many numbers the model learns.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

/// The most numbers of a network that a file describes, 1 GiB of them: a damaged size would take all memory before it is seen that the
/// weights are others.
package let largestNetwork = 1 << 28

/// The gradient of a loss with respect to a model's parameters, by name.
public typealias Gradients = [String: Tensor]

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

    /// Takes the parameters from the `.safetensors` file at `path`, all of them and nothing else.
    ///
    /// - Throws: The `FileError`s of `SafeTensorsFile`, and `.badData` as ``load(_:path:)`` does.
    public mutating func load(at path: String) throws(FileError) {
        let file = try SafeTensorsFile(at: path)
        try load(file.names, path: path, shape: file.shape) { name, tensor in
            file.copy(name, into: tensor.pointer(Float.self))
        }
    }

    /// - Parameter fill: Copies the array of the given name into a tensor of its shape.
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
    /// Whether a float32 tensor holds a NaN or an infinity.
    fileprivate var hasNonFinite: Bool {
        // Such numbers have an exponent of all ones. There is no branch, so that the loop is vectorized.
        var found: UInt32 = 0
        for number in UnsafeBufferPointer(start: pointer(Float.self), count: count) {
            found |= (number.bitPattern & 0x7F80_0000) == 0x7F80_0000 ? 1 : 0
        }
        return found != 0
    }
}

extension Tensor {
    /// Uniform random numbers in `-bound...bound`; undefined if `generator` is ``Unset``.
    static func even(_ shape: [Int], within bound: Float, using generator: inout some RandomNumberGenerator) -> Tensor {
        let tensor = Tensor(shape)
        if generator is Unset { return tensor }
        let numbers = tensor.pointer(Float.self)
        for index in 0..<tensor.count { numbers[index] = (Float(generator.next() >> 40) * 0x1p-23 - 1) * bound }
        withExtendedLifetime(tensor) {}
        return tensor
    }

    /// A float32 tensor with one value everywhere.
    static func filled(_ shape: [Int], with value: Float) -> Tensor {
        let tensor = Tensor(shape)
        tensor.pointer(Float.self).update(repeating: value, count: tensor.count)
        return tensor
    }
}
