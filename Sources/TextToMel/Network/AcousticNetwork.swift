import Kernels
public import Neural

/// A non-autoregressive acoustic model: it turns phonemes into a normalized mel spectrogram, all frames in parallel.
///
/// Shapes are for one sentence of N phonemes and T frames, with C channels, H hidden channels and B mel bands:
///
/// | part | layers | output |
/// |---|---|---|
/// | embeddings | symbol + stress + position in the word (+ speaker, where there are several) | `[N, C]` |
/// | encoder | 4 ConvNeXt blocks (depthwise kernel 7, C → H → C), layer normalization | `[N, C]` |
/// | duration predictor | ``VariancePredictor`` of ln(frames + 1) | `[N, 1]` |
/// | pitch predictor | ``VariancePredictor`` of normalized ln F0 | `[N, 1]` |
/// | energy predictor | ``VariancePredictor`` of the mean of the normalized mel | `[N, 1]` |
/// | ``ProsodyFlow``, if configured | the three of these drawn together instead | `[N, 3]` |
/// | ``FrameDecoder`` | pitch and energy added, length regulator, 6 ConvNeXt blocks, linear | `[T, B + 2]` |
///
/// The last two output channels are ln F0, in standard deviations from the voice's mean, and the logit of voicing.
///
/// The predictors and their losses are FastPitch's (Łańcucki 2021). A network of convolutions alone follows SpeedySpeech (Vainer
/// and Dušek 2020), and its blocks follow ConvNeXt (Liu et al. 2022). Without attention, the network can neither skip nor repeat
/// phonemes, and it trains fast on two cores. Its receptive field, 12 phonemes and 18 frames to either side, is what an hour of
/// read sentences can teach.
public struct AcousticNetwork: Parameterised {
    /// The sizes of the network.
    public let configuration: AcousticConfiguration
    var symbols: Embedding
    var stresses: Embedding
    var positions: Embedding
    var speakers: Embedding?
    var encoder: [ConvNeXtBlock]
    var encoderNorm: LayerNorm
    var duration: VariancePredictor
    var pitch: VariancePredictor
    var energy: VariancePredictor
    /// The distribution that prosody is drawn from; nil where it is predicted as a mean alone.
    public var flow: ProsodyFlow?
    /// The length regulator and the decoder, which turn encoded phonemes into frames.
    public var decoder: FrameDecoder

    /// Creates a network with random weights.
    ///
    /// - Parameters:
    ///   - configuration: Sizes without a ``AcousticConfiguration/validationError``.
    ///   - generator: The source of the random weights.
    public init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        let channels = configuration.channels
        symbols = Embedding("embedding.symbol", count: configuration.symbols, channels: channels, using: &generator)
        stresses = Embedding("embedding.stress", count: 3, channels: channels, using: &generator)
        positions = Embedding("embedding.position", count: 4, channels: channels, using: &generator)
        encoder = .blocks("encoder", configuration.encoderBlocks, configuration, using: &generator)
        encoderNorm = LayerNorm("encoder.norm", channels: channels)
        duration = VariancePredictor("duration", channels: channels, using: &generator)
        pitch = VariancePredictor("pitch", channels: channels, using: &generator)
        energy = VariancePredictor("energy", channels: channels, using: &generator)
        decoder = FrameDecoder(configuration, using: &generator)
        speakers = configuration.speakers.map { Embedding("embedding.speaker", count: $0, channels: channels, using: &generator) }
        flow = configuration.flowBlocks.map { ProsodyFlow(configuration, blocks: $0, using: &generator) }
    }

    /// Visits every parameter, always in the same order.
    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try symbols.visitParameters(visit)
        try stresses.visitParameters(visit)
        try positions.visitParameters(visit)
        try speakers?.visitParameters(visit)
        for index in encoder.indices { try encoder[index].visitParameters(visit) }
        try encoderNorm.visitParameters(visit)
        try duration.visitParameters(visit)
        try pitch.visitParameters(visit)
        try energy.visitParameters(visit)
        try flow?.visitParameters(visit)
        try decoder.visitParameters(visit)
    }
}

/// The sizes of an ``AcousticNetwork``.
public struct AcousticConfiguration: Codable, Hashable, Sendable {
    /// The number of phoneme symbols: the count of the voice's inventory.
    public var symbols: Int
    /// The number of mel bands, B.
    public var bands: Int
    /// The channels of phonemes and frames between the blocks, C: a multiple of 16.
    public var channels: Int
    /// The channels within a ConvNeXt block, H: a multiple of 16.
    public var hiddenChannels: Int
    /// The number of ConvNeXt blocks of the encoder.
    public var encoderBlocks: Int
    /// The number of ConvNeXt blocks of the decoder.
    public var decoderBlocks: Int
    /// The kernel size of the depthwise convolutions: 1, 3, 5 or 7.
    public var kernel: Int
    /// The channels of the ``FrameNoise`` that the decoder takes as input; nil for a decoder without noise.
    public var noiseChannels: Int?
    /// The number of speakers; nil for one, who needs no embedding.
    public var speakers: Int?
    /// The ConvNeXt blocks of the ``ProsodyFlow``; nil for none.
    public var flowBlocks: Int?

