/// One packed chunk of inputs and one packed panel of output gradients over a block of time, and the sums of their
/// products.
struct WeightGradientOperands {
    let plan: WeightGradientPlan
    let chunk: Int
    let panel: Int
    let stretches: UnsafeBufferPointer<WeightGradientSegment>
    let input: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let ahead: WeightGradientLookahead

    func addProducts() {
        // The lanes are a constant of the build: one branch is left.
        switch PackedPanels.lanes {
        case 16: addProducts(SIMD16<Float>.self)
        case 8: addProducts(SIMD8<Float>.self)
        default: addProducts(SIMD4<Float>.self)
        }
    }

    @inline(__always)
    private func addProducts<Vector: FloatVector>(_: Vector.Type) {
        if plan.runsAlongInputs { addAlongInputs(Vector.self) } else { addAlongOutputs(Vector.self) }
    }

    private func addAlongOutputs<Vector: FloatVector>(_: Vector.Type) {
        var line = 0
        let (width, inputs, geometry) = (plan.panels[panel].width, plan.chunks[chunk].count, plan.geometry)
        let height = width == PackedPanels.widest ? 6 : 8
        // Without dilation the taps' inputs lie side by side as well: one long run.
        let runs = geometry.dilation == 1 ? 1 : geometry.kernel
        let length = geometry.kernel * inputs / runs
        for run in 0..<runs {
            for next in stride(from: 0, to: length, by: height) {
                // The last tile begins early enough to end with the rows, so that nothing past them is read.
                let first = max(0, min(next, length - height))
                let ahead = ahead.line(line)
                line += 1
                let tile = WeightGradientTile(
                    factors: input + run * geometry.dilation * inputs + first, factorStride: inputs, vectors: gradient,
                    vectorStride: width, stretches: stretches, sums: sums + (run * length + first) * width,
                    sumStride: width, ahead: ahead.0, aheadStride: ahead.1, rows: next - first..<min(height, length - first))
                switch (width / Vector.scalarCount, height) {
                case (4, _): tile.addSix(Doubled<Doubled<OneVector<Vector>>>.self)
                case (2, 6): tile.addSix(Doubled<OneVector<Vector>>.self)
                case (2, _): tile.addEight(Doubled<OneVector<Vector>>.self)
                default: tile.addEight(OneVector<Vector>.self)
                }
            }
        }
    }

    private func addAlongInputs<Vector: FloatVector>(_: Vector.Type) {
        var line = 0
        let (columns, rows) = (plan.columns(chunk, panel), plan.panels[panel].count)
        for first in stride(from: 0, to: columns, by: WeightGradientPlan.inputVectors * Vector.scalarCount) {
            for row in stride(from: 0, to: rows, by: 4) {
                let ahead = ahead.line(line)
                line += 1
                let tile = WeightGradientTile(
                    factors: gradient + row, factorStride: plan.panels[panel].width, vectors: input + first,
                    vectorStride: plan.chunks[chunk].count, stretches: stretches, sums: sums + row * columns + first,
                    sumStride: columns, ahead: ahead.0, aheadStride: ahead.1, rows: 0..<min(4, rows - row))
                if WeightGradientPlan.inputVectors == 6 {
                    tile.addFour(Doubled<Tripled<OneVector<Vector>>>.self)
                } else {
                    tile.addFour(Tripled<OneVector<Vector>>.self)
                }
            }
        }
    }
}
