import Platform

/// What is done about loudness: one level for all recordings, then a random gain for each segment.
///
/// gain of a recording = min(10^((`speechLevel` - active level) / 20), `peakLimit` / peak)
///
/// gain of a segment = 10^(g / 20), g uniform in `quietestGain`...0
///
/// Mels are made of what the gains leave, so a model hears at which level it is to speak: <doc:Levels> has the reasons.
/// Segments are only ever made quieter. That keeps peaks in range, and makes the mel of a segment an exact function of
/// the cached one: max(g m, floor) = max(g max(m, floor), floor) for g up to 1.
public struct LoudnessNormalization: Sendable, Hashable, Codable {
    /// dB relative to full scale: the active-speech level that each recording is brought to.
    public var speechLevel: Double
    /// The largest magnitude that gain may bring a recording to; 0.95 is also what melgan-neurips scales peaks to.
    public var peakLimit: Double
    /// dB, at most 0: the least gain of a segment.
    public var quietestGain: Double

    /// - Precondition: `quietestGain` is at most 0, `peakLimit` above 0 and at most 1.
    public init(speechLevel: Double = -18, peakLimit: Double = 0.95, quietestGain: Double = -18) {
        precondition(quietestGain <= 0, "a segment's gain of \(quietestGain) dB would make it louder")
        precondition(peakLimit > 0 && peakLimit <= 1, "peaks cannot be limited to \(peakLimit)")
        self.speechLevel = speechLevel
        self.peakLimit = peakLimit
        self.quietestGain = quietestGain
    }

    /// The factor for a recording measured as `level`.
    func gain(for level: SpeechLevel) -> Double {
        min(pow(10, (speechLevel - level.active) / 20), peakLimit / level.peak)
    }
}
