/// Six rows of sums: as many as the registers hold beside what is multiplied.
///
/// Past the last row the last is computed again, and not stored, so that one loop serves every count.
struct RowTile<Sums: RowAccumulator> {
    private var (a, b, c): (Sums, Sums, Sums)
    private var (d, e, f): (Sums, Sums, Sums)
    /// The last row that counts.
    private let last: Int

    static var rows: Int { 6 }

    @inline(__always)
    init(rows: Int, startingFrom bias: UnsafePointer<Float>) {
        let sums = Sums(loading: bias)
        (a, b, c, d, e, f) = (sums, sums, sums, sums, sums, sums)
        last = min(rows, Self.rows) - 1
    }

    /// Adds the products of the first `channels` numbers of six rows with as many rows of weights.
    @inline(__always)
    mutating func add(_ rows: Rows, channels: Int, weights: UnsafePointer<Float>) {
        let xa = UnsafePointer(rows.base)
        let (xb, xc) = (xa + min(1, last) &* rows.stride, xa + min(2, last) &* rows.stride)
        let (xd, xe) = (xa + min(3, last) &* rows.stride, xa + min(4, last) &* rows.stride)
        let xf = xa + min(5, last) &* rows.stride
        // Copies of their own for the loop: what lies in a structure may be kept in memory.
        var (a, b, c, d, e, f) = (self.a, self.b, self.c, self.d, self.e, self.f)
        var (channel, weights) = (0, weights)
        while channel < channels {
            a.add(xa[channel], times: weights)
            b.add(xb[channel], times: weights)
            c.add(xc[channel], times: weights)
            d.add(xd[channel], times: weights)
            e.add(xe[channel], times: weights)
            f.add(xf[channel], times: weights)
            weights += Sums.width
            channel &+= 1
        }
        (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    @inline(__always)
    mutating func rectify(_ slope: Float) {
        (a, b, c) = (a.rectified(slope), b.rectified(slope), c.rectified(slope))
        (d, e, f) = (d.rectified(slope), e.rectified(slope), f.rectified(slope))
    }

    /// Stores the first `columns` numbers of every row that counts.
    @inline(__always)
    func store(_ rows: Rows, columns: Int) {
        store(a, 0, rows, columns)
        store(b, 1, rows, columns)
        store(c, 2, rows, columns)
        store(d, 3, rows, columns)
        store(e, 4, rows, columns)
        store(f, 5, rows, columns)
    }

    @inline(__always)
    private func store(_ sums: Sums, _ row: Int, _ rows: Rows, _ columns: Int) {
        guard row <= last else { return }
        let place = rows.base + row &* rows.stride
        if columns == Sums.width { return sums.store(at: place) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            sums.store(at: numbers.baseAddress!)
            place.update(from: numbers.baseAddress!, count: columns)
        }
    }
}
