import Kernels
public import Neural
public import Tensors

/// The sizes of a ``MultiScaleDiscriminator``.
public struct MultiScaleConfiguration: DiscriminatorConfiguration {
    public static let kind = "multi-scale"

    /// The number of sub-discriminators: the first takes the signal itself, each further one a signal of half the rate before.
    public var scales: Int
    /// Channels of the first layer.
    public var baseChannels: Int
    /// The number of strided layers.
    public var layers: Int
    /// The stride of each strided layer, and the factor by which its channels grow.
    public var stride: Int
    public var maximumChannels: Int
    /// The negative slope of every leaky ReLU.
    public var negativeSlope: Float

    public init() { self.init(scales: 3) }

    /// The defaults are the paper's.
    public init(
        scales: Int = 3, baseChannels: Int = 16, layers: Int = 4, stride: Int = 4, maximumChannels: Int = 1024,
        negativeSlope: Float = 0.2
    ) {
        self.scales = scales
        self.baseChannels = baseChannels
        self.layers = layers
        self.stride = stride
        self.maximumChannels = maximumChannels
        self.negativeSlope = negativeSlope
    }

    public func network(using random: inout some RandomNumberGenerator) -> MultiScaleDiscriminator {
        MultiScaleDiscriminator(self, using: &random)
    }

    public var validationError: String? {
        let sizes = [scales, baseChannels, layers, stride, maximumChannels]
        if sizes.contains(where: { $0 < 1 || $0 > 4096 }) || baseChannels % 4 != 0 || maximumChannels % 4 != 0 {
            return "its discriminator has impossible sizes (\(baseChannels) to \(maximumChannels) channels in "
                + "\(layers) layers at \(scales) scales; channels come in groups of 4)"
        }
        return nil
    }

    public var summary: String {
        "\(scales) scales, \(baseChannels) to \(maximumChannels) channels in \(layers) layers of stride \(stride)"
    }

    /// The fewest samples: the coarsest scale needs 16.
    public var minimumSamples: Int { 16 << (scales - 1) }

    public func operations(samples: Int) -> Double {
        func convolution(_ outputs: Int, _ inputs: Int, kernel: Int, positions: Int) -> Double {
            2 * Double(outputs) * Double(inputs) * Double(kernel) * Double(positions)
        }
        var (sum, time) = (0.0, samples)
        for _ in 0..<scales {
            var (channels, positions) = (baseChannels, time)
            sum += convolution(channels, 1, kernel: 15, positions: positions)
            for _ in 0..<layers {
                let width = min(channels * stride, maximumChannels)
                positions = (positions + stride - 1) / stride
                // Each group has four input channels.
                sum += convolution(width, 4, kernel: 10 * stride + 1, positions: positions)
                channels = width
            }
            let width = min(2 * channels, maximumChannels)
            sum += convolution(width, channels, kernel: 5, positions: positions)
            sum += convolution(1, width, kernel: 3, positions: positions)
            time = (time + 1) / 2
        }
        return sum
    }
}

/// MelGAN's multi-scale discriminator (Kumar et al. 2019, section 2.2): the same network at three rates.
public struct MultiScaleDiscriminator: Discriminator {
    public let configuration: MultiScaleConfiguration
    public private(set) var scales: [ScaleDiscriminator]

    public init(_ configuration: MultiScaleConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        scales = []
        for scale in 0..<configuration.scales {
            scales.append(ScaleDiscriminator("model.disc_\(scale).model", configuration, using: &generator))
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in scales.indices { try scales[index].visitParameters(visit) }
    }

    /// The factors in the authors' program: 4 / (strided layers + 1) for each layer and 1 / scales for each scale.
    public var featureMatchingScale: Double { 4 / Double(configuration.layers + 1) / Double(configuration.scales) }

    public func outputs(of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape) -> [DiscriminatorOutput] {
        var signal = audio
        return scales.indices.map { scale in
            if scale > 0 { signal = tape.averagePooled(signal) }
            return scales[scale].output(
                of: signal, configuration.negativeSlope, precision: precision, trains: trains, on: tape)
        }
    }
}

/// One scale of the ``MultiScaleDiscriminator``.
///
/// | layer | shape for T samples with the paper's sizes |
/// |---|---|
/// | reflection padding 7, convolution k15 | `[batch, T, 16]` |
/// | convolution k41, stride 4, 4 groups | `[batch, T / 4, 64]` |
/// | convolution k41, stride 4, 16 groups | `[batch, T / 16, 256]` |
/// | convolution k41, stride 4, 64 groups | `[batch, T / 64, 1024]` |
/// | convolution k41, stride 4, 256 groups | `[batch, T / 256, 1024]` |
/// | convolution k5 | `[batch, T / 256, 1024]` |
/// | convolution k3 | `[batch, T / 256, 1]` |
///
/// A leaky ReLU follows each layer but the last.
public struct ScaleDiscriminator: Parameterised {
    public private(set) var layers: [WeightNormConvolution]

    init(_ name: String, _ configuration: MultiScaleConfiguration, using generator: inout some RandomNumberGenerator) {
        var channels = configuration.baseChannels
        let limit = configuration.maximumChannels
        layers = [
            WeightNormConvolution(
                name + ".layer_0.1", .plain(.init(from: 1, to: channels, kernel: 15)), using: &generator)
        ]
        for layer in 1...configuration.layers {
            let wider = min(limit, channels * configuration.stride)
            layers.append(
                WeightNormConvolution(
                    name + ".layer_\(layer).0",
                    .strided(
                        .init(
                            from: channels, to: wider, kernel: configuration.stride * 10 + 1,
                            stride: configuration.stride, groups: channels / 4)),
                    using: &generator))
            channels = wider
        }
        let wider = min(limit, channels * 2)
        layers.append(
            WeightNormConvolution(
                name + ".layer_\(configuration.layers + 1).0",
                .plain(.init(from: channels, to: wider, kernel: 5, paddingLeft: 2, paddingRight: 2)),
                using: &generator))
        layers.append(
            WeightNormConvolution(
                name + ".layer_\(configuration.layers + 2)",
                .plain(.init(from: wider, to: 1, kernel: 3, paddingLeft: 1, paddingRight: 1)), using: &generator))
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in layers.indices { try layers[index].visitParameters(visit) }
    }

    func output(
        of audio: Variable, _ negativeSlope: Float, precision: ScalarType, trains: Bool, on tape: Tape
    ) -> DiscriminatorOutput {
        var features: [Variable] = []
        var activation = tape.reflectionPadded(tape.converted(audio, to: precision), by: 7)
        for layer in layers.dropLast() {
            activation = tape.convolution(activation, by: layer, trains: trains, negativeSlope: negativeSlope)
            features.append(activation)
        }
        let logits = tape.convolution(activation, by: layers.last!, trains: trains, outputType: .float32)
        return DiscriminatorOutput(features: features, logits: logits)
    }
}
