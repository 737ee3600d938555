import CProcessor
internal import Tensors

/// The gradient of a convolution's weights and bias, float32:
///
///     dw[o, i, k] = sum over b, t of  x[b, t + k * dilation - padding.left, group(o) + i] * dy[b, t, o]
///     db[o] = sum over b, t of dy[b, t, o]
///
/// Each thread packs a block of time into its workspace, zeros around the signal included, and multiplies it tile by tile
/// (``WeightGradientTile``). The order of every sum depends on shapes and the thread count alone.
struct WeightGradientGEMM {
    let plan: WeightGradientPlan
    let input: Tensor
    let gradient: Tensor
    private let threads: Int
    private let dividesParts: Bool
    private let sums: WeightGradientSums

    /// Whether this build has fused multiply-add instructions. Where not, oneDNN, which chooses instructions at run time, is
    /// faster.
    static var isFast: Bool { vocoder_has_fused_multiply != 0 }

    /// - Parameter phases: Steps of `input` that make one step of the convolution in its polyphase form (``PolyphaseConvolution``).
    init(_ geometry: ConvolutionGeometry, input: Tensor, gradient: Tensor, phases: Int = 1) {
        precondition(
            input.channels * phases == geometry.inputChannels && gradient.channels == geometry.outputChannels
                && gradient.batch == input.batch
                && gradient.time == geometry.outputTime(from: (input.time + phases - 1) / phases),
            "\(gradient.shape) is no gradient of \(geometry) of \(input.shape)")
        let available = Parallel.threadCount
        plan = WeightGradientPlan(
            geometry, batch: input.batch, inputTime: input.time, phases: phases, threads: available)
        (self.input, self.gradient) = (input, gradient)
        dividesParts = plan.dividesParts(among: available)
        threads = min(available, dividesParts ? plan.parts.count : plan.blocks.count)
        sums = WeightGradientSums(plan, threads: threads, areShared: dividesParts)
    }

    /// - Returns: `[output, input / groups, kernel]` and `[output]`.
    func run() -> (weights: Tensor, bias: Tensor) {
        Parallel.forEach(threads) { range in
            for thread in range { sum(thread) }
        }
        return sums.gathered()
    }

    private func sum(_ thread: Int) {
        let work = sums.workspace(
            of: thread, input: input.pointer(Float.self), gradient: gradient.pointer(Float.self))
        // Threads divide either the parts of the weights or the blocks of time.
        let parts = dividesParts ? range(plan.parts.count, thread) : plan.parts.indices
        let blocks = dividesParts ? plan.blocks.indices : range(plan.blocks.count, thread)
        for part in parts { work.clear(plan.parts[part]) }
        let count = parts.count * blocks.count
        func task(_ index: Int) -> (block: [WeightGradientPlan.Steps], part: WeightGradientPlan.Part) {
            let inner = dividesParts ? blocks.count : parts.count
            let (high, low) = index.quotientAndRemainder(dividingBy: inner)
            return (
                plan.blocks[blocks.lowerBound + (dividesParts ? low : high)],
                plan.parts[parts.lowerBound + (dividesParts ? high : low)]
            )
        }
        for index in 0..<count {
            let (block, part) = task(index)
            work.add(block, to: part, next: task(min(index + 1, count - 1)))
        }
    }

    /// The items of `0..<count` that fall to one thread.
    private func range(_ count: Int, _ thread: Int) -> Range<Int> {
        count * thread / threads..<count * (thread + 1) / threads
    }
}

extension WeightGradientPlan.Part {
    /// The index of a group's chunk among the part's packed chunks.
    func place(_ group: Int, _ chunk: Int) -> Int {
        (group - groups.lowerBound) * chunks.count + chunk - chunks.lowerBound
    }

    /// The group, chunk and panel of a pair; panels vary fastest, then chunks, then groups.
    func indices(ofPair pair: Int) -> (group: Int, chunk: Int, panel: Int) {
        let (rest, panel) = pair.quotientAndRemainder(dividingBy: panels.count)
        let (group, chunk) = rest.quotientAndRemainder(dividingBy: chunks.count)
        return (groups.lowerBound + group, chunks.lowerBound + chunk, panels.lowerBound + panel)
    }
}

