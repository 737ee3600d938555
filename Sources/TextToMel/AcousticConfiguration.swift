/// The sizes of an ``AcousticNetwork``.
public struct AcousticConfiguration: Codable, Hashable, Sendable {
    /// Phonemes it knows: the inventory's count.
    public var symbols: Int
    /// Of the mel.
    public var bands: Int
    /// Of phonemes and frames within the network; a multiple of 16.
    public var channels: Int
    /// Within a block; a multiple of 16.
    public var hiddenChannels: Int
    public var encoderBlocks: Int
    public var decoderBlocks: Int
    /// Of the depthwise convolutions: 1, 3, 5 or 7.
    public var kernel: Int
    /// Of the ``FrameNoise`` that the decoder hears; nil where it hears none.
    public var noiseChannels: Int?

    public init(
        symbols: Int, bands: Int = 80, channels: Int = 256, hiddenChannels: Int = 768, encoderBlocks: Int = 4,
        decoderBlocks: Int = 6, kernel: Int = 7, noiseChannels: Int? = nil
    ) {
        self.symbols = symbols
        self.bands = bands
        self.channels = channels
        self.hiddenChannels = hiddenChannels
        self.encoderBlocks = encoderBlocks
        self.decoderBlocks = decoderBlocks
        self.kernel = kernel
        self.noiseChannels = noiseChannels
    }

    /// A sentence about a size that no network can have; nil where there is none.
    public var validationError: String? {
        let sizes = [symbols, bands, channels, hiddenChannels, noiseChannels ?? 1]
        if sizes.contains(where: { !(1...4096).contains($0) }) || channels % 16 != 0 || hiddenChannels % 16 != 0
            || !(1...64).contains(encoderBlocks) || !(1...64).contains(decoderBlocks) || ![1, 3, 5, 7].contains(kernel)
        {
            return "its network has impossible sizes (\(encoderBlocks) and \(decoderBlocks) blocks of \(channels) and "
                + "\(hiddenChannels) channels, which come in sixteens, kernel \(kernel), \(symbols) symbols, \(bands) bands"
                + "\(noiseChannels.map { ", \($0) of noise" } ?? ""))"
        }
        return nil
    }
}
