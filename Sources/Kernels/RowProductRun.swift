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
    public func advanced(by row: Int) -> Rows { Rows(base + row * stride, stride: stride) }
}

extension RowProduct {
    /// What happens to a sum before it is stored.
    public enum Finish {
        case none
        /// A leaky rectifier.
        case rectified(Float)
    }

    /// Computes the rows `0..<count` of the result, in the calling thread, without allocating.
    ///
    /// - Parameters:
    ///   - input: All rows that the taps reach must be there.
    ///   - shortcut: Needed where the product has one.
    ///   - panels: Which of ``panelCount`` to compute; all where not given.
    public func run(
        _ count: Int, input: Rows, shortcut: Rows? = nil, output: Rows, finish: Finish = .none,
        panels selection: Range<Int>? = nil
    ) {
        let selection = selection ?? 0..<panels.panels.count
        shifts.withUnsafeBufferPointer { shifts in
            let terms = RowTerms(
                input: input, shifts: shifts, inputChannels: inputChannels, shortcut: shortcut ?? input,
                shortcutChannels: shortcutChannels)
            let (weights, bias) = (UnsafePointer(weights.pointer(Float.self)), UnsafePointer(self.bias.pointer(Float.self)))
            for index in selection {
                let panel = panels.panels[index]
                let sweep = RowSweep(
                    terms: terms, count: count, weights: weights + panel.column * depth, bias: bias + panel.column,
                    output: Rows(output.base + panel.column, stride: output.stride), columns: panel.count, finish: finish)
                sweep.run(width: panel.width)
            }
        }
        withExtendedLifetime((weights, bias)) {}
    }

    /// Panels of output channels, which can be computed apart.
    public var panelCount: Int { panels.panels.count }
}

/// What is multiplied: the rows that taps look at, and the shortcut's.
struct RowTerms {
    let input: Rows
    let shifts: UnsafeBufferPointer<Int>
    let inputChannels: Int
    let shortcut: Rows
    let shortcutChannels: Int
}

/// One panel of a ``RowProduct`` over consecutive rows.
struct RowSweep {
    let terms: RowTerms
    let count: Int
    let weights: UnsafePointer<Float>
    let bias: UnsafePointer<Float>
    let output: Rows
    let columns: Int
    let finish: RowProduct.Finish

    @inline(__always)
    func run(width: Int) {
        // The lanes are a constant of the build: one branch is left.
        switch RowPanels.lanes {
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

    @inline(never)
    private func run<Sums: RowAccumulator>(_: Sums.Type) {
        var row = 0
        while row < count {
            var tile = RowTile<Sums>(rows: count &- row, startingFrom: bias)
            var weights = weights
            for shift in terms.shifts {
                tile.add(terms.input.advanced(by: row &+ shift), channels: terms.inputChannels, weights: weights)
                weights += terms.inputChannels &* Sums.width
            }
            if terms.shortcutChannels > 0 {
                tile.add(terms.shortcut.advanced(by: row), channels: terms.shortcutChannels, weights: weights)
            }
            if case .rectified(let slope) = finish { tile.rectify(slope) }
            tile.store(output.advanced(by: row), columns: columns)
            row &+= RowTile<Sums>.rows
        }
    }
}
