/// The Fréchet distance of two sets of frames, each described by a normal distribution.
///
/// `|m - n|^2 + tr(A + B - 2 (A B)^(1/2))` for means `m`, `n` and covariances `A`, `B` (Dowson and Landau, 1982; on features
/// of a network the Fréchet inception distance of Heusel et al., 2017). Here on ``CepstralFeatures`` of speech frames.
public struct FrechetDistance: Codable, Equatable, Sendable {
    /// The distance, in squared units of the features; 0 at best.
    public let distance: Double
    /// Frames in each of the two sets.
    public let frameCount: Int

    /// The distance of two sets of frames of ``CepstralFeatures``.
    init?(of frames: [Float], from others: [Float]) {
        self.init(of: frames, from: others, dimension: CepstralFeatures.dimension)
    }

    /// The distance of the first frames of both sets, as many as the smaller has.
    ///
    /// - Parameters: `[frame, dimension]` each.
    /// - Returns: nil where there are no more frames than dimensions, or values that are not finite.
    package init?(of frames: [Float], from others: [Float], dimension: Int) {
        let count = min(frames.count, others.count) / dimension
        guard count > dimension else { return nil }
        let mine = Distribution(of: frames[..<(count * dimension)], dimension: dimension)
        let other = Distribution(of: others[..<(count * dimension)], dimension: dimension)
        var value = zip(mine.mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        // (A B)^(1/2) has the eigenvalues of the symmetric (A^(1/2) B A^(1/2))^(1/2).
        let roots = other.covariance.congruent(by: mine.covariance.squareRoot).eigenvalues
        value += mine.covariance.trace + other.covariance.trace
        value -= 2 * roots.reduce(0) { $0 + max(0, $1).squareRoot() }
        guard value.isFinite else { return nil }
        distance = max(0, value)
        frameCount = count
    }

    /// The mean of frames and the unbiased estimate of their covariance.
    private struct Distribution {
        let mean: [Double]
        let covariance: SymmetricMatrix

        init(of frames: ArraySlice<Float>, dimension: Int) {
            let count = frames.count / dimension
            var mean = [Double](repeating: 0, count: dimension)
            for (index, value) in frames.enumerated() {
                mean[index % dimension] += Double(value) / Double(count)
            }
            var products = [Double](repeating: 0, count: dimension * dimension)
            var frame = [Double](repeating: 0, count: dimension)
            for number in 0..<count {
                let begin = frames.startIndex + number * dimension
                for k in 0..<dimension { frame[k] = Double(frames[begin + k]) - mean[k] }
                for row in 0..<dimension {
                    for column in 0...row { products[row * dimension + column] += frame[row] * frame[column] }
                }
            }
            self.mean = mean
            covariance = SymmetricMatrix(size: dimension, values: products.map { $0 / Double(count - 1) })
        }
    }
}

/// The features of the speech in all recordings, collected for the ``FrechetDistance`` of each system.
struct SpeechFrames {
    private var originals: [String: [Float]] = [:]
    private var systems: [String: [Float]] = [:]
    /// The originals' features, those of every other recording in each half.
    private var halves: [[Float]] = [[], []]
    private var recordingCount = 0

    /// Adds what the systems made of one recording.
    mutating func add(_ outputs: [Evaluator.ScoredOutput]) {
        for output in outputs {
            let name = output.score.system
            originals[name, default: []] += output.originalFeatures
            systems[name, default: []] += output.features
        }
        guard let first = outputs.first else { return }
        halves[recordingCount % 2] += first.originalFeatures
        recordingCount += 1
    }

    /// The distance of each system's speech from the originals', with equally many frames of both.
    var distances: [String: FrechetDistance] {
        var result: [String: FrechetDistance] = [:]
        for (name, frames) in systems {
            result[name] = FrechetDistance(of: frames, from: originals[name]!)
        }
        return result
    }

    /// The distance of one half of the originals from the other, which different sentences alone make; nil for a single recording.
    var floor: FrechetDistance? { FrechetDistance(of: halves[0], from: halves[1]) }
}

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

    /// The eigenvalues by Jacobi's rotations, row by row, until nothing is left beside the diagonal: slow, and exact to the last
    /// digits also of the small eigenvalues (Golub and Van Loan, "Matrix computations", section 8.5).
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
