public import Tensors

/// A matrix within a tensor of floats: entry (row, column) is number `rowOffsets[row] + columnOffsets[column]`, times the scales
/// of its row and column where these are set.
public struct MatrixView {
    let numbers: Tensor
    let rowOffsets: [Int]
    let columnOffsets: [Int]
    /// One factor per row; empty means ones.
    public var rowScales: [Float] = []
    /// One factor per column; empty means ones.
    public var columnScales: [Float] = []

    public init(_ numbers: Tensor, rowOffsets: [Int], columnOffsets: [Int]) {
        let last = (rowOffsets.max() ?? 0) + (columnOffsets.max() ?? 0)
        precondition(last < numbers.count, "offset \(last) in \(numbers.count) numbers")
        (self.numbers, self.rowOffsets, self.columnOffsets) = (numbers, rowOffsets, columnOffsets)
    }

    var rows: Int { rowOffsets.count }
    var columns: Int { columnOffsets.count }

    /// Copies the matrix to rows `first...` of packed panels of `depth` rows, with zeros after the last column.
    ///
    /// Each row is copied to all panels before the next one, so that neighbours in memory are read together.
    func pack(into packed: Tensor, _ panels: PackedPanels, row first: Int, of depth: Int) {
        precondition(rowScales.isEmpty || rowScales.count == rows, "\(rowScales.count) scales for \(rows) rows")
        let scales = columnScales.isEmpty ? [Float](repeating: 1, count: columns) : columnScales
        precondition(scales.count == columns, "\(scales.count) scales for \(columns) columns")
        Parallel.forEach(rows, grain: max(1, elementGrain / panels.paddedColumns)) { range in
            let (source, target) = (UnsafePointer(numbers.pointer(Float.self)), packed.pointer(Float.self))
            columnOffsets.withUnsafeBufferPointer { offsets in
                scales.withUnsafeBufferPointer { scales in
                    for row in range {
                        let (numbers, scale) = (source + rowOffsets[row], rowScales.isEmpty ? 1 : rowScales[row])
                        for panel in panels.panels {
                            let place = target + panel.column * depth + (first + row) * panel.width
                            for index in 0..<panel.count {
                                let column = panel.column &+ index
                                place[index] = numbers[offsets[column]] * scale * scales[column]
                            }
                            for index in panel.count..<panel.width { place[index] = 0 }
                        }
                    }
                }
            }
        }
        withExtendedLifetime((numbers, packed)) {}
    }
}

extension ConvolutionGeometry {
    /// Weights `[output, input, kernel]` as the matrix of ``PackedGEMM``: a row for each input of each tap.
    public func matrix(of weights: Tensor) -> MatrixView {
        MatrixView(
            weights, rowOffsets: (0..<kernel).flatMap { tap in (0..<inputChannels).map { $0 * kernel + tap } },
            columnOffsets: (0..<outputChannels).map { $0 * inputChannels * kernel })
    }
}
