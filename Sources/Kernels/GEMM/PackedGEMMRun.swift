import CProcessor
import Tensors

/// Consecutive rows of floats in memory owned by the caller.
public struct Rows {
    /// The start of row 0.
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
    /// How many panels of output channels there are; each can be computed separately.
    public var panelCount: Int { panels.panels.count }

    /// Computes the rows `0..<count` of the result in the calling thread, without heap allocation.
    ///
    /// - Parameters:
    ///   - input: Must have all rows that the taps reach.
    ///   - shortcut: Required if ``shortcutChannels`` is above 0.
    ///   - negativeSlope: Of a leaky ReLU applied last; nil for none.
    ///   - panels: Which of the ``panelCount`` panels to compute; nil means all.
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
    /// Computes the rows `0..<count` of the result, divided among all threads.
    public func runOnAllThreads(_ count: Int, input: Rows, output: Rows, negativeSlope: Float? = nil) {
        let threads = Parallel.threadCount
        if panelCount >= 4 * threads {
            Parallel.forEachItem(panelCount, workers: threads) { _, panel in
                run(count, input: input, output: output, negativeSlope: negativeSlope, panels: panel..<panel + 1)
            }
        } else {
            let chunk = 16 * PackedGEMMTile.tileRows
            Parallel.forEachItem((count + chunk - 1) / chunk, workers: threads) { _, index in
                let first = index * chunk
                run(
                    min(chunk, count - first), input: input.advanced(by: first), output: output.advanced(by: first),
                    negativeSlope: negativeSlope)
            }
        }
    }
}

/// Rows to be multiplied by the next `channels` rows of weights.
struct GEMMTerm {
    let rows: Rows
    let channels: Int
}

/// Computes one panel of a ``PackedGEMM`` for consecutive rows, a register tile at a time.
struct PackedGEMMTile {
    let terms: UnsafePointer<GEMMTerm>
    let termCount: Int
    let count: Int
    let weights: UnsafePointer<Float>
    let bias: UnsafePointer<Float>
    let output: Rows
    let columns: Int
    let negativeSlope: Float?

    /// Rows in a register tile: their sums and operands fill the registers.
    static let tileRows = 6

    func run(width: Int) {
        // The number of lanes is a constant of the build, so the compiler keeps one branch.
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

    /// Computes six rows. Rows past the last repeat it and are not stored, so that one loop serves every count.
    @inline(never)
    private func tile<Sums: RowAccumulator>(_: Sums.Type, at row: Int) {
        // The compiler keeps every sum in a register only with plain variables and a single loop.
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
        if let negativeSlope { sums = sums.leakyReLU(negativeSlope) }
        let place = output.base + row &* output.stride
        if columns == Sums.width { return sums.store(at: place) }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: Sums.width) { numbers in
            sums.store(at: numbers.baseAddress!)
            place.update(from: numbers.baseAddress!, count: columns)
        }
    }
}

/// Computes a ``PackedGEMM`` with one output channel as dot products along the inputs.
///
/// A panel would compute a whole vector of output channels, all but one of them padding. A row's sum is made in the same order
/// wherever it lies.
struct PackedDotProducts {
    let terms: UnsafePointer<GEMMTerm>
    let termCount: Int
    /// The weights of all terms, one after the other.
    let weights: UnsafePointer<Float>
    let bias: Float
    let output: Rows
    let negativeSlope: Float?

    private typealias Vector = SIMD8<Float>

    func run(_ count: Int) {
        for row in 0..<count {
            var sum = bias + dot(row)
            if let negativeSlope, sum < 0 { sum *= negativeSlope }
            output.base[row &* output.stride] = sum
        }
    }

    @inline(__always)
    private func dot(_ row: Int) -> Float {
        var (sum, rest) = (Vector.zero, Float(0))
        var weights = weights
        for index in 0..<termCount {
            let channels = terms[index].channels
            let numbers = UnsafePointer(terms[index].rows.advanced(by: row).base)
            var channel = 0
            while channel &+ 8 <= channels {
                sum.addProduct(Vector(at: numbers + channel), Vector(at: weights + channel))
                channel &+= 8
            }
            while channel < channels {
                rest.addProduct(numbers[channel], weights[channel])
                channel &+= 1
            }
            weights += channels
        }
        let halves = sum.lowHalf + sum.highHalf
        return (halves.x + halves.z) + (halves.y + halves.w) + rest
    }
}
