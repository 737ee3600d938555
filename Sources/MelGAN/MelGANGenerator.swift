import Kernels
public import Neural
public import SourceFilter
public import Spectra
public import Tensors

/// MelGAN's generator (Kumar et al. 2019, section 2.1 and appendix A).
///
/// | layer | shape for T frames with the paper's sizes |
/// |---|---|
/// | mel | `[batch, T, 80]` |
/// | reflection padding 3, convolution k7 | `[batch, T, 512]` |
/// | leaky ReLU, transposed convolution x8, k16; residual stack | `[batch, 8 T, 256]` |
/// | leaky ReLU, transposed convolution x8, k16; residual stack | `[batch, 64 T, 128]` |
/// | leaky ReLU, transposed convolution x2, k4; residual stack | `[batch, 128 T, 64]` |
/// | leaky ReLU, transposed convolution x2, k4; residual stack | `[batch, 256 T, 32]` |
/// | leaky ReLU, reflection padding 3, convolution k7, tanh | `[batch, 256 T, 1]` |
///
/// With a source (the neural source-filter idea of Wang et al. 2019), a convolution k7 of the source is added to each stage's
/// upsampling, with the samples between two steps of the stage as channels, and the result is the source plus the tanh. The
/// convolutions see the source divided by the ``SourceLevel``, and the tanh is multiplied by it. The last convolution begins with
/// small weights, so that an untrained generator nearly returns its source.
///
/// With sub-bands (Yang et al., "Multi-band MelGAN", 2020) the last convolution has an output for each band, and a filterbank
/// joins the bands after the tanh.
public struct MelGANGenerator: Generator {
    public let configuration: MelGANConfiguration
    public private(set) var input: WeightNormConvolution
    public private(set) var stages: [UpsamplingStage]
    public private(set) var output: WeightNormConvolution
    /// The convolution of the source for each stage, named `source.0` and so on; empty without a source.
    public private(set) var sourceInputs: [WeightNormConvolution]

    public init(_ configuration: MelGANConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        input = WeightNormConvolution(
            "model.1",
            .plain(.init(from: configuration.inputBands, to: configuration.channels(afterStage: 0), kernel: 7)),
            using: &generator)
        stages = []
        // Names count modules as the reference's `nn.Sequential` does: two for the input, then for each stage a leaky ReLU, an
        // upsampling and the residual blocks.
        let stride = 2 + configuration.residualBlocks
        for stage in configuration.upsampling.indices {
            stages.append(
                UpsamplingStage(configuration, stage: stage, firstModule: 2 + stage * stride, using: &generator))
        }
        output = WeightNormConvolution(
            "model.\(2 + configuration.upsampling.count * stride + 2)",
            .plain(.init(from: configuration.baseChannels, to: configuration.subBands?.count ?? 1, kernel: 7)), using: &generator)
        sourceInputs = []
        guard configuration.source != nil else { return }
        var rest = configuration.hopLength
        for (stage, factor) in configuration.upsampling.enumerated() {
            rest /= factor
            sourceInputs.append(
                WeightNormConvolution(
                    "source.\(stage)",
                    .plain(
                        .init(
                            from: rest, to: configuration.channels(afterStage: stage + 1), kernel: 7, paddingLeft: 3,
                            paddingRight: 3)),
                    using: &generator))
        }
        output.magnitude.value = Tensor([Self.firstOutputMagnitude], shape: [1, 1, 1])
        output.bias.value = Tensor([0], shape: [1])
    }

    /// The initial magnitude of the last convolution's weights if there is a source.
    private static let firstOutputMagnitude: Float = 0.2

    /// The names of parameters that keep their values in training: with a source, the bias and the magnitude of the last convolution.
    ///
    /// The bias stays 0: a constant offset is inaudible, but recordings have almost no energy at 0 Hz, so in losses of log magnitudes
    /// its gradient is a hundred times as large as that of all other parameters together. The magnitude is fixed because the
    /// refinement of a generator that has learned little only increases the losses: training would shrink the magnitude to 0, where
    /// no other layer has a gradient.
    public var frozenParameters: [String] {
        configuration.source == nil ? [] : [output.bias.name, output.magnitude.name]
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try input.visitParameters(visit)
        for index in stages.indices { try stages[index].visitParameters(visit) }
        try output.visitParameters(visit)
        for index in sourceInputs.indices { try sourceInputs[index].visitParameters(visit) }
    }

    public func vocoder(
        for model: ModelConfiguration, pitch: PitchNetwork?, precision: ScalarType, chunkFrames: Int
    ) -> MelGANVocoder {
        MelGANVocoder(self, model, pitch: pitch, precision: precision, chunkFrames: chunkFrames)
    }

    /// Runs the generator on `mel` `[batch, frames, bands]`, recorded on `tape`.
    ///
    /// - Returns: The audio `[batch, frames * hop, 1]`, and the sub-bands that it was joined from if the generator makes them.
    public func output(
        from mel: Tensor, source: SourceSignal? = nil, precision: ScalarType, on tape: Tape
    ) -> GeneratorOutput {
        precondition((source != nil) == (configuration.source != nil), "a source where there is none, or none")
        let slope = configuration.negativeSlope
        let mel = Elementwise.converted(configuration.normalised(mel), to: precision)
        let converted = source.map { Elementwise.converted($0.relative, to: precision) }
        let padded = tape.reflectionPadded(Variable(mel), by: 3)
        var activation = tape.convolution(padded, by: input, negativeSlope: slope)
        for (index, stage) in stages.enumerated() {
            let addend = converted.map { source in
                SourceAddend(
                    samples: Variable(source.framed(by: sourceInputs[index])), convolution: sourceInputs[index])
            }
            activation = stage.forward(activation, source: addend, negativeSlope: slope, on: tape)
        }
        let last = tape.convolution(
            tape.reflectionPadded(activation, by: 3), by: output, outputType: .float32)
        let refinement = tape.tanh(last)
        if let subBands = configuration.subBands {
            return GeneratorOutput(audio: tape.synthesis(of: refinement, by: subBands.filterbank), subBands: refinement)
        }
        guard let source else { return GeneratorOutput(audio: refinement) }
        return GeneratorOutput(audio: tape.sum(tape.product(refinement, source.level), source.samples))
    }
}

extension Tensor {
    /// Reshapes a signal `[batch, time, 1]` so that consecutive samples become the layer's input channels.
    func framed(by layer: WeightNormConvolution) -> Tensor {
        let samples = layer.direction.value.shape[1]
        precondition(channels == 1 && time % samples == 0, "\(shape) in frames of \(samples)")
        return reshaped([batch, time / samples, samples])
    }
}

extension MelGANConfiguration {
    /// Returns `(mel + inputOffset) * inputScale`.
    func normalised(_ mel: Tensor) -> Tensor {
        guard inputOffset != 0 || inputScale != 1 else { return mel }
        return Tensor(mel.values.map { ($0 + inputOffset) * inputScale }, shape: mel.shape)
    }
}

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
