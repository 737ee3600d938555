/// How far apart two sets of frames lie, each taken for a normal distribution.
///
/// `|m - n|^2 + tr(A + B - 2 (A B)^(1/2))` for means `m`, `n` and covariances `A`, `B` (Dowson and Landau, 1982; on features
/// of a network the Fréchet inception distance of Heusel et al., 2017). Here on ``CepstralFeatures`` of speech frames.
public struct FrechetDistance: Codable, Equatable, Sendable {
    /// Of squared features, 0 at best.
    public let distance: Double
    /// Frames in each of the two sets.
    public let frameCount: Int

    /// Of frames of ``CepstralFeatures``.
    init?(of frames: [Float], from others: [Float]) {
        self.init(of: frames, from: others, dimension: CepstralFeatures.dimension)
    }

    /// The distance of the first frames of both sets, as many as the smaller has.
    ///
    /// - Parameters: `[frame, dimension]` each.
    /// - Returns: nil where there are fewer frames than dimensions, or numbers that are none.
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
