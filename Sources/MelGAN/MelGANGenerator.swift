import Kernels
public import Neural
public import SourceFilter
public import Spectra
public import Tensors

/// The shape of a ``MelGANGenerator``.
public struct MelGANConfiguration: GeneratorConfiguration {
    public static let kind = "melgan"

    /// Mel bands in.
    public var inputBands: Int
    /// Channels of the last stage; each stage before has twice as many.
    public var baseChannels: Int
    /// Upsampling factors, first stage first; their product, times the sub-bands where there are such, is the hop length.
    public var upsampling: [Int]
    /// Residual blocks a stage; block j has dilation 3^j.
    public var residualBlocks: Int
    /// Of every leaky rectifier.
    public var negativeSlope: Float
    /// What is added to the mel, and what the sum is then multiplied by: 0 and 1, but for models trained otherwise.
    public var inputOffset: Float
    public var inputScale: Float
    /// Where given, the generator refines a ``SpeechSource``; the paper's has none.
    public var source: SourceConfiguration?
    /// Where given, the generator makes sub-bands, which filters join; the paper's makes the signal itself.
    public var subBands: SubBandConfiguration?

    public init(
        inputBands: Int = 80, baseChannels: Int = 32, upsampling: [Int] = [8, 8, 2, 2], residualBlocks: Int = 3,
        negativeSlope: Float = 0.2, inputOffset: Float = 0, inputScale: Float = 1, source: SourceConfiguration? = nil,
        subBands: SubBandConfiguration? = nil
    ) {
        self.inputBands = inputBands
        self.baseChannels = baseChannels
        self.upsampling = upsampling
        self.residualBlocks = residualBlocks
        self.negativeSlope = negativeSlope
        self.inputOffset = inputOffset
        self.inputScale = inputScale
        self.source = source
        self.subBands = subBands
    }

    /// The paper's shape, with the upsampling factors that the hop takes.
    public init?(fitting convention: MelConvention) {
        guard let factors = Self.upsampling(forHopLength: convention.hopLength) else { return nil }
        self.init(inputBands: convention.bandCount, baseChannels: max(1, 512 >> factors.count), upsampling: factors)
    }

    public func network(using random: inout some RandomNumberGenerator) -> MelGANGenerator {
        MelGANGenerator(self, using: &random)
    }

    /// Samples a frame becomes.
    public var hopLength: Int { upsampling.reduce(subBands?.count ?? 1, *) }

    /// Channels after the input convolution (stage 0) and after each upsampling.
    public func channels(afterStage stage: Int) -> Int { baseChannels << (upsampling.count - stage) }

    func dilation(ofBlock block: Int) -> Int { (0..<block).reduce(1) { product, _ in product * 3 } }
}

/// MelGAN's generator (Kumar et al. 2019, section 2.1 and appendix A).
///
/// | layer | shape for T frames, by the paper's sizes |
/// |---|---|
/// | mel | `[batch, T, 80]` |
/// | reflection padding 3, convolution k7 | `[batch, T, 512]` |
/// | leaky rectifier, transposed convolution x8, k16; residual stack | `[batch, 8 T, 256]` |
/// | leaky rectifier, transposed convolution x8, k16; residual stack | `[batch, 64 T, 128]` |
/// | leaky rectifier, transposed convolution x2, k4; residual stack | `[batch, 128 T, 64]` |
/// | leaky rectifier, transposed convolution x2, k4; residual stack | `[batch, 256 T, 32]` |
/// | leaky rectifier, reflection padding 3, convolution k7, tanh | `[batch, 256 T, 1]` |
///
/// With a source (the neural source-filter idea of Wang et al. 2019), each stage's upsampling is added a convolution k7 of
/// the source at the stage's rate, its samples between two steps as channels; and the result is the source plus the tanh. The
/// source is heard, and the tanh added, in parts of the ``SourceLevel``. The last convolution then begins with small weights: an
/// untrained generator nearly gives its source back.
///
/// With sub-bands (Yang et al., "Multi-band MelGAN", 2020) the last convolution has an output for each of them, and filters join
/// them after the tanh.
public struct MelGANGenerator: Generator {
    public let configuration: MelGANConfiguration
    public private(set) var input: WeightNormConvolution
    public private(set) var stages: [UpsamplingStage]
    public private(set) var output: WeightNormConvolution
    /// One for each stage, `source.0` on; none without a source.
    public private(set) var sourceInputs: [WeightNormConvolution]

    public init(_ configuration: MelGANConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        input = WeightNormConvolution(
            "model.1",
            .plain(.init(from: configuration.inputBands, to: configuration.channels(afterStage: 0), kernel: 7)),
            using: &generator)
        stages = []
        // Names count modules as the reference's `nn.Sequential` does: two of the input, then a rectifier, an
        // upsampling and the blocks of each stage.
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

    /// The length of the last convolution's weights with a source.
    private static let firstOutputMagnitude: Float = 0.2

    /// Names of parameters that keep their values in training: with a source those of the last convolution that stand for all of it.
    /// Its bias stays 0: a constant offset is no sound, and its slope in distances of logarithms, where recordings have next to
    /// nothing at 0 Hz, is a hundred times as steep as that of all other parameters together. And the length of its weights
    /// stays: what a generator adds is of no use before it has learned for a while, and the shortest way to less harm is
    /// a length of nothing, where no slope is left for any other layer.
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
        for convention: MelConvention, pitch: PitchNetwork?, precision: ScalarType, chunkFrames: Int
    ) -> MelGANVocoder {
        MelGANVocoder(self, convention, pitch: pitch, precision: precision, chunkFrames: chunkFrames)
    }

    /// Audio, and the sub-bands that it was joined from where the generator makes such.
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
    /// `[batch, time, 1]` as the layer's input channels, which are that many samples in a row.
    func framed(by layer: WeightNormConvolution) -> Tensor {
        let samples = layer.direction.value.shape[1]
        precondition(channels == 1 && time % samples == 0, "\(shape) in frames of \(samples)")
        return reshaped([batch, time / samples, samples])
    }
}

extension MelGANConfiguration {
    /// The mel as the input convolution takes it.
    func normalised(_ mel: Tensor) -> Tensor {
        guard inputOffset != 0 || inputScale != 1 else { return mel }
        return Tensor(mel.values.map { ($0 + inputOffset) * inputScale }, shape: mel.shape)
    }
}
