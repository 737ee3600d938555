internal import Tensors

/// One group's rows of a ``GroupedConvolution``, forward or back: how time is cut into chunks and tiles.
struct SlidingWindowGEMM {
    /// Factors of each sum.
    let depth: Int
    /// Floats from one row of factors to the next.
    let stride: Int
    /// Numbers in a row of results.
    let outputs: Int
    let steps: Int
    /// Rows that a sum reaches beyond its own.
    let reach: Int

    /// Vectors in a row of results.
    var vectors: Int { (outputs + PackedPanels.lanes - 1) / PackedPanels.lanes }
    /// Floats of one vector's results over a chunk.
    var sumFloats: Int { (Self.chunk + SlidingWindowTile.rows) * PackedPanels.lanes }

    /// Steps in a chunk: its factors and results stay in the first-level cache.
    private static let chunk = 128
    /// Floats of the signal behind a chunk: all groups' stay in the second-level cache.
    private static let cachedFloats = 1 << 17

    /// Calls `body` with each chunk of each batch entry, on all threads, with room for rows of factors and for results: one
    /// vector's, and after ``sumFloats`` a chunk's.
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

    /// One vector of results for `count` steps, consecutive.
    func multiply(
        _ count: Int, rows: UnsafePointer<Float>, weights: UnsafePointer<Float>, start: UnsafePointer<Float>,
        sums: UnsafeMutablePointer<Float>
    ) {
        // The lanes are a constant of the build: one branch is left.
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
        // Rows past the last are computed from what lies there, and not used.
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

    /// Brings vector number `vector` of each row of results to its place, rectified where asked for.
    func finish(
        _ count: Int, _ sums: UnsafePointer<Float>, _ vector: Int, _ negativeSlope: Float?,
        _ place: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        let width = min(PackedPanels.lanes, outputs - vector * PackedPanels.lanes)
        let slope = negativeSlope ?? 1
        for row in 0..<count {
            transform(sums + row * PackedPanels.lanes, place + row * stride, count: width) { leaky($0, slope) }
        }
    }
}
