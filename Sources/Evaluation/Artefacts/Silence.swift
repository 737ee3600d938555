import Platform
import Spectra

/// Finds digital silence, and detects noise in it.
struct Silence {
    let sampleRate: Int
    /// The magnitude below which a sample is silent: -100 dB.
    static let leastSample: Float = 1e-5
    /// The highest level of silence, in dB relative to full scale.
    static let bound = -80.0
    /// The seconds beside a sound in which a vocoder may not be silent yet: windows and receptive fields reach that far.
    static let margin = 0.1
    /// The shortest silence in seconds, without its margins.
    private static let leastDuration = 0.05

    /// Where every sample is silent for long enough, without the margins beside sounds; there is no margin at the ends of the
    /// recording.
    func ranges(of samples: [Float]) -> [Range<Int>] {
        trimmed(runs(in: samples.count) { abs(samples[$0]) < Self.leastSample }, count: samples.count)
    }

    /// Where a mel is silent for long enough, its bands all at their least value; in samples, without the margins beside sounds.
    func ranges(of mel: MelSpectrogram) -> [Range<Int>] {
        let bands = mel.convention.bandCount
        let hop = mel.convention.hopLength
        let silence = mel.convention.silence
        let isSilent = (0..<mel.frameCount).map { frame in
            (0..<bands).allSatisfy { mel.values[frame * bands + $0] <= silence[$0] + 1e-4 }
        }
        let frames = runs(in: mel.frameCount) { isSilent[$0] }
        return trimmed(
            frames.map { $0.lowerBound * hop..<$0.upperBound * hop }, count: mel.frameCount * hop)
    }

    /// The noise in `silences`: blocks of 10 ms above the bound, joined where they are neighbours.
    func artefacts(in samples: [Float], silences: [Range<Int>]) -> [Artefact] {
        let step = max(1, sampleRate / 100)
        var result: [Artefact] = []
        for silence in silences {
            let range = silence.clamped(to: 0..<samples.count)
            let starts = Array(stride(from: range.lowerBound, to: range.upperBound, by: step))
            let levels = starts.map { Self.level(of: samples[$0..<min($0 + step, range.upperBound)]) }
            for loud in runs(in: levels.count, where: { levels[$0] > Self.bound }) {
                result.append(
                    Artefact(
                        .noiseInSilence, from: Double(starts[loud.lowerBound]) / Double(sampleRate),
                        to: Double(min(starts[loud.upperBound - 1] + step, range.upperBound))
                            / Double(sampleRate),
                        level: levels[loud].max()!))
            }
        }
        return result
    }

    /// The level of the loudest 10 ms within the silences, in dB; minus infinity for digital silence, nil where there are none.
    func loudest(in samples: [Float], silences: [Range<Int>]) -> Double? {
        let step = max(1, sampleRate / 100)
        return silences.flatMap { silence in
            let range = silence.clamped(to: 0..<samples.count)
            return stride(from: range.lowerBound, to: range.upperBound, by: step).map {
                Self.level(of: samples[$0..<min($0 + step, range.upperBound)])
            }
        }.max()
    }

    private static func level(of samples: ArraySlice<Float>) -> Double {
        decibels(
            ofPower: samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count)))
    }

    private func trimmed(_ ranges: [Range<Int>], count: Int) -> [Range<Int>] {
        let margin = Int(Self.margin * Double(sampleRate))
        let least = Int(Self.leastDuration * Double(sampleRate))
        return ranges.compactMap { range in
            let begin = range.lowerBound == 0 ? 0 : range.lowerBound + margin
            let end = range.upperBound == count ? count : range.upperBound - margin
            return end - begin >= least ? begin..<end : nil
        }
    }
}

/// The longest ranges within `0 ..< count` whose indices all fulfil `condition`.
func runs(in count: Int, where condition: (Int) -> Bool) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start: Int?
    for index in 0..<count {
        if condition(index) {
            if start == nil { start = index }
        } else if let begin = start {
            result.append(begin..<index)
            start = nil
        }
    }
    if let start { result.append(start..<count) }
    return result
}
