public import Tensors

/// Numbers a model learns, float32, under the name they are saved by.
public struct Parameter {
    public let name: String
    public var value: Tensor

    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value
    }
}

/// Anything with parameters. One visit serves saving, loading, counting, updating and averaging.
public protocol Parameterised {
    /// Calls `visit` with each parameter, always in the same order.
    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure)
}

extension Parameterised {
    /// Every parameter, in the order of the visit.
    public var parameters: [Parameter] {
        var copy = self
        var result: [Parameter] = []
        copy.visitParameters { result.append($0) }
        return result
    }

    /// How many numbers the model learns.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

/// The gradient of a loss with respect to a model's parameters, by name.
public typealias Gradients = [String: Tensor]
