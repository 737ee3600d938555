import Kernels
import Neural
import Tensors

/// Predicts one number for each phoneme from the encoder's output: its duration, pitch or energy.
///
/// The architecture is the variance predictor of FastSpeech 2 (Ren et al. 2021, section 2.3).
///
/// | layers | output for N phonemes |
/// |---|---|
/// | convolution of kernel 3, ReLU, layer normalization, dropout | `[N, C]` |
/// | convolution of kernel 3, ReLU, layer normalization, dropout | `[N, C]` |
/// | linear | `[N, 1]` |
struct VariancePredictor: Parameterised {
    var first: PackedConvolution
    var firstNorm: LayerNorm
    var second: PackedConvolution
    var secondNorm: LayerNorm
    var last: PackedConvolution

    init(_ name: String, channels: Int, using generator: inout some RandomNumberGenerator) {
        first = PackedConvolution(name + ".0", from: channels, to: channels, kernel: 3, using: &generator)
        firstNorm = LayerNorm(name + ".0.norm", channels: channels)
        second = PackedConvolution(name + ".1", from: channels, to: channels, kernel: 3, using: &generator)
        secondNorm = LayerNorm(name + ".1.norm", channels: channels)
        last = PackedConvolution(name + ".2", from: channels, to: 1, using: &generator)
    }

    mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try first.visitParameters(visit)
        try firstNorm.visitParameters(visit)
        try second.visitParameters(visit)
        try secondNorm.visitParameters(visit)
        try last.visitParameters(visit)
    }

    /// The forward pass of training, `[1, rows, C]` to `[1, rows, 1]`.
    ///
    /// - Parameter dropout: The dropout after the first and the second convolution, numbered 0 and 1.
    func prediction(
        from input: Variable, _ layout: SignalLayout, dropout: (Int) -> Dropout?, on tape: Tape
    ) -> Variable {
        var hidden = tape.convolution(input, by: first, layout, rectifies: true)
        hidden = tape.dropped(tape.normalized(hidden, by: firstNorm, layout), dropout(0))
        hidden = tape.convolution(hidden, by: second, layout, rectifies: true)
        hidden = tape.dropped(tape.normalized(hidden, by: secondNorm, layout), dropout(1))
        return tape.convolution(hidden, by: last, layout)
    }
}

/// A ``VariancePredictor`` for inference, with its weights packed once.
struct PreparedVariancePredictor {
    private let predictor: VariancePredictor
    private let first: SequenceConvolution
    private let second: SequenceConvolution
    private let last: SequenceConvolution

    init(_ predictor: VariancePredictor) {
        self.predictor = predictor
        first = predictor.first.prepared()
        second = predictor.second.prepared()
        last = predictor.last.prepared()
    }

    /// The predictions for the phonemes of a layout's only sentence.
    func predictions(from input: Tensor, _ layout: SignalLayout) -> [Float] {
        var hidden = predictor.firstNorm.output(of: first.output(of: input, layout, rectifies: true), layout)
        hidden = predictor.secondNorm.output(of: second.output(of: hidden, layout, rectifies: true), layout)
        return Array(last.output(of: hidden, layout).values[layout.rows(of: 0)])
    }
}
