/// Where bins lie between the peaks of bands, for interpolation straight in frequency. Bins below the first peak and above the last
/// belong to those; bands without a bin are passed over.
struct BandGrid: Sendable {
    /// Bands that have any bin, in order.
    let bands: [Int]
    /// For each bin.
    let places: [Place]

    /// The bands, among those that have bins, below and above a bin, and the weight of the latter.
    struct Place {
        let below: Int32
        let above: Int32
        let share: Float
    }

    init(_ convention: MelConvention, _ filterbank: MelFilterbank) {
        let bands = (0..<filterbank.bandCount).filter { filterbank.weightSum(of: $0) > 0 }
        let edges = MelFilterbank.edges(of: convention)
        let width = Double(convention.sampleRate) / Double(convention.fftSize)
        places = (0..<filterbank.binCount).map { bin in
            let frequency = Double(bin) * width
            let last = bands.firstIndex { edges[$0 + 1] > frequency } ?? bands.count - 1
            let below = max(0, last - 1)
            let above = min(below + 1, bands.count - 1)
            let (low, high) = (edges[bands[below] + 1], edges[bands[above] + 1])
            let share = high > low ? Float(max(0, min(1, (frequency - low) / (high - low)))) : 0
            return Place(below: Int32(below), above: Int32(above), share: share)
        }
        self.bands = bands
    }
}
