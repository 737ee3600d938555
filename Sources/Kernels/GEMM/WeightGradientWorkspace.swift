internal import Tensors

/// The operands, packed operands and sums of one thread of ``WeightGradientGEMM``.
struct WeightGradientWorkspace {
    let plan: WeightGradientPlan
    let input: UnsafeMutablePointer<Float>
    let gradient: UnsafeMutablePointer<Float>
    /// Holds a block's packed input, chunk by chunk, then its packed output gradient, panel by panel.
    let packed: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let biases: UnsafeMutablePointer<Float>

    func clear(_ part: WeightGradientPlan.Part) {
        (sums + part.offset).update(repeating: 0, count: part.pairCount * plan.pairFloats)
        guard part.chunks.lowerBound == 0 else { return }
        for group in part.groups {
            (biases + (group * plan.panels.count + part.panels.lowerBound) * plan.biasFloats)
                .update(repeating: 0, count: part.panels.count * plan.biasFloats)
        }
    }

    func clear() { for part in plan.parts { clear(part) } }

    /// Adds the products of all weights over the first `count` steps of one signal.
    func addSteps(_ count: Int) {
        // Blocks have the length of the plan's.
        let length = plan.blocks[0].reduce(0) { $0 + $1.range.count }
        for first in stride(from: 0, to: count, by: length) {
            let block = [WeightGradientPlan.Steps(entry: 0, range: first..<min(first + length, count))]
            for part in plan.parts { add(block, to: part, next: (block, part)) }
        }
    }

    /// Adds one block's products to a part's sums.
    ///
    /// - Parameter next: The block and part added next, for prefetching.
    func add(
        _ block: [WeightGradientPlan.Steps], to part: WeightGradientPlan.Part,
        next: (block: [WeightGradientPlan.Steps], part: WeightGradientPlan.Part)
    ) {
        let panels = packed + part.groups.count * part.chunks.count * plan.chunkFloats
        withUnsafeTemporaryAllocation(of: WeightGradientSegment.self, capacity: block.count) { segments in
            pack(block, of: part, panels: panels, segments)
            for pair in 0..<part.pairCount {
                let (group, chunk, panel) = part.indices(ofPair: pair)
                let place = (group - part.groups.lowerBound) * part.panels.count + panel - part.panels.lowerBound
                let operands = WeightGradientOperands(
                    plan: plan, chunk: chunk, panel: panel, segments: UnsafeBufferPointer(segments),
                    input: plan.readsInputDirectly
                        ? UnsafePointer(input) : UnsafePointer(packed) + pair / part.panels.count * plan.chunkFloats,
                    gradient: plan.readsGradientDirectly ? UnsafePointer(gradient) : UnsafePointer(panels) + place * plan.panelFloats,
                    sums: sums + part.offset + pair * plan.pairFloats,
                    ahead: lookahead(next.block[0], next.part, fraction: pair, of: part.pairCount))
                operands.addProducts()
                guard chunk == 0 else { continue }
                let bias = biases + (group * plan.panels.count + panel) * plan.biasFloats
                for segment in segments {
                    let row = plan.runsAlongInputs ? segment.factorRow : segment.vectorRow
                    let width = plan.panels[panel].width
                    addColumns(operands.gradient + row * width, width: width, rows: segment.count, to: bias)
                }
            }
        }
    }

    /// The cache lines of the next block that one pair of chunk and panel prefetches.
    private func lookahead(
        _ steps: WeightGradientPlan.Steps, _ part: WeightGradientPlan.Part, fraction: Int, of fractions: Int
    ) -> WeightGradientLookahead {
        let (geometry, phases) = (plan.geometry, plan.phases)
        let (first, last) = (part.groups.lowerBound, part.groups.upperBound - 1)
        let inputs = first * plan.inputs + plan.chunks[part.chunks.lowerBound].lowerBound
            ..< last * plan.inputs + plan.chunks[part.chunks.upperBound - 1].upperBound
        let panel = plan.panels[part.panels.upperBound - 1]
        let outputs = first * plan.outputs + plan.panels[part.panels.lowerBound].column
            ..< last * plan.outputs + panel.column + panel.count
        let step = steps.entry * plan.inputTime + steps.range.lowerBound * phases
        return WeightGradientLookahead(
            input: .init(
                base: input + (step * geometry.inputChannels + inputs.lowerBound) / phases,
                phaseStride: geometry.inputChannels / phases, phases: phases,
                lines: (inputs.count / phases + 15) / 16, stride: geometry.inputChannels),
            gradient: .init(
                base: gradient + (steps.entry * plan.outputTime + steps.range.lowerBound) * geometry.outputChannels
                    + outputs.lowerBound,
                phaseStride: 0, phases: 1, lines: (outputs.count + 15) / 16, stride: geometry.outputChannels),
            fraction: fraction, fractions: fractions)
    }

