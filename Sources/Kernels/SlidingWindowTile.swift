/// Several rows of sums whose factors slide along one run of memory:
///
///     sums[r, :] = start[:] + sum over d < depth of  factors[r * stride + d] * weights[d, :]
///
/// With `stride` channels a step and `depth` of several steps, row r is what a convolution makes of the steps from r on.
/// One vector wide, so that the narrow groups of the discriminator waste none; as many rows as keep the multipliers busy.
struct SlidingWindowTile {
    let factors: UnsafePointer<Float>
    let stride: Int
    let depth: Int
    let weights: UnsafePointer<Float>
    let start: UnsafePointer<Float>

    /// Rows where there are many registers, and where not.
    static let rows = PackedPanels.widest == 4 * PackedPanels.lanes ? 16 : 8

    /// Eight rows, to consecutive vectors.
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

    /// Sixteen rows, to consecutive vectors.
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
