public import Kernels
public import Tensors

/// A layer's weights with weight norm applied, as its convolution uses them, and the gradient gathered for them so far.
public final class EffectiveWeights {
    private let form: WeightNormConvolution.Form
    /// In the layer's own shape.
    private let weights: Tensor
    private let ownBias: Tensor
    /// With respect to the layer's own weights and bias.
    private(set) var gradient: (weights: Tensor, bias: Tensor)?

    /// For strided layers in float32.
    private lazy var grouped: GroupedConvolution? = {
        if case .strided(let folding) = form { GroupedConvolution(weights, folding) } else { nil }
    }()

    /// The convolution of stride 1, for all else.
    public private(set) lazy var convolution = form.convolutionWeights(weights)
    /// Its bias.
    public private(set) lazy var bias = form.arrangedBias(ownBias)

    init(_ form: WeightNormConvolution.Form, weights: Tensor, bias: Tensor) {
        (self.form, self.weights, ownBias) = (form, weights, bias)
    }

    /// Strided layers have code of our own, where it is the faster.
    private func runsGrouped(_ type: ScalarType, _ others: ScalarType?...) -> Bool {
        guard case .strided = form, GroupedConvolution.isFast else { return false }
        return type == .float32 && others.allSatisfy { $0 ?? .float32 == .float32 }
    }

    func output(
        of input: Tensor, addedTo addend: Tensor?, negativeSlope: Float?, outputType: ScalarType?, on engine: Engine
    ) -> Tensor {
        if addend == nil, runsGrouped(input.type, outputType) {
            return grouped!.output(of: input, bias: ownBias, negativeSlope: negativeSlope)
        }
        return form.arrangedOutput(
            engine.convolution(
                of: form.arrangedInput(input), by: convolution, bias: bias, addedTo: addend,
                negativeSlope: negativeSlope, outputType: outputType))
    }

    /// Adds the gradients of weights and bias to those gathered so far.
    func accumulate(from gradient: Tensor, input: Tensor, on engine: Engine) {
        if runsGrouped(input.type, gradient.type) {
            let parts = grouped!.weightGradient(input: input, gradient: gradient)
            accumulate(parts.weights, parts.bias)
        } else {
            let parts = engine.weightGradient(
                of: convolution.geometry, input: form.arrangedInput(input),
                gradient: form.outputGradient(gradient), withBias: true)
            accumulate(form.ownWeights(parts.weights), form.ownBias(parts.bias!))
        }
    }

    /// As they are, in the layer's own shape.
    var layer: ResidualUnit.Layer { .init(weights: weights, bias: ownBias) }

    /// Adds to the gradients of the layer's own weights and bias.
    func accumulate(_ weights: Tensor, _ bias: Tensor) {
        if let gradient {
            Elementwise.add(weights, to: gradient.weights)
            Elementwise.add(bias, to: gradient.bias)
        } else {
            gradient = (weights, bias)
        }
    }

    /// The gradient with respect to an input of `time` steps, added to `accumulator` where given.
    func inputGradient(from gradient: Tensor, time: Int, addedTo accumulator: Tensor?, on engine: Engine) -> Tensor {
        guard case .strided(let folding) = form else {
            return engine.inputGradient(from: form.outputGradient(gradient), by: convolution, addedTo: accumulator)
        }
        let input: Tensor
        if runsGrouped(gradient.type) {
            input = grouped!.inputGradient(from: gradient, time: time)
        } else {
            input = folding.unfolded(
                engine.inputGradient(from: form.outputGradient(gradient), by: convolution), time: time)
        }
        guard let accumulator else { return input }
        Elementwise.add(input, to: accumulator)
        return accumulator
    }
}
