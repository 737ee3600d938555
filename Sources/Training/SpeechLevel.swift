public import Audio
import Platform

/// How loud a recording is, measured where somebody speaks.
///
/// The signal is cut into frames of 20 ms. Loud is the level that 95 % of them stay below; frames within 20 dB of it
/// are active speech, and their mean power is the active-speech level, as in ITU-T P.56 but for its envelope follower.
/// Pauses, however long, do not count, and a click raises the peak but hardly the level.
public struct SpeechLevel: Sendable, Equatable, Codable {
    /// dB relative to full scale: the mean power of the active frames (a full-scale sine has -3).
    public let active: Double
    /// Magnitude; 1 is full scale.
    public let peak: Double
    /// dB relative to full scale: the level that 5 % of the frames stay below; -120 at the least.
    public let noiseFloor: Double
    /// The share of frames that are active, 0...1.
    public let activity: Double

    /// What measures digital silence.
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
        return waveform.samples.withUnsafeBufferPointer { samples in
            (0..<count).map { frame in
                let start = frame * length
                let end = frame == count - 1 ? samples.count : start + length
                var sum = 0.0
                for index in start..<end { sum += Double(samples[index]) * Double(samples[index]) }
                return sum / Double(end - start)
            }
        }
    }

    private static func decibels(ofPower power: Double) -> Double {
        power > 0 ? max(silence, 10 * log10(power)) : silence
    }
}
