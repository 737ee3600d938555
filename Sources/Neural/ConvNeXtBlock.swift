public import Kernels
public import Tensors

/// A ConvNeXt block over packed signals; ``ConvNeXtPass`` states its equation and shapes.
public struct ConvNeXtBlock: Parameterised {
    public var depthwise: Parameter
    public var depthwiseBias: Parameter
    public var expand: Parameter
    public var expandBias: Parameter
    public var contract: Parameter
    public var contractBias: Parameter
    public var scale: Parameter

    /// - Parameter scale: The initial value of the branch's scale.
    public init(
        _ name: String, channels: Int, hidden: Int, kernel: Int, scale: Float,
        using generator: inout some RandomNumberGenerator
    ) {
        func even(_ part: String, _ shape: [Int], fanIn: Int) -> Parameter {
            Parameter(name + "." + part, .even(shape, within: 1 / Float(fanIn).squareRoot(), using: &generator))
        }
        depthwise = even("depthwise.weight", [kernel, channels], fanIn: kernel)
        depthwiseBias = Parameter(name + ".depthwise.bias", .zeros([channels]))
        expand = even("expand.weight", [hidden, channels, 1], fanIn: channels)
        expandBias = Parameter(name + ".expand.bias", .zeros([hidden]))
        contract = even("contract.weight", [channels, hidden, 1], fanIn: hidden)
        contractBias = Parameter(name + ".contract.bias", .zeros([channels]))
        self.scale = Parameter(name + ".scale", .filled([channels], with: scale))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try visit(&depthwise)
        try visit(&depthwiseBias)
        try visit(&expand)
        try visit(&expandBias)
        try visit(&contract)
        try visit(&contractBias)
        try visit(&scale)
    }

    /// The block with its weights packed, ready to run.
    public func prepared() -> ConvNeXtPass {
        ConvNeXtPass(
            .init(
                depthwise: depthwise.value, depthwiseBias: depthwiseBias.value, expand: expand.value,
                expandBias: expandBias.value, contract: contract.value, contractBias: contractBias.value,
                scale: scale.value))
    }
}

extension Tape {
    /// A ConvNeXt block with optional dropout of its branch.
    public func block(
        _ input: Variable, by layer: ConvNeXtBlock, _ layout: SignalLayout, dropout: Dropout?
    ) -> Variable {
        let pass = layer.prepared()
        let (output, memory) = pass.outputWithMemory(of: input.value, layout, dropout: dropout)
        let result = Variable(output, needsGradient: true)
        record { [unowned self] in
            guard let gradient = result.takeOwnGradient() else { return }
            layout.clearMargins(of: gradient)
            let back = pass.gradients(from: gradient, input: input.value, layout, dropout: dropout, memory)
            add(back.weights.depthwise, to: layer.depthwise)
            add(back.weights.depthwiseBias, to: layer.depthwiseBias)
            add(back.weights.expand, to: layer.expand)
            add(back.weights.expandBias, to: layer.expandBias)
            add(back.weights.contract, to: layer.contract)
            add(back.weights.contractBias, to: layer.contractBias)
            add(back.weights.scale, to: layer.scale)
            if input.needsGradient { input.accumulate(back.input) }
        }
        return result
    }
}
