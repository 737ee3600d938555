import CProcessor

/// A stretch of consecutive time steps, by its first rows in the two packed operands.
struct WeightGradientSegment {
    let factorRow: Int
    let vectorRow: Int
    let count: Int
}

/// A few rows of a sum of outer products, held in registers while time passes:
///
///     sums[r, :] += sum over t of  factors[t, r] * vectors[t, :]
struct WeightGradientTile {
    let factors: UnsafePointer<Float>
    let factorStride: Int
    let vectors: UnsafePointer<Float>
    let vectorStride: Int
    let stretches: UnsafeBufferPointer<WeightGradientSegment>
    let sums: UnsafeMutablePointer<Float>
    let sumStride: Int
    /// What will be needed next, asked for meanwhile: a cache line a step.
    let ahead: UnsafePointer<Float>
    let aheadStride: Int
    /// Which of the rows to keep. The kernels compute as many as they are made for.
    let rows: Range<Int>

    /// Four rows: of six vectors where there are many registers.
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

    /// Six rows: of four vectors where there are many registers, else two.
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

    /// Eight rows, of fewer vectors.
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
        for stretch in stretches {
            var factor = factors + stretch.factorRow &* factorStride
            var vector = vectors + stretch.vectorRow &* vectorStride
            for _ in 0..<stretch.count {
                body(factor, vector)
                vocoder_prefetch(ahead)
                ahead += aheadStride
                factor += factorStride
                vector += vectorStride
            }
        }
    }

    /// Blocks of time are summed apart and then added: that loses less than one long sum.
    @inline(__always)
    private func flush<Sums: RowAccumulator>(_ row: Sums, _ index: Int) {
        guard rows.contains(index) else { return }
        let place = sums + index &* sumStride
        var total = row
        total.add(1, times: place)
        total.store(at: place)
    }
}

extension RowAccumulator {
    @inline(__always)
    static var zero: Self {
        // Wide enough for any row; the compiler sees through it.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { zeros in
            zeros.initialize(repeating: 0)
            return Self(loading: zeros.baseAddress!)
        }
    }
}

/// Three rows of sums, one after the other.
struct Tripled<Third: RowAccumulator>: RowAccumulator {
    var low: Third
    var middle: Third
    var high: Third

    static var width: Int { 3 * Third.width }

    @inline(__always)
    init(loading address: UnsafePointer<Float>) {
        low = Third(loading: address)
        middle = Third(loading: address + Third.width)
        high = Third(loading: address + 2 * Third.width)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: UnsafePointer<Float>) {
        low.add(factor, times: weights)
        middle.add(factor, times: weights + Third.width)
        high.add(factor, times: weights + 2 * Third.width)
    }

    @inline(__always)
    mutating func add(_ factor: Float, times weights: Self) {
        low.add(factor, times: weights.low)
        middle.add(factor, times: weights.middle)
        high.add(factor, times: weights.high)
    }

    @inline(__always)
    func rectified(_ slope: Float) -> Self {
        var copy = self
        (copy.low, copy.middle, copy.high) = (low.rectified(slope), middle.rectified(slope), high.rectified(slope))
        return copy
    }

    @inline(__always)
    func store(at address: UnsafeMutablePointer<Float>) {
        low.store(at: address)
        middle.store(at: address + Third.width)
        high.store(at: address + 2 * Third.width)
    }
}
