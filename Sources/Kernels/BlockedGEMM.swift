internal import Tensors

/// A convolution of stride 1 whose weights no second-level cache holds, float32, as a product of matrices in blocks.
///
///     y[b, t, :] = bias + sum over taps k, inputs i of  x[b, t + k * dilation - padding.left, i] * w[k, i, :]
///
/// A block is one tap's weights from a few hundred inputs to a panel of outputs: it stays in the cache while all rows of all
/// batch entries go by, and what it adds to their sums is kept in the result itself.
struct BlockedGEMM {
    let geometry: ConvolutionGeometry
    /// Panel by panel; in each a row for each tap and input.
    private let weights: Tensor
    private let panels: PackedPanels

    /// Inputs in a block.
    private static let blockInputs = 256

    /// Whether `geometry` is better off here than with oneDNN, which reads the weights anew for every batch entry.
    static func suits(_ geometry: ConvolutionGeometry) -> Bool {
        WeightGradientGEMM.isFast && geometry.groups == 1 && geometry.outputChannels >= PackedPanels.widest
            && geometry.inputChannels * geometry.kernel * geometry.outputChannels >= 1 << 21
    }

    /// - Parameters:
    ///   - plain: `[output, input, kernel]` of the convolution, or with `adjoint` of the one whose input gradient this is.
    init(_ plain: Tensor, _ geometry: ConvolutionGeometry, adjoint: Bool) {
        self.geometry = geometry
        panels = PackedPanels(columns: geometry.outputChannels)
        weights = Tensor.zeros([geometry.kernel * geometry.inputChannels * panels.paddedColumns])
        let (taps, inputs, outputs) = (geometry.kernel, geometry.inputChannels, geometry.outputChannels)
        // From one output, input and tap to the next in the weights as they are.
        let (output, input) = adjoint ? (taps, outputs * taps) : (inputs * taps, taps)
        let tile = 32
        let tiles = (inputs + tile - 1) / tile
        let (panels, packed) = (panels.panels, weights)
        Parallel.forEachItem(panels.count * tiles, workers: Parallel.threadCount) { _, item in
            let panel = panels[item / tiles]
            let first = item % tiles * tile
            let (from, to) = (plain.pointer(Float.self), packed.pointer(Float.self) + panel.column * taps * inputs)
            @inline(__always)
            func copy(_ index: Int, _ column: Int) {
                let source = from + (panel.column + column) * output + index * input
                let target = to + index * panel.width + column
                for tap in 0..<taps { target[tap * inputs * panel.width] = source[adjoint ? taps - 1 - tap : tap] }
            }
            // What lies side by side in the weights as they are is read together.
            let indices = first..<min(first + tile, inputs)
            if adjoint {
                for index in indices { for column in 0..<panel.count { copy(index, column) } }
            } else {
                for column in 0..<panel.count { for index in indices { copy(index, column) } }
            }
        }
        withExtendedLifetime((plain, packed)) {}
    }

    /// - Parameters:
    ///   - bias: `[outputChannels]`; zeros where not given.
    ///   - accumulates: Whether the result is added to what `output` holds, without a bias.
    ///   - negativeSlope: Where given, a leaky rectifier of that slope is applied last.
    func run(_ input: Tensor, bias: Tensor?, accumulates: Bool, negativeSlope: Float?, into output: Tensor) {
        precondition(bias == nil || !accumulates, "a sum in place has no bias")
        let start = Tensor.zeros([panels.paddedColumns])
        if let bias { start.pointer(Float.self).update(from: bias.pointer(Float.self), count: bias.count) }
        let nothing = Tensor.zeros([geometry.inputChannels])
        Parallel.forEachItem(panels.panels.count, workers: Parallel.threadCount) { _, index in
            let panel = panels.panels[index]
            var source = UnsafePointer(weights.pointer(Float.self)) + panel.column * geometry.kernel * geometry.inputChannels
            for tap in 0..<geometry.kernel {
                for first in stride(from: 0, to: geometry.inputChannels, by: Self.blockInputs) {
                    let count = min(Self.blockInputs, geometry.inputChannels - first)
                    let isLast = tap == geometry.kernel - 1 && first + count == geometry.inputChannels
                    let block = BlockedGEMMTile(
                        input: input, output: output, shift: tap * geometry.dilation - geometry.paddingLeft,
                        inputs: first..<first + count, panel: panel, weights: source,
                        nothing: UnsafePointer(nothing.pointer(Float.self)),
                        start: tap == 0 && first == 0 && !accumulates ? start.pointer(Float.self) + panel.column : nil,
                        negativeSlope: isLast ? negativeSlope : nil)
                    block.run()
                    source += count * panel.width
                }
            }
        }
        withExtendedLifetime((input, output, weights, start, nothing)) {}
    }
}
