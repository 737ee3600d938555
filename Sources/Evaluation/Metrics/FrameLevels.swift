import Platform

/// The level of every frame of a recording, and the levels that gates and floors refer to.
///
/// Frames are 25 ms long, 5 ms apart, frame `f` centred on sample `f * rate / 200`; beyond its ends the signal
/// is silent. Levels are in dB relative to a full-scale constant, minus infinity for digital silence.
struct FrameLevels: Sendable, Equatable {
    let frames: [Double]
    /// The level that the loudest twentieth of the frames exceeds.
    let loud: Double
    /// The level of active speech: the mean power of the frames within 20 dB of `loud`.
    let active: Double

    init(of samples: [Float], sampleRate: Int) {
        let grid = AnalysisGrid(sampleCount: samples.count, sampleRate: sampleRate)
        let half = sampleRate / 80
        var energy = [0.0]
        energy.reserveCapacity(samples.count + 1)
        for sample in samples { energy.append(energy.last! + Double(sample) * Double(sample)) }
        let powers = (0..<grid.frameCount).map { frame in
            let centre = grid.centre(ofFrame: frame)
            let begin = max(0, min(samples.count, centre - half)), end = max(begin, min(samples.count, centre + half))
            // Rounding can bring the difference of two running sums below zero.
            return max(0, (energy[end] - energy[begin]) / Double(2 * max(1, half)))
        }
        let sorted = powers.sorted()
        let loudPower = sorted.isEmpty ? 0 : sorted[(sorted.count - 1) * 95 / 100]
        let gate = loudPower / 100
        let speech = powers.filter { $0 >= gate && $0 > 0 }
        frames = powers.map(decibels(ofPower:))
        loud = decibels(ofPower: loudPower)
        active = decibels(ofPower: loudPower > 0 ? speech.reduce(0, +) / Double(speech.count) : 0)
    }

    /// The factor that brings active speech to -21 dB; 1 for silence.
    var normalisingGain: Float {
        active.isFinite ? Float(pow(10, (-21 - active) / 20)) : 1
    }

    /// Whether each frame lies within `range` dB of the loud level; never in silence.
    func isAudible(within range: Double) -> [Bool] {
        frames.map { $0 > -.infinity && $0 >= loud - range }
    }
}

/// The frames, 5 ms apart, at which pitch, envelopes and levels are computed, as in WORLD: frame 0 is on the first sample.
struct AnalysisGrid: Equatable {
    let frameCount: Int
    let sampleRate: Int

    init(sampleCount: Int, sampleRate: Int) {
        frameCount = sampleCount == 0 ? 0 : 1 + sampleCount * 200 / sampleRate
        self.sampleRate = sampleRate
    }

    /// The sample nearest to `frame * 5 ms`.
    func centre(ofFrame frame: Int) -> Int { (frame * sampleRate + 100) / 200 }
}

func decibels(ofPower power: Double) -> Double { 10 * log10(power) }

func power(ofDecibels decibels: Double) -> Double { pow(10, decibels / 10) }

extension Metric {
    /// The root mean square of the waveform over the original's.
    public static let levelDifference = Metric(
        "levelDifference", title: "level", unit: "dB", decimals: 2,
        definition: "Root mean square level relative to the original's."
    ) { pair in
        let (power, original) = (pair.waveform.power, pair.original.power)
        return power == original ? 0 : decibels(ofPower: power / original)
    }
}
