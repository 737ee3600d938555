/// Every parameter of a mel-spectrogram: how its values are computed from sound.
///
/// A vocoder needs mels of the convention it was trained on. A different logarithm or value range makes the output unusable,
/// different band edges degrade it, and different framing hardly matters. `.npz` and `.safetensors` mel files carry their
/// convention, and so does a model's configuration.
public struct MelConvention: Hashable, Codable, Sendable {
    /// The mel scale on which the filters are evenly spaced: Slaney's, which is linear below 1 kHz, or HTK's.
    public enum MelScale: String, Codable, Sendable { case slaney, htk }
    /// The scaling of each triangular filter: to unit area (2 / its width in Hz) or to a peak of 1.
    public enum FilterNorm: String, Codable, Sendable { case area, peak }
    /// The position of the frames: `centred` pads `fftSize / 2` on each side (1 + T / hop frames); `hopAligned` pads
    /// `(fftSize - hop) / 2` (T / hop frames). Padding is by reflection.
    public enum Framing: String, Codable, Sendable { case centred, hopAligned }
    /// The function from a band magnitude m to the stored value.
    public enum Compression: String, Codable, Sendable {
        /// `ln max(m, floor)`
        case naturalLog
        /// `log10 max(m, floor)`
        case log10
        /// `20 log10 max(m, floor) - 20` dB, mapped from [-100, 0] to [-4, 4] and clipped, as in Coqui TTS.
        case symmetricDecibel
    }

    /// The name of the preset at any sample rate, or `custom` if another field was overridden.
    public var name: String
    /// The sample rate in Hz.
    public var sampleRate: Int
    /// The length of the Fourier transform in samples.
    public var fftSize: Int
    /// The length of the window in samples; it is centred in the transform.
    public var windowLength: Int
    /// The number of samples from one frame to the next.
    public var hopLength: Int
    public var bandCount: Int
    /// The lower edge of the lowest band in Hz.
    public var lowestFrequency: Double
    /// The upper edge of the highest band in Hz.
    public var highestFrequency: Double
    public var scale: MelScale
    public var norm: FilterNorm
    public var framing: Framing
    /// A value added to the squared magnitude before the square root: 1e-9 for HiFi-GAN, otherwise 0.
    public var powerOffset: Double
    /// The least magnitude of a bin before the filters: 1e-5 for ESPnet 2, otherwise 0.
    public var magnitudeFloor: Double
    public var compression: Compression
    /// The least band magnitude before the logarithm.
    public var floor: Double
    /// The shape of the window. It is written to files only where it is not the default, so that other versions read them.
    public var window: Window

    public init(
        name: String, sampleRate: Int, fftSize: Int, windowLength: Int, hopLength: Int, bandCount: Int,
        lowestFrequency: Double, highestFrequency: Double, scale: MelScale, norm: FilterNorm, framing: Framing,
        powerOffset: Double = 0, magnitudeFloor: Double = 0, compression: Compression, floor: Double,
        window: Window = .hann
    ) {
        self.name = name
        self.sampleRate = sampleRate
        self.fftSize = fftSize
        self.windowLength = windowLength
        self.hopLength = hopLength
        self.bandCount = bandCount
        self.lowestFrequency = lowestFrequency
        self.highestFrequency = highestFrequency
        self.scale = scale
        self.norm = norm
        self.framing = framing
        self.powerOffset = powerOffset
        self.magnitudeFloor = magnitudeFloor
        self.compression = compression
        self.floor = floor
        self.window = window
    }
}

extension MelConvention {
    private enum CodingKeys: String, CodingKey {
        case name, sampleRate, fftSize, windowLength, hopLength, bandCount, lowestFrequency, highestFrequency, scale, norm, framing
        case powerOffset, magnitudeFloor, compression, floor, window
    }

