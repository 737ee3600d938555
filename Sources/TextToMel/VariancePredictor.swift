public import Kernels
public import Neural
import Tensors

/// Tells one number of each phoneme from what the encoder makes of it (FastSpeech 2, Ren et al. 2021, section 2.3).
///
/// | layer | shape for N phonemes |
/// |---|---|
/// | twice: convolution k3, ReLU, layer normalisation, dropout | `[N, C]` |
/// | linear | `[N, 1]` |
public struct VariancePredictor: Parameterised {
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

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try first.visitParameters(visit)
        try firstNorm.visitParameters(visit)
        try second.visitParameters(visit)
        try secondNorm.visitParameters(visit)
        try last.visitParameters(visit)
    }

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
