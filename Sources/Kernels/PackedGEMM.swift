public import Tensors

/// A sum of products of rows with matrices, float32: what every convolution of time-major signals comes down to.
///
///     y[t, o] = bias[o] + sum over taps k, inputs i of  x[t + shifts[k], i] * w[k][i, o]
///                       + sum over inputs i of          z[t, i] * v[i, o]
///
/// The second product, where there is one, is a shortcut around the first: both are gathered in the same registers, so
/// that the sum never travels through memory.
///
/// Every number of the result is summed in the same order (bias, taps in theirs, the shortcut; each product and sum
/// rounded once), wherever its row lies and however rows are divided: pieces of a signal have the bits of the whole.
public struct PackedGEMM {
    public let inputChannels: Int
    public let shortcutChannels: Int
    public let outputChannels: Int
    /// Where each tap looks, relative to the output's row.
    public let shifts: [Int]
    let panels: PackedPanels
    /// Panel by panel; in each, tap by tap and then the shortcut, a row of the panel's width for each input channel.
    let weights: Tensor
    /// Where there is one output channel, its weights one after the other: see ``PackedDotProducts``.
    let onlyColumn: [Float]
    /// Zeros after the last output channel, as many as the panels have columns.
    let bias: Tensor

    /// - Parameters:
    ///   - taps: The weights of tap k and input i are in row `k * inputChannels + i`.
    ///   - bias: `[outputChannels]`; zeros where there is none.
    public init(
        from inputChannels: Int, to outputChannels: Int, shifts: [Int], taps: MatrixView, bias: Tensor?,
        shortcutChannels: Int = 0, shortcut: MatrixView? = nil
    ) {
        (self.inputChannels, self.outputChannels, self.shifts) = (inputChannels, outputChannels, shifts)
        self.shortcutChannels = shortcutChannels
        panels = PackedPanels(columns: outputChannels)
        self.bias = .zeros([panels.paddedColumns])
        if let bias {
            precondition(bias.count == outputChannels, "\(bias.count) biases for \(outputChannels) channels")
            self.bias.pointer(Float.self).update(from: bias.pointer(Float.self), count: outputChannels)
        }
        let matrices = [taps] + (shortcut.map { [$0] } ?? [])
        let depth = matrices.reduce(0) { $0 + $1.rows }
        precondition(
            depth == shifts.count * inputChannels + shortcutChannels
                && matrices.allSatisfy { $0.columns == outputChannels },
            "\(depth) rows of weights for \(shifts.count) taps of \(inputChannels) and \(shortcutChannels) channels")
        weights = Tensor([depth * panels.paddedColumns])
        var first = 0
        for matrix in matrices {
            matrix.pack(into: weights, panels, row: first, of: depth)
            first += matrix.rows
        }
        let (numbers, width) = (weights.pointer(Float.self), panels.paddedColumns)
        onlyColumn = outputChannels == 1 ? (0..<depth).map { numbers[$0 * width] } : []
        withExtendedLifetime((self.bias, bias)) {}
    }

    /// The product that `convolution` comes down to, where its margins are rows of the input; with `shortcut`, a pointwise
    /// convolution, added to another signal's.
    public init(
        _ convolution: ConvolutionWeights, bias: Tensor?, shortcut: (weights: ConvolutionWeights, bias: Tensor)? = nil
    ) {
        let geometry = convolution.geometry
        precondition(geometry.groups == 1, "\(geometry.groups) groups are as many products")
        precondition(shortcut?.weights.geometry.kernel ?? 1 == 1, "a shortcut is pointwise")
        let bypass = shortcut?.weights.geometry.inputChannels ?? 0
        let sum = bias?.copied()
        if let shortcut, let sum { Elementwise.add(shortcut.bias, to: sum) }
        self.init(
            from: geometry.inputChannels, to: geometry.outputChannels,
            shifts: (0..<geometry.kernel).map { $0 * geometry.dilation }, taps: geometry.matrix(of: convolution.plain),
            bias: sum, shortcutChannels: bypass,
            shortcut: shortcut.map { $0.weights.geometry.matrix(of: $0.weights.plain) })
    }

    var depth: Int { shifts.count * inputChannels + shortcutChannels }
}
