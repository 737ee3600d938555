public import Kernels
public import Tensors

/// A layer's weights with weight norm applied, as its convolution uses them.
public final class NormalizedWeights {
    private let form: WeightNormConvolution.Form
    /// In the layer's own shape.
    private let weights: Tensor
    private let ownBias: Tensor

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
        guard case .strided(let folding) = form, GroupedConvolution.suits(folding) else { return false }
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

    /// As they are, in the layer's own shape.
    var layer: ResidualUnit.Layer { .init(weights: weights, bias: ownBias) }

    /// The gradients of weights and bias in the layer's own shapes.
    func gradient(from gradient: Tensor, input: Tensor, on engine: Engine) -> (weights: Tensor, bias: Tensor) {
        if runsGrouped(input.type, gradient.type) { return grouped!.weightGradient(input: input, gradient: gradient) }
        let parts = engine.weightGradient(
            of: convolution.geometry, input: form.arrangedInput(input), gradient: form.outputGradient(gradient),
            withBias: true)
        return (form.ownWeights(parts.weights), form.ownBias(parts.bias!))
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

/// Effective weights kept for as long as the parameters they were computed from stay as they are.
public final class WeightCache {
    private var known: [String: (layer: WeightNormConvolution, weights: NormalizedWeights)] = [:]

    public init() {}

    /// Lets all go, so that parameters can again change in place.
    func removeAll() { known = [:] }

    func weights(of layer: WeightNormConvolution) -> NormalizedWeights {
        let name = layer.direction.name
        if let kept = known[name], kept.layer.hasParameters(of: layer) { return kept.weights }
        let weights = layer.normalizedWeights()
        known[name] = (layer, weights)
        return weights
    }
}

extension WeightNormConvolution {
    /// Whether both look at the same parameters in memory. Who changes a parameter that another holds changes a copy, so
    /// these are then the same numbers as well.
    fileprivate func hasParameters(of other: WeightNormConvolution) -> Bool {
        magnitude.value.address == other.magnitude.value.address
            && direction.value.address == other.direction.value.address && bias.value.address == other.bias.value.address
    }
}
