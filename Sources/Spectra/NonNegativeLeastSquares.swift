/// The smallest non-negative magnitudes whose mel bands come nearest to given ones.
///
/// Minimises `|W s - m|^2 / 2 + ridge |s|^2 / 2` over `s >= 0` for one frame, exactly. `W` has fewer rows than columns, so
/// many `s` fit equally well; a ridge far below the filters' own scale chooses the least of them, which is also the
/// smoothest: between two band centres it runs straight.
///
/// Priorities: the exact optimum, then speed. Solved in the dual, one unknown a band: at the optimum
/// `s = max(0, W' u)` where `W max(0, W' u) + ridge u = m`, the gradient of a convex, piecewise quadratic function
/// of `u`. As each bin lies under no more than two neighbouring triangles, its Hessian is tridiagonal, and Newton's method
/// with a line search (Armijo) ends after a few steps, each linear in the number of bins.
struct NonNegativeLeastSquares: Sendable {
    let bandCount: Int
    let binCount: Int
    /// The lower of the two bands over each bin; the other is the next.
    private let lowerBand: [Int]
    /// The bin's weight in the lower band and in the next.
    private let weights: [SIMD2<Double>]
    private let ridge: Double

    init(_ filterbank: MelFilterbank) {
        var lowerBand = [Int](repeating: 0, count: filterbank.binCount)
        var weights = [SIMD2<Double>](repeating: .zero, count: filterbank.binCount)
        for band in 0..<filterbank.bandCount {
            for index in 0..<filterbank.weightCount(of: band) {
                let weight = Double(filterbank.weights[filterbank.offsets[band] + index])
                guard weight > 0 else { continue }
                let bin = filterbank.firstBin[band] + index
                if weights[bin].x == 0 {
                    (lowerBand[bin], weights[bin].x) = (band, weight)
                } else {
                    precondition(lowerBand[bin] == band - 1 && weights[bin].y == 0, "bin \(bin) under distant bands")
                    weights[bin].y = weight
                }
            }
        }
        bandCount = filterbank.bandCount
        binCount = filterbank.binCount
        self.lowerBand = lowerBand
        self.weights = weights
        ridge = 1e-7 * weights.reduce(0) { $0 + ($1 * $1).sum() } / Double(filterbank.bandCount)
    }

    /// One thread's working memory.
    struct Workspace {
        /// The solution, `binCount` values.
        fileprivate(set) var magnitudes: [Double]
        /// `W' u` before negative values are cut off.
        fileprivate var reach: [Double]
        // Per band, and one more that stays zero: the upper neighbour of the last.
        fileprivate var multipliers: [Double]
        fileprivate var step: [Double]
        fileprivate var diagonal: [Double]
        fileprivate var offDiagonal: [Double]

        init(_ problem: NonNegativeLeastSquares) {
            magnitudes = [Double](repeating: 0, count: problem.binCount)
            reach = magnitudes
            multipliers = [Double](repeating: 0, count: problem.bandCount + 1)
            (step, diagonal, offDiagonal) = (multipliers, multipliers, multipliers)
        }
    }

    /// Fills `work.magnitudes`.
    ///
    /// - Parameter bands: `bandCount` band magnitudes, finite and not negative.
    func solve(_ bands: [Double], _ work: inout Workspace) {
        precondition(bands.count == bandCount, "\(bands.count) bands for a filterbank of \(bandCount)")
        for band in work.multipliers.indices { work.multipliers[band] = 0 }
        let tolerance = 1e-8 * bands.reduce(0, max)
        var objective = evaluate(bands, &work)
        for _ in 0..<100 {
            let (slope, residual) = newtonStep(bands, &work)
            if residual <= tolerance { return }
            var length = 1.0
            move(by: length, &work)
            var moved = evaluate(bands, &work)
            while moved > objective + 1e-4 * length * slope, length > 1e-6 {
                move(by: -length / 2, &work)
                length /= 2
                moved = evaluate(bands, &work)
            }
            objective = moved
        }
    }

    private func move(by length: Double, _ work: inout Workspace) {
        for band in 0..<bandCount { work.multipliers[band] += length * work.step[band] }
    }

    /// The dual objective `|max(0, W' u)|^2 / 2 + ridge |u|^2 / 2 - <m, u>`; fills `reach` and `magnitudes`.
    private func evaluate(_ bands: [Double], _ work: inout Workspace) -> Double {
        var objective = 0.0
        for bin in 0..<binCount {
            let band = lowerBand[bin]
            let reach = weights[bin].x * work.multipliers[band] + weights[bin].y * work.multipliers[band + 1]
            let magnitude = max(0, reach)
            work.reach[bin] = reach
            work.magnitudes[bin] = magnitude
            objective += 0.5 * magnitude * magnitude
        }
        for band in 0..<bandCount {
            let multiplier = work.multipliers[band]
            objective += (0.5 * ridge * multiplier - bands[band]) * multiplier
        }
        return objective
    }

    /// Fills `step` with `-H^-1 g`; returns `<g, step>` and the largest magnitude in `g`.
    private func newtonStep(_ bands: [Double], _ work: inout Workspace) -> (slope: Double, residual: Double) {
        for band in 0..<bandCount {
            work.step[band] = bands[band] - ridge * work.multipliers[band]
            work.diagonal[band] = ridge
            work.offDiagonal[band] = 0
        }
        for bin in 0..<binCount where work.reach[bin] >= 0 {
            let (band, weight) = (lowerBand[bin], weights[bin])
            work.step[band] -= weight.x * work.magnitudes[bin]
            work.step[band + 1] -= weight.y * work.magnitudes[bin]
            work.diagonal[band] += weight.x * weight.x
            work.diagonal[band + 1] += weight.y * weight.y
            work.offDiagonal[band] += weight.x * weight.y
        }
        let descent = Array(work.step[..<bandCount])
        let residual = descent.reduce(0) { max($0, abs($1)) }
        solveTridiagonal(&work)
        var slope = 0.0
        for band in 0..<bandCount { slope -= descent[band] * work.step[band] }
        return (slope, residual)
    }

    /// Solves `H x = step` in place; `H` is symmetric and positive definite, so no pivoting is needed.
    private func solveTridiagonal(_ work: inout Workspace) {
        for band in 1..<max(1, bandCount) {
            let factor = work.offDiagonal[band - 1] / work.diagonal[band - 1]
            work.diagonal[band] -= factor * work.offDiagonal[band - 1]
            work.step[band] -= factor * work.step[band - 1]
        }
        for band in stride(from: bandCount - 1, through: 0, by: -1) {
            let above = band + 1 < bandCount ? work.offDiagonal[band] * work.step[band + 1] : 0
            work.step[band] = (work.step[band] - above) / work.diagonal[band]
        }
        work.step[bandCount] = 0
    }
}
