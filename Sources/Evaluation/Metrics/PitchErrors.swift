import Platform

/// Fundamental frequency (F0) over time: a value each 5 ms, frame 0 on the first sample.
public struct PitchTrack: Sendable, Equatable {
    /// Hz; 0 where the frame is unvoiced.
    public var frequencies: [Double]

    public init(frequencies: [Double]) {
        self.frequencies = frequencies
    }

    public func isVoiced(_ frame: Int) -> Bool { frequencies[frame] > 0 }
    public var voicedCount: Int { frequencies.count { $0 > 0 } }
}

/// The differences of one pitch track from another, frame by frame, without alignment in time.
public struct PitchDifference: Sendable, Equatable {
    /// The median in cents of `1200 |log2 (f / f0)|` over frames voiced in both; nil where there is none.
    public let medianCents: Double?
    /// The root mean square in cents over the same frames, gross errors included.
    public let rootMeanSquareCents: Double?
    /// The fraction of the same frames that is off by more than 20 %.
    public let grossErrorRate: Double?
    /// The fraction of all frames that is voiced in one of the two only; nil where there are no frames.
    public let voicingErrorRate: Double?

    /// Compares the frames that both tracks have.
    public init(of track: PitchTrack, from reference: PitchTrack) {
        let frameCount = min(track.frequencies.count, reference.frequencies.count)
        var cents: [Double] = []
        var grossCount = 0, voicingErrorCount = 0
        for frame in 0..<frameCount {
            guard track.isVoiced(frame), reference.isVoiced(frame) else {
                if track.isVoiced(frame) != reference.isVoiced(frame) { voicingErrorCount += 1 }
                continue
            }
            let ratio = track.frequencies[frame] / reference.frequencies[frame]
            cents.append(1200 * abs(log2(ratio)))
            if abs(ratio - 1) > 0.2 { grossCount += 1 }
        }
        voicingErrorRate = frameCount == 0 ? nil : Double(voicingErrorCount) / Double(frameCount)
        guard !cents.isEmpty else {
            (medianCents, rootMeanSquareCents, grossErrorRate) = (nil, nil, nil)
            return
        }
        let sorted = cents.sorted(), middle = sorted.count / 2
        medianCents = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        rootMeanSquareCents = (cents.reduce(0) { $0 + $1 * $1 } / Double(cents.count)).squareRoot()
        grossErrorRate = Double(grossCount) / Double(cents.count)
    }
}

extension Metric {
    public static let pitchMedian = Metric(
        "pitchMedian", title: "F0 median", unit: "cents", decimals: 1,
        definition:
            "Median absolute F0 difference over frames voiced in both; YIN with dynamic programming, 70-500 Hz, "
            + "5 ms."
    ) { $0.pitch.medianCents }

    public static let pitchError = Metric(
        "pitchError", title: "F0 RMSE", unit: "cents", decimals: 1,
        definition: "Root mean square F0 difference over the same frames, gross errors included."
    ) { $0.pitch.rootMeanSquareCents }

    public static let grossPitchErrors = Metric(
        "grossPitchErrors", title: "F0 gross", unit: "%", decimals: 1,
        definition: "Share of the same frames whose F0 is off by more than 20 %."
    ) { $0.pitch.grossErrorRate.map { 100 * $0 } }

    public static let voicingErrors = Metric(
        "voicingErrors", title: "V/UV", unit: "%", decimals: 1,
        definition: "Share of all frames that are voiced in one of the two only."
    ) { $0.pitch.voicingErrorRate.map { 100 * $0 } }
}
