public import Kernels
public import Tensors

/// Reverse-mode differentiation: operations record their backward steps, and ``backward()`` runs these in reverse order, releasing
/// each one's memory as it goes.
///
/// Losses add their gradients to variables with `accumulate` before ``backward()``.
public final class Tape {
    public let engine: Engine
    /// The gradients of the parameters of every trained layer, after ``backward()``.
    public private(set) var gradients: Gradients = [:]
    private var steps: [() -> Void] = []
    /// The normalized weights of the layers used so far, and the cache that ``using(_:_:)`` substitutes.
    private let ownWeights = WeightCache()
    private var lentWeights: WeightCache?
    /// The gradients of trained layers' normalized weights and biases, by layer.
    private var sums: [String: (weights: Tensor, bias: Tensor)?] = [:]

    public init(_ engine: Engine) { self.engine = engine }

    /// Records a backward step.
    package func record(_ step: @escaping () -> Void) { steps.append(step) }

    /// Runs the recorded steps in reverse order; afterwards ``gradients`` is complete.
    public func backward() {
        while let step = steps.popLast() { step() }
        ownWeights.removeAll()
    }

    /// Calls `body` with the weights of its layers taken from the cache `kept`, which outlives this tape.
    public func using<Result>(_ kept: WeightCache, _ body: () -> Result) -> Result {
        let before = lentWeights
        lentWeights = kept
        defer { lentWeights = before }
        return body()
    }

    /// A layer's normalized weights, computed once. For a trained layer the backward step of weight normalization is recorded here,
    /// before any use, so that it runs after the steps of all uses.
    func normalizedWeights(of layer: WeightNormConvolution, trains: Bool) -> NormalizedWeights {
        let name = layer.direction.name
        if trains, sums[name] == nil {
            sums[name] = .some(nil)
            steps.append { [unowned self] in
                guard let sum = sums[name] ?? nil else { return }
                gradients.merge(layer.parameterGradients(weights: sum.weights, bias: sum.bias)) { _, new in new }
                sums[name] = nil
            }
        }
        return (lentWeights ?? ownWeights).weights(of: layer)
    }

    /// Adds to the gradients of a trained layer's normalized weights and bias.
    func accumulate(_ weights: Tensor, _ bias: Tensor, of layer: WeightNormConvolution) {
        let name = layer.direction.name
        if let sum = sums[name] ?? nil {
            Elementwise.add(weights, to: sum.weights)
            Elementwise.add(bias, to: sum.bias)
        } else {
            sums[name] = (weights, bias)
        }
    }

    /// Adds to the gradient of a parameter outside layers with weight normalization.
    func add(_ gradient: Tensor, to parameter: Parameter) {
        guard let sum = gradients[parameter.name] else {
            gradients[parameter.name] = gradient
            return
        }
        Elementwise.add(gradient, to: sum)
    }
}

/// An activation on a tape, with its gradient so far.
public final class Variable {
    public let value: Tensor
    /// Whether an earlier operation needs this variable's gradient.
    public let needsGradient: Bool
    private var gradient: Tensor?

    public init(_ value: Tensor, needsGradient: Bool = false) {
        self.value = value
        self.needsGradient = needsGradient
    }

    /// Adds to the gradient; the first addend is kept without a copy.
    public func accumulate(_ addend: Tensor) {
        precondition(addend.shape == value.shape, "gradient \(addend.shape) for a value \(value.shape)")
        guard let sum = takeOwnGradient() else {
            gradient = Elementwise.converted(addend, to: value.type)
            return
        }
        Elementwise.add(addend, to: sum)
        gradient = sum
    }

    /// Returns the gradient and forgets it.
    public func takeGradient() -> Tensor? {
        defer { gradient = nil }
        return gradient
    }

    /// Returns the gradient in storage that nothing else uses, so that it may be overwritten, and forgets it.
    func takeOwnGradient() -> Tensor? {
        guard gradient != nil else { return nil }
        let isUnique = gradient!.isUnique()
        let taken = takeGradient()!
        return isUnique ? taken : taken.copied()
    }

    /// Replaces the gradient.
    func setGradient(_ sum: Tensor) { gradient = sum }
}
