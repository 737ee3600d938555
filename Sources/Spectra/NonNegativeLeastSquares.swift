/// The smallest non-negative magnitudes whose mel bands come nearest to given ones.
///
/// Minimises `|W s - m|^2 / 2 + ridge |s|^2 / 2` over `s >= 0` for one frame, exactly. `W` has fewer rows than
/// columns, so many `s` fit equally well; a ridge far below the filters' own scale chooses the least of them, which is
/// also the smoothest: between two band centres it runs straight.
///
/// Priorities: the exact optimum, then speed. Solved in the dual, one unknown a band: at the optimum `s = max(0, W'
/// u)` where `W max(0, W' u) + ridge u = m`, the gradient of a convex, piecewise quadratic function of `u`. As each
/// bin lies under no more than two neighbouring triangles, its Hessian is tridiagonal, and Newton's method with a line
/// search (Armijo) ends after a few steps. With ``BandOverlaps`` a step is linear in the number of bands, however many
/// the bins.
struct NonNegativeLeastSquares: Sendable {
    private let overlaps: BandOverlaps
    private let ridge: Double

    var bandCount: Int { overlaps.bandCount }
    var binCount: Int { overlaps.binCount }

    init(_ filterbank: MelFilterbank) {
        overlaps = BandOverlaps(filterbank)
        ridge = 1e-7 * overlaps.squaredWeights / Double(filterbank.bandCount)
    }

    /// One thread's working memory.
    struct Workspace {
        /// The solution, `binCount` values.
        fileprivate(set) var magnitudes: [Double]
        // Per band, and one more that stays zero: the upper neighbour of the last.
        fileprivate var multipliers: [Double]
        fileprivate var step: [Double]
        fileprivate var descent: [Double]
        fileprivate var diagonal: [Double]
        fileprivate var offDiagonal: [Double]
        /// Of the bins that are above zero now.
        fileprivate var products: [BandOverlaps.Products]

        init(_ problem: NonNegativeLeastSquares) {
            magnitudes = [Double](repeating: 0, count: problem.binCount)
            multipliers = [Double](repeating: 0, count: problem.bandCount + 1)
            (step, descent, diagonal, offDiagonal) = (multipliers, multipliers, multipliers, multipliers)
            products = [BandOverlaps.Products](repeating: .zero, count: problem.bandCount)
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
            if residual <= tolerance { break }
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
        overlaps.reach(work.multipliers, into: &work.magnitudes)
    }

    private func move(by length: Double, _ work: inout Workspace) {
        for band in 0..<bandCount { work.multipliers[band] += length * work.step[band] }
    }

    /// The dual objective `|max(0, W' u)|^2 / 2 + ridge |u|^2 / 2 - <m, u>`; fills `products`.
    private func evaluate(_ bands: [Double], _ work: inout Workspace) -> Double {
        var objective = 0.0
        for band in 0..<bandCount {
            let (u, v) = (work.multipliers[band], work.multipliers[band + 1])
            let products = overlaps.products(ofBand: band, u, v)
            work.products[band] = products
            let reached = u * (products.x * u + 2 * products.y * v) + products.z * v * v
            objective += 0.5 * reached + (0.5 * ridge * u - bands[band]) * u
        }
        return objective
    }

    /// Fills `step` with `-H^-1 g`; returns `<g, step>` and the largest magnitude in `g`.
    private func newtonStep(_ bands: [Double], _ work: inout Workspace) -> (slope: Double, residual: Double) {
        // What the band below adds to this one's gradient and to its diagonal.
        var (carriedGradient, carriedDiagonal) = (0.0, 0.0)
        var residual = 0.0
        for band in 0..<bandCount {
            let (u, v) = (work.multipliers[band], work.multipliers[band + 1])
            let products = work.products[band]
            let descent = bands[band] - ridge * u - carriedGradient - products.x * u - products.y * v
            work.diagonal[band] = ridge + carriedDiagonal + products.x
            work.offDiagonal[band] = products.y
            (work.descent[band], work.step[band]) = (descent, descent)
            residual = max(residual, abs(descent))
            (carriedGradient, carriedDiagonal) = (products.y * u + products.z * v, products.z)
        }
        solveTridiagonal(&work)
        var slope = 0.0
        for band in 0..<bandCount { slope -= work.descent[band] * work.step[band] }
        return (slope, residual)
    }

    /// Solves `H x = step` in place; `H` is symmetric and positive definite, so no pivoting is needed.
    private func solveTridiagonal(_ work: inout Workspace) {
        var (inverse, above, solution) = (0.0, 0.0, 0.0)
        for band in 0..<bandCount {
            let factor = above * inverse
            inverse = 1 / (work.diagonal[band] - factor * above)
            solution = work.step[band] - factor * solution
            above = work.offDiagonal[band]
            (work.diagonal[band], work.step[band]) = (inverse, solution)
        }
        solution = 0
        for band in stride(from: bandCount - 1, through: 0, by: -1) {
            solution = (work.step[band] - work.offDiagonal[band] * solution) * work.diagonal[band]
            work.step[band] = solution
        }
    }
}
