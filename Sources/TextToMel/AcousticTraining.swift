public import Kernels
public import Neural
public import Tensors

/// Several sentences' phonemes, one after the other.
public struct TokenBatch {
    public let layout: SignalLayout
    let symbols: [Int]
    let stresses: [Int]
    let positions: [Int]

    public init(_ sentences: [PhonemeTokens]) {
        layout = SignalLayout(lengths: sentences.map(\.count))
        symbols = sentences.flatMap(\.symbols)
        stresses = sentences.flatMap(\.stresses)
        positions = sentences.flatMap(\.positions)
    }
}

/// The network's way forth where it is to learn.
extension AcousticNetwork {
    /// What the encoder makes of a batch, and what the predictors tell of it.
    public struct Encoding {
        /// `[1, rows, C]`: the embeddings, from which an aligner takes its keys.
        public let embedded: Variable
        /// `[1, rows, C]`.
        public let encoded: Variable
        /// `[1, rows, 1]`: ln (frames + 1).
        public let duration: Variable
        /// `[1, rows, 1]`: of ln F0, in deviations from its mean.
        public let pitch: Variable
        /// `[1, rows, 1]`.
        public let energy: Variable
    }

    /// - Parameter dropout: nil drops nothing.
    public func encoding(of batch: TokenBatch, dropout: DropoutSchedule?, on tape: Tape) -> Encoding {
        let layout = batch.layout
        let embedded = tape.embedded(
            [(symbols, batch.symbols), (stresses, batch.stresses), (positions, batch.positions)], layout)
        var encoded = embedded
        for (index, block) in encoder.enumerated() {
            encoded = tape.block(
                encoded, by: block, layout, dropout: dropout.map { $0.dropout($0.blockRate, layer: index) })
        }
        encoded = tape.normalised(encoded, by: encoderNorm, layout)
        func prediction(_ predictor: Predictor, _ input: Variable, _ layer: Int) -> Variable {
            predictor.prediction(
                from: input, layout,
                dropout: { index in
                    dropout.map { $0.dropout($0.predictorRate, layer: layer + index) }
                }, on: tape)
        }
        // Durations are easily learned by heart: they are not to shape the encoder much.
        let held = tape.withGradient(of: encoded, scaledBy: 0.1)
        return Encoding(
            embedded: embedded, encoded: encoded, duration: prediction(duration, held, 1000),
            pitch: prediction(pitch, encoded, 1010), energy: prediction(energy, encoded, 1020))
    }

    /// What the decoder makes of an encoding.
    ///
    /// - Parameters:
    ///   - durations: of each phoneme of each sentence, in frames.
    ///   - pitch: `[1, rows, 1]`: of each phoneme.
    ///   - energy: `[1, rows, 1]`.
    /// - Returns: `[1, frame rows, bands + 2]`, by the repetition's layout.
    public func decoded(
        _ encoding: Encoding, _ layout: SignalLayout, durations: [[Int]], pitch: Tensor, energy: Tensor,
        dropout: DropoutSchedule?, on tape: Tape
    ) -> (output: Variable, layout: SignalLayout) {
        let repetition = RowRepetition(layout, counts: durations)
        let frames = repetition.output
        let spoken = tape.sum(of: [
            encoding.encoded, tape.convolution(Variable(pitch), by: pitchInjection, layout),
            tape.convolution(Variable(energy), by: energyInjection, layout),
        ])
        let places = frames.packed(durations.map(FramePlaces.features), channels: FramePlaces.featureCount)
        var hidden = tape.sum(of: [
            tape.repeated(spoken, repetition), tape.convolution(Variable(places), by: place, frames),
        ])
        for (index, block) in decoder.enumerated() {
            hidden = tape.block(
                hidden, by: block, frames, dropout: dropout.map { $0.dropout($0.blockRate, layer: 100 + index) })
        }
        hidden = tape.normalised(hidden, by: decoderNorm, frames)
        return (tape.convolution(hidden, by: output, frames), frames)
    }
}
