internal import Tensors

/// The GEMM of one group of a ``GroupedConvolution``, forward or backward: divides time into chunks and tiles.
struct SlidingWindowGEMM {
    /// The number of products in each sum.
    let depth: Int
    /// Floats from one row of factors to the next.
    let stride: Int
    /// Results per row.
    let outputs: Int
    let steps: Int
    /// Rows beyond its own that a sum reads.
    let reach: Int

    /// Vectors in a row of results.
    var vectors: Int { (outputs + PackedPanels.lanes - 1) / PackedPanels.lanes }
    /// Floats of one vector of results over a chunk.
    var sumFloats: Int { (Self.chunk + SlidingWindowTile.rows) * PackedPanels.lanes }

    /// Steps in a chunk, whose factors and results stay in the first-level cache.
    private static let chunk = 128
    /// Floats of the signal that a chunk reads: those of all groups stay in the second-level cache.
    private static let cachedFloats = 1 << 17

    /// Calls `body` with each chunk of each batch entry, on all threads, with memory for rows of factors and for results: one
    /// vector of results, then after ``sumFloats`` floats a whole chunk's.
    func forEachChunk(
        batch: Int, rowFloats: Int,
        _ body: (
            _ entry: Int, _ chunk: Range<Int>, _ rows: UnsafeMutablePointer<Float>, _ sums: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        let length = min(Self.chunk, max(16, Self.cachedFloats / rowFloats / 16 * 16))
        let chunks = (steps + length - 1) / length
        let rowSpace = ((Self.chunk + SlidingWindowTile.rows + reach) * stride + depth + 15) / 16 * 16
        let workers = Parallel.threadCount
        let space = Tensor.zeros([workers, rowSpace + sumFloats + (Self.chunk * (outputs + PackedPanels.lanes) + 15) / 16 * 16])
        withoutActuallyEscaping(body) { body in
            Parallel.forEachItem(batch * chunks, workers: workers) { worker, item in
                let (entry, chunk) = item.quotientAndRemainder(dividingBy: chunks)
                let own = space.pointer(Float.self) + worker * space.shape[1]
                body(entry, chunk * length..<min(steps, (chunk + 1) * length), own, own + rowSpace)
            }
        }
        withExtendedLifetime(space) {}
    }

    /// Computes one vector of results for `count` consecutive steps.
    func multiply(
        _ count: Int, rows: UnsafePointer<Float>, weights: UnsafePointer<Float>, start: UnsafePointer<Float>,
        sums: UnsafeMutablePointer<Float>
    ) {
        // The number of lanes is a constant of the build, so the compiler keeps one branch.
        switch PackedPanels.lanes {
        case 16: multiply(SIMD16<Float>.self, count, rows, weights, start, sums)
        case 8: multiply(SIMD8<Float>.self, count, rows, weights, start, sums)
        default: multiply(SIMD4<Float>.self, count, rows, weights, start, sums)
        }
    }

    private func multiply<Vector: FloatVector>(
        _: Vector.Type, _ count: Int, _ rows: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
        _ start: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) {
        var row = 0
        // Rows past the last are computed from undefined numbers and are not used.
        while row < count {
            let tile = SlidingWindowTile(
                factors: rows + row * stride, stride: stride, depth: depth, weights: weights, start: start)
            let place = sums + row * Vector.scalarCount
            if SlidingWindowTile.rows == 16 && count - row > 8 {
                tile.storeSixteen(OneVector<Vector>.self, at: place)
                row += 16
            } else {
                tile.storeEight(OneVector<Vector>.self, at: place)
                row += 8
            }
        }
    }

    /// Copies vector `vector` of each row of results to its place, through a leaky ReLU if `negativeSlope` is given.
    func finish(
        _ count: Int, _ sums: UnsafePointer<Float>, _ vector: Int, _ negativeSlope: Float?,
        _ place: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let width = min(PackedPanels.lanes, outputs - vector * PackedPanels.lanes)
        let negativeSlope = negativeSlope ?? 1
        for row in 0..<count {
            transform(sums + row * PackedPanels.lanes, place + row * stride, count: width) { $0.leakyReLU(negativeSlope) }
        }
    }
}

/// A register tile whose rows read overlapping windows of one run of memory:
///
///     sums[r, :] = start[:] + sum over d < depth of  factors[r * stride + d] * weights[d, :]
///
/// With `stride` channels per step and a `depth` of several steps, row r is the result of a convolution at step r. The tile is one
/// vector wide, so that the discriminator's narrow groups waste no lanes, and has enough rows to keep the multipliers busy.
struct SlidingWindowTile {
    let factors: UnsafePointer<Float>
    let stride: Int
    let depth: Int
    let weights: UnsafePointer<Float>
    let start: UnsafePointer<Float>

