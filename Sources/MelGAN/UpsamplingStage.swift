public import Neural
import Kernels
import Tensors

/// The source signal at one stage's rate, and the convolution that adds it.
struct SourceAddend {
    /// `[batch, steps, samples a step]`.
    let samples: Variable
    let convolution: WeightNormConvolution
}

/// Upsampling by a transposed convolution, then a stack of residual blocks.
public struct UpsamplingStage: Parameterised {
    public private(set) var upsampling: WeightNormConvolution
    public private(set) var blocks: [ResidualBlock]

    init(
        _ configuration: MelGANConfiguration, stage: Int, firstModule: Int, using generator: inout some RandomNumberGenerator
    ) {
        let channels = configuration.channels(afterStage: stage + 1)
        upsampling = WeightNormConvolution(
            "model.\(firstModule + 1)",
            .transposed(
                .init(
                    from: configuration.channels(afterStage: stage), to: channels,
                    stride: configuration.upsampling[stage])),
            using: &generator)
        blocks = []
        for block in 0..<configuration.residualBlocks {
            blocks.append(
                ResidualBlock(
                    "model.\(firstModule + 2 + block)", channels: channels,
                    dilation: configuration.dilation(ofBlock: block), using: &generator))
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try upsampling.visitParameters(visit)
        for index in blocks.indices { try blocks[index].visitParameters(visit) }
    }

    /// Runs the stage on `input`, to which a leaky ReLU has been applied. The result includes the leaky ReLU that follows every stage.
    func forward(_ input: Variable, source: SourceAddend?, negativeSlope: Float, on tape: Tape) -> Variable {
        let slope = blocks.isEmpty ? negativeSlope : nil
        var activation = tape.convolution(input, by: upsampling, negativeSlope: source == nil ? slope : nil)
        if let source {
            activation = tape.convolution(
                source.samples, by: source.convolution, addedTo: activation, negativeSlope: slope)
        }
        for (index, block) in blocks.enumerated() {
            activation = block.forward(
                activation, negativeSlope: negativeSlope, rectifies: index == blocks.count - 1, on: tape)
        }
        return activation
    }
}

/// `shortcut(x) + convolution_1(leaky(convolution_3(pad(leaky(x)))))`, where convolution_3 is dilated.
public struct ResidualBlock: Parameterised {
    public let dilation: Int
    public private(set) var dilated: WeightNormConvolution
    public private(set) var pointwise: WeightNormConvolution
    public private(set) var shortcut: WeightNormConvolution

    init(_ name: String, channels: Int, dilation: Int, using generator: inout some RandomNumberGenerator) {
        self.dilation = dilation
        dilated = WeightNormConvolution(
            name + ".block.2", .plain(.init(from: channels, to: channels, kernel: 3, dilation: dilation)),
            using: &generator)
        pointwise = WeightNormConvolution(
            name + ".block.4", .plain(.init(from: channels, to: channels, kernel: 1)), using: &generator)
        shortcut = WeightNormConvolution(
            name + ".shortcut", .plain(.init(from: channels, to: channels, kernel: 1)), using: &generator)
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try dilated.visitParameters(visit)
        try pointwise.visitParameters(visit)
        try shortcut.visitParameters(visit)
    }

    func forward(_ input: Variable, negativeSlope: Float, rectifies: Bool, on tape: Tape) -> Variable {
        tape.residualUnit(
            input, dilated: dilated, pointwise: pointwise, shortcut: shortcut, dilation: dilation,
            negativeSlope: negativeSlope, rectifies: rectifies)
    }
}
