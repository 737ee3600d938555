public import Audio
import Platform

/// What can be measured of speech without an original beside it: how long, how lively, how quiet in its pauses.
public struct SpeechTraits: Sendable, Equatable, Codable {
    /// Seconds.
    public let duration: Double
    /// dB from the loudest twentieth of the frames of 25 ms down to the quietest twentieth; 120 where those are digital silence.
    public let pauseDepth: Double
    /// Hz: the median F0 of voiced frames; nil where there are none.
    public let pitch: Double?
    /// Semitones from the 5th to the 95th percentile of F0; nil where there are no voiced frames.
    public let pitchSpread: Double?
    /// dB: the standard deviation of the levels of frames within 20 dB of the loudest.
    public let levelSpread: Double

    public init(of waveform: Waveform) {
        duration = waveform.duration
        let levels = FrameLevels(of: waveform.samples, sampleRate: waveform.sampleRate)
        let sorted = levels.frames.sorted()
        let part = max(1, sorted.count / 20)
        func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        pauseDepth = sorted.isEmpty ? 0 : min(120, mean(sorted.suffix(part)) - max(-160, mean(sorted.prefix(part))))
        let spoken = sorted.filter { $0 > levels.loud - 20 }
        let middle = mean(spoken)
        levelSpread = mean(spoken.map { ($0 - middle) * ($0 - middle) }).squareRoot()
        let voiced = PitchTracker(sampleRate: waveform.sampleRate).track(of: waveform).frequencies.filter { $0 > 0 }.sorted()
        pitch = voiced.isEmpty ? nil : voiced[voiced.count / 2]
        pitchSpread = voiced.isEmpty ? nil : 12 * log2(voiced[(voiced.count - 1) * 95 / 100] / voiced[voiced.count * 5 / 100])
    }
}
