/// Where bins lie between the peaks of bands, for interpolation straight in frequency. Bins below the first peak and above the last
/// belong to those; bands without a bin are passed over.
struct BandGrid: Sendable {
    /// Bands that have any bin, in order.
    let bands: [Int]
    /// For each bin the place in ``bands`` below it, and the weight of the one above that.
    let lower: [Int]
    let share: [Float]

    init(_ convention: MelConvention, _ filterbank: MelFilterbank) {
        let bands = (0..<filterbank.bandCount).filter { filterbank.weightSum(of: $0) > 0 }
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        var (lower, share) = ([Int](), [Float]())
        for bin in 0..<filterbank.binCount {
            let frequency = Double(bin) * width
            let above = bands.firstIndex { edges[$0 + 1] > frequency } ?? bands.count - 1
            let below = max(0, above - 1)
            let (low, high) = (edges[bands[below] + 1], edges[bands[above] + 1])
            lower.append(below)
            share.append(high > low ? Float(max(0, min(1, (frequency - low) / (high - low)))) : 0)
        }
        (self.bands, self.lower, self.share) = (bands, lower, share)
    }

    /// The bands that a bin lies between, and how much of each it has.
    func neighbours(ofBin bin: Int) -> (below: (band: Int, share: Float), above: (band: Int, share: Float)) {
        let place = lower[bin], next = min(place + 1, bands.count - 1)
        return ((bands[place], 1 - share[bin]), (bands[next], share[bin]))
    }
}
