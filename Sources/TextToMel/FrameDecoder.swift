public import Kernels
public import Neural
public import Tensors

/// The half of an ``AcousticNetwork`` that makes frames of phonemes.
///
/// | part | layers | shape for N phonemes, T frames |
/// |---|---|---|
/// | injection | convolutions k3 of pitch and of energy, added | `[N, C]` |
/// | length regulation | each row as often as it lasts | `[T, C]` |
/// | place | a linear layer of where in the phoneme a frame is, added | `[T, C]` |
/// | noise | where it has one, a linear layer of ``FrameNoise``, added | `[T, C]` |
/// | decoder | 6 blocks k7, layer normalisation, linear | `[T, bands + 2]` |
public struct FrameDecoder: Parameterised {
    var pitchInjection: PackedConvolution
    var energyInjection: PackedConvolution
    var place: PackedConvolution
    var noise: PackedConvolution?
    var blocks: [ConvNeXtBlock]
    var norm: LayerNorm
    var output: PackedConvolution

    /// What the noise's weights are at first, to those of other layers: it is to disturb little what was learned without it.
    private static let firstNoise: Float = 0.3

    init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        let channels = configuration.channels
        pitchInjection = PackedConvolution("pitch.injection", from: 1, to: channels, kernel: 3, using: &generator)
        energyInjection = PackedConvolution("energy.injection", from: 1, to: channels, kernel: 3, using: &generator)
        place = PackedConvolution("place", from: FramePositions.featureCount, to: channels, using: &generator)
        blocks = .blocks("decoder", configuration.decoderBlocks, configuration, using: &generator)
        norm = LayerNorm("decoder.norm", channels: channels)
        output = PackedConvolution("output", from: channels, to: configuration.bands + 2, using: &generator)
        if let count = configuration.noiseChannels {
            let layer = PackedConvolution("noise", from: count, to: channels, using: &generator)
            Elementwise.scale(layer.weight.value, by: Self.firstNoise)
            noise = layer
        }
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try pitchInjection.visitParameters(visit)
        try energyInjection.visitParameters(visit)
        try place.visitParameters(visit)
        try noise?.visitParameters(visit)
        for index in blocks.indices { try blocks[index].visitParameters(visit) }
        try norm.visitParameters(visit)
        try output.visitParameters(visit)
    }

    /// What the decoder makes of an encoding, where it is to learn.
    ///
    /// - Parameters:
    ///   - encoded: `[1, rows, C]`.
    ///   - durations: of each phoneme of each sentence, in frames.
    ///   - pitch: `[1, rows, 1]`: of each phoneme.
    ///   - energy: `[1, rows, 1]`.
    ///   - noise: nil for silence where the network hears noise.
    /// - Returns: `[1, frame rows, bands + 2]`, by the repetition's layout.
    public func decoded(
        _ encoded: Variable, _ layout: SignalLayout, durations: [[Int]], pitch: Tensor, energy: Tensor,
        noise: FrameNoise? = nil, dropout: DropoutSchedule?, on tape: Tape
    ) -> (output: Variable, layout: SignalLayout) {
        let repetition = RowRepetition(layout, counts: durations)
        let frames = repetition.output
        let spoken = tape.sum(of: [
            encoded, tape.convolution(Variable(pitch), by: pitchInjection, layout),
            tape.convolution(Variable(energy), by: energyInjection, layout),
        ])
        let places = frames.packed(durations.map(FramePositions.features), channels: FramePositions.featureCount)
        var parts = [tape.repeated(spoken, repetition), tape.convolution(Variable(places), by: place, frames)]
        if let layer = self.noise {
            parts.append(tape.convolution(Variable(layer.numbers(of: noise, frames)), by: layer, frames))
        }
        var hidden = tape.sum(of: parts)
        for (index, block) in blocks.enumerated() {
            hidden = tape.block(
                hidden, by: block, frames, dropout: dropout.map { $0.dropout($0.blockRate, layer: 100 + index) })
        }
        hidden = tape.normalized(hidden, by: norm, frames)
        return (tape.convolution(hidden, by: output, frames), frames)
    }
}

extension PackedConvolution {
    /// `[1, rows, inputs]`: the noise that the layer hears in every signal; zeros where there is none.
    func numbers(of noise: FrameNoise?, _ frames: SignalLayout) -> Tensor {
        let channels = weight.value.shape[1]
        guard let noise else { return .zeros([1, frames.rowCount, channels]) }
        return frames.packed(
            frames.lengths.enumerated().map { noise.numbers(signal: $0.offset, frames: $0.element, channels: channels) },
            channels: channels)
    }
}

extension [ConvNeXtBlock] {
    static func blocks(
        _ name: String, _ count: Int, _ configuration: AcousticConfiguration,
        using generator: inout some RandomNumberGenerator
    ) -> [ConvNeXtBlock] {
        (0..<count).map {
            ConvNeXtBlock(
                "\(name).\($0)", channels: configuration.channels, hidden: configuration.hiddenChannels,
                kernel: configuration.kernel, scale: 1 / Float(count), using: &generator)
        }
    }
}
