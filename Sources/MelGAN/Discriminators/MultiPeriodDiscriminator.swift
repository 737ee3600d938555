public import Files
public import Neural
public import Tensors

/// The sizes of a ``MultiPeriodDiscriminator``.
///
/// The default has a quarter of the paper's channels, which is about a sixteenth of its operations and weights, for training on CPUs.
public struct MultiPeriodConfiguration: DiscriminatorConfiguration {
    public static let kind = "multi-period"

    /// The period of each sub-discriminator, in samples; the paper takes primes, so that the sub-discriminators' inputs overlap least.
    public var periods: [Int]
    /// Channels of the first layer; each strided layer after it has four times as many as the one before.
    public var baseChannels: Int
    public var maximumChannels: Int
    /// The number of strided layers.
    public var layers: Int
    /// The kernel of all layers but the last, an odd number.
    public var kernel: Int
    public var stride: Int
    /// The negative slope of every leaky ReLU.
    public var negativeSlope: Float

    public init() { self.init(baseChannels: 8) }

    /// The defaults are the paper's, with a quarter of its channels.
    public init(
        periods: [Int] = [2, 3, 5, 7, 11], baseChannels: Int = 8, maximumChannels: Int = 256, layers: Int = 4, kernel: Int = 5,
        stride: Int = 3, negativeSlope: Float = 0.1
    ) {
        self.periods = periods
        self.baseChannels = baseChannels
        self.maximumChannels = maximumChannels
        self.layers = layers
        self.kernel = kernel
        self.stride = stride
        self.negativeSlope = negativeSlope
    }

    /// HiFi-GAN's sizes (Kong et al. 2020, section 2.3): 41 million weights.
    public static let paper = Self(baseChannels: 32, maximumChannels: 1024)

    public func network(using random: inout some RandomNumberGenerator) -> MultiPeriodDiscriminator {
        MultiPeriodDiscriminator(self, using: &random)
    }

    /// Describes sizes that no network can have; nil if the sizes are valid.
    public var validationError: String? {
        let sizes = [baseChannels, maximumChannels, layers, kernel, stride] + periods
        if periods.isEmpty || sizes.contains(where: { $0 < 1 || $0 > 4096 }) || kernel % 2 == 0 {
            return "its discriminator has impossible sizes (\(baseChannels) to \(maximumChannels) channels in "
                + "\(layers) layers of kernel \(kernel) and stride \(stride) at the periods \(periods); kernels are odd)"
        }
        return nil
    }

    public var summary: String {
        "periods \(periods.map(String.init).joined(separator: " ")), \(baseChannels) to \(maximumChannels) channels in "
            + "\(layers) layers of stride \(stride)"
    }

    /// The fewest samples whose end can be reflected up to a multiple of every period.
    public var minimumSamples: Int { (periods.max() ?? 1) + 1 }

    /// Floating-point operations of one forward pass over `samples` samples: two for each weight and position.
    public func operations(samples: Int) -> Double {
        let widths = channels
        return periods.reduce(0) { sum, period in
            var (positions, operations) = ((samples + period - 1) / period, 0.0)
            for (layer, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
                if layer < layers { positions = (positions + stride - 1) / stride }
                operations += 2 * Double(inputs * outputs * (layer <= layers ? kernel : 3)) * Double(positions)
            }
            return sum + operations * Double(period)
        }
    }

    /// The channels before and after each layer.
    var channels: [Int] {
        let strided = (0..<layers).map { layer in
            (0..<layer).reduce(min(baseChannels, maximumChannels)) { channels, _ in min(maximumChannels, 4 * channels) }
        }
        return [1] + strided + [strided.last ?? 1, 1]
    }
}

/// HiFi-GAN's multi-period discriminator (Kong et al. 2020, section 2.3): one sub-discriminator for each period, which
/// sees every period-th sample.
///
/// Parameters have the names of `MultiPeriodDiscriminator` in jik876/hifi-gan, `discriminators.0.convs.0.weight_g` and so on.
public struct MultiPeriodDiscriminator: Discriminator {
    public let configuration: MultiPeriodConfiguration
    public private(set) var discriminators: [PeriodDiscriminator]

