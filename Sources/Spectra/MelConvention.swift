/// Everything that decides the numbers in a mel-spectrogram, apart from the sound.
///
/// Two programs' mels fit one another only where their conventions agree; log base and scale are fatal when mixed,
/// band edges hurt, framing hardly matters. A mel carries its convention where its file can, and a model knows its own.
public struct MelConvention: Hashable, Codable, Sendable {
    /// The scale on which the filters are evenly spaced: Slaney's (linear below 1 kHz) or HTK's.
    public enum MelScale: String, Codable, Sendable { case slaney, htk }
    /// Whether each triangle is scaled to unit area (2 / its width in Hz) or peaks at 1.
    public enum FilterNorm: String, Codable, Sendable { case area, peak }
    /// Where frames lie: `centred` pads `fftSize / 2` on each side (1 + T / hop frames); `hopAligned` pads
    /// `(fftSize - hop) / 2` (T / hop frames). Padding is by reflection.
    public enum Framing: String, Codable, Sendable { case centred, hopAligned }
    /// From band magnitude to the stored value.
    public enum Compression: String, Codable, Sendable {
        /// ln max(m, floor)
        case naturalLog
        /// log10 max(m, floor)
        case log10
        /// 20 log10 max(m, floor) - 20 dB, mapped from [-100, 0] to [-4, 4] and clipped: Coqui's.
        case symmetricDecibel
    }

    /// The preset's name, at whatever sample rate, or `custom` where another field was overridden.
    public var name: String
    /// Hz.
    public var sampleRate: Int
    public var fftSize: Int
    /// Samples of the periodic Hann window, centred in the transform.
    public var windowLength: Int
    /// Samples from one frame to the next.
    public var hopLength: Int
    public var bandCount: Int
    /// Hz: the lower edge of the lowest band.
    public var lowestFrequency: Double
    /// Hz: the upper edge of the highest band.
    public var highestFrequency: Double
    public var scale: MelScale
    public var norm: FilterNorm
    public var framing: Framing
    /// Added to the squared magnitude before the root: HiFi-GAN's 1e-9, otherwise 0.
    public var powerOffset: Double
    /// The least magnitude of a bin, before the filters: ESPnet 2's 1e-5, otherwise 0.
    public var magnitudeFloor: Double
    public var compression: Compression
    /// The least band magnitude, before the logarithm.
    public var floor: Double

    public init(
        name: String, sampleRate: Int, fftSize: Int, windowLength: Int, hopLength: Int, bandCount: Int,
        lowestFrequency: Double, highestFrequency: Double, scale: MelScale, norm: FilterNorm, framing: Framing,
        powerOffset: Double = 0, magnitudeFloor: Double = 0, compression: Compression, floor: Double
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
    }
}
