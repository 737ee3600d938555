public import Tensors

/// The backward pass of a ``ResidualUnit``.
extension ResidualUnit {
    /// The gradients with respect to the input and to each layer's weights and bias.
    public struct Gradients {
        public let input: Tensor
        public let dilated: (weights: Tensor, bias: Tensor)
        public let pointwise: (weights: Tensor, bias: Tensor)
        public let shortcut: (weights: Tensor, bias: Tensor)
    }

    /// - Parameters:
    ///   - hidden: As ``output(of:rectifies:)`` returned it.
    ///   - output: The unit's result if a leaky ReLU came last, else nil.
    ///   - gradient: The gradient with respect to the unit's result.
    public func gradients(of input: Tensor, hidden: Tensor, output: Tensor?, gradient: Tensor) -> Gradients {
        precondition(
            input.channels == channels && gradient.shape == input.shape && hidden.shape == input.shape,
            "\(gradient.shape) is no gradient of \(input.shape)")
        let pass = ResidualBackwardPass(self, input, hidden, output, gradient)
        pass.run()
        return Gradients(
            input: pass.inputGradient, dilated: pass.dilated.gathered(), pointwise: pass.pointwise.gathered(),
            shortcut: pass.shortcut.gathered())
    }

    /// The adjoint of a layer: row s of the result is the sum over taps k of `dy[s + shifts[k]] * w[k]'`.
    fileprivate func adjointProduct(_ layer: Layer, shifts: [Int]) -> PackedGEMM {
        let taps = shifts.count
        let matrix = MatrixView(
            layer.weights, rowOffsets: (0..<taps).flatMap { tap in (0..<channels).map { $0 * channels * taps + tap } },
            columnOffsets: (0..<channels).map { $0 * taps })
        return PackedGEMM(from: channels, to: channels, shifts: shifts, taps: matrix, bias: nil)
    }
}

/// One call of ``ResidualUnit/gradients(of:hidden:output:gradient:)``.
private struct ResidualBackwardPass {
    let unit: ResidualUnit
    let input: Tensor
    let hidden: Tensor
    let output: Tensor?
    let gradient: Tensor
    let inputGradient: Tensor
    let dilated: WeightGradientSums
    let pointwise: WeightGradientSums
    let shortcut: WeightGradientSums
    private let tiles: ResidualTiles
    private let threads: Int
    /// Rows of four signals for each thread.
    private let scratch: Tensor
    private let dilatedBack: PackedGEMM
    private let pointwiseBack: PackedGEMM
    private let shortcutBack: PackedGEMM

    init(_ unit: ResidualUnit, _ input: Tensor, _ hidden: Tensor, _ output: Tensor?, _ gradient: Tensor) {
        (self.unit, self.input, self.hidden) = (unit, input, hidden)
        (self.output, self.gradient) = (output, gradient)
        inputGradient = Tensor(input.shape)
        let (channels, dilation) = (unit.channels, unit.dilation)
        tiles = ResidualTiles(batch: input.batch, time: input.time, channels: channels, dilation: dilation)
        threads = min(Parallel.threadCount, tiles.count)
        scratch = Tensor([threads, 4 * (tiles.longest + 4 * dilation) * channels])
        // Tap k of row s reads row s - k * dilation; the rows passed in begin two dilations earlier.
        dilatedBack = unit.adjointProduct(unit.dilated, shifts: [2 * dilation, dilation, 0])
        pointwiseBack = unit.adjointProduct(unit.pointwise, shifts: [0])
        shortcutBack = unit.adjointProduct(unit.shortcut, shifts: [0])
        func sums(_ geometry: ConvolutionGeometry, _ time: Int, _ threads: Int) -> WeightGradientSums {
            let plan = WeightGradientPlan(geometry, batch: 1, inputTime: time, phases: 1, threads: 1)
            return WeightGradientSums(plan, threads: threads, areShared: false)
        }
        let point = ConvolutionGeometry(from: channels, to: channels, kernel: 1)
        let wide = ConvolutionGeometry(from: channels, to: channels, kernel: 3, dilation: dilation)
        dilated = sums(wide, tiles.longest + 2 * dilation, threads)
        pointwise = sums(point, tiles.longest, threads)
        shortcut = sums(point, tiles.longest, threads)
    }

    func run() {
        Parallel.forEach(threads) { range in
            for thread in range {
                let own = scratch.pointer(Float.self) + thread * scratch.shape[1]
                for sums in [dilated, pointwise, shortcut] { sums.workspace(of: thread, input: own, gradient: own).clear() }
                for index in tiles.count * thread / threads..<tiles.count * (thread + 1) / threads {
                    run(tiles[index], thread, own)
                }
            }
        }
        withExtendedLifetime((input, hidden, output, gradient, inputGradient, scratch)) {}
    }

