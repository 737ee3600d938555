import Platform

/// Distances of short-time magnitude spectra, `[time, bin]`, Hann windows, centred frames, magnitudes floored at 1e-4
/// inside logarithms.
enum SpectralDistance {
    static let floor: Float = 1e-4

    /// One resolution of the multi-resolution distance, in samples.
    struct Resolution: Hashable {
        let fftSize: Int
        let hopLength: Int
        let windowLength: Int
    }

    /// Those of Yamamoto et al., "Parallel WaveGAN" (2020), section 3: whatever the rate.
    static let resolutions = [
        Resolution(fftSize: 1024, hopLength: 120, windowLength: 600),
        Resolution(fftSize: 2048, hopLength: 240, windowLength: 1200),
        Resolution(fftSize: 512, hopLength: 50, windowLength: 240),
    ]

    /// Of the log-spectral distance.
    static let logSpectral = Resolution(fftSize: 1024, hopLength: 256, windowLength: 1024)

    /// `|| |X| - |Y| || / || |X| ||` over all frames and bins (Frobenius norms), `X` the original; nil
    /// for a silent original.
    static func convergence(of magnitudes: [Float], to original: [Float]) -> Double? {
        var difference = 0.0, norm = 0.0
        for (x, y) in zip(original, magnitudes) {
            difference += Double(x - y) * Double(x - y)
            norm += Double(x) * Double(x)
        }
        return norm > 0 ? (difference / norm).squareRoot() : nil
    }

    /// The mean of `|ln |X| - ln |Y||` over all frames and bins.
    static func logMagnitude(of magnitudes: [Float], to original: [Float]) -> Double? {
        guard !original.isEmpty else { return nil }
        var sum = 0.0
        for (x, y) in zip(original, magnitudes) { sum += Double(abs(log(max(x, floor) / max(y, floor)))) }
        return sum / Double(original.count)
    }

    /// dB: the mean over frames of the root of the mean over bins of `(20 log10 |X| / |Y|)^2`
    /// (Gray and Markel, "Distance measures for speech processing", 1976).
    static func decibels(of magnitudes: [Float], to original: [Float], binCount: Int) -> Double? {
        guard !original.isEmpty else { return nil }
        var sum = 0.0
        for row in stride(from: 0, to: original.count, by: binCount) {
            var squares = 0.0
            for bin in row..<row + binCount {
                let ratio = Double(20 * log10(max(original[bin], floor) / max(magnitudes[bin], floor)))
                squares += ratio * ratio
            }
            sum += (squares / Double(binCount)).squareRoot()
        }
        return sum / Double(original.count / binCount)
    }

    /// The mean of `|x - y|`; nil where there are no values.
    static func absoluteDifference(of values: [Float], to original: [Float]) -> Double? {
        guard !original.isEmpty else { return nil }
        return zip(values, original).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
            / Double(original.count)
    }
}
