import CProcessor

/// Consecutive rows of floats in memory that someone else holds.
public struct Rows {
    /// Row 0.
    public let base: UnsafeMutablePointer<Float>
    /// Floats from one row to the next.
    public let stride: Int

    public init(_ base: UnsafeMutablePointer<Float>, stride: Int) {
        (self.base, self.stride) = (base, stride)
    }

    /// The same rows, counted from `row`.
    @inline(__always)
    public func advanced(by row: Int) -> Rows { Rows(base + row &* stride, stride: stride) }
}

extension PackedGEMM {
    /// Panels of output channels, which can be computed apart.
    public var panelCount: Int { panels.panels.count }

    /// Computes the rows `0..<count` of the result, in the calling thread, without touching the heap.
    ///
    /// - Parameters:
    ///   - input: All rows that the taps reach must be there.
    ///   - shortcut: Needed where the product has one.
    ///   - negativeSlope: Where given, a leaky rectifier of that slope is applied, last of all.
    ///   - panels: Which of ``panelCount`` to compute; all where not given.
    public func run(
        _ count: Int, input: Rows, shortcut: Rows? = nil, output: Rows, negativeSlope: Float? = nil,
        panels selection: Range<Int>? = nil
    ) {
        precondition(shortcutChannels == 0 || shortcut != nil, "\(shortcutChannels) shortcut channels, and no shortcut")
        let selection = selection ?? 0..<panelCount
        let termCount = shifts.count + (shortcutChannels > 0 ? 1 : 0)
        withUnsafeTemporaryAllocation(of: GEMMTerm.self, capacity: termCount) { terms in
            for (tap, shift) in shifts.enumerated() {
                terms.initializeElement(at: tap, to: GEMMTerm(rows: input.advanced(by: shift), channels: inputChannels))
            }
            if let shortcut, shortcutChannels > 0 {
                terms.initializeElement(at: termCount - 1, to: GEMMTerm(rows: shortcut, channels: shortcutChannels))
            }
            if outputChannels == 1 {
                return onlyColumn.withUnsafeBufferPointer { weights in
                    PackedDotProducts(
                        terms: terms.baseAddress!, termCount: termCount, weights: weights.baseAddress!,
                        bias: self.bias.pointer(Float.self)[0], output: output, negativeSlope: negativeSlope
                    ).run(count)
                }
            }
            let (weights, bias) = (UnsafePointer(weights.pointer(Float.self)), UnsafePointer(self.bias.pointer(Float.self)))
            for panel in panels.panels[selection] {
                PackedGEMMTile(
                    terms: terms.baseAddress!, termCount: termCount, count: count, weights: weights + panel.column * depth,
                    bias: bias + panel.column, output: Rows(output.base + panel.column, stride: output.stride),
                    columns: panel.count, negativeSlope: negativeSlope
                ).run(width: panel.width)
            }
        }
        withExtendedLifetime((weights, bias)) {}
    }
}

extension PackedGEMM {
    /// As ``run(_:input:shortcut:output:negativeSlope:panels:)``, divided among all threads.
    public func runOnAllThreads(_ count: Int, input: Rows, output: Rows, negativeSlope: Float? = nil) {
        let threads = Parallel.threadCount
        if panelCount >= 4 * threads {
            Parallel.forEachItem(panelCount, workers: threads) { _, panel in
                run(count, input: input, output: output, negativeSlope: negativeSlope, panels: panel..<panel + 1)
            }
        } else {
            let piece = 16 * PackedGEMMTile.tileRows
            Parallel.forEachItem((count + piece - 1) / piece, workers: threads) { _, index in
                let first = index * piece
                run(
                    min(piece, count - first), input: input.advanced(by: first), output: output.advanced(by: first),
                    negativeSlope: negativeSlope)
            }
        }
    }
}

/// Rows that are multiplied by the next `channels` rows of weights.
struct GEMMTerm {
    let rows: Rows
    let channels: Int
}

/// One panel of a ``PackedGEMM`` over consecutive rows.
struct PackedGEMMTile {
    let terms: UnsafePointer<GEMMTerm>
    let termCount: Int
    let count: Int
    let weights: UnsafePointer<Float>
    let bias: UnsafePointer<Float>
    let output: Rows
    let columns: Int
    let negativeSlope: Float?

    /// Rows computed at a time: as many as the registers hold the sums of, beside what is multiplied.
    static let tileRows = 6

    func run(width: Int) {
        // The lanes are a constant of the build: one branch is left.
        switch PackedPanels.lanes {
        case 16: run(width: width, SIMD16<Float>.self)
        case 8: run(width: width, SIMD8<Float>.self)
        default: run(width: width, SIMD4<Float>.self)
        }
    }

    @inline(__always)
    private func run<Vector: FloatVector>(width: Int, _: Vector.Type) {
        switch width / Vector.scalarCount {
        case 4: run(Doubled<Doubled<OneVector<Vector>>>.self)
        case 2: run(Doubled<OneVector<Vector>>.self)
        default: run(OneVector<Vector>.self)
        }
    }

    @inline(__always)
    private func run<Sums: RowAccumulator>(_: Sums.Type) {
        var row = 0
        while row < count {
            tile(Sums.self, at: row)
            row &+= Self.tileRows
        }
    }

    /// Six rows. Past the last row the last is computed again, and not stored, so that one loop serves every count.
    @inline(never)
    private func tile<Sums: RowAccumulator>(_: Sums.Type, at row: Int) {
        // Plain variables and a single loop: only so does the compiler keep every sum in a register.
        var (a, b, c) = (Sums(loading: bias), Sums(loading: bias), Sums(loading: bias))
        var (d, e, f) = (Sums(loading: bias), Sums(loading: bias), Sums(loading: bias))
        let last = count &- 1 &- row
        var weights = weights
        for index in 0..<termCount {
            let rows = terms[index].rows
            let xa = UnsafePointer(rows.base) + row &* rows.stride
            let (xb, xc) = (xa + min(1, last) &* rows.stride, xa + min(2, last) &* rows.stride)
            let (xd, xe) = (xa + min(3, last) &* rows.stride, xa + min(4, last) &* rows.stride)
            let xf = xa + min(5, last) &* rows.stride
            let channels = terms[index].channels
            var channel = 0
            while channel < channels {
                let vector = Sums(loading: weights)
                vocoder_keep_order()
                a.add(xa[channel], times: vector)
                vocoder_keep_order()
                b.add(xb[channel], times: vector)
                vocoder_keep_order()
                c.add(xc[channel], times: vector)
                vocoder_keep_order()
                d.add(xd[channel], times: vector)
                vocoder_keep_order()
                e.add(xe[channel], times: vector)
                vocoder_keep_order()
                f.add(xf[channel], times: vector)
                weights += Sums.width
                channel &+= 1
            }
        }
        store(a, row)
        if last >= 1 { store(b, row &+ 1) }
        if last >= 2 { store(c, row &+ 2) }
        if last >= 3 { store(d, row &+ 3) }
        if last >= 4 { store(e, row &+ 4) }
        if last >= 5 { store(f, row &+ 5) }
    }

    @inline(__always)
    private func store<Sums: RowAccumulator>(_ sums: Sums, _ row: Int) {
        var sums = sums
        if let negativeSlope { sums = sums.rectified(negativeSlope) }
        let place = output.base + row &* output.stride
        if columns == Sums.width { return sums.store(at: place) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            sums.store(at: numbers.baseAddress!)
            place.update(from: numbers.baseAddress!, count: columns)
        }
    }
}
