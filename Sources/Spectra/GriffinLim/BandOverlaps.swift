/// The bins that each band of a filterbank shares with the next band, so that sums over bins take one step for each band.
///
/// A bin lies under band `b` with weight `x`, under band `b + 1` with weight `y`, and under no other. As a band falls
/// and the next rises, `y / x` grows from bin to bin; so the bins where `x u + y v >= 0` are the first few or the last
/// few of those that the two bands share, and the sums of `x^2`, `xy` and `y^2` over them are precomputed.
struct BandOverlaps: Sendable {
    /// `sum x^2`, `sum xy`, `sum y^2` over some bins, and a zero.
    typealias Products = SIMD4<Double>

    let bandCount: Int
    let binCount: Int
    /// Entries `starts[b] ..< starts[b + 1]` are the bins whose lower band is `b`, in order.
    private let starts: [Int]
    private let bins: [Int]
    private let weights: [SIMD2<Double>]
    private let ratios: [Double]
    /// The products of a band's bins before each entry, and from it on: one more for each band than it has entries.
    private let before: [Products]
    private let after: [Products]

    init(_ filterbank: MelFilterbank) {
        bandCount = filterbank.bandCount
        binCount = filterbank.binCount
        let shares = Self.shares(of: filterbank)
        var starts = [0], bins: [Int] = [], before: [Products] = [], after: [Products] = []
        for band in 0..<bandCount {
            let entries = shares.indices.filter { shares[$0].lowerBand == band }
            let products = entries.map { bin in
                let (x, y) = (shares[bin].weights.x, shares[bin].weights.y)
                return Products(x * x, x * y, y * y, 0)
            }
            before += products.indices.map { products[..<$0].reduce(.zero, +) } + [products.reduce(.zero, +)]
            after += products.indices.map { products[$0...].reversed().reduce(.zero, +) } + [.zero]
            bins += entries
            starts.append(bins.count)
        }
        weights = bins.map { shares[$0].weights }
        ratios = weights.map { $0.y / $0.x }
        (self.starts, self.bins, self.before, self.after) = (starts, bins, before, after)
    }

    /// For each bin the lower of its bands (-1 if it has none) and its weights in that band and the next.
    private static func shares(of filterbank: MelFilterbank) -> [(lowerBand: Int, weights: SIMD2<Double>)] {
        var shares = [(lowerBand: Int, weights: SIMD2<Double>)](repeating: (-1, .zero), count: filterbank.binCount)
        for band in 0..<filterbank.bandCount {
            for index in 0..<filterbank.weightCount(of: band) {
                let weight = Double(filterbank.weights[filterbank.offsets[band] + index])
                guard weight > 0 else { continue }
                let bin = filterbank.firstBin[band] + index
                if shares[bin].lowerBand < 0 {
                    shares[bin] = (band, SIMD2(weight, 0))
                } else {
                    precondition(
                        shares[bin].lowerBand == band - 1 && shares[bin].weights.y == 0, "bin \(bin) under distant bands")
                    shares[bin].weights.y = weight
                }
            }
        }
        return shares
    }

    /// `sum x^2` over all bins and bands.
    var squaredWeights: Double { weights.reduce(0) { $0 + ($1 * $1).sum() } }

    /// The products over those bins with the lower band `band` where `x u + y v >= 0`.
    func products(ofBand band: Int, _ u: Double, _ v: Double) -> Products {
        let start = starts[band], end = starts[band + 1]
        // The tables have one more entry for each band before this one.
        if u >= 0 {
            if v >= 0 { return after[start + band] }
            let bound = u / -v
            return before[band + start + ratios[start..<end].count { $0 <= bound }]
        }
        guard v > 0 else { return .zero }
        let bound = -u / v
        return after[band + start + ratios[start..<end].count { $0 < bound }]
    }

    /// `s = max(0, W' u)`.
    ///
    /// - Parameters:
    ///   - multipliers: `u` and a zero.
    ///   - magnitudes: `s`, overwritten.
    func reach(_ multipliers: [Double], into magnitudes: inout [Double]) {
        for bin in magnitudes.indices { magnitudes[bin] = 0 }
        for band in 0..<bandCount {
            let (u, v) = (multipliers[band], multipliers[band + 1])
            for entry in starts[band]..<starts[band + 1] {
                magnitudes[bins[entry]] = max(0, weights[entry].x * u + weights[entry].y * v)
            }
        }
    }
}
