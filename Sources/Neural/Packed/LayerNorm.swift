public import Kernels
public import Tensors

/// Layer normalisation with a weight and a bias for each channel; channels come in sixteens.
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

    public func output(of input: Tensor, _ layout: SignalLayout) -> Tensor {
        LayerNormalization.output(of: input, layout, weight: weight.value, bias: bias.value).output
    }
}

extension Tape {
    public func normalised(_ input: Variable, by layer: LayerNorm, _ layout: SignalLayout) -> Variable {
        let forth = LayerNormalization.output(
            of: input.value, layout, weight: layer.weight.value, bias: layer.bias.value)
        let result = Variable(forth.output, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            let back = LayerNormalization.gradients(
                from: gradient, normalised: forth.normalised, scales: forth.scales, weight: layer.weight.value)
            add(back.weight, to: layer.weight)
            add(back.bias, to: layer.bias)
            if input.needsGradient { input.accumulate(back.input) }
        }
        return result
    }
}