/// The threads' partial sums of a weight gradient, laid out by a ``WeightGradientPlan``, and their packed operands.
struct WeightGradientSums {
    let plan: WeightGradientPlan
    /// Sums of weights, then of biases: one set per thread, or one for all where threads divide the weights.
    private let sums: Tensor
    /// The packed operands of each thread.
    private let packed: Tensor

    /// - Parameter areShared: Whether threads divide the weights; otherwise each sums all weights over its blocks of time.
    init(_ plan: WeightGradientPlan, threads: Int, areShared: Bool) {
        self.plan = plan
        sums = Tensor([areShared ? 1 : threads, plan.sumFloats + plan.allBiasFloats])
        packed = Tensor([threads, plan.packedFloats])
    }

    func workspace(
        of thread: Int, input: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) -> WeightGradientWorkspace {
        let own = sums.pointer(Float.self) + (sums.shape[0] == 1 ? 0 : thread) * sums.shape[1]
        return WeightGradientWorkspace(
            plan: plan, input: input, gradient: gradient, packed: packed.pointer(Float.self) + thread * packed.shape[1],
            sums: own, biases: own + plan.sumFloats)
    }

    /// The gradients, `[output, input / groups, kernel]` and `[output]`.
    func gathered() -> (weights: Tensor, bias: Tensor) { (gatheredWeights(), gatheredBias()) }

    /// The threads' sums added up in a fixed order, in the layout of the weights.
    private func gatheredWeights() -> Tensor {
        let result = Tensor(plan.geometry.weightShape)
        let pairs = plan.parts.flatMap { part in (0..<part.pairCount).map { (part, $0) } }
        Parallel.forEach(pairs.count, grain: max(1, elementGrain / plan.pairFloats)) { range in
            for (part, pair) in pairs[range] {
                let first = sums.pointer(Float.self) + part.offset + pair * plan.pairFloats
                for thread in 1..<max(1, sums.shape[0]) {
                    combine(first, first + thread * sums.shape[1], first, count: plan.pairFloats) { $0 + $1 }
                }
                place(part, pair, first, in: result)
            }
        }
        withExtendedLifetime((sums, result)) {}
        return result
    }

    private func place(_ part: WeightGradientPlan.Part, _ pair: Int, _ sums: UnsafePointer<Float>, in result: Tensor) {
        let (group, chunk, panel) = part.indices(ofPair: pair)
        let (taps, inputs, columns) = (plan.geometry.kernel, plan.chunks[chunk], plan.columns(chunk, panel))
        // Strides of outputs and of pairs of tap and input in the sums.
        let (output, step) = plan.runsAlongInputs ? (columns, 1) : (1, columns)
        for index in 0..<plan.panels[panel].count {
            let row = group * plan.outputs + plan.panels[panel].column + index
            var target = result.pointer(Float.self) + (row * plan.inputs + inputs.lowerBound) * taps
            var source = sums + index * output
            for _ in inputs {
                for tap in 0..<taps { target[tap] = source[tap &* inputs.count &* step] }
                target += taps
                source += step
            }
        }
    }

    private func gatheredBias() -> Tensor {
        let result = Tensor([plan.geometry.outputChannels])
        let (from, to) = (sums.pointer(Float.self) + plan.sumFloats, result.pointer(Float.self))
        for group in 0..<plan.geometry.groups {
            for (index, panel) in plan.panels.enumerated() {
                let place = (group * plan.panels.count + index) * plan.biasFloats
                for column in 0..<panel.count {
                    var sum: Float = 0
                    for thread in 0..<sums.shape[0] { sum += from[thread * sums.shape[1] + place + column] }
                    to[group * plan.outputs + panel.column + column] = sum
                }
            }
        }
        withExtendedLifetime((sums, result)) {}
        return result
    }
}
