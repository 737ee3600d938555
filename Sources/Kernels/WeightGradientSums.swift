internal import Tensors

/// What threads sum by an ``WeightGradientPlan``, and the memory they do it in.
struct WeightGradientSums {
    let plan: WeightGradientPlan
    /// Of each thread, or shared by all where they divide the weights: sums of weights, then of biases.
    private let sums: Tensor
    /// Of each thread.
    private let packed: Tensor

    /// - Parameter areShared: Whether each thread sums weights of its own; else all sum all of them.
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

    private func place(_ part: WeightGradientPlan.Part, _ pair: Int, _ sums: UnsafePointer<Float>, in result: Tensor) {
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
