import CProcessor
internal import Tensors

/// What one block of a ``BlockedGEMM``'s weights adds to all rows of one panel of its result.
struct BlockedGEMMTile {
    let input: Tensor
    let output: Tensor
    /// Which step of the input the tap sees, relative to the output's.
    let shift: Int
    let inputs: Range<Int>
    let panel: PackedPanels.Panel
    /// A row of the panel's width for each input.
    let weights: UnsafePointer<Float>
    /// Zeros, for steps outside the signal.
    let nothing: UnsafePointer<Float>
    /// What the sums begin with; nil where the output holds the sums so far.
    let start: UnsafePointer<Float>?
    /// Of a leaky rectifier after this block.
    let negativeSlope: Float?

    func run() {
        // The lanes are a constant of the build: one branch is left.
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

    /// Where the inputs begin that row number `row` of the output sees.
    @inline(__always)
    private func source(_ row: Int) -> UnsafePointer<Float> {
        let (entry, step) = row.quotientAndRemainder(dividingBy: output.time)
        let seen = step + shift
        guard seen >= 0 && seen < input.time else { return nothing }
        return UnsafePointer(input.pointer(Float.self)) + (entry * input.time + seen) * input.channels + inputs.lowerBound
    }

    /// Six rows. Past the last row the last is computed again, and not stored.
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
        let sums = negativeSlope.map { sums.rectified($0) } ?? sums
        if panel.count == Sums.width { return sums.store(at: target) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            sums.store(at: numbers.baseAddress!)
            target.update(from: numbers.baseAddress!, count: panel.count)
        }
    }
}