    /// Rows of a tile: 16 where there are many registers, else 8.
    static let rows = PackedPanels.widest == 4 * PackedPanels.lanes ? 16 : 8

    /// Stores eight rows as consecutive vectors.
    @inline(__always)
    func storeEight<Sums: RowAccumulator>(_: Sums.Type, at place: UnsafeMutablePointer<Float>) {
        var (a, b, c, d) = (Sums(loading: start), Sums(loading: start), Sums(loading: start), Sums(loading: start))
        var (e, f, g, h) = (a, b, c, d)
        var (x, weights) = (factors, weights)
        for _ in 0..<depth {
            a.add(x[0], times: weights)
            b.add(x[stride], times: weights)
            c.add(x[2 &* stride], times: weights)
            d.add(x[3 &* stride], times: weights)
            e.add(x[4 &* stride], times: weights)
            f.add(x[5 &* stride], times: weights)
            g.add(x[6 &* stride], times: weights)
            h.add(x[7 &* stride], times: weights)
            x += 1
            weights += Sums.width
        }
        store(a, b, c, d, at: place)
        store(e, f, g, h, at: place + 4 * Sums.width)
    }

    /// Stores sixteen rows as consecutive vectors.
    @inline(__always)
    func storeSixteen<Sums: RowAccumulator>(_: Sums.Type, at place: UnsafeMutablePointer<Float>) {
        var (a, b, c, d) = (Sums(loading: start), Sums(loading: start), Sums(loading: start), Sums(loading: start))
        var (e, f, g, h) = (a, b, c, d)
        var (i, j, k, l) = (a, b, c, d)
        var (m, n, o, p) = (a, b, c, d)
        var (x, weights) = (factors, weights)
        for _ in 0..<depth {
            let (second, third, last) = (x + 4 &* stride, x + 8 &* stride, x + 12 &* stride)
            a.add(x[0], times: weights)
            b.add(x[stride], times: weights)
            c.add(x[2 &* stride], times: weights)
            d.add(x[3 &* stride], times: weights)
            e.add(second[0], times: weights)
            f.add(second[stride], times: weights)
            g.add(second[2 &* stride], times: weights)
            h.add(second[3 &* stride], times: weights)
            i.add(third[0], times: weights)
            j.add(third[stride], times: weights)
            k.add(third[2 &* stride], times: weights)
            l.add(third[3 &* stride], times: weights)
            m.add(last[0], times: weights)
            n.add(last[stride], times: weights)
            o.add(last[2 &* stride], times: weights)
            p.add(last[3 &* stride], times: weights)
            x += 1
            weights += Sums.width
        }
        store(a, b, c, d, at: place)
        store(e, f, g, h, at: place + 4 * Sums.width)
        store(i, j, k, l, at: place + 8 * Sums.width)
        store(m, n, o, p, at: place + 12 * Sums.width)
    }

    @inline(__always)
    private func store<Sums: RowAccumulator>(
        _ a: Sums, _ b: Sums, _ c: Sums, _ d: Sums, at place: UnsafeMutablePointer<Float>
    ) {
        a.store(at: place)
        b.store(at: place + Sums.width)
        c.store(at: place + 2 * Sums.width)
        d.store(at: place + 3 * Sums.width)
    }
}
