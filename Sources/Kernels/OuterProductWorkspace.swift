internal import Tensors

/// What one thread of ``OuterProducts`` reads and writes.
struct OuterProductWorkspace {
    let plan: OuterProductPlan
    let input: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>
    /// A block's input, chunk by chunk, then its output gradient, panel by panel.
    let packed: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let biases: UnsafeMutablePointer<Float>

    func clear(_ part: OuterProductPlan.Part) {
        (sums + part.offset).update(repeating: 0, count: part.pairCount * plan.pairFloats)
        guard part.chunks.lowerBound == 0 else { return }
        for group in part.groups {
            (biases + (group * plan.panels.count + part.panels.lowerBound) * plan.biasFloats)
                .update(repeating: 0, count: part.panels.count * plan.biasFloats)
        }
    }

    /// Adds one block's products to a part's sums.
    ///
    /// - Parameter next: What will be added next, if anything.
    func add(
        _ block: [OuterProductPlan.Steps], to part: OuterProductPlan.Part,
        next: (block: [OuterProductPlan.Steps], part: OuterProductPlan.Part)
    ) {
        let panels = packed + part.groups.count * part.chunks.count * plan.chunkFloats
        withUnsafeTemporaryAllocation(of: OuterProductStretch.self, capacity: block.count) { stretches in
            pack(block, of: part, panels: panels, stretches)
            for pair in 0..<part.pairCount {
                let (group, chunk, panel) = part.indices(ofPair: pair)
                let place = (group - part.groups.lowerBound) * part.panels.count + panel - part.panels.lowerBound
                let operands = OuterProductOperands(
                    plan: plan, chunk: chunk, panel: panel, stretches: UnsafeBufferPointer(stretches),
                    input: plan.readsInputDirectly
                        ? input : UnsafePointer(packed) + pair / part.panels.count * plan.chunkFloats,
                    gradient: plan.readsGradientDirectly ? gradient : UnsafePointer(panels) + place * plan.panelFloats,
                    sums: sums + part.offset + pair * plan.pairFloats,
                    ahead: lookahead(next.block[0], next.part, share: pair, of: part.pairCount))
                operands.addProducts()
                guard chunk == 0 else { continue }
                let bias = biases + (group * plan.panels.count + panel) * plan.biasFloats
                for stretch in stretches {
                    let row = plan.runsAlongInputs ? stretch.factorRow : stretch.vectorRow
                    let width = plan.panels[panel].width
                    addColumns(operands.gradient + row * width, width: width, rows: stretch.count, to: bias)
                }
            }
        }
    }

    /// The lines of the next block that one pair of chunk and panel asks for.
    private func lookahead(
        _ steps: OuterProductPlan.Steps, _ part: OuterProductPlan.Part, share: Int, of shares: Int
    ) -> OuterProductLookahead {
        let geometry = plan.geometry
        func lines(_ base: UnsafePointer<Float>, _ channels: Range<Int>) -> (UnsafePointer<Float>, Int) {
            let count = (channels.count + 15) / 16
            let mine = count * share / shares..<count * (share + 1) / shares
            return (base + channels.lowerBound + 16 * mine.lowerBound, mine.count)
        }
        func channels(_ first: Int, _ last: Int, _ each: Int) -> Range<Int> {
            (part.groups.lowerBound * each + first)..<((part.groups.upperBound - 1) * each + last)
        }
        let panel = plan.panels[part.panels.upperBound - 1]
        let (input, inputLines) = lines(
            self.input + (steps.entry * plan.inputTime + steps.range.lowerBound) * geometry.inputChannels,
            channels(plan.chunks[part.chunks.lowerBound].lowerBound, plan.chunks[part.chunks.upperBound - 1].upperBound, plan.inputs))
        let (gradient, gradientLines) = lines(
            self.gradient + (steps.entry * plan.outputTime + steps.range.lowerBound) * geometry.outputChannels,
            channels(plan.panels[part.panels.lowerBound].column, panel.column + panel.count, plan.outputs))
        return OuterProductLookahead(
            input: input, inputStride: geometry.inputChannels, inputLines: inputLines, gradient: gradient,
            gradientStride: geometry.outputChannels, gradientLines: gradientLines)
    }

    /// Brings a block's operands together where tiles do not read them directly, and notes where their rows start.
    private func pack(
        _ block: [OuterProductPlan.Steps], of part: OuterProductPlan.Part, panels: UnsafeMutablePointer<Float>,
        _ stretches: UnsafeMutableBufferPointer<OuterProductStretch>
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
            stretches.initializeElement(at: index, to: .init(factorRow: rows.0, vectorRow: rows.1, count: count))
            inputRow += count + plan.geometry.reach
            gradientRow += count
        }
    }

    private func packInput(_ part: OuterProductPlan.Part, _ steps: OuterProductPlan.Steps, _ row: Int) {
        let geometry = plan.geometry
        let first = steps.range.lowerBound - geometry.paddingLeft
        for index in 0..<steps.range.count + geometry.reach {
            let exists = first + index >= 0 && first + index < plan.inputTime
            let source = input + (steps.entry * plan.inputTime + first + index) * geometry.inputChannels
            var target = packed
            for group in part.groups {
                for chunk in part.chunks {
                    let channels = plan.chunks[chunk]
                    let place = target + (row + index) * channels.count
                    if exists {
                        transform(source + group * plan.inputs + channels.lowerBound, place, count: channels.count) { $0 }
                    } else {
                        place.update(repeating: 0, count: channels.count)
                    }
                    target += plan.chunkFloats
                }
            }
        }
    }

    private func packGradient(
        _ part: OuterProductPlan.Part, _ steps: OuterProductPlan.Steps, _ place: UnsafeMutablePointer<Float>, _ row: Int
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
            // Two sums at a time: a single one waits for each addition.
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
