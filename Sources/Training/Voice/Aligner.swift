import Kernels
import Neural
import Platform
import Tensors

/// The network that aligns the phonemes of a recording to its frames, trained with everything else (Badlani et al., "One TTS
/// alignment to rule them all", 2021).
///
/// | part | layers | shape for N phonemes, T frames |
/// |---|---|---|
/// | keys, of the embedded phonemes | convolution k3, ReLU, linear | `[N, 80]` |
/// | queries, of the normalized mel | convolution k3, ReLU, linear, ReLU, linear | `[T, 80]` |
///
/// The ``AlignmentScores`` follow from the distances of queries to keys. The aligner serves training only; no voice has it.
struct Aligner: Parameterised {
    var keyFirst: PackedConvolution
    var keySecond: PackedConvolution
    var queryFirst: PackedConvolution
    var querySecond: PackedConvolution
    var queryThird: PackedConvolution

    /// Channels of keys and queries.
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

    /// The alignment scores of each sentence of a batch.
    ///
    /// - Parameter embedded: `[1, rows, channels]`, the batch's embedded phonemes.
    func alignments(of embedded: Variable, _ batch: VoiceBatch, prior: AlignmentPrior, on tape: Tape) -> [AlignmentScores] {
        let (frames, phonemes) = (batch.frames, batch.tokens.layout)
        let keys = keys(of: embedded, phonemes, on: tape).value
        let queries = queries(of: batch.mel, frames, on: tape).value
        return (0..<frames.signalCount).map {
            AlignmentScores(queries: queries, frames, keys: keys, phonemes, prior: prior, sentence: $0)
        }
    }
}

/// The static prior of alignments: before anything is learned, a frame most likely belongs to a phoneme near the diagonal (Badlani et
/// al. 2021, section 2.2).
///
///     prior[t, k] = ln BetaBinomial(k; N - 1, alpha = t + 1, beta = T - t),  t = 0 ..< T
struct AlignmentPrior {
    /// ln n!, by n.
    private let logFactorials: [Double]

    /// - Parameter longest: The greatest sum of frames and phonemes of any sentence.
    init(longest: Int) {
        var (sum, factorials) = (0.0, [0.0])
        for number in 1...longest + 2 {
            sum += log(Double(number))
            factorials.append(sum)
        }
        logFactorials = factorials
    }

    /// `[frames, phonemes]`: the natural logarithms of probabilities that sum to 1 in each row.
    func logarithms(frames: Int, phonemes: Int) -> [Float] {
        let n = phonemes - 1
        var result: [Float] = []
        result.reserveCapacity(frames * phonemes)
        for frame in 0..<frames {
            let (alpha, beta) = (frame + 1, frames - frame)
            let norm = logFactorials[n] - logBeta(alpha, beta)
            for k in 0...n {
                let choice = -logFactorials[k] - logFactorials[n - k]
                result.append(Float(norm + choice + logBeta(k + alpha, n - k + beta)))
            }
        }
        return result
    }

    private func logBeta(_ a: Int, _ b: Int) -> Double { logFactorials[a - 1] + logFactorials[b - 1] - logFactorials[a + b - 1] }
}
