public import Kernels
public import Neural
import Platform
public import Tensors

/// The part of an ``AcousticNetwork`` that turns encoded phonemes into mel frames.
///
/// Shapes are for one sentence of N phonemes and T frames, with C channels and B mel bands:
///
/// | part | layers | output |
/// |---|---|---|
/// | pitch and energy injection | convolutions of kernel 3, added to the encoding | `[N, C]` |
/// | length regulator | each phoneme's row repeated for its number of frames | `[T, C]` |
/// | frame position | linear layer of ``FramePositions``, added | `[T, C]` |
/// | noise, if configured | linear layer of ``FrameNoise``, added | `[T, C]` |
/// | decoder | 6 ConvNeXt blocks (kernel 7), layer normalization, linear | `[T, B + 2]` |
///
/// Adding pitch and energy before the decoder follows FastPitch (Łańcucki 2021); the length regulator is FastSpeech's (Ren et al.
/// 2019, section 3.2).
public struct FrameDecoder: Parameterised {
    var pitchInjection: PackedConvolution
    var energyInjection: PackedConvolution
    var framePosition: PackedConvolution
    var noise: PackedConvolution?
    var blocks: [ConvNeXtBlock]
    var norm: LayerNorm
    var output: PackedConvolution

    /// The scale of the noise layer's initial weights relative to those of other layers. It is low so that noise disturbs little
    /// of what the decoder learned without it.
    private static let initialNoiseScale: Float = 0.3

    init(_ configuration: AcousticConfiguration, using generator: inout some RandomNumberGenerator) {
        let channels = configuration.channels
        pitchInjection = PackedConvolution("pitch.injection", from: 1, to: channels, kernel: 3, using: &generator)
        energyInjection = PackedConvolution("energy.injection", from: 1, to: channels, kernel: 3, using: &generator)
        framePosition = PackedConvolution("place", from: FramePositions.featureCount, to: channels, using: &generator)
        blocks = .blocks("decoder", configuration.decoderBlocks, configuration, using: &generator)
        norm = LayerNorm("decoder.norm", channels: channels)
        output = PackedConvolution("output", from: channels, to: configuration.bands + 2, using: &generator)
        if let count = configuration.noiseChannels {
            let layer = PackedConvolution("noise", from: count, to: channels, using: &generator)
            Elementwise.scale(layer.weight.value, by: Self.initialNoiseScale)
            noise = layer
        }
    }

