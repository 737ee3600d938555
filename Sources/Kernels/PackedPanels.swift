import CProcessor

/// Columns of a matrix in panels as wide as the micro-kernels' rows of sums.
///
/// As many of the widest as fit; what is left is covered by halves of that, down to one vector, whose surplus columns are
/// zeros.
struct PackedPanels: Equatable {
    struct Panel: Equatable {
        /// First column.
        let column: Int
        /// Columns packed: a width that there is a micro-kernel for.
        let width: Int
        /// Columns that exist.
        let count: Int
    }

    let panels: [Panel]
    /// The panels' columns in all: those that exist and those that pad.
    let paddedColumns: Int

    /// Floats in a register.
    static let lanes = Int(vocoder_vector_lanes)
    /// Four vectors where the registers suffice for six rows of them, else two.
    static let widest = lanes * (vocoder_has_many_registers != 0 ? 4 : 2)

    init(columns: Int) {
        let needed = (columns + Self.lanes - 1) / Self.lanes * Self.lanes
        var (panels, column, width) = ([Panel](), 0, Self.widest)
        while column < needed {
            while width > needed - column { width /= 2 }
            panels.append(Panel(column: column, width: width, count: min(width, columns - column)))
            column += width
        }
        (self.panels, paddedColumns) = (panels, needed)
    }
}
