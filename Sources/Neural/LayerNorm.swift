public import Kernels
public import Tensors

/// Layer normalization with a weight and a bias for each channel; the number of channels is a multiple of 16.
public struct LayerNorm: Parameterised {
    public var weight: Parameter
    public var bias: Parameter

    public init(_ name: String, channels: Int) {
        weight = Parameter(name + ".weight", .filled([channels], with: 1))
        bias = Parameter(name + ".bias", .zeros([channels]))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&weight)
        try visit(&bias)
    }

    /// The normalized rows of packed signals.
    public func output(of input: Tensor, _ layout: SignalLayout) -> Tensor {
        LayerNormalization.output(of: input, layout, weight: weight.value, bias: bias.value).output
    }
}

extension Tape {
    /// Layer normalization of every row.
    public func normalized(_ input: Variable, by layer: LayerNorm, _ layout: SignalLayout) -> Variable {
        let forward = LayerNormalization.output(
            of: input.value, layout, weight: layer.weight.value, bias: layer.bias.value)
        let result = Variable(forward.output, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            let gradients = LayerNormalization.gradients(
                from: gradient, normalized: forward.normalized, scales: forward.scales, weight: layer.weight.value)
            add(gradients.weight, to: layer.weight)
            add(gradients.bias, to: layer.bias)
            if input.needsGradient { input.accumulate(gradients.input) }
        }
        return result
    }
}
