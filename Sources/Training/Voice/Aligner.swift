import Kernels
import Neural
import Tensors

/// What tells which phoneme each frame of a recording belongs to, learned with everything else (Badlani et al., "One TTS
/// alignment to rule them all", 2021).
///
/// | part | layers | shape for N phonemes, T frames |
/// |---|---|---|
/// | keys, of the embeddings | convolution k3, ReLU, linear | `[N, 80]` |
/// | queries, of the mel in deviations | convolution k3, ReLU, linear, ReLU, linear | `[T, 80]` |
///
/// The scores of ``AlignmentScores`` are by the distance from query to key. It serves training only, and no voice has it.
struct Aligner: Parameterised {
    var keyFirst: PackedConvolution
    var keySecond: PackedConvolution
    var queryFirst: PackedConvolution
    var querySecond: PackedConvolution
    var queryThird: PackedConvolution

    /// Of keys and queries.
    static let width = 80

    init(channels: Int, bands: Int, using generator: inout some RandomNumberGenerator) {
        keyFirst = PackedConvolution("aligner.key.0", from: channels, to: channels, kernel: 3, using: &generator)
        keySecond = PackedConvolution("aligner.key.1", from: channels, to: Self.width, using: &generator)
        queryFirst = PackedConvolution("aligner.query.0", from: bands, to: 2 * bands, kernel: 3, using: &generator)
        querySecond = PackedConvolution("aligner.query.1", from: 2 * bands, to: bands, using: &generator)
        queryThird = PackedConvolution("aligner.query.2", from: bands, to: Self.width, using: &generator)
    }

    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try keyFirst.visitParameters(visit)
        try keySecond.visitParameters(visit)
        try queryFirst.visitParameters(visit)
        try querySecond.visitParameters(visit)
        try queryThird.visitParameters(visit)
    }

    func keys(of embedded: Variable, _ layout: SignalLayout, on tape: Tape) -> Variable {
        tape.convolution(
            tape.convolution(embedded, by: keyFirst, layout, rectifies: true), by: keySecond, layout)
    }

    func queries(of mel: Tensor, _ layout: SignalLayout, on tape: Tape) -> Variable {
        let first = tape.convolution(Variable(mel), by: queryFirst, layout, rectifies: true)
        let second = tape.convolution(first, by: querySecond, layout, rectifies: true)
        return tape.convolution(second, by: queryThird, layout)
    }
}
