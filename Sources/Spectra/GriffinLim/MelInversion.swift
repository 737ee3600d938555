import Tensors

/// Estimates the magnitudes of the Fourier transform from a mel-spectrogram.
///
/// It undoes the convention's compression, then finds for each frame the smallest `s >= 0` for which `W s` is nearest to the bands,
/// by ``NonNegativeLeastSquares``. Bins outside all bands are 0. A band no louder than the convention's silence counts as 0: values
/// below the floor are unknown, and pauses stay silent.
public struct MelInversion: Sendable {
    public let convention: MelConvention
    /// The number of threads that one call uses.
    public let threadCount: Int
    private let problem: NonNegativeLeastSquares
    private let silence: [Float]

    /// - Parameters:
    ///   - convention: A convention that passes ``MelConvention/check()``.
    ///   - threadCount: The number of threads, 1 or more; it does not change the result.
    public init(_ convention: MelConvention, threadCount: Int = 1) {
        precondition(threadCount >= 1, "\(threadCount) threads")
        self.convention = convention
        self.threadCount = threadCount
        problem = NonNegativeLeastSquares(MelFilterbank(convention))
        silence = convention.silence.map { 1.001 * convention.magnitude(ofValue: $0) }
    }

    /// The magnitudes of `mel`, `[time, fftSize / 2 + 1]`.
    ///
    /// - Precondition: `mel` has this convention and finite values.
    public func magnitudes(of mel: MelSpectrogram) -> [Float] {
        precondition(mel.convention == convention, "a mel of \(mel.convention) for the inversion of \(convention)")
        precondition(mel.values.allSatisfy { $0.isFinite }, "a mel with values that are NaN or infinite")
        let (frameCount, bandCount, binCount) = (mel.frameCount, problem.bandCount, problem.binCount)
        return [Float](unsafeUninitializedCapacity: frameCount * binCount) { result, filled in
            let result = result.baseAddress!
            Parallel.forChunks(of: frameCount, length: 32, threadCount: threadCount) {
                (NonNegativeLeastSquares.Workspace(problem), [Double](repeating: 0, count: bandCount))
            } _: { frames, workspace in
                for frame in frames {
                    for band in 0..<bandCount {
                        workspace.1[band] = magnitude(ofValue: mel.values[frame * bandCount + band], band)
                    }
                    problem.solve(workspace.1, &workspace.0)
                    for bin in 0..<binCount { result[frame * binCount + bin] = Float(workspace.0.magnitudes[bin]) }
                }
            }
            filled = frameCount * binCount
        }
    }

    /// The band magnitude, at most 1e6: full scale gives some hundreds, and a larger value is no sound and must not overflow.
    private func magnitude(ofValue value: Float, _ band: Int) -> Double {
        let magnitude = min(1e6, convention.magnitude(ofValue: value))
        return magnitude <= silence[band] ? 0 : Double(magnitude)
    }
}

/// Non-negative least squares: the smallest non-negative magnitudes whose mel bands are nearest to given bands.
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

    /// The working memory of one thread.
    struct Workspace {
        /// The solution, `binCount` values.
        fileprivate(set) var magnitudes: [Double]
        // One value for each band, and one that stays 0: the upper neighbour of the last band.
        fileprivate var multipliers: [Double]
        fileprivate var step: [Double]
        fileprivate var descent: [Double]
        fileprivate var diagonal: [Double]
        fileprivate var offDiagonal: [Double]
        /// The sums of products over the bins that are above zero.
        fileprivate var products: [BandOverlaps.Products]

        init(_ problem: NonNegativeLeastSquares) {
            magnitudes = [Double](repeating: 0, count: problem.binCount)
            multipliers = [Double](repeating: 0, count: problem.bandCount + 1)
            (step, descent, diagonal, offDiagonal) = (multipliers, multipliers, multipliers, multipliers)
            products = [BandOverlaps.Products](repeating: .zero, count: problem.bandCount)
        }
    }

    /// Solves the problem for one frame and stores the solution in `work.magnitudes`.
    ///
    /// - Parameter bands: The `bandCount` band magnitudes, finite and not negative.
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
        // The terms of the band below in this band's gradient and diagonal.
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
