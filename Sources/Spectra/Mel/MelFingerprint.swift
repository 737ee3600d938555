/// The convention of a mel as recognised by its values alone: logarithm, scaling and floor, but not band edges.
///
/// Speech spans 2.6 to 4.7 decades between the 5th and the 99.5th percentile of its band magnitudes, and the latter lies
/// between 0.2 and 2.2 (unit-area filters; recordings with peaks from 0.1 to 1). Read with a wrong logarithm or scaling it does
/// not. If digital silence occurs, its value is the convention's floor, which is certain evidence.
public struct MelFingerprint: Sendable, Equatable {
    public enum Certainty: String, Sendable, Codable { case certain, likely, unsure }

    /// The presets with such values, best first, which the values do not distinguish; may be empty.
    public let candidates: [MelConvention]
    public let certainty: Certainty
    /// Whether the bands look normalised by a speaker's statistics (mean 0, standard deviation 1), which cannot be undone without
    /// them.
    public let isStandardised: Bool
    public let least: Float
    public let greatest: Float
    private let statistics: MelStatistics

    /// - Parameter values: The values of the mel, `[time, band]`: finite, at least one frame.
    public init(values: [Float], bandCount: Int) {
        let statistics = MelStatistics(values: values, bandCount: bandCount)
        self.statistics = statistics
        least = statistics.least
        greatest = statistics.greatest
        isStandardised = statistics.looksStandardised
        let scored = MelConvention.presets.map { (convention: $0, score: statistics.score(of: $0)) }
            .filter { $0.score > -.infinity }
        let best = scored.map(\.score).max() ?? -.infinity
        let alike = scored.filter { $0.score > best - 2 }
        let others = scored.filter { $0.score <= best - 2 }.map(\.score).max() ?? -.infinity
        let bases = Set(alike.map(\.convention.compression))
        if isStandardised || best < -12 || bases.count > 1 {
            certainty = .unsure
        } else {
            certainty = best - others > 5 && best > -6 ? .certain : .likely
        }
        candidates = isStandardised ? [] : alike.sorted { $0.score > $1.score + 0.5 }.map(\.convention)
    }

    /// How well the values fit `convention` relative to the best candidate: 0 is as well, -5 hardly, minus infinity impossible.
    func fit(_ convention: MelConvention) -> Double {
        let best = candidates.map(statistics.score).max() ?? 0
        let score = statistics.score(of: convention)
        return score == -.infinity ? score : score - best
    }

    /// A summary such as `melgan, parallelwavegan or espnet2 (likely)`.
    public var summary: String {
        if isStandardised { return "divided by a voice's statistics (parallelwavegan or espnet2)" }
        guard let last = candidates.last else { return "no known convention" }
        let names = candidates.dropLast().map(\.name).joined(separator: ", ")
        return (names.isEmpty ? "" : names + " or ") + last.name + " (\(certainty.rawValue))"
    }
}

/// The statistics of a mel's values by which its convention is recognised.
struct MelStatistics: Sendable, Equatable {
    let bandCount: Int
    let least: Float
    let greatest: Float
    /// The 5th percentile.
    let low: Float
    /// The 99.5th percentile.
    let high: Float
    let looksStandardised: Bool
    /// The number of values equal to the least one, which is more than a few if the floor was reached.
    private let countAtLeast: Int

    init(values: [Float], bandCount: Int) {
        let sorted = values.sorted()
        self.bandCount = bandCount
        least = sorted.first ?? 0
        greatest = sorted.last ?? 0
        let threshold = least + 1e-3 * max(1, abs(least))
        let count = sorted.prefix { $0 <= threshold }.count
        countAtLeast = count
        // Digital silence is no part of the sound's range: the percentiles are those of the other values.
        let heard = sorted[(count > 3 && count < sorted.count ? sorted.firstIndex { $0 > threshold + 0.05 } ?? 0 : 0)...]
        low = heard.isEmpty ? 0 : heard[heard.startIndex + heard.count / 20]
        high = heard.isEmpty ? 0 : heard[heard.startIndex + min(heard.count - 1, heard.count * 995 / 1000)]
        looksStandardised = Self.looksStandardised(values, bandCount: bandCount)
    }

    /// The log-likelihood that the mel is of `convention`, up to a constant; minus infinity if it is impossible.
    func score(of convention: MelConvention) -> Double {
        guard convention.bandCount == bandCount else { return -.infinity }
        let silence = convention.silence
        // Half precision rounds 11.5 by 0.004.
        let tolerance: Float = 0.01
        guard let floor = silence.min(), least >= floor - tolerance else { return -.infinity }
        if convention.compression == .symmetricDecibel && greatest > 4 + tolerance { return -.infinity }
        let top = decades(high, convention), span = top - decades(low, convention)
        // Peak-norm filters gather about 1.6 decades more than those of unit area.
        let expectedTop = convention.norm == .peak ? 1.4 : -0.2
        let reachesFloor = countAtLeast > 3 && least <= (silence.max() ?? floor) + tolerance
        let topDeviation = (top - expectedTop) / 0.5
        // Sound that fades into digital silence reaches every level.
        let spanDeviation = reachesFloor ? min(0, span - 3.7) / 0.6 : (span - 3.7) / 0.6
        return (reachesFloor ? 6 : 0) - (topDeviation * topDeviation + spanDeviation * spanDeviation) / 2
    }

    /// The log10 magnitude of a stored value.
    private func decades(_ value: Float, _ convention: MelConvention) -> Double {
        switch convention.compression {
        case .naturalLog: Double(value) / 2.302585
        case .log10: Double(value)
        case .symmetricDecibel: (Double(value) - 2.4) / 1.6
        }
    }

    private static func looksStandardised(_ values: [Float], bandCount: Int) -> Bool {
        let frameCount = values.count / bandCount
        guard frameCount >= 10 else { return false }
        // By one mean and one deviation for all bands.
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        let power = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)
        if abs(mean) < 0.02, abs(power - mean * mean - 1) < 0.04 { return true }
        var centred = 0
        for band in 0..<bandCount {
            var sum = 0.0, squares = 0.0
            for frame in 0..<frameCount {
                let value = Double(values[frame * bandCount + band])
                sum += value
                squares += value * value
            }
            let mean = sum / Double(frameCount)
            let deviation = max(0, squares / Double(frameCount) - mean * mean).squareRoot()
            if abs(mean) < 0.6 && deviation > 0.5 && deviation < 1.6 { centred += 1 }
        }
        return centred * 10 >= bandCount * 8
    }
}
