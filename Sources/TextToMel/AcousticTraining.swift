public import Kernels
public import Neural

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
        encoded = tape.normalized(encoded, by: encoderNorm, layout)
        func prediction(_ predictor: VariancePredictor, _ input: Variable, _ layer: Int) -> Variable {
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
}
