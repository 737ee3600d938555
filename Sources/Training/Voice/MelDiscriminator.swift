import Kernels
import Neural
import Tensors

/// Tells mels of recordings from those a voice made, by windows, patch by patch of bands and frames (Isola et al. 2017, in the
/// place that GANSpeech, Yang et al. 2021, gives a discriminator).
///
/// | layer, after it a leaky rectifier | bands | channels for a window of T frames |
/// |---|---|---|
/// | convolution 5 bands by 3 frames, stride of 2 bands | 40 | `[T, c]` |
/// | convolution 3 by 3, stride of 2 bands | 20 | `[T, 2 c]` |
/// | convolution 3 by 3, frames 2 apart, stride of 2 bands | 10 | `[T, 3 c]` |
/// | convolution 3 by 3, frames 4 apart, stride of 2 bands | 5 | `[T, 4 c]` |
/// | convolution 3 by 3 without a rectifier | 5 | `[T, 1]` |
///
/// A score thus hears 19 frames and 61 bands, and is one of five for every frame.
struct MelDiscriminator: Parameterised {
    private struct Layer {
        let stacking: BandStacking
        var convolution: WeightNormConvolution
    }

    private var layers: [Layer]

    static let negativeSlope: Float = 0.2

    /// What it makes of some windows.
    struct Judgement {
        /// The output of every layer but the last.
        let features: [Variable]
        /// Above the middle for recordings.
        let scores: Variable
    }

    init(bands: Int, channels: Int, using generator: inout some RandomNumberGenerator) {
        layers = []
        var (width, inputs) = (bands, MelWindows.channels)
        for (index, (kernel, spread, outputs)) in [
            (5, 1, channels), (3, 1, 2 * channels), (3, 2, 3 * channels), (3, 4, 4 * channels), (3, 1, 1),
        ].enumerated() {
            let stacking = BandStacking(inputBands: width, kernel: kernel, stride: index == 4 ? 1 : 2)
            let geometry = ConvolutionGeometry(
                from: kernel * inputs, to: outputs, kernel: 3, dilation: spread, paddingLeft: spread, paddingRight: spread)
            layers.append(
                Layer(
                    stacking: stacking,
                    convolution: WeightNormConvolution("discriminator.\(index)", .plain(geometry), using: &generator)))
            (width, inputs) = (stacking.outputBands, outputs)
        }
    }

    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in layers.indices { try layers[index].convolution.visitParameters(visit) }
    }

    /// - Parameters:
    ///   - mel: `[1, rows, bands or more]`.
    ///   - trains: Whether the discriminator's own parameters get gradients.
    func judgement(of mel: Variable, _ windows: MelWindows, trains: Bool, on tape: Tape) -> Judgement {
        var features: [Variable] = []
        var activation = tape.cut(mel, by: windows)
        for layer in layers {
            activation = tape.convolution(
                tape.stacked(activation, by: layer.stacking), by: layer.convolution, trains: trains,
                negativeSlope: layer.convolution.form.outputChannels == 1 ? nil : Self.negativeSlope)
            features.append(activation)
        }
        return Judgement(features: features.dropLast(), scores: activation)
    }
}