    /// One tile. Rows are counted in steps of the padded signal for what lies before the dilated layer (`seen`, with the
    /// margins in the first and last tile), in steps of the signal for what lies behind it.
    private func run(_ tile: ResidualTiles.Tile, _ thread: Int, _ own: UnsafeMutablePointer<Float>) {
        let (channels, dilation, time) = (unit.channels, unit.dilation, input.time)
        let (steps, space) = (tile.steps, (tiles.longest + 4 * dilation) * channels)
        let seen = (steps.lowerBound == 0 ? 0 : steps.lowerBound + dilation)
            ..< (steps.upperBound == time ? time + 2 * dilation : steps.upperBound + dilation)
        let reached = seen.lowerBound - 2 * dilation..<seen.upperBound
        let there = reached.clamped(to: 0..<time)
        let (behind, before, padded, front) = (own, own + space, own + 2 * space, own + 3 * space)
        let start = tile.entry * time * channels

        // The gradient of the result, and of h, zeros around the signal.
        mask(behind, gradient, by: output, start + there.lowerBound * channels, there.count * channels)
        before.update(repeating: 0, count: (there.lowerBound - reached.lowerBound) * channels)
        let inner = before + (there.lowerBound - reached.lowerBound) * channels
        pointwiseBack.run(
            there.count, input: Rows(behind, stride: channels), output: Rows(inner, stride: channels))
        let signs = UnsafePointer(hidden.pointer(Float.self)) + start + there.lowerBound * channels
        combine(inner, signs, inner, count: there.count * channels) {
            $0.replacing(with: $0 * unit.negativeSlope, where: $1 .<= 0)
        }
        (inner + there.count * channels).update(repeating: 0, count: (reached.upperBound - there.upperBound) * channels)

        // Weights.
        unit.fillPadded(padded, tile, input)
        let first = start + steps.lowerBound * channels
        let own = behind + (steps.lowerBound - there.lowerBound) * channels
        add(pointwise, thread, hidden.pointer(Float.self) + first, own, steps.count)
        add(shortcut, thread, input.pointer(Float.self) + first, own, steps.count)
        add(dilated, thread, padded, before + (steps.lowerBound - reached.lowerBound) * channels, steps.count)

        // Input: through the shortcut and through the dilated convolution, whose margins are added to the steps they repeat.
        let target = inputGradient.pointer(Float.self) + first
        shortcutBack.run(
            steps.count, input: Rows(own, stride: channels), output: Rows(target, stride: channels))
        dilatedBack.run(
            seen.count, input: Rows(before, stride: channels), output: Rows(front, stride: channels))
        foldMargins(front, seen, steps)
        addRectified(front + (steps.lowerBound + dilation - seen.lowerBound) * channels, first, steps.count * channels)
    }

    /// Copies the gradient; if `signs` is given, the output of a leaky ReLU, multiplied by its derivative.
    private func mask(_ place: UnsafeMutablePointer<Float>, _ gradient: Tensor, by signs: Tensor?, _ start: Int, _ count: Int) {
        let source = UnsafePointer(gradient.pointer(Float.self)) + start
        guard let signs else { return place.update(from: source, count: count) }
        combine(source, UnsafePointer(signs.pointer(Float.self)) + start, place, count: count) {
            $0.replacing(with: $0 * unit.negativeSlope, where: $1 .<= 0)
        }
    }

    /// Adds a tile's weight gradient, in blocks that stay in the first-level cache.
    private func add(
        _ sums: WeightGradientSums, _ thread: Int, _ input: UnsafeMutablePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        sums.workspace(of: thread, input: input, gradient: gradient).addSteps(count)
    }

    /// Adds the gradients of the margins to the steps that they repeat.
    private func foldMargins(_ front: UnsafeMutablePointer<Float>, _ seen: Range<Int>, _ steps: Range<Int>) {
        let (channels, dilation, time) = (unit.channels, unit.dilation, input.time)
        func fold(_ margin: Int) {
            let step = ReflectionPadding.reflect(margin - dilation, time) + dilation
            let target = front + (step - seen.lowerBound) * channels
            combine(target, UnsafePointer(front) + (margin - seen.lowerBound) * channels, target, count: channels) { $0 + $1 }
        }
        if steps.lowerBound == 0 { for margin in 0..<dilation { fold(margin) } }
        if steps.upperBound == time { for margin in time + dilation..<time + 2 * dilation { fold(margin) } }
    }

    /// Adds `front`, multiplied by the derivative of the input's leaky ReLU, to the input's gradient.
    private func addRectified(_ front: UnsafePointer<Float>, _ start: Int, _ count: Int) {
        let signs = UnsafePointer(input.pointer(Float.self)) + start
        let target = inputGradient.pointer(Float.self) + start
        var index = 0
        while index < count {
            let lanes = min(16, count &- index)
            let value = load(front + index, lanes)
            let passed = value.replacing(with: value * unit.negativeSlope, where: load(signs + index, lanes) .<= 0)
            store(passed + load(UnsafePointer(target) + index, lanes), at: target + index, lanes)
            index &+= 16
        }
    }
}
