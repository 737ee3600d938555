/// A real symmetric matrix, in double precision.
struct SymmetricMatrix: Equatable {
    let size: Int
    /// `[row, column]`
    private(set) var values: [Double]

    /// - Parameter values: `[size, size]`, of which the lower triangle counts.
    init(size: Int, values: [Double]) {
        precondition(
            values.count == size * size, "\(values.count) values for a matrix of \(size) x \(size)")
        self.size = size
        self.values = values
        for row in 0..<size {
            for column in 0..<row { self.values[column * size + row] = values[row * size + column] }
        }
    }

    subscript(row: Int, column: Int) -> Double {
        get { values[row * size + column] }
        set { values[row * size + column] = newValue }
    }

    var trace: Double { (0..<size).reduce(0) { $0 + self[$1, $1] } }

    /// `S M S` for symmetric `S`.
    func congruent(by other: SymmetricMatrix) -> SymmetricMatrix {
        SymmetricMatrix(
            size: size, values: Self.product(Self.product(other.values, values, size), other.values, size)
        )
    }

    /// The symmetric `S` with `S S = self`; eigenvalues below zero, which rounding makes, count as zero.
    var squareRoot: SymmetricMatrix {
        let (eigenvalues, vectors) = eigensystem()
        var result = [Double](repeating: 0, count: size * size)
        for k in 0..<size {
            let root = max(0, eigenvalues[k]).squareRoot()
            for row in 0..<size {
                for column in 0...row {
                    result[row * size + column] += root * vectors[row * size + k] * vectors[column * size + k]
                }
            }
        }
        return SymmetricMatrix(size: size, values: result)
    }

    var eigenvalues: [Double] { eigensystem().values }

    /// Jacobi's rotations, row by row, until nothing is left beside the diagonal: slow, and exact to the last digits
    /// also of the small eigenvalues (Golub and Van Loan, "Matrix computations", section 8.5).
    ///
    /// - Returns: eigenvalues in no order, and their unit vectors, the columns of `[size, size]`.
    private func eigensystem() -> (values: [Double], vectors: [Double]) {
        var matrix = self
        var vectors = [Double](repeating: 0, count: size * size)
        for k in 0..<size { vectors[k * size + k] = 1 }
        let total = values.reduce(0) { $0 + $1 * $1 }
        for _ in 0..<60 {
            var rest = 0.0
            for p in 0..<size { for q in 0..<p { rest += matrix[p, q] * matrix[p, q] } }
            if rest <= total * 1e-32 { break }
            for p in 0..<size { for q in p + 1..<max(p + 1, size) { matrix.rotate(p, q, &vectors) } }
        }
        return ((0..<size).map { matrix[$0, $0] }, vectors)
    }

    /// Turns rows and columns `p` and `q` so that `[p, q]` becomes zero, and the columns of `vectors` with them.
    private mutating func rotate(_ p: Int, _ q: Int, _ vectors: inout [Double]) {
        guard self[p, q] != 0 else { return }
        let theta = (self[q, q] - self[p, p]) / (2 * self[p, q])
        let tangent = (theta >= 0 ? 1.0 : -1) / (abs(theta) + (1 + theta * theta).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        for k in 0..<size {
            let (a, b) = (self[k, p], self[k, q])
            self[k, p] = cosine * a - sine * b
            self[k, q] = sine * a + cosine * b
        }
        for k in 0..<size {
            let (a, b) = (self[p, k], self[q, k])
            self[p, k] = cosine * a - sine * b
            self[q, k] = sine * a + cosine * b
            let (v, w) = (vectors[k * size + p], vectors[k * size + q])
            vectors[k * size + p] = cosine * v - sine * w
            vectors[k * size + q] = sine * v + cosine * w
        }
    }

    private static func product(_ a: [Double], _ b: [Double], _ size: Int) -> [Double] {
        var result = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for k in 0..<size {
                let factor = a[row * size + k]
                for column in 0..<size { result[row * size + column] += factor * b[k * size + column] }
            }
        }
        return result
    }
}
