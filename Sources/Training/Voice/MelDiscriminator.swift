import Kernels
import Neural
import Platform
import Tensors

/// A patch discriminator of mels: tells windows of recordings' mels from windows of predicted ones, by patches of bands and frames
/// (Isola et al. 2017; GANSpeech, Yang et al. 2021, trains a text-to-mel model with a discriminator in this way).
///
/// | layer, after it a leaky ReLU | bands | channels for a window of T frames |
/// |---|---|---|
/// | convolution 5 bands by 3 frames, stride of 2 bands | 40 | `[T, c]` |
/// | convolution 3 by 3, stride of 2 bands | 20 | `[T, 2 c]` |
/// | convolution 3 by 3, dilated by 2 frames, stride of 2 bands | 10 | `[T, 3 c]` |
/// | convolution 3 by 3, dilated by 4 frames, stride of 2 bands | 5 | `[T, 4 c]` |
/// | convolution 3 by 3, without activation | 5 | `[T, 1]` |
///
/// The receptive field of a logit is 19 frames and 61 bands; there are five logits for every frame.
struct MelDiscriminator: Parameterised {
    private struct Layer {
        let stacking: BandStacking
        var convolution: WeightNormConvolution
    }

    private var layers: [Layer]

    static let negativeSlope: Float = 0.2

    /// The output for some windows.
    struct Output {
        /// The output of every layer but the last, for feature matching: `[windows * bands, T, channels]` each.
        let features: [Variable]
        /// `[windows * 5, T, 1]`; trained towards 1 for recordings, towards 0 for predicted mels.
        let logits: Variable
    }

    init(bands: Int, channels: Int, using generator: inout some RandomNumberGenerator) {
        layers = []
        var (width, inputs) = (bands, MelWindows.channels)
        for (index, (kernel, dilation, outputs)) in [
            (5, 1, channels), (3, 1, 2 * channels), (3, 2, 3 * channels), (3, 4, 4 * channels), (3, 1, 1),
        ].enumerated() {
            let stacking = BandStacking(inputBands: width, kernel: kernel, stride: index == 4 ? 1 : 2)
            let geometry = ConvolutionGeometry(
                from: kernel * inputs, to: outputs, kernel: 3, dilation: dilation, paddingLeft: dilation, paddingRight: dilation)
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

    /// The features and logits of windows of a mel.
    ///
    /// - Parameters:
    ///   - mel: `[1, rows, bands or more]`, each band in standard deviations from its mean.
    ///   - trains: Whether the discriminator's own parameters get gradients.
    func output(of mel: Variable, _ windows: MelWindows, trains: Bool, on tape: Tape) -> Output {
        var features: [Variable] = []
        var activation = tape.cut(mel, by: windows)
        for layer in layers {
            activation = tape.convolution(
                tape.stacked(activation, by: layer.stacking), by: layer.convolution, trains: trains,
                negativeSlope: layer.convolution.form.outputChannels == 1 ? nil : Self.negativeSlope)
            features.append(activation)
        }
        return Output(features: features.dropLast(), logits: activation)
    }
}

/// How a voice's decoder is trained with a ``MelDiscriminator``, after the first part of the run.
///
/// The losses of the first part are minimal for means, and a mean of mels is blurred: formants stand still, fricatives are even. From
/// the step ``start`` on the decoder alone is trained, from the best voice so far; the phoneme encoder, the predictors and the
/// aligner stay as they are.
public struct MelDiscriminatorConfiguration: Codable, Equatable, Sendable {
    /// The first step with the discriminator.
    public var start: Int
    /// The step at which both learning rates have decayed.
    public var end: Int
    /// The highest learning rate of the decoder's Adam.
    public var learningRate: Double
    /// The highest learning rate of the discriminator's Adam.
    public var discriminatorRate: Double
    /// Steps in which the discriminator is trained without a part in the decoder's loss.
    public var discriminatorOnlySteps: Int
    /// Steps after these in which the weight of its part in the decoder's loss grows to its full value.
    public var adversarialWarmUpSteps: Int
    /// The weight of the mel's L1 loss.
    public var melWeight: Double
    /// The weight of the generator loss.
    public var weight: Double
    /// The weight of the feature matching loss, which is scaled to be as large as the mel loss.
    public var featureWeight: Double
    /// Windows of a step.
    public var windows: Int
    /// Frames of a window.
    public var windowLength: Int
    /// Channels of the ``MelDiscriminator``'s first layer.
    public var channels: Int
    /// Channels of the ``FrameNoise`` that is the decoder's input beside the phonemes.
    public var noiseChannels: Int
    /// The dropout rate of the decoder's blocks.
    public var dropout: Float

    public init(from start: Int, to end: Int) {
        (self.start, self.end) = (start, end)
        learningRate = 2e-4
        discriminatorRate = 2e-4
        discriminatorOnlySteps = 40
        adversarialWarmUpSteps = 40
        melWeight = 0.5
        weight = 0.5
        featureWeight = 1
        windows = 16
        windowLength = 64
        channels = 24
        noiseChannels = 16
        dropout = 0
    }

    /// The factor of both learning rates after `step` steps: a cosine from 1 down to a twentieth.
    func learningRateFactor(at step: Int) -> Double {
        let progress = min(1, Double(step - start) / Double(max(1, end - start)))
        return 0.05 + 0.95 * 0.5 * (1 + cos(.pi * progress))
    }

    /// The factor of the discriminator's part in the decoder's loss after `step` steps: 0 to 1.
    func adversarialFactor(at step: Int) -> Double {
        let warmUpStep = step - start - discriminatorOnlySteps
        return warmUpStep < 0 ? 0 : min(1, Double(warmUpStep + 1) / Double(max(1, adversarialWarmUpSteps)))
    }

    /// A clause that says what is not valid; nil where all is.
    var validationError: String? {
        if start < 0 || learningRate <= 0 || discriminatorRate <= 0 || discriminatorOnlySteps < 0 || adversarialWarmUpSteps < 0
            || min(windows, windowLength, channels, noiseChannels) < 1 || !(0..<1).contains(dropout)
            || min(melWeight, weight, featureWeight) < 0
        {
            return "a rate, a weight or a number of its mel discriminator is outside its range"
        }
        return nil
    }
}
