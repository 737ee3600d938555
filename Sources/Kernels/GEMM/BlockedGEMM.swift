import CProcessor
internal import Tensors

/// A convolution of stride 1 whose weights exceed the second-level cache, float32, as a GEMM over blocks of the weights.
///
///     y[b, t, :] = bias + sum over taps k, inputs i of  x[b, t + k * dilation - padding.left, i] * w[k, i, :]
///
/// A block is one tap's weights from a few hundred inputs to a panel of outputs. It stays in the cache while all rows of all
/// batch entries are multiplied by it; partial sums are kept in the result itself.
struct BlockedGEMM {
    let geometry: ConvolutionGeometry
    /// The packed weights, panel by panel; within a panel a row for each tap and input.
    private let weights: Tensor
    private let panels: PackedPanels

    /// Inputs in a block.
    private static let blockInputs = 256

    /// Whether this is faster for `geometry` than oneDNN, which reads the weights anew for every batch entry.
    static func suits(_ geometry: ConvolutionGeometry) -> Bool {
        WeightGradientGEMM.isFast && geometry.groups == 1 && geometry.outputChannels >= PackedPanels.widest
            && geometry.inputChannels * geometry.kernel * geometry.outputChannels >= 1 << 21
    }

    /// - Parameters:
    ///   - plain: Weights `[output, input, kernel]` of the convolution, or with `adjoint` of the convolution whose input gradient
    ///     is computed.
    init(_ plain: Tensor, _ geometry: ConvolutionGeometry, adjoint: Bool) {
        self.geometry = geometry
        panels = PackedPanels(columns: geometry.outputChannels)
        weights = Tensor.zeros([geometry.kernel * geometry.inputChannels * panels.paddedColumns])
        let (taps, inputs, outputs) = (geometry.kernel, geometry.inputChannels, geometry.outputChannels)
        // Strides of outputs and inputs in the plain weights.
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
            // The order of the loops follows the plain weights' order in memory.
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
    ///   - bias: `[outputChannels]`; nil means zeros.
    ///   - accumulates: Whether the result is added to the contents of `output`, without a bias.
    ///   - negativeSlope: Of a leaky ReLU applied last; nil for none.
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

/// Adds the products of one block of a ``BlockedGEMM``'s weights to all rows of one panel of its result.
struct BlockedGEMMTile {
    let input: Tensor
    let output: Tensor
    /// The input step that the tap reads, relative to the output step.
    let shift: Int
    let inputs: Range<Int>
    let panel: PackedPanels.Panel
    /// The block's weights: a row of the panel's width for each input.
    let weights: UnsafePointer<Float>
    /// Zeros, for steps outside the signal.
    let nothing: UnsafePointer<Float>
    /// The initial values of the sums; nil if the output holds partial sums.
    let start: UnsafePointer<Float>?
    /// The negative slope of a leaky ReLU after this block; nil for none.
    let negativeSlope: Float?

    func run() {
        // The number of lanes is a constant of the build, so the compiler keeps one branch.
        switch PackedPanels.lanes {
        case 16: run(SIMD16<Float>.self)
        case 8: run(SIMD8<Float>.self)
        default: run(SIMD4<Float>.self)
        }
    }

    @inline(__always)
    private func run<Vector: FloatVector>(_: Vector.Type) {
        let rows = output.batch * output.time
        for row in stride(from: 0, to: rows, by: 6) {
            switch panel.width / Vector.scalarCount {
            case 4: tile(Doubled<Doubled<OneVector<Vector>>>.self, row, min(6, rows - row))
            case 2: tile(Doubled<OneVector<Vector>>.self, row, min(6, rows - row))
            default: tile(OneVector<Vector>.self, row, min(6, rows - row))
            }
        }
    }

    /// The start of the inputs that row `row` of the output reads.
    @inline(__always)
    private func source(_ row: Int) -> UnsafePointer<Float> {
        let (entry, step) = row.quotientAndRemainder(dividingBy: output.time)
        let seen = step + shift
        guard seen >= 0 && seen < input.time else { return nothing }
        return UnsafePointer(input.pointer(Float.self)) + (entry * input.time + seen) * input.channels + inputs.lowerBound
    }

    /// Computes six rows; rows past the last repeat it and are not stored.
    @inline(__always)
    private func tile<Sums: RowAccumulator>(_: Sums.Type, _ row: Int, _ count: Int) {
        let last = row + count - 1
        let (xa, xb, xc) = (source(row), source(min(row + 1, last)), source(min(row + 2, last)))
        let (xd, xe, xf) = (source(min(row + 3, last)), source(min(row + 4, last)), source(min(row + 5, last)))
        let place = output.pointer(Float.self) + row * output.channels + panel.column
        var (a, b, c): (Sums, Sums, Sums) = (load(place, 0, count), load(place, 1, count), load(place, 2, count))
        var (d, e, f): (Sums, Sums, Sums) = (load(place, 3, count), load(place, 4, count), load(place, 5, count))
        var weights = weights
        for index in 0..<inputs.count {
            let vector = Sums(loading: weights)
            vocoder_keep_order()
            a.add(xa[index], times: vector)
            vocoder_keep_order()
            b.add(xb[index], times: vector)
            vocoder_keep_order()
            c.add(xc[index], times: vector)
            vocoder_keep_order()
            d.add(xd[index], times: vector)
            vocoder_keep_order()
            e.add(xe[index], times: vector)
            vocoder_keep_order()
            f.add(xf[index], times: vector)
            weights += Sums.width
        }
        store(a, place, 0, count)
        store(b, place, 1, count)
        store(c, place, 2, count)
        store(d, place, 3, count)
        store(e, place, 4, count)
        store(f, place, 5, count)
    }

    @inline(__always)
    private func load<Sums: RowAccumulator>(_ place: UnsafeMutablePointer<Float>, _ row: Int, _ count: Int) -> Sums {
        if let start { return Sums(loading: start) }
        let source = place + min(row, count - 1) * output.channels
        if panel.count == Sums.width { return Sums(loading: source) }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            numbers.initialize(repeating: 0)
            numbers.baseAddress!.update(from: source, count: panel.count)
            return Sums(loading: numbers.baseAddress!)
        }
    }

    @inline(__always)
    private func store<Sums: RowAccumulator>(
        _ sums: Sums, _ place: UnsafeMutablePointer<Float>, _ row: Int, _ count: Int
    ) {
        guard row < count else { return }
        let target = place + row * output.channels
        let sums = negativeSlope.map { sums.leakyReLU($0) } ?? sums
        if panel.count == Sums.width { return sums.store(at: target) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            sums.store(at: numbers.baseAddress!)
            target.update(from: numbers.baseAddress!, count: panel.count)
        }
    }
}
