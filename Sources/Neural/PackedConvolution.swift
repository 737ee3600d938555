public import Kernels
public import Tensors

/// A convolution layer with an odd kernel over zero-padded packed signals; with a kernel of 1 a linear layer.
public struct PackedConvolution: Parameterised {
    /// `[output, input, kernel]`.
    public var weight: Parameter
    public var bias: Parameter

    /// Weights are drawn uniformly from ±1/√fan-in; biases are 0.
    public init(
        _ name: String, from inputs: Int, to outputs: Int, kernel: Int = 1, using generator: inout some RandomNumberGenerator
    ) {
        let bound = 1 / Float(inputs * kernel).squareRoot()
        weight = Parameter(name + ".weight", .even([outputs, inputs, kernel], within: bound, using: &generator))
        bias = Parameter(name + ".bias", .zeros([outputs]))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&weight)
        try visit(&bias)
    }

    /// The layer with its weights packed, ready to run.
    public func prepared() -> SequenceConvolution { SequenceConvolution(weight.value, bias: bias.value) }
}

extension Tape {
    /// A convolution over packed signals.
    ///
    /// - Parameter rectifies: Whether a ReLU comes last.
    public func convolution(
        _ input: Variable, by layer: PackedConvolution, _ layout: SignalLayout, rectifies: Bool = false
    ) -> Variable {
        let product = layer.prepared()
        let result = Variable(product.output(of: input.value, layout, rectifies: rectifies), needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            if rectifies { Elementwise.multiplyByLeakyReLUGradient(gradient, output: result.value, negativeSlope: 0) }
            let parts = product.weightGradient(input: input.value, gradient: gradient)
            add(parts.weights, to: layer.weight)
            add(parts.bias, to: layer.bias)
            if input.needsGradient { input.accumulate(product.inputGradient(from: gradient, layout)) }
        }
        return result
    }
}
