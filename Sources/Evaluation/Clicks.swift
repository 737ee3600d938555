/// Jumps: single samples or steps that stand far above all that sounds within 20 ms of them.
///
/// The third difference, which rises by 18 dB an octave, leaves little of speech and all of a jump. Its largest value
/// within half a millisecond is a click where it exceeds all of the 20 ms before and after, a millisecond and a half
/// left out, by 9 dB: pulses of a voice come again sooner, and noise has no such peaks. Beyond its ends the signal is
/// silent, as a player has it: one that begins or ends in full swing clicks. What the original does at the same place
/// is no fault: bursts of plosives, lips, a creaking voice.
struct Clicks {
    let sampleRate: Int
    /// A factor over all that surrounds it.
    static let bound: Float = 2.8
    /// The factor from which on the original is taken to click too, if it is a quarter as high: plosives vary.
    static let originalBound: Float = 1.3
    /// Of full scale, -50 dB: the height of the least click.
    static let leastHeight: Float = 0.003_16

    private var blockLength: Int { max(1, sampleRate / 2000) }
    /// Blocks in 20 ms, and those left out beside a click.
    private static let reach = 40
    private static let guardBlocks = 3

    func artefacts(in samples: [Float], original: [Float]?) -> [Artefact] {
        guard !samples.isEmpty else { return [] }
        let mine = heights(of: samples)
        // Cut where the contestant ends: what is cut off in full swing clicks in both.
        let other = original.map { heights(of: Array($0.prefix(samples.count))) }
        let otherProminence = other.map(prominences(of:))
        let prominence = prominences(of: mine)
        var result: [Artefact] = []
        let candidates = mine.indices.filter {
            mine[$0] >= Self.leastHeight && prominence[$0] >= Self.bound
        }
        for block in candidates {
            // One click may show in two blocks.
            if candidates.contains(block - 1), mine[block - 1] >= mine[block] { continue }
            if candidates.contains(block + 1), mine[block + 1] > mine[block] { continue }
            if let other, let otherProminence {
                let near = (max(0, block - 10)..<block + 11).clamped(to: 0..<other.count)
                let clicks = near.contains { otherProminence[$0] >= Self.originalBound && other[$0] >= mine[block] / 4 }
                if clicks { continue }
            }
            let position = block * blockLength - padding
            let time = Double(max(0, min(samples.count, position + blockLength / 2))) / Double(sampleRate)
            let isFirst = position < 2 * blockLength
            let isLast = position >= samples.count - 2 * blockLength
            result.append(
                Artefact(
                    .click, from: time, to: time, level: 2 * decibels(ofPower: Double(mine[block])),
                    detail: isFirst ? "at the start" : isLast ? "at the end" : ""))
        }
        return result
    }

    /// Silence on either side, whole blocks.
    private var padding: Int { (Self.reach + Self.guardBlocks) * blockLength }

    /// The largest third difference of each block, scaled so that a single sample of height `a` has `a`.
    private func heights(of samples: [Float]) -> [Float] {
        let silence = [Float](repeating: 0, count: padding)
        let signal = silence + samples + silence
        let blockCount = signal.count / blockLength
        return (0..<blockCount).map { block in
            var peak: Float = 0
            for n in max(3, block * blockLength)..<max(3, (block + 1) * blockLength) {
                let difference = signal[n] - 3 * signal[n - 1] + 3 * signal[n - 2] - signal[n - 3]
                peak = max(peak, abs(difference) / 3)
            }
            return peak
        }
    }

    /// Each height over the largest of its surroundings.
    private func prominences(of heights: [Float]) -> [Float] {
        heights.indices.map { block in
            let before = (block - Self.reach..<block - Self.guardBlocks + 1).clamped(
                to: 0..<heights.count)
            let after = (block + Self.guardBlocks..<block + Self.reach + 1).clamped(to: 0..<heights.count)
            let surroundings = max(heights[before].max() ?? 0, heights[after].max() ?? 0)
            return heights[block] / max(surroundings, 1e-6)
        }
    }
}
