public import Kernels
public import Neural
public import Tensors

/// From phonemes to a mel, every frame at once (the losses and predictors of FastPitch, Łańcucki 2021, the convolutions of
/// SpeedySpeech, Vainer and Dušek 2020, in ConvNeXt's blocks).
///
/// | part | layers | shape for N phonemes, T frames |
/// |---|---|---|
/// | embeddings | of symbol, stress and place in the word, added | `[N, C]` |
/// | encoder | 4 blocks k7, layer normalisation | `[N, C]` |
/// | predictors | of ln (duration + 1), pitch and energy | `[N, 1]` each |
/// | injection | convolutions k3 of pitch and of energy, added | `[N, C]` |
/// | length regulation | each row as often as it lasts, plus a linear layer of where in the phoneme a frame is | `[T, C]` |
/// | decoder | 6 blocks k7, layer normalisation, linear | `[T, bands + 2]` |
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
    var duration: Predictor
    var pitch: Predictor
    var energy: Predictor
    var pitchInjection: PackedConvolution
    var energyInjection: PackedConvolution
    var place: PackedConvolution
    var decoder: [ConvNeXtBlock]
    var decoderNorm: LayerNorm
    var output: PackedConvolution

    public init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        let channels = configuration.channels
        symbols = Embedding("embedding.symbol", count: configuration.symbols, channels: channels, using: &generator)
        stresses = Embedding("embedding.stress", count: 3, channels: channels, using: &generator)
        positions = Embedding("embedding.position", count: 4, channels: channels, using: &generator)
        func blocks(_ name: String, _ count: Int) -> [ConvNeXtBlock] {
            (0..<count).map {
                ConvNeXtBlock(
                    "\(name).\($0)", channels: channels, hidden: configuration.hiddenChannels,
                    kernel: configuration.kernel, scale: 1 / Float(count), using: &generator)
            }
        }
        encoder = blocks("encoder", configuration.encoderBlocks)
        encoderNorm = LayerNorm("encoder.norm", channels: channels)
        duration = Predictor("duration", channels: channels, using: &generator)
        pitch = Predictor("pitch", channels: channels, using: &generator)
        energy = Predictor("energy", channels: channels, using: &generator)
        pitchInjection = PackedConvolution("pitch.injection", from: 1, to: channels, kernel: 3, using: &generator)
        energyInjection = PackedConvolution("energy.injection", from: 1, to: channels, kernel: 3, using: &generator)
        place = PackedConvolution("place", from: FramePlaces.featureCount, to: channels, using: &generator)
        decoder = blocks("decoder", configuration.decoderBlocks)
        decoderNorm = LayerNorm("decoder.norm", channels: channels)
        output = PackedConvolution("output", from: channels, to: configuration.bands + 2, using: &generator)
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
        try pitchInjection.visitParameters(visit)
        try energyInjection.visitParameters(visit)
        try place.visitParameters(visit)
        for index in decoder.indices { try decoder[index].visitParameters(visit) }
        try decoderNorm.visitParameters(visit)
        try output.visitParameters(visit)
    }
}
