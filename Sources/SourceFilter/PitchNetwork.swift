import Kernels
public import Neural
import Platform
public import Spectra
public import Tensors

/// The shape of a ``PitchNetwork``.
public struct PitchConfiguration: Codable, Hashable, Sendable {
    public var inputBands: Int
    public var channels: Int
    /// The number of convolutions before the last one, which is pointwise.
    public var layers: Int
    /// The kernel size of each convolution in frames; odd.
    public var kernel: Int
    /// The F0 of the first class, in Hz.
    public var lowestFrequency: Double
    public var classesPerOctave: Int
    public var classes: Int

    /// The default is classes 20 cents apart from 60 to 535 Hz.
    public init(
        inputBands: Int = 80, channels: Int = 128, layers: Int = 4, kernel: Int = 5,
        lowestFrequency: Double = 60,
        classesPerOctave: Int = 60, classes: Int = 190
    ) {
        self.inputBands = inputBands
        self.channels = channels
        self.layers = layers
        self.kernel = kernel
        self.lowestFrequency = lowestFrequency
        self.classesPerOctave = classesPerOctave
        self.classes = classes
    }

    /// The number of frames on either side that the F0 of a frame depends on.
    public var contextFrames: Int { layers * (kernel / 2) }

    /// A sentence about a size that no network can have, or nil if all are possible.
    package var validationError: String? {
        let sizes = [inputBands, channels, layers, kernel, classesPerOctave, classes]
        if sizes.contains(where: { $0 < 1 || $0 > 4096 }) || kernel % 2 == 0
            || layers * kernel * channels * max(channels, inputBands) > largestNetwork || !(1...20_000).contains(lowestFrequency)
        {
            return
                "its pitch network has impossible sizes (\(layers) layers of \(channels) channels, kernel \(kernel), "
                + "\(classes) classes from \(lowestFrequency) Hz)"
        }
        return nil
    }

    /// The class of a frequency in Hz, not rounded.
    public func position(ofFrequency frequency: Double) -> Double {
        log2(frequency / lowestFrequency) * Double(classesPerOctave)
    }

    /// The frequency of a class in Hz; the inverse of ``position(ofFrequency:)``.
    public func frequency(atPosition position: Double) -> Double {
        lowestFrequency * exp2(position / Double(classesPerOctave))
    }
}

/// Estimates F0 and voicing from a mel, so that synthesis needs nothing else: a stack of convolutions over time whose output is,
/// for each frame, a logit of every F0 class and a logit of voicing.
///
/// | layer | shape for T frames, by the default sizes |
/// |---|---|
/// | natural-log magnitude mel, `x / 4 + 1` | `[batch, T, 80]` |
/// | 4 times convolution k5, leaky ReLU | `[batch, T, 128]` |
/// | convolution k1 | `[batch, T, 190 + 1]` |
///
/// F0 as classes, trained towards a Gaussian about the true class and decoded as the weighted mean about the greatest, follows
/// Kim et al., "CREPE" (2018), which estimates it from samples.
public struct PitchNetwork: Parameterised {
    public let configuration: PitchConfiguration
    public private(set) var layers: [WeightNormConvolution]

    static let negativeSlope: Float = 0.2

    static func input(ofLogMagnitudes logMagnitudes: Float) -> Float { logMagnitudes / 4 + 1 }

    public init(
        _ configuration: PitchConfiguration, using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        layers = []
        for layer in 0...configuration.layers {
            let isLast = layer == configuration.layers
            let kernel = isLast ? 1 : configuration.kernel
            layers.append(
                WeightNormConvolution(
                    "pitch.\(layer)",
                    .plain(
                        .init(
                            from: layer == 0 ? configuration.inputBands : configuration.channels,
                            to: isLast ? configuration.classes + 1 : configuration.channels, kernel: kernel,
                            paddingLeft: kernel / 2, paddingRight: kernel / 2)),
                    using: &generator))
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        for index in layers.indices { try layers[index].visitParameters(visit) }
    }

    /// Logits `[batch, T, classes + 1]`, the last of which is that of voicing.
    ///
    /// - Parameter logMagnitudes: Natural-log magnitudes of the bands, `[batch, T, bands]`.
    public func scores(of logMagnitudes: Tensor, on tape: Tape) -> Variable {
        let scaled = Tensor(logMagnitudes.values.map(Self.input(ofLogMagnitudes:)), shape: logMagnitudes.shape)
        var activation = Variable(scaled)
        for layer in layers.dropLast() {
            activation = tape.convolution(activation, by: layer, negativeSlope: Self.negativeSlope)
        }
        return tape.convolution(activation, by: layers.last!)
    }

    /// F0 and voicing of each frame of `mel`.
    public func contour(of mel: MelSpectrogram) -> PitchContour {
        precondition(
            mel.bandCount == configuration.inputBands,
            "\(mel.bandCount) bands given, \(configuration.inputBands) expected")
        var stream = PitchStream(PitchLayers(self))
        var contour = PitchContour(frequencies: [], voicing: [])
        stream.push(mel.logMagnitudes, to: &contour)
        stream.finish(to: &contour)
        return contour
    }
}
