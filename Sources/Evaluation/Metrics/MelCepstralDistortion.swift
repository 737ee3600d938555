import Platform

/// Mel-cepstra of spectral envelopes up to some frequency, and their distance.
///
/// `m[k] = (1/pi) integral over v in 0 ... pi of ln P(w(v)) cos(k v) dv`, the cosine series of the log magnitude
/// envelope on the axis `v` of a first-order all-pass with parameter `a`, for k = 1 ... 24; the level, m[0], is left out
/// (Tokuda et al., "Mel-generalized cepstral analysis", 1994; SPTK's `freqt`). Where `highestFrequency` is half the
/// sampling rate this is `pysptk.sp2mc`; below it, `pysptk.sp2mc` of the recording resampled to twice that frequency.
struct MelCepstrum {
    let order = 24
    /// `a`: 0.455 for 11,025 Hz, 0.41 for 8,000 Hz.
    let warping: Double
    private let cepstrumLength: Int
    /// `[cepstrumLength, order]`
    private let matrix: [Float]

    /// - Parameters:
    ///   - cepstrumLength: `fftSize / 2 + 1` of the ``SpectralEnvelope``.
    ///   - highestFrequency: Hz; taken as half the sampling rate where it is above.
    init(sampleRate: Int, cepstrumLength: Int, highestFrequency: Double) {
        let highest = min(highestFrequency, Double(sampleRate) / 2)
        warping = Self.warping(highestFrequency: highest)
        self.cepstrumLength = cepstrumLength
        matrix = Self.matrix(
            order: order, cepstrumLength: cepstrumLength, warping: warping,
            bandwidth: highest / (Double(sampleRate) / 2))
    }

    /// Mel-cepstra `[frame, order]` of cepstra `[frame, cepstrumLength]`.
    func coefficients(of cepstra: [Float]) -> [Float] {
        precondition(
            cepstra.count % cepstrumLength == 0, "\(cepstra.count) values in cepstra of \(cepstrumLength)")
        let frameCount = cepstra.count / cepstrumLength
        var result = [Float](repeating: 0, count: frameCount * order)
        for frame in 0..<frameCount {
            for index in 0..<cepstrumLength {
                let value = cepstra[frame * cepstrumLength + index]
                for k in 0..<order { result[frame * order + k] += value * matrix[index * order + k] }
            }
        }
        return result
    }

    /// Mel-cepstral distortion in dB: the mean of `10 / ln 10 * sqrt(2 sum over k of (m[k] - n[k])^2)` over the frames
    /// where `isMeasured`, without alignment in time; nil where there is no such frame (Kubichek, 1993).
    func distortion(of coefficients: [Float], to original: [Float], where isMeasured: [Bool]) -> Double? {
        var sum = 0.0, count = 0
        for frame in 0..<min(coefficients.count, original.count) / order where isMeasured[frame] {
            var squares = 0.0
            for index in frame * order..<(frame + 1) * order {
                let difference = Double(coefficients[index] - original[index])
                squares += difference * difference
            }
            sum += 10 / M_LN10 * (2 * squares).squareRoot()
            count += 1
        }
        return count > 0 ? sum / Double(count) : nil
    }

    /// The integral of the type's description for each cosine of the cepstrum, by the midpoint rule.
    private static func matrix(order: Int, cepstrumLength: Int, warping: Double, bandwidth: Double) -> [Float] {
        let pointCount = 1024
        var result = [Double](repeating: 0, count: cepstrumLength * order)
        for point in 0..<pointCount {
            let v = (Double(point) + 0.5) * Double.pi / Double(pointCount)
            // The inverse of an all-pass is the all-pass of the negative parameter.
            let w = bandwidth * warped(v, by: -warping)
            let basis = (1...order).map { cos(Double($0) * v) / Double(pointCount) }
            // cos(nw) by Chebyshev's recurrence.
            var current = 1.0, previous = cos(w)
            let step = 2 * previous
            for index in 0..<cepstrumLength {
                let weight = index == 0 || index == cepstrumLength - 1 ? current : 2 * current
                for k in 0..<order { result[index * order + k] += weight * basis[k] }
                (current, previous) = (step * current - previous, current)
            }
        }
        return result.map(Float.init)
    }

    private static func warped(_ w: Double, by a: Double) -> Double {
        w + 2 * atan(a * sin(w) / (1 - a * cos(w)))
    }

    /// The parameter, in thousandths, whose all-pass comes closest in the mean square to the scale `ln(1 + f / 1000)`.
    private static func warping(highestFrequency: Double) -> Double {
        let points = (0..<256).map { Double($0) / 255 }
        let scale = points.map { log(1 + $0 * highestFrequency / 1000) / log(1 + highestFrequency / 1000) }
        func error(_ a: Double) -> Double {
            zip(points, scale).reduce(0) { sum, point in
                let difference = warped(point.0 * Double.pi, by: a) / Double.pi - point.1
                return sum + difference * difference
            }
        }
        return (0..<800).map { Double($0) / 1000 }.min { error($0) < error($1) }!
    }
}

extension Metric {
    /// Mel-cepstral distortion over the whole band.
    public static let melCepstralDistortion = Metric(
        "melCepstralDistortion", title: "MCD", unit: "dB", decimals: 2,
        definition:
            "Mel-cepstral distortion: CheapTrick envelopes every 5 ms, all-pass warped cepstra of order 24 (c0 "
            + "dropped), no time warping, frames within 60 dB of the loud level."
    ) { pair in
        pair.tools.fullBand.distortion(
            of: pair.waveform.cepstra, to: pair.original.cepstra, where: pair.original.levels.isAudible(within: 60))
    }

    /// Mel-cepstral distortion up to 8 kHz: comparable between mels that end there and mels that do not.
    public static let melCepstralDistortionTo8kHz = Metric(
        "melCepstralDistortionTo8kHz", title: "MCD 8k", unit: "dB", decimals: 2,
        definition: "The same of the envelopes from 0 to 8 kHz."
    ) { pair in
        pair.tools.lowBand.distortion(
            of: pair.waveform.lowBandCepstra, to: pair.original.lowBandCepstra,
            where: pair.original.levels.isAudible(within: 60))
    }
}
