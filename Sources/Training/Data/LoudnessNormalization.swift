public import Audio
import Platform

/// Brings all recordings to one level, and each training segment to a random level below it.
///
/// gain of a recording = min(10^((`speechLevel` - active level) / 20), `peakLimit` / peak)
///
/// gain of a segment = 10^(g / 20), g uniform in `quietestGain`...0
///
/// Mels are computed after the gains, so they tell a model which level its output should have; <doc:Levels> has the reasons.
/// Segments are only ever made quieter. That keeps peaks in range, and makes the mel of a segment an exact function of
/// the cached one: max(g m, floor) = max(g max(m, floor), floor) for g up to 1.
public struct LoudnessNormalization: Sendable, Hashable, Codable {
    /// dB relative to full scale: the active speech level that each recording is brought to.
    public var speechLevel: Double
    /// The largest magnitude of a sample after the gain; 0.95 is also what melgan-neurips scales peaks to.
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

    /// The gain, a factor, of a recording of this level.
    func gain(for level: SpeechLevel) -> Double {
        min(pow(10, (speechLevel - level.active) / 20), peakLimit / level.peak)
    }
}

/// The active speech level of a recording.
///
/// The signal is cut into frames of 20 ms. Frames within 20 dB of the 95th percentile of the frames' levels are active speech, and
/// their mean power is the active speech level, as in ITU-T P.56 but without its envelope follower. Pauses, however long, do not
/// count, and a click raises the peak but hardly the level. What lies below 20 Hz (an offset, rumble) is no speech and does not count
/// either, except in the peak.
public struct SpeechLevel: Sendable, Equatable, Codable {
    /// dB relative to full scale: the mean power of the active frames (a full-scale sine has -3).
    public let active: Double
    /// Magnitude; 1 is full scale.
    public let peak: Double
    /// dB relative to full scale: the 5th percentile of the frames' levels, at least -120.
    public let noiseFloor: Double
    /// The fraction of frames that are active, 0...1.
    public let activity: Double

    /// The level of digital silence in dB relative to full scale.
    public static let silence = -120.0

    /// - Precondition: `waveform` is not empty and holds finite values.
    public init(of waveform: Waveform) {
        precondition(!waveform.samples.isEmpty, "the level of no samples is not defined")
        let powers = Self.framePowers(of: waveform)
        let sorted = powers.sorted()
        let loud = sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
        let speaking = powers.filter { $0 > 0 && $0 >= loud * 0.01 }
        let mean = speaking.isEmpty ? 0 : speaking.reduce(0, +) / Double(speaking.count)
        active = Self.decibels(ofPower: mean)
        noiseFloor = Self.decibels(ofPower: sorted[sorted.count * 5 / 100])
        peak = Double(waveform.samples.reduce(0) { max($0, abs($1)) })
        activity = Double(speaking.count) / Double(powers.count)
    }

    private static func framePowers(of waveform: Waveform) -> [Double] {
        let length = max(1, waveform.sampleRate / 50)
        let count = max(1, waveform.samples.count / length)
        return highPassed(waveform).withUnsafeBufferPointer { samples in
            (0..<count).map { frame in
                let start = frame * length
                let end = frame == count - 1 ? samples.count : start + length
                var sum = 0.0
                for index in start..<end { sum += samples[index] * samples[index] }
                return sum / Double(end - start)
            }
        }
    }

    /// `y[n] = x[n] - x[n - 1] + r y[n - 1]`, r = exp(-2 pi 20 Hz / rate): 3 dB less at 20 Hz, begun as if the mean had always been there.
    private static func highPassed(_ waveform: Waveform) -> [Double] {
        let pole = exp(-2 * .pi * 20 / Double(waveform.sampleRate))
        var last = waveform.samples.reduce(0.0) { $0 + Double($1) } / Double(waveform.samples.count)
        var output = 0.0
        return waveform.samples.map { sample in
            output = Double(sample) - last + pole * output
            last = Double(sample)
            return output
        }
    }

    private static func decibels(ofPower power: Double) -> Double {
        power > 0 ? max(silence, 10 * log10(power)) : silence
    }
}
