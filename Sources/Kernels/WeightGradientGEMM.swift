import CProcessor
internal import Tensors

/// The gradient of a convolution's weights and bias, float32:
///
///     dw[o, i, k] = sum over b, t of  x[b, t + k * dilation - padding.left, group(o) + i] * dy[b, t, o]
///     db[o] = sum over b, t of dy[b, t, o]
///
/// A block of time is packed into memory of the thread's own, zeros around the signal included, and multiplied tile by
/// tile (``WeightGradientTile``). The order of every sum depends on shapes and the thread count alone.
struct WeightGradientGEMM {
    let plan: WeightGradientPlan
    let input: Tensor
    let gradient: Tensor
    private let threads: Int
    private let dividesParts: Bool
    private let sums: WeightGradientSums

    /// Whether this build's vectors multiply and add in one instruction. Where not, oneDNN chooses at run time.
    static var isFast: Bool { vocoder_has_fused_multiply != 0 }

    /// - Parameter phases: Steps of `input` that are one of the convolution's, folded (``PolyphaseConvolution``).
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
        // Part by part where they are divided, else block by block.
        let parts = dividesParts ? share(plan.parts.count, thread) : plan.parts.indices
        let blocks = dividesParts ? plan.blocks.indices : share(plan.blocks.count, thread)
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

    private func share(_ count: Int, _ thread: Int) -> Range<Int> {
        count * thread / threads..<count * (thread + 1) / threads
    }
}

extension WeightGradientPlan.Part {
    /// Which of the part's packed chunks a group's is.
    func place(_ group: Int, _ chunk: Int) -> Int {
        (group - groups.lowerBound) * chunks.count + chunk - chunks.lowerBound
    }

    /// Group by group, chunk by chunk, panel by panel.
    func indices(ofPair pair: Int) -> (group: Int, chunk: Int, panel: Int) {
        let (rest, panel) = pair.quotientAndRemainder(dividingBy: panels.count)
        let (group, chunk) = rest.quotientAndRemainder(dividingBy: chunks.count)
        return (groups.lowerBound + group, chunks.lowerBound + chunk, panels.lowerBound + panel)
    }
}
