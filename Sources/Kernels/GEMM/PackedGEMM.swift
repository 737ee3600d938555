import CProcessor
public import Tensors

/// A GEMM over the rows of a signal with weights packed into panels, float32; every convolution of time-major signals is one.
///
///     y[t, o] = bias[o] + sum over taps k, inputs i of  x[t + shifts[k], i] * w[k][i, o]
///                       + sum over inputs i of          z[t, i] * v[i, o]
///
/// The second product is optional: a shortcut around the first. Both are summed in the same registers, so that the sum never
/// travels through memory.
///
/// Every number of the result is summed in the same order (bias, taps in order, shortcut; each multiply-add rounded once),
/// wherever its row lies and however rows are divided: a signal computed in chunks has the same bits as the whole.
public struct PackedGEMM {
    public let inputChannels: Int
    public let shortcutChannels: Int
    public let outputChannels: Int
    /// The input row that each tap reads, relative to the output row.
    public let shifts: [Int]
    let panels: PackedPanels
    /// The packed weights, panel by panel; within a panel a row of its width for each input channel of each tap, then of the
    /// shortcut.
    let weights: Tensor
    /// With a single output channel, its weights one after the other, for ``PackedDotProducts``.
    let onlyColumn: [Float]
    /// The bias, followed by zeros up to the panels' columns.
    let bias: Tensor

    /// - Parameters:
    ///   - taps: The weights of tap k and input i are in row `k * inputChannels + i`.
    ///   - bias: `[outputChannels]`; nil means zeros.
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

    /// The GEMM that computes `convolution` on an input that already has its padding; with `shortcut`, a pointwise convolution of
    /// a second signal is added.
    public init(
        _ convolution: ConvolutionWeights, bias: Tensor?, shortcut: (weights: ConvolutionWeights, bias: Tensor)? = nil
    ) {
        let geometry = convolution.geometry
        precondition(geometry.groups == 1, "one GEMM cannot compute \(geometry.groups) groups")
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

/// The division of a matrix's columns into panels as wide as a micro-kernel's register tile.
///
/// As many of the widest panels as fit come first; the rest is covered by panels of half the width, a quarter, and so on down to
/// one vector, whose surplus columns are zeros.
struct PackedPanels: Equatable {
    struct Panel: Equatable {
        /// The first column.
        let column: Int
        /// Packed columns: a width that a micro-kernel exists for.
        let width: Int
        /// Columns of the matrix in the panel.
        let count: Int
    }

    let panels: [Panel]
    /// The columns of all panels, padding included.
    let paddedColumns: Int

    /// Floats in a vector register.
    static let lanes = Int(vocoder_vector_lanes)
    /// The widest panel: four vectors where the registers suffice for six rows of them, else two.
    static let widest = lanes * (vocoder_has_many_registers != 0 ? 4 : 2)

    init(columns: Int) {
        let needed = (columns + Self.lanes - 1) / Self.lanes * Self.lanes
        var (panels, column, width) = ([Panel](), 0, Self.widest)
        while column < needed {
            while width > needed - column { width /= 2 }
            panels.append(Panel(column: column, width: width, count: min(width, columns - column)))
            column += width
        }
        (self.panels, paddedColumns) = (panels, needed)
    }
}
