public import Kernels
public import Neural
import Platform
public import Spectra
public import Tensors

/// The shape of a ``PitchNetwork``.
public struct PitchConfiguration: Codable, Hashable, Sendable {
    public var inputBands: Int
    public var channels: Int
    /// Convolutions before the last, which is pointwise.
    public var layers: Int
    /// Frames each sees; odd.
    public var kernel: Int
    /// Hz: the pitch of the first class.
    public var lowestFrequency: Double
    public var classesPerOctave: Int
    public var classes: Int

    /// By default classes 20 cents apart from 60 to 535 Hz.
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

    /// Frames on either side that a frame's pitch depends on.
    public var contextFrames: Int { layers * (kernel / 2) }

    /// A sentence about a size that no network can have; nil where there is none.
    var validationError: String? {
        let sizes = [inputBands, channels, layers, kernel, classesPerOctave, classes]
        if sizes.contains(where: { $0 < 1 || $0 > 4096 }) || kernel % 2 == 0
            || !(1...20_000).contains(lowestFrequency)
        {
            return
                "its pitch network has impossible sizes (\(layers) layers of \(channels) channels, kernel \(kernel), "
                + "\(classes) classes from \(lowestFrequency) Hz)"
        }
        return nil
    }

    /// The class, not rounded, of a frequency in Hz.
    public func position(ofFrequency frequency: Double) -> Double {
        log2(frequency / lowestFrequency) * Double(classesPerOctave)
    }

    /// Hz.
    public func frequency(atPosition position: Double) -> Double {
        lowestFrequency * exp2(position / Double(classesPerOctave))
    }
}

/// Tells pitch and voicing from a mel, so that synthesis needs nothing else: a stack of convolutions over time, then for
/// each frame a score of every pitch class and one of voicing.
///
/// | layer | shape for T frames, by the default sizes |
/// |---|---|
/// | mel in nepers, `x / 4 + 1` | `[batch, T, 80]` |
/// | 4 times convolution k5, leaky rectifier | `[batch, T, 128]` |
/// | convolution k1 | `[batch, T, 190 + 1]` |
///
/// Pitch as classes, trained towards a small bell about the true one and read off as the mean about the greatest, follows
/// Kim et al., "CREPE" (2018), which does so from samples.
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

    /// Logarithms of odds `[batch, T, classes + 1]`, that of voicing last.
    ///
    /// - Parameter nepers: `[batch, T, bands]`: natural logarithms of band magnitudes.
    public func scores(of logMagnitudes: Tensor, on tape: Tape) -> Variable {
        let scaled = Tensor(logMagnitudes.values.map(Self.input(ofLogMagnitudes:)), shape: logMagnitudes.shape)
        var activation = Variable(scaled)
        for layer in layers.dropLast() {
            activation = tape.convolution(activation, by: layer, negativeSlope: Self.negativeSlope)
        }
        return tape.convolution(activation, by: layers.last!)
    }

    /// Pitch and voicing of each frame of `mel`.
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

extension MelSpectrogram {
    /// Natural logarithms of band magnitudes, whatever the convention stores.
    public var logMagnitudes: [Float] {
        switch convention.compression {
        case .naturalLog: values
        case .log10: values.map { $0 * 2.302_585_1 }
        case .symmetricDecibel: values.map { ($0 - 2.4) / 1.6 * 2.302_585_1 }
        }
    }
}
