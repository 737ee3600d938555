import Kernels
public import Neural
import Platform
import Spectra
public import Tensors

/// The sizes of a ``SpectrogramDiscriminator``.
public struct SpectrogramConfiguration: DiscriminatorConfiguration {
    public static let kind = "spectrogram"

    /// The window of each sub-discriminator, in samples; the hop is a quarter of it.
    public var windows: [Int]
    /// Channels after each layer but the last.
    public var channels: [Int]
    /// The stride over bins of each layer but the last.
    public var strides: [Int]
    /// The kernel over bins of the layers but the last two, whose kernel is 3; odd.
    public var binKernel: Int
    /// The negative slope of every leaky ReLU.
    public var negativeSlope: Float

    public init() { self.init(windows: [2048, 1024, 512, 256]) }

    public init(
        windows: [Int], channels: [Int] = [8, 16, 16, 16, 16], strides: [Int] = [1, 2, 2, 2, 1], binKernel: Int = 9,
        negativeSlope: Float = 0.2
    ) {
        self.windows = windows
        self.channels = channels
        self.strides = strides
        self.binKernel = binKernel
        self.negativeSlope = negativeSlope
    }

    public func network(using random: inout some RandomNumberGenerator) -> SpectrogramDiscriminator {
        SpectrogramDiscriminator(self, using: &random)
    }

    public var validationError: String? {
        if windows.isEmpty || windows.contains(where: { !(16...1 << 16).contains($0) || $0 % 4 != 0 }) {
            return "its spectrogram discriminator has the windows \(windows); a window is a multiple of 4 from 16 to 65536 samples"
        }
        if channels.isEmpty || channels.count != strides.count || binKernel % 2 == 0
            || (channels + strides + [binKernel]).contains(where: { !(1...4096).contains($0) })
        {
            return "its spectrogram discriminator has impossible sizes (channels \(channels), strides \(strides), "
                + "a kernel of \(binKernel) bins; kernels are odd)"
        }
        return nil
    }

    public var summary: String {
        "windows \(windows.map(String.init).joined(separator: " ")), channels \(channels.map(String.init).joined(separator: " "))"
    }

    /// A signal must be longer than the reflection at its ends, half a window.
    public var minimumSamples: Int { (windows.max() ?? 0) / 2 + 1 }

    public func operations(samples: Int) -> Double {
        windows.reduce(0) { sum, window in
            var bins = window / 2 + 1
            let frames = Double(1 + samples / (window / 4))
            return sum
                + layers.reduce(0) { sum, layer in
                    bins = layer.outputBins(from: bins)
                    let weights = layer.weightShape.reduce(1, *)
                    return sum + 2 * Double(weights * bins) * frames
                }
        }
    }

    /// The convolutions of every sub-discriminator.
    var layers: [PlanarConvolution] {
        let widths = [LogSpectrogram.channels] + channels + [1]
        return (0...channels.count).map { layer in
            PlanarConvolution(
                from: widths[layer], to: widths[layer + 1], binKernel: layer + 1 < channels.count ? binKernel : 3, frameKernel: 3,
                stride: layer < channels.count ? strides[layer] : 1)
        }
    }
}

/// Discriminators of spectrograms at several resolutions: small stacks of two-dimensional convolutions over log magnitudes.
///
/// They judge what hearing does: which bins are loud, how clean harmonics stand out from noise, how sharply sounds begin, and nothing of
/// phases. The idea is that of the multi-resolution spectrogram discriminator of UnivNet (Jang et al. 2021); logarithms
/// and the bin's position as inputs follow FARGAN (Valin, Mustafa and Büthe 2024).
///
/// | layer, by the default sizes, for a window of W samples and T frames | shape |
/// |---|---|
/// | log magnitudes of the STFT and the bins' positions: ``LogSpectrogram`` | `[batch * T, W / 2 + 1, 2]` |
/// | convolution 9 bins by 3 frames | `[batch * T, W / 2 + 1, 8]` |
/// | convolution 9 by 3, stride of 2 bins | `[batch * T, W / 4 + 1, 16]` |
/// | convolution 9 by 3, stride of 2 bins | `[batch * T, W / 8 + 1, 16]` |
/// | convolution 9 by 3, stride of 2 bins | `[batch * T, W / 16 + 1, 16]` |
/// | convolution 3 by 3 | `[batch * T, W / 16 + 1, 16]` |
/// | convolution 3 by 3 | `[batch * T, W / 16 + 1, 1]` |
///
/// A leaky ReLU follows each layer but the last.
public struct SpectrogramDiscriminator: Discriminator {
    public let configuration: SpectrogramConfiguration
    private let spectrograms: [LogSpectrogram]
    /// The layers of each sub-discriminator.
    private var discriminators: [[WeightNormConvolution]]

    public init(_ configuration: SpectrogramConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        spectrograms = configuration.windows.map { LogSpectrogram(window: $0) }
        discriminators = []
        for index in configuration.windows.indices {
            var layers: [WeightNormConvolution] = []
            for (layer, planar) in configuration.layers.enumerated() {
                layers.append(
                    WeightNormConvolution("discriminators.\(index).convs.\(layer)", .planar(planar), using: &generator))
            }
            discriminators.append(layers)
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in discriminators.indices {
            for layer in discriminators[index].indices { try discriminators[index][layer].visitParameters(visit) }
        }
    }

    /// The mean over the layers.
    public var featureMatchingScale: Double { 1 / Double(configuration.channels.count) }

    public func outputs(of audio: Variable, precision: ScalarType, trains: Bool, on tape: Tape) -> [DiscriminatorOutput] {
        zip(spectrograms, discriminators).map { spectrogram, layers in
            let frames = spectrogram.frameCount(ofSamples: audio.value.time)
            var activation = tape.converted(tape.logSpectrogram(of: audio, by: spectrogram), to: precision)
            var features: [Variable] = []
            for layer in layers.dropLast() {
                activation = tape.convolution(
                    packed(activation, for: layer, frames, on: tape), by: layer, trains: trains,
                    negativeSlope: configuration.negativeSlope)
                features.append(activation)
            }
            let logits = tape.convolution(
                packed(activation, for: layers.last!, frames, on: tape), by: layers.last!, trains: trains, outputType: .float32)
            return DiscriminatorOutput(features: features, logits: logits)
        }
    }

    private func packed(_ input: Variable, for layer: WeightNormConvolution, _ frames: Int, on tape: Tape) -> Variable {
        guard case .planar(let planar) = layer.form else {
            preconditionFailure("a layer of a spectrogram discriminator is \(layer.form)")
        }
        return tape.packed(input, by: planar, frames: frames)
    }
}
