public import Neural
import Kernels
public import Tensors

/// The shape of a ``Discriminator``.
public struct DiscriminatorConfiguration: Codable, Hashable, Sendable {
    /// How many scales judge: the signal itself, and each half the rate of the one before.
    public var scales: Int
    /// Channels of the first layer.
    public var baseChannels: Int
    /// Strided layers.
    public var layers: Int
    /// Stride of each, and the factor by which channels grow.
    public var stride: Int
    public var maximumChannels: Int
    /// Of every leaky rectifier.
    public var negativeSlope: Float

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
}

/// MelGAN's multi-scale discriminator (Kumar et al. 2019, section 2.2): the same judge at three rates.
public struct Discriminator: Parameterised {
    public let configuration: DiscriminatorConfiguration
    public private(set) var scales: [ScaleDiscriminator]

    public init(_ configuration: DiscriminatorConfiguration, using generator: inout some RandomNumberGenerator) {
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

    /// What each scale makes of `audio` `[batch, time, 1]`, float32.
    ///
    /// - Parameter trains: Whether the discriminator's own parameters get gradients.
    public func judgements(of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape) -> [Judgement] {
        var signal = audio
        return scales.indices.map { scale in
            if scale > 0 { signal = tape.averagePooled(signal) }
            return scales[scale].judgement(
                of: signal, configuration.negativeSlope, precision: precision, trains: trains, on: tape)
        }
    }
}

/// One scale's opinion.
public struct Judgement {
    /// The output of every layer but the last, rectified: `[batch, time, channels]` each.
    public let features: [Variable]
    /// `[batch, time, 1]`, float32: positive for real, negative for fake, a value for each stretch of the signal.
    public let scores: Variable
}

/// One scale of the ``Discriminator``.
///
/// | layer | shape for T samples, by the paper's sizes |
/// |---|---|
/// | reflection padding 7, convolution k15 | `[batch, T, 16]` |
/// | convolution k41, stride 4, 4 groups | `[batch, T / 4, 64]` |
/// | convolution k41, stride 4, 16 groups | `[batch, T / 16, 256]` |
/// | convolution k41, stride 4, 64 groups | `[batch, T / 64, 1024]` |
/// | convolution k41, stride 4, 256 groups | `[batch, T / 256, 1024]` |
/// | convolution k5 | `[batch, T / 256, 1024]` |
/// | convolution k3 | `[batch, T / 256, 1]` |
///
/// A leaky rectifier follows each but the last.
public struct ScaleDiscriminator: Parameterised {
    public private(set) var layers: [WeightNormConvolution]

    init(_ name: String, _ configuration: DiscriminatorConfiguration, using generator: inout some RandomNumberGenerator) {
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

    func judgement(
        of audio: Variable, _ negativeSlope: Float, precision: ScalarType, trains: Bool, on tape: Tape
    ) -> Judgement {
        var features: [Variable] = []
        var activation = tape.reflectionPadded(tape.converted(audio, to: precision), by: 7)
        for layer in layers.dropLast() {
            activation = tape.convolution(activation, by: layer, trains: trains, negativeSlope: negativeSlope)
            features.append(activation)
        }
        let scores = tape.convolution(activation, by: layers.last!, trains: trains, outputType: .float32)
        return Judgement(features: features, scores: scores)
    }
}