    /// Packs a block's operands where tiles do not read them directly, and records where their rows start.
    private func pack(
        _ block: [WeightGradientPlan.Steps], of part: WeightGradientPlan.Part, panels: UnsafeMutablePointer<Float>,
        _ segments: UnsafeMutableBufferPointer<WeightGradientSegment>
    ) {
        var (inputRow, gradientRow) = (0, 0)
        for (index, steps) in block.enumerated() {
            let (count, first) = (steps.range.count, steps.range.lowerBound)
            if plan.readsInputDirectly {
                inputRow = steps.entry * plan.inputTime + first
            } else {
                packInput(part, steps, inputRow)
            }
            if plan.readsGradientDirectly {
                gradientRow = steps.entry * plan.outputTime + first
            } else {
                packGradient(part, steps, panels, gradientRow)
            }
            let rows = plan.runsAlongInputs ? (gradientRow, inputRow) : (inputRow, gradientRow)
            segments.initializeElement(at: index, to: .init(factorRow: rows.0, vectorRow: rows.1, count: count))
            inputRow += count + plan.geometry.reach
            gradientRow += count
        }
    }

    private func packInput(_ part: WeightGradientPlan.Part, _ steps: WeightGradientPlan.Steps, _ row: Int) {
        let (geometry, phases) = (plan.geometry, plan.phases)
        let (channels, inputs) = (geometry.inputChannels / phases, plan.inputs / phases)
        let first = (steps.range.lowerBound - geometry.paddingLeft) * phases
        let last = first + (steps.range.count + geometry.reach) * phases
        for group in part.groups {
            for chunk in part.chunks {
                let width = plan.chunks[chunk].count
                let target = packed + part.place(group, chunk) * plan.chunkFloats
                let slice = ChannelSlice(
                    base: input + steps.entry * plan.inputTime * channels + group * inputs
                        + plan.chunks[chunk].lowerBound / phases,
                    time: plan.inputTime, channels: channels, width: width / phases)
                slice.gather(first..<last, at: target + row * width)
            }
        }
    }

    private func packGradient(
        _ part: WeightGradientPlan.Part, _ steps: WeightGradientPlan.Steps, _ place: UnsafeMutablePointer<Float>, _ row: Int
    ) {
        let channels = plan.geometry.outputChannels
        for (index, step) in steps.range.enumerated() {
            let source = gradient + (steps.entry * plan.outputTime + step) * channels
            var target = place
            for group in part.groups {
                for panel in part.panels {
                    let outputs = plan.panels[panel]
                    let start = target + (row + index) * outputs.width
                    transform(source + group * plan.outputs + outputs.column, start, count: outputs.count) { $0 }
                    if outputs.count < outputs.width {
                        (start + outputs.count).update(repeating: 0, count: outputs.width - outputs.count)
                    }
                    target += plan.panelFloats
                }
            }
        }
    }

    private func addColumns(
        _ gradient: UnsafePointer<Float>, width: Int, rows: Int, to place: UnsafeMutablePointer<Float>
    ) {
        for column in stride(from: 0, to: width, by: 16) {
            // Two sums hide the latency of the additions.
            var (even, odd) = (SIMD16<Float>(), SIMD16<Float>())
            var source = gradient + column
            for _ in 0..<rows / 2 {
                even += Float.loadVector(source)
                odd += Float.loadVector(source + width)
                source += 2 * width
            }
            if rows % 2 == 1 { even += Float.loadVector(source) }
            Float.store(even + odd + Float.loadVector(place + column), at: place + column)
        }
    }
}

/// The location of the next block, whose cache lines are prefetched while the current one is multiplied.
struct WeightGradientLookahead {
    /// The cache lines of a row: `lines` for each phase.
    struct Row {
        let base: UnsafeMutablePointer<Float>
        let phaseStride: Int
        let phases: Int
        let lines: Int
        let stride: Int

        @inline(__always)
        func line(_ index: Int) -> (UnsafePointer<Float>, Int) {
            (UnsafePointer(base + index / lines * phaseStride + index % lines * 16), stride)
        }
    }

    let input: Row
    let gradient: Row
    /// Which fraction of the lines is prefetched here: number `fraction` of `fractions`.
    let fraction: Int
    let fractions: Int

    /// Line `index` of this fraction, the input's lines first; past the last, a line already in the cache.
    @inline(__always)
    func line(_ index: Int) -> (UnsafePointer<Float>, Int) {
        let inputLines = input.phases * input.lines
        let count = inputLines + gradient.lines
        let line = count * fraction / fractions + index
        if line >= count * (fraction + 1) / fractions { return (UnsafePointer(input.base), 0) }
        return line < inputLines ? input.line(line) : gradient.line(line - inputLines)
    }
}
