import CProcessor
import Tensors

/// One packed chunk of inputs and one packed panel of output gradients over a block of time, with the sums of their products.
struct WeightGradientOperands {
    let plan: WeightGradientPlan
    let chunk: Int
    let panel: Int
    let segments: UnsafeBufferPointer<WeightGradientSegment>
    let input: UnsafePointer<Float>
    let gradient: UnsafePointer<Float>
    let sums: UnsafeMutablePointer<Float>
    let ahead: WeightGradientLookahead

    func addProducts() {
        // The number of lanes is a constant of the build, so the compiler keeps one branch.
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
        // Without dilation the inputs of all taps lie side by side and make one run.
        let runs = geometry.dilation == 1 ? 1 : geometry.kernel
        let length = geometry.kernel * inputs / runs
        for run in 0..<runs {
            for next in stride(from: 0, to: length, by: height) {
                // The last tile begins early enough to end with the run, so that nothing past it is read.
                let first = max(0, min(next, length - height))
                let ahead = ahead.line(line)
                line += 1
                let tile = WeightGradientTile(
                    factors: input + run * geometry.dilation * inputs + first, factorStride: inputs, vectors: gradient,
                    vectorStride: width, segments: segments, sums: sums + (run * length + first) * width,
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
                    vectorStride: plan.chunks[chunk].count, segments: segments, sums: sums + row * columns + first,
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

/// Consecutive time steps, given by their first rows in the two packed operands.
struct WeightGradientSegment {
    let factorRow: Int
    let vectorRow: Int
    let count: Int
}

/// A register tile of a sum of outer products over time:
///
///     sums[r, :] += sum over t of  factors[t, r] * vectors[t, :]
struct WeightGradientTile {
    let factors: UnsafePointer<Float>
    let factorStride: Int
    let vectors: UnsafePointer<Float>
    let vectorStride: Int
    let segments: UnsafeBufferPointer<WeightGradientSegment>
    let sums: UnsafeMutablePointer<Float>
    let sumStride: Int
    /// Memory that is needed next; one cache line of it is prefetched per step.
    let ahead: UnsafePointer<Float>
    let aheadStride: Int
    /// The rows to keep; each kernel computes a fixed number of rows.
    let rows: Range<Int>

    /// Adds four rows, of six vectors where there are many registers, else three.
    @inline(__always)
    func addFour<Sums: RowAccumulator>(_: Sums.Type) {
        var (a, b, c, d) = (Sums.zero, Sums.zero, Sums.zero, Sums.zero)
        forEachStep { factor, vector in
            a.add(factor[0], times: vector)
            b.add(factor[1], times: vector)
            c.add(factor[2], times: vector)
            d.add(factor[3], times: vector)
        }
        flush(a, 0)
        flush(b, 1)
        flush(c, 2)
        flush(d, 3)
    }

    /// Adds six rows, of four vectors where there are many registers, else two.
    @inline(__always)
    func addSix<Sums: RowAccumulator>(_: Sums.Type) {
        var (a, b, c) = (Sums.zero, Sums.zero, Sums.zero)
        var (d, e, f) = (a, b, c)
        forEachStep { factor, vector in
            a.add(factor[0], times: vector)
            b.add(factor[1], times: vector)
            c.add(factor[2], times: vector)
            d.add(factor[3], times: vector)
            e.add(factor[4], times: vector)
            f.add(factor[5], times: vector)
        }
        flush(a, 0)
        flush(b, 1)
        flush(c, 2)
        flush(d, 3)
        flush(e, 4)
        flush(f, 5)
    }

    /// Adds eight rows of one or two vectors.
    @inline(__always)
    func addEight<Sums: RowAccumulator>(_: Sums.Type) {
        var (a, b, c, d) = (Sums.zero, Sums.zero, Sums.zero, Sums.zero)
        var (e, f, g, h) = (a, b, c, d)
        forEachStep { factor, vector in
            a.add(factor[0], times: vector)
            b.add(factor[1], times: vector)
            c.add(factor[2], times: vector)
            d.add(factor[3], times: vector)
            e.add(factor[4], times: vector)
            f.add(factor[5], times: vector)
            g.add(factor[6], times: vector)
            h.add(factor[7], times: vector)
        }
        flush(a, 0)
        flush(b, 1)
        flush(c, 2)
        flush(d, 3)
        flush(e, 4)
        flush(f, 5)
        flush(g, 6)
        flush(h, 7)
    }

    @inline(__always)
    private func forEachStep(_ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void) {
        var ahead = ahead
        for segment in segments {
            var factor = factors + segment.factorRow &* factorStride
            var vector = vectors + segment.vectorRow &* vectorStride
            for _ in 0..<segment.count {
                body(factor, vector)
                vocoder_prefetch(ahead)
                ahead += aheadStride
                factor += factorStride
                vector += vectorStride
            }
        }
    }

    /// Adds a tile's row to the sums. Summing each block of time separately first loses less precision than one long sum.
    @inline(__always)
    private func flush<Sums: RowAccumulator>(_ row: Sums, _ index: Int) {
        guard rows.contains(index) else { return }
        let place = sums + index &* sumStride
        var total = row
        total.add(1, times: place)
        total.store(at: place)
    }
}