    /// Visits every parameter, always in the same order.
    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try pitchInjection.visitParameters(visit)
        try energyInjection.visitParameters(visit)
        try framePosition.visitParameters(visit)
        try noise?.visitParameters(visit)
        for index in blocks.indices { try blocks[index].visitParameters(visit) }
        try norm.visitParameters(visit)
        try output.visitParameters(visit)
    }

    /// The forward pass of training: the frames of a batch of encoded sentences.
    ///
    /// - Parameters:
    ///   - encoded: The encoder's output, `[1, rows, C]`.
    ///   - layout: The rows of each sentence in `encoded`.
    ///   - durations: The number of frames of each phoneme, for each sentence.
    ///   - pitch: The ln F0 of each phoneme in standard deviations from its mean, `[1, rows, 1]`.
    ///   - energy: The energy of each phoneme, `[1, rows, 1]`.
    ///   - noise: The noise input; nil for zeros. A network without a noise layer ignores it.
    ///   - dropout: The dropout masks of this step; nil for no dropout.
    ///   - tape: The tape that records the operations.
    /// - Returns: The frames, `[1, frame rows, B + 2]`, and the rows of each sentence in them.
    public func decoded(
        _ encoded: Variable, _ layout: SignalLayout, durations: [[Int]], pitch: Tensor, energy: Tensor,
        noise: FrameNoise? = nil, dropout: DropoutSchedule?, on tape: Tape
    ) -> (output: Variable, layout: SignalLayout) {
        let repetition = RowRepetition(layout, counts: durations)
        let frames = repetition.output
        let injected = tape.sum(of: [
            encoded, tape.convolution(Variable(pitch), by: pitchInjection, layout),
            tape.convolution(Variable(energy), by: energyInjection, layout),
        ])
        let positions = frames.packed(durations.map(FramePositions.features), channels: FramePositions.featureCount)
        var parts = [tape.repeated(injected, repetition), tape.convolution(Variable(positions), by: framePosition, frames)]
        if let layer = self.noise {
            parts.append(tape.convolution(Variable(layer.input(of: noise, frames)), by: layer, frames))
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

/// A ``FrameDecoder`` for inference of one sentence at a time, with its weights packed once.
struct PreparedDecoder {
    private let decoder: FrameDecoder
    private let noise: FrameNoise?
    private let pitchInjection: SequenceConvolution
    private let energyInjection: SequenceConvolution
    private let framePosition: SequenceConvolution
    private let noiseLayer: SequenceConvolution?
    private let blocks: [ConvNeXtPass]
    private let last: SequenceConvolution

    /// - Parameter noise: The input of the noise layer; nil for zeros.
    init(_ decoder: FrameDecoder, noise: FrameNoise?) {
        self.decoder = decoder
        self.noise = noise
        pitchInjection = decoder.pitchInjection.prepared()
        energyInjection = decoder.energyInjection.prepared()
        framePosition = decoder.framePosition.prepared()
        noiseLayer = decoder.noise?.prepared()
        blocks = decoder.blocks.map { $0.prepared() }
        last = decoder.output.prepared()
    }

    /// The frames of one encoded sentence; parameters and result as those of the training pass, without batches.
    func output(
        of encoded: Tensor, _ layout: SignalLayout, durations: [Int], pitch: [Float], energy: [Float]
    ) -> (output: Tensor, layout: SignalLayout) {
        let repetition = RowRepetition(layout, counts: [durations])
        let frames = repetition.output
        let injected = encoded.copied()
        Elementwise.add(pitchInjection.output(of: layout.packed([pitch], channels: 1), layout), to: injected)
        Elementwise.add(energyInjection.output(of: layout.packed([energy], channels: 1), layout), to: injected)
        var hidden = repetition.repeated(injected)
        let positions = frames.packed([FramePositions.features(durations)], channels: FramePositions.featureCount)
        Elementwise.add(framePosition.output(of: positions, frames), to: hidden)
        if let noiseLayer, let layer = decoder.noise {
            Elementwise.add(noiseLayer.output(of: layer.input(of: noise, frames), frames), to: hidden)
        }
        for block in blocks { hidden = block.output(of: hidden, frames) }
        return (last.output(of: decoder.norm.output(of: hidden, frames), frames), frames)
    }
}

/// The position of each frame within its phoneme, as features of roughly 0 to 1.
enum FramePositions {
    static let featureCount = 4

    /// The features of every frame of phonemes that last `durations` frames, `[T, 4]`, row-major.
    ///
    /// The features of a frame are the fraction of the phoneme before the frame's middle, the frames since the phoneme began and
    /// the frames until it ends, both divided by 8, and ln(duration) / 3.
    static func features(_ durations: [Int]) -> [Float] {
        durations.flatMap { duration in
            (0..<duration).flatMap { frame -> [Float] in
                let (before, whole) = (Float(frame) + 0.5, Float(duration))
                return [before / whole, before / 8, (whole - before) / 8, logf(whole) / 3]
            }
        }
    }
}

extension PackedConvolution {
    /// The input of a noise layer for every signal of a layout, `[1, rows, channels]`; zeros without noise.
    fileprivate func input(of noise: FrameNoise?, _ frames: SignalLayout) -> Tensor {
        let channels = weight.value.shape[1]
        guard let noise else { return .zeros([1, frames.rowCount, channels]) }
        return frames.packed(
            frames.lengths.enumerated().map { noise.values(signal: $0.offset, frames: $0.element, channels: channels) },
            channels: channels)
    }
}

extension [ConvNeXtBlock] {
    /// A stack of `count` residual blocks, each with its branch scaled by 1 / `count` at first.
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