    /// Creates a configuration. Except for `symbols`, the defaults are the sizes of the network's shape table.
    public init(
        symbols: Int, bands: Int = 80, channels: Int = 256, hiddenChannels: Int = 768, encoderBlocks: Int = 4,
        decoderBlocks: Int = 6, kernel: Int = 7, noiseChannels: Int? = nil, speakers: Int? = nil, flowBlocks: Int? = nil
    ) {
        self.symbols = symbols
        self.bands = bands
        self.channels = channels
        self.hiddenChannels = hiddenChannels
        self.encoderBlocks = encoderBlocks
        self.decoderBlocks = decoderBlocks
        self.kernel = kernel
        self.noiseChannels = noiseChannels
        (self.speakers, self.flowBlocks) = (speakers, flowBlocks)
    }

    /// A clause that says which sizes no network can have; nil for a valid configuration.
    public var validationError: String? {
        let sizes = [symbols, bands, channels, hiddenChannels, noiseChannels ?? 1, speakers ?? 1, flowBlocks ?? 1]
        if sizes.contains(where: { !(1...4096).contains($0) }) || channels % 16 != 0 || hiddenChannels % 16 != 0
            || !(1...64).contains(encoderBlocks) || !(1...64).contains(decoderBlocks) || ![1, 3, 5, 7].contains(kernel)
            || flowBlocks ?? 1 > 64 || (encoderBlocks + decoderBlocks + (flowBlocks ?? 0)) * 2 * channels * hiddenChannels > largestNetwork
        {
            return "its network has impossible sizes (\(encoderBlocks) encoder and \(decoderBlocks) decoder blocks, "
                + "\(channels) and \(hiddenChannels) channels, which must be multiples of 16, kernel \(kernel), "
                + "\(symbols) symbols, \(bands) bands\(noiseChannels.map { ", \($0) noise channels" } ?? ""))"
        }
        return nil
    }
}

/// The forward pass of training, which records its operations on a tape.
extension AcousticNetwork {
    /// The encoder's output for a batch, and the predictions made from it.
    ///
    /// Tensors are `[1, rows, channels]`, with the rows of the batch's layout.
    public struct Encoding {
        /// The sum of the embeddings, `[1, rows, C]`, from which an aligner takes its keys.
        public let embedded: Variable
        /// The encoder's output, `[1, rows, C]`.
        public let encoded: Variable
        /// The predicted ln(frames + 1) of each phoneme, `[1, rows, 1]`.
        public let duration: Variable
        /// The predicted ln F0 of each phoneme in standard deviations from its mean, `[1, rows, 1]`.
        public let pitch: Variable
        /// The predicted energy of each phoneme, `[1, rows, 1]`.
        public let energy: Variable
    }

    /// Encodes a batch of sentences and predicts the duration, pitch and energy of every phoneme.
    ///
    /// - Parameters:
    ///   - batch: The phonemes of the sentences.
    ///   - dropout: The dropout masks of this step; nil for no dropout.
    ///   - tape: The tape that records the operations.
    public func encoding(of batch: TokenBatch, dropout: DropoutSchedule?, on tape: Tape) -> Encoding {
        let layout = batch.layout
        var parts = [(symbols, batch.symbols), (stresses, batch.stresses), (positions, batch.positions)]
        if let speakers { parts.append((speakers, batch.speakers)) }
        let embedded = tape.embedded(parts, layout)
        var encoded = embedded
        for (index, block) in encoder.enumerated() {
            encoded = tape.block(
                encoded, by: block, layout, dropout: dropout.map { $0.dropout($0.blockRate, layer: index) })
        }
        encoded = tape.normalized(encoded, by: encoderNorm, layout)
        func prediction(_ predictor: VariancePredictor, _ input: Variable, _ layer: Int) -> Variable {
            predictor.prediction(
                from: input, layout,
                dropout: { index in
                    dropout.map { $0.dropout($0.predictorRate, layer: layer + index) }
                }, on: tape)
        }
        // The duration predictor overfits easily, so only a tenth of its gradient reaches the encoder.
        let durationInput = tape.withGradient(of: encoded, scaledBy: 0.1)
        return Encoding(
            embedded: embedded, encoded: encoded, duration: prediction(duration, durationInput, 1000),
            pitch: prediction(pitch, encoded, 1010), energy: prediction(energy, encoded, 1020))
    }
}
