import CProcessor
internal import Tensors

/// The gradient of a convolution's weights and bias, float32:
///
///     dw[o, i, k] = sum over b, t of  x[b, t + k * dilation - padding.left, group(o) + i] * dy[b, t, o]
///     db[o] = sum over b, t of dy[b, t, o]
///
/// A block of time is packed into memory of the thread's own, zeros around the signal included, and multiplied tile by
/// tile (``OuterProductTile``). The order of every sum depends on shapes and the thread count alone.
struct OuterProducts {
    let plan: OuterProductPlan
    let input: Tensor
    let gradient: Tensor
    private let threads: Int
    private let dividesParts: Bool
    /// Of each thread, or of all where they divide the weights: sums of weights, then of biases.
    private let sums: Tensor
    /// Of each thread.
    private let packed: Tensor

    /// Whether this build's vectors multiply and add in one instruction. Where not, oneDNN chooses at run time.
    static var isFast: Bool { vocoder_has_fused_multiply != 0 }

    init(_ geometry: ConvolutionGeometry, input: Tensor, gradient: Tensor) {
        let available = Parallel.threadCount
        plan = OuterProductPlan(geometry, batch: input.batch, inputTime: input.time, threads: available)
        (self.input, self.gradient) = (input, gradient)
        dividesParts = plan.dividesParts(among: available)
        threads = min(available, dividesParts ? plan.parts.count : plan.blocks.count)
        sums = Tensor([dividesParts ? 1 : threads, plan.sumFloats + plan.allBiasFloats])
        packed = Tensor([threads, plan.packedFloats])
    }

    /// - Returns: `[output, input / groups, kernel]` and `[output]`.
    func run() -> (weights: Tensor, bias: Tensor) {
        Parallel.forEach(threads) { range in
            for thread in range { sum(thread) }
        }
        return (gatheredWeights(), gatheredBias())
    }

    private func sum(_ thread: Int) {
        let own = sums.pointer(Float.self) + (dividesParts ? 0 : thread) * sums.shape[1]
        let work = OuterProductWorkspace(
            plan: plan, input: input.pointer(Float.self), gradient: gradient.pointer(Float.self),
            packed: packed.pointer(Float.self) + thread * packed.shape[1], sums: own, biases: own + plan.sumFloats)
        // Part by part where they are divided, else block by block.
        let parts = dividesParts ? share(plan.parts.count, thread) : plan.parts.indices
        let blocks = dividesParts ? plan.blocks.indices : share(plan.blocks.count, thread)
        for part in parts { work.clear(plan.parts[part]) }
        let count = parts.count * blocks.count
        func task(_ index: Int) -> (block: [OuterProductPlan.Steps], part: OuterProductPlan.Part) {
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

    private func share(_ count: Int, _ thread: Int) -> Range<Int> {
        count * thread / threads..<count * (thread + 1) / threads
    }

    /// Adds up what the threads summed, in their order, and brings it into the weights' layout.
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

    private func place(_ part: OuterProductPlan.Part, _ pair: Int, _ sums: UnsafePointer<Float>, in result: Tensor) {
        let (group, chunk, panel) = part.indices(ofPair: pair)
        let (taps, inputs, columns) = (plan.geometry.kernel, plan.chunks[chunk], plan.columns(chunk, panel))
        // From one output, and from one pair of tap and input, to the next.
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

extension OuterProductPlan.Part {
    /// Group by group, chunk by chunk, panel by panel.
    func indices(ofPair pair: Int) -> (group: Int, chunk: Int, panel: Int) {
        let (rest, panel) = pair.quotientAndRemainder(dividingBy: panels.count)
        let (group, chunk) = rest.quotientAndRemainder(dividingBy: chunks.count)
        return (groups.lowerBound + group, chunks.lowerBound + chunk, panels.lowerBound + panel)
    }
}