    /// Reads a convention. A file that names no window means the Hann window.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            sampleRate: try values.decode(Int.self, forKey: .sampleRate),
            fftSize: try values.decode(Int.self, forKey: .fftSize),
            windowLength: try values.decode(Int.self, forKey: .windowLength),
            hopLength: try values.decode(Int.self, forKey: .hopLength),
            bandCount: try values.decode(Int.self, forKey: .bandCount),
            lowestFrequency: try values.decode(Double.self, forKey: .lowestFrequency),
            highestFrequency: try values.decode(Double.self, forKey: .highestFrequency),
            scale: try values.decode(MelScale.self, forKey: .scale),
            norm: try values.decode(FilterNorm.self, forKey: .norm),
            framing: try values.decode(Framing.self, forKey: .framing),
            powerOffset: try values.decode(Double.self, forKey: .powerOffset),
            magnitudeFloor: try values.decode(Double.self, forKey: .magnitudeFloor),
            compression: try values.decode(Compression.self, forKey: .compression),
            floor: try values.decode(Double.self, forKey: .floor),
            window: try values.decodeIfPresent(Window.self, forKey: .window) ?? .hann)
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(sampleRate, forKey: .sampleRate)
        try values.encode(fftSize, forKey: .fftSize)
        try values.encode(windowLength, forKey: .windowLength)
        try values.encode(hopLength, forKey: .hopLength)
        try values.encode(bandCount, forKey: .bandCount)
        try values.encode(lowestFrequency, forKey: .lowestFrequency)
        try values.encode(highestFrequency, forKey: .highestFrequency)
        try values.encode(scale, forKey: .scale)
        try values.encode(norm, forKey: .norm)
        try values.encode(framing, forKey: .framing)
        try values.encode(powerOffset, forKey: .powerOffset)
        try values.encode(magnitudeFloor, forKey: .magnitudeFloor)
        try values.encode(compression, forKey: .compression)
        try values.encode(floor, forKey: .floor)
        if window != .hann { try values.encode(window, forKey: .window) }
    }
}

/// A convention whose fields are invalid or contradict one another. `description` is a sentence that says which and what is allowed.
public struct MelConventionError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

extension MelConvention {
    /// Throws an error if a field is invalid or fields contradict one another. Every ``MelExtractor`` needs a convention that passes.
    public func check() throws(MelConventionError) {
        if let validationError { throw MelConventionError(description: validationError) }
    }

    /// A sentence about an invalid field, or nil if there is none.
    var validationError: String? { framingValidationError ?? bandValidationError }

    private var framingValidationError: String? {
        // These bounds, beyond any use, keep arithmetic on the numbers of a damaged file from overflowing.
        if !(1000...1_000_000).contains(sampleRate) {
            return "A sample rate of \(sampleRate) Hz cannot be used; it must be between 1000 and 1000000 Hz."
        }
        if !(8...1_048_576).contains(fftSize) || fftSize % 2 != 0 {
            return "A transform of \(fftSize) samples cannot be used; it must be an even number of samples, at least 8."
        }
        if windowLength < 1 || windowLength > fftSize {
            return "A window of \(windowLength) samples does not fit a transform of \(fftSize); "
                + "make the transform larger or the window shorter."
        }
        if hopLength < 1 || hopLength > windowLength {
            return "A hop of \(hopLength) samples does not suit a window of \(windowLength); "
                + "it must be at least 1 and at most the window."
        }
        return nil
    }

    private var bandValidationError: String? {
        guard lowestFrequency >= 0, lowestFrequency < highestFrequency else {
            return "Bands from \(lowestFrequency) to \(highestFrequency) Hz cannot be used; "
                + "the lowest frequency must be 0 or more and below the highest."
        }
        guard highestFrequency <= Double(sampleRate) / 2 else {
            return "Bands up to \(highestFrequency) Hz cannot be had from sound at \(sampleRate) Hz; "
                + "the highest frequency must be at most \(Double(sampleRate) / 2) Hz."
        }
        guard (1...fftSize / 2).contains(bandCount) else {
            return "\(bandCount) bands cannot be made of the \(fftSize / 2 + 1) bins of a transform of \(fftSize) samples."
        }
        guard floor > 0, floor.isFinite, powerOffset >= 0, powerOffset.isFinite,
            magnitudeFloor >= 0, magnitudeFloor.isFinite
        else { return "The floor must be above 0, the power offset and the magnitude floor 0 or more." }
        let filterbank = MelFilterbank(self)
        guard let empty = (0..<bandCount).first(where: { filterbank.weightSum(of: $0) <= 0 }) else { return nil }
        return "Of \(bandCount) bands number \(empty + 1) falls between two bins of a transform of \(fftSize) samples; "
            + "ask for fewer bands or a larger transform."
    }
}