    public init(_ configuration: MultiPeriodConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        discriminators = []
        for (index, period) in configuration.periods.enumerated() {
            discriminators.append(PeriodDiscriminator("discriminators.\(index)", configuration, period: period, using: &generator))
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in discriminators.indices { try discriminators[index].visitParameters(visit) }
    }

    /// Takes the parameters from a state dict of HiFi-GAN, whose weights belong to two-dimensional convolutions: their last
    /// dimension, the kernel's width of 1, is dropped.
    ///
    /// - Throws: `FileError` `.badData`: see ``load(_:path:)``.
    public mutating func load(twoDimensional arrays: [String: NumericArray], path: String) throws(FileError) {
        try load(
            arrays.mapValues { array in
                guard array.shape.count == 4, array.shape[3] == 1 else { return array }
                return NumericArray(shape: array.shape.dropLast(), values: array.values)
            }, path: path)
    }

    /// The factor of each feature map's mean absolute difference in the feature matching loss: with MelGAN's weight of 10
    /// it gives HiFi-GAN's weight of 2.
    public var featureMatchingScale: Double { 0.2 }

    /// The features and logits of each period for `audio` `[batch, time, 1]`, float32.
    ///
    /// - Parameter trains: Whether the discriminator's own parameters get gradients.
    public func outputs(
        of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape
    ) -> [DiscriminatorOutput] {
        discriminators.map {
            $0.output(of: audio, configuration.negativeSlope, precision: precision, trains: trains, on: tape)
        }
    }
}

/// The sub-discriminator of one period in a ``MultiPeriodDiscriminator``.
///
/// The input has P columns of `t = ceil(T / P)` samples each. The shapes with the paper's sizes are:
///
/// | layer | shape for T samples |
/// |---|---|
/// | reflection up to a multiple of P, columns | `[batch * P, t, 1]` |
/// | convolution k5, stride 3 | `[batch * P, t / 3, 32]` |
/// | convolution k5, stride 3 | `[batch * P, t / 9, 128]` |
/// | convolution k5, stride 3 | `[batch * P, t / 27, 512]` |
/// | convolution k5, stride 3 | `[batch * P, t / 81, 1024]` |
/// | convolution k5 | `[batch * P, t / 81, 1024]` |
/// | convolution k3 | `[batch * P, t / 81, 1]` |
///
/// Each division is rounded up, and a leaky ReLU follows each layer but the last. In the paper a layer is a two-dimensional convolution of
/// `[batch, channels, t, P]` with a kernel one column wide, which gives the same result.
public struct PeriodDiscriminator: Parameterised {
    public let period: Int
    public private(set) var layers: [WeightNormConvolution]

    init(
        _ name: String, _ configuration: MultiPeriodConfiguration, period: Int,
        using generator: inout some RandomNumberGenerator
    ) {
        self.period = period
        let (channels, kernel) = (configuration.channels, configuration.kernel)
        layers = []
        for layer in 0...configuration.layers {
            layers.append(
                WeightNormConvolution(
                    name + ".convs.\(layer)",
                    .convolution(
                        from: channels[layer], to: channels[layer + 1], kernel: kernel,
                        stride: layer < configuration.layers ? configuration.stride : 1, padding: kernel / 2),
                    using: &generator))
        }
        layers.append(
            WeightNormConvolution(
                name + ".conv_post", .convolution(from: channels[configuration.layers + 1], to: 1, kernel: 3, padding: 1),
                using: &generator))
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
        var activation = tape.converted(tape.columns(of: audio, period: period), to: precision)
        for layer in layers.dropLast() {
            activation = tape.convolution(activation, by: layer, trains: trains, negativeSlope: negativeSlope)
            features.append(activation)
        }
        let logits = tape.convolution(activation, by: layers.last!, trains: trains, outputType: .float32)
        return DiscriminatorOutput(features: features, logits: logits)
    }
}
