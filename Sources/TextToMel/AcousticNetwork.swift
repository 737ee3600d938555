public import Neural

/// From phonemes to a mel, every frame at once (the losses and predictors of FastPitch, Łańcucki 2021, the convolutions of
/// SpeedySpeech, Vainer and Dušek 2020, in ConvNeXt's blocks).
///
/// | part | layers | shape for N phonemes, T frames |
/// |---|---|---|
/// | embeddings | of symbol, stress and place in the word, added | `[N, C]` |
/// | encoder | 4 blocks k7, layer normalisation | `[N, C]` |
/// | predictors | of ln (duration + 1), pitch and energy | `[N, 1]` each |
/// | ``FrameDecoder`` | pitch and energy added, rows repeated, 6 blocks k7 | `[T, bands + 2]` |
///
/// The decoder's last two are ln F0, in deviations from its mean, and the logit of voicing. Convolutions alone, without attention,
/// can neither skip nor repeat, train fast on two cores, and see what an hour of read sentences can teach: 12 phonemes and 18
/// frames to either side.
public struct AcousticNetwork: Parameterised {
    public let configuration: AcousticConfiguration
    var symbols: Embedding
    var stresses: Embedding
    var positions: Embedding
    var encoder: [ConvNeXtBlock]
    var encoderNorm: LayerNorm
    var duration: VariancePredictor
    var pitch: VariancePredictor
    var energy: VariancePredictor
    public var decoder: FrameDecoder

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
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try symbols.visitParameters(visit)
        try stresses.visitParameters(visit)
        try positions.visitParameters(visit)
        for index in encoder.indices { try encoder[index].visitParameters(visit) }
        try encoderNorm.visitParameters(visit)
        try duration.visitParameters(visit)
        try pitch.visitParameters(visit)
        try energy.visitParameters(visit)
        try decoder.visitParameters(visit)
    }
}
