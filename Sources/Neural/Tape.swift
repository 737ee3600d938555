public import Kernels
public import Tensors

/// Reverse-mode differentiation: operations record how their gradient goes back, and ``backward()`` plays them in
/// reverse, releasing each one's memory as it goes.
///
/// Losses put their gradients on variables with `accumulate` before the way back begins.
public final class Tape {
    public let engine: Engine
    /// The gradients of the parameters of every trained layer, after ``backward()``.
    public private(set) var gradients: Gradients = [:]
    private var steps: [() -> Void] = []
    /// The weights of layers used so far, and those that ``using(_:_:)`` puts in their place.
    private let ownWeights = WeightCache()
    private var lentWeights: WeightCache?
    /// The gradients of trained layers' weights and biases, by the layer.
    private var sums: [String: (weights: Tensor, bias: Tensor)?] = [:]

    public init(_ engine: Engine) { self.engine = engine }

    /// Adds a step to the way back.
    func record(_ step: @escaping () -> Void) { steps.append(step) }

    public func backward() {
        while let step = steps.popLast() { step() }
        ownWeights.removeAll()
    }

    /// Takes the weights of layers used in `body` from `kept`, which outlives this tape.
    public func using<Result>(_ kept: WeightCache, _ body: () -> Result) -> Result {
        let before = lentWeights
        lentWeights = kept
        defer { lentWeights = before }
        return body()
    }

    /// A layer's weights, computed once. For a trained layer the step that ends in its parameters is recorded here, before
    /// any use, so that it runs after all of them.
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

    /// Adds to the gradients of a trained layer's own weights and bias.
    func accumulate(_ weights: Tensor, _ bias: Tensor, of layer: WeightNormConvolution) {
        let name = layer.direction.name
        if let sum = sums[name] ?? nil {
            Elementwise.add(weights, to: sum.weights)
            Elementwise.add(bias, to: sum.bias)
        } else {
            sums[name] = (weights, bias)
        }
    }

    /// Adds to the gradient of a parameter that no layer with weight norm owns.
    func add(_ gradient: Tensor, to parameter: Parameter) {
        guard let sum = gradients[parameter.name] else {
            gradients[parameter.name] = gradient
            return
        }
        Elementwise.add(gradient, to: sum)
    }

    /// A convolution, then where asked for the sum with another variable and a leaky rectifier, all in one pass.
    ///
    /// - Parameters:
    ///   - trains: Whether the layer's parameters get gradients. A generator step passes through the discriminator
    ///     without.
    ///   - addend: A variable that nothing else uses; the result takes over its storage.
    ///   - outputType: The type of the result; the input's where not given.
    public func convolution(
        _ input: Variable, by layer: WeightNormConvolution, trains: Bool = true, addedTo addend: Variable? = nil,
        negativeSlope: Float? = nil, outputType: ScalarType? = nil
    ) -> Variable {
        let weights = normalizedWeights(of: layer, trains: trains)
        let output = weights.output(
            of: input.value, addedTo: addend?.value, negativeSlope: negativeSlope, outputType: outputType, on: engine)
        let result = Variable(
            output, needsGradient: trains || input.needsGradient || addend?.needsGradient == true)
        guard result.needsGradient else { return result }
        steps.append { [unowned self] in
            guard var gradient = negativeSlope == nil ? result.takeGradient() : result.takeOwnGradient() else { return }
            if let negativeSlope {
                Elementwise.multiplyByLeakyReLUGradient(gradient, output: result.value, slope: negativeSlope)
            }
            addend?.accumulate(gradient)
            gradient = Elementwise.converted(gradient, to: input.value.type)
            if trains {
                let parts = weights.gradient(from: gradient, input: input.value, on: engine)
                accumulate(parts.weights, parts.bias, of: layer)
            }
            guard input.needsGradient else { return }
            input.setGradient(
                weights.inputGradient(
                    from: gradient, time: input.value.time, addedTo: input.takeOwnGradient(), on: engine))
        }
        return result
    }

    /// Reflection padding, after a leaky rectifier unless the slope is 1.
    public func reflectionPadded(_ input: Variable, by padding: Int, negativeSlope: Float = 1) -> Variable {
        let result = Variable(
            ReflectionPadding.padded(input.value, by: padding, negativeSlope: negativeSlope),
            needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeOwnGradient() else { return }
            input.setGradient(
                ReflectionPadding.inputGradient(
                    from: gradient, input: input.value, by: padding, negativeSlope: negativeSlope,
                    addedTo: input.takeOwnGradient()))
        }
        return result
    }

    public func tanh(_ input: Variable) -> Variable {
        let result = Variable(Elementwise.tanh(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.tanhGradient(gradient, output: result.value))
        }
        return result
    }

    /// The variable plus numbers that nothing is learned about; the gradient goes back as it is.
    public func sum(_ input: Variable, _ constant: Tensor) -> Variable {
        let sum = constant.copied()
        Elementwise.add(input.value, to: sum)
        let result = Variable(sum, needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(gradient)
        }
        return result
    }

    /// The variable times numbers that nothing is learned about, one for each of its own; float32.
    public func product(_ input: Variable, _ constant: Tensor) -> Variable {
        let result = Variable(Elementwise.product(input.value, constant), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.product(gradient, constant))
        }
        return result
    }

    public func averagePooled(_ input: Variable) -> Variable {
        let result = Variable(AveragePooling.pooled(input.value), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(AveragePooling.inputGradient(from: gradient, time: input.value.time))
        }
        return result
    }

    /// The same numbers in another type; the gradient goes back in the input's.
    public func converted(_ input: Variable, to type: ScalarType) -> Variable {
        guard input.value.type != type else { return input }
        let result = Variable(Elementwise.converted(input.value, to: type), needsGradient: input.needsGradient)
        guard result.needsGradient else { return result }
        steps.append {
            guard let gradient = result.takeGradient() else { return }
            input.accumulate(Elementwise.converted(gradient, to: input.value.type))
        }
        return result
    }
}
