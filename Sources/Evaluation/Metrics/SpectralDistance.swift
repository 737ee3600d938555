import Platform

/// Distances of short-time magnitude spectra, `[time, bin]`: Hann windows, centred frames, magnitudes floored at 1e-4
/// inside logarithms.
enum SpectralDistance {
    static let floor: Float = 1e-4

    /// One resolution of the multi-resolution distance, in samples.
    struct Resolution: Hashable {
        let fftSize: Int
        let hopLength: Int
        let windowLength: Int
    }

    /// The resolutions of Yamamoto et al., "Parallel WaveGAN" (2020), section 3, in samples at any sample rate.
    static let resolutions = [
        Resolution(fftSize: 1024, hopLength: 120, windowLength: 600),
        Resolution(fftSize: 2048, hopLength: 240, windowLength: 1200),
        Resolution(fftSize: 512, hopLength: 50, windowLength: 240),
    ]

    /// The resolution of the log-spectral distance.
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

    /// The mean over frames of the root of the mean over bins of `(20 log10 |X| / |Y|)^2`, in dB
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

    /// The mean of a distance over all resolutions; nil where it is not defined at one of them.
    fileprivate static func mean(
        of pair: WaveformPair, _ distance: (_ magnitudes: [Float], _ original: [Float]) -> Double?
    ) -> Double? {
        var sum = 0.0
        for (mine, other) in zip(pair.waveform.magnitudes, pair.original.magnitudes) {
            guard let value = distance(mine, other) else { return nil }
            sum += value
        }
        return sum / Double(resolutions.count)
    }
}

extension Metric {
    /// The mean of ``SpectralDistance/convergence(of:to:)`` over three resolutions.
    public static let spectralConvergence = Metric(
        "spectralConvergence", title: "SC", decimals: 3,
        definition:
            "Multi-resolution STFT distance, spectral convergence: the Frobenius norm of the difference of magnitudes "
            + "over that of the original, mean of FFT/hop/window 1024/120/600, 2048/240/1200 and 512/50/240 (Hann)."
    ) { SpectralDistance.mean(of: $0, SpectralDistance.convergence) }

    /// The mean of ``SpectralDistance/logMagnitude(of:to:)`` over three resolutions.
    public static let logMagnitude = Metric(
        "logMagnitude", title: "log |X|", unit: "Np", decimals: 3,
        definition:
            "Multi-resolution STFT distance, mean absolute difference of ln magnitudes, floored at 1e-4, same "
            + "resolutions."
    ) { SpectralDistance.mean(of: $0, SpectralDistance.logMagnitude) }

    /// The log-spectral distance, ``SpectralDistance/decibels(of:to:binCount:)``.
    public static let logSpectralDistance = Metric(
        "logSpectralDistance", title: "LSD", unit: "dB", decimals: 2,
        definition:
            "Log-spectral distance: mean over frames of the RMS over bins of the level difference, STFT 1024/256/1024, "
            + "magnitudes floored at 1e-4. Two independent noises of one spectrum are 7.9 dB apart."
    ) { pair in
        SpectralDistance.decibels(
            of: pair.waveform.logSpectralMagnitudes, to: pair.original.logSpectralMagnitudes,
            binCount: pair.tools.logSpectralTransform.binCount)
    }

    /// The mean absolute difference of natural logarithms of 80 mel bands.
    public static let melDistance = Metric(
        "melDistance", title: "mel L1", unit: "Np", decimals: 3,
        definition:
            "Mean absolute difference of ln mel magnitudes: 80 bands (Slaney) from 0 to half the rate, STFT 1024/256/1024 "
            + "(2048/512/2048 from 32 kHz up), floored at 1e-5."
    ) { pair in
        SpectralDistance.absoluteDifference(of: pair.waveform.mel, to: pair.original.mel).map { $0 * M_LN10 }
    }
}
