#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Multiplies a spectrum's bins by what its bands lack of wanted magnitudes, for one frame at a time.
///
///     X[k] <- X[k] exp(g[k]),  g interpolated straight, in frequency, between  ln m[b] - ln (W |X|)[b]  at the bands' peaks
///
/// Below the first peak and above the last their bands' gains go on; bands without a bin are passed over.
struct BandGains: Sendable {
    let bandCount: Int
    private let filterbank: MelFilterbank
    /// Bands that have any bin, in order.
    private let bands: [Int32]
    /// For each bin the place in `bands` below it, and the weight of the one above that.
    private let lower: [Int32]
    private let share: [Float]
    /// Natural logarithms: what wanted magnitudes are kept within. Full scale gives some hundreds; a larger value is no
    /// sound and must not overflow.
    private let range: (least: Float, most: Float)

    init(_ convention: MelConvention) {
        let filterbank = MelFilterbank(convention)
        self.filterbank = filterbank
        bandCount = filterbank.bandCount
        range = (logf(Float(max(convention.floor, 1e-10))), 14)
        let grid = BandGrid(convention, filterbank)
        bands = grid.bands.map(Int32.init)
        lower = grid.lower.map(Int32.init)
        share = grid.share
    }

    /// Wanted magnitudes, as natural logarithms, within what a sound can have.
    func clamped(_ nepers: [Float]) -> [Float] {
        nepers.map { max(range.least, min(range.most, $0)) }
    }

    /// - Parameters:
    ///   - buffers: of the transform, with a frame's spectrum, in place.
    ///   - target: `bandCount` natural logarithms of wanted magnitudes.
    func shape(_ buffers: borrowing FourierBuffers, to target: UnsafePointer<Float>) {
        let binCount = filterbank.binCount
        let padded = (binCount + 15) / 16 * 16
        let paddedBands = (bandCount + 15) / 16 * 16
        withUnsafeTemporaryAllocation(of: Float.self, capacity: padded + 2 * paddedBands) { scratch in
            let scratch = scratch.baseAddress!
            scratch.initialize(repeating: 1, count: padded + 2 * paddedBands)
            let bins = scratch
            let found = bins + padded
            let steps = found + paddedBands
            forEachLanes(buffers) { x, y, bin in
                let powers = Lanes(repeating: 1e-30).addingProduct(x, x).addingProduct(y, y)
                bins.store(powers * powers.reciprocalRoot, at: bin)
                return nil
            }
            filterbank.apply(to: bins, into: found)
            putLacks(of: found, target, into: steps)
            let next = bands.count > 1 ? 1 : 0
            for bin in 0..<binCount {
                let below = steps[Int(lower[bin])]
                bins[bin] = below + (steps[Int(lower[bin]) + next] - below) * share[bin]
            }
            forEachLanes(buffers) { x, y, bin in
                let gain = exponential(bins.lanes(at: bin))
                return (x * gain, y * gain)
            }
        }
    }

    /// What each band lacks, as a natural logarithm; overwrites `found`.
    private func putLacks(
        of found: UnsafeMutablePointer<Float>, _ target: UnsafePointer<Float>,
        into steps: UnsafeMutablePointer<Float>
    ) {
        let least = Lanes(repeating: 1e-3 * expf(range.least))
        for band in stride(from: 0, to: bandCount, by: 16) {
            let magnitudes = found.lanes(at: band)
            found.store(
                naturalLogarithm(magnitudes.replacing(with: least, where: magnitudes .< least)), at: band)
        }
        for (index, band) in bands.enumerated() { steps[index] = target[Int(band)] - found[Int(band)] }
    }

    /// Draws magnitudes towards `average`: `X <- X (A / |X|)^strength`.
    ///
    /// - Parameters:
    ///   - buffers: of the transform, with a frame's spectrum, in place.
    ///   - average: of every bin.
    ///   - strengths: of every bin, and sixteen numbers more.
    func smooth(
        _ buffers: borrowing FourierBuffers, towards average: UnsafePointer<Float>, _ strengths: [Float]
    ) {
        let binCount = filterbank.binCount
        strengths.withUnsafeBufferPointer { strengths in
            let strengths = strengths.baseAddress!
            forEachLanes(buffers) { x, y, bin in
                let least = Lanes(repeating: 1e-24)
                let powers = least.addingProduct(x, x).addingProduct(y, y)
                let averages =
                    bin + 16 <= binCount
                    ? average.lanes(at: bin) : lanes(from: average + bin, count: binCount - bin)
                let wanted = naturalLogarithm(least.addingProduct(averages, averages))
                let factors = exponential(
                    Lanes(repeating: 0.5) * strengths.lanes(at: bin) * (wanted - naturalLogarithm(powers)))
                return (x * factors, y * factors)
            }
        }
    }

    private func lanes(from numbers: UnsafePointer<Float>, count: Int) -> Lanes {
        var lanes = Lanes.zero
        for index in 0..<count { lanes[index] = numbers[index] }
        return lanes
    }

    /// Calls `body` with sixteen bins at a time, and puts what it returns in their place.
    @inline(__always) private func forEachLanes(
        _ buffers: borrowing FourierBuffers,
        _ body: (_ real: Lanes, _ imaginary: Lanes, _ bin: Int) -> (Lanes, Lanes)?
    ) {
        let real = buffers.real.baseAddress!
        let imaginary = buffers.imaginary.baseAddress!
        // The buffers have room for whole lanes past the last bin.
        for bin in stride(from: 0, to: filterbank.binCount, by: 16) {
            guard let result = body(real.lanes(at: bin), imaginary.lanes(at: bin), bin) else { continue }
            real.store(result.0, at: bin)
            imaginary.store(result.1, at: bin)
        }
    }
}
