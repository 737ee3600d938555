/// Detects clicks: single samples or steps that are far above everything within 20 ms of them.
///
/// The third difference, which rises by 18 dB an octave, leaves little of speech and all of a jump. Its largest value
/// within half a millisecond is a click where it exceeds all of the 20 ms before and after, a millisecond and a half
/// left out, by 9 dB: the pulses of a voice recur sooner, and noise has no such peaks. Beyond its ends the signal is
/// silent, as it is when played: one that begins or ends at a high amplitude clicks. What the original has at the same place
/// is no artefact: bursts of plosives, sounds of the lips, a creaky voice.
struct Clicks {
    let sampleRate: Int
    /// The factor over everything around it from which on a peak is a click.
    static let bound: Float = 2.8
    /// The factor from which on the original counts as clicking too, if it is a quarter as high, since plosives vary.
    static let originalBound: Float = 1.3
    /// The height of the smallest click: -50 dB relative to full scale.
    static let leastHeight: Float = 0.003_16

    private var blockLength: Int { max(1, sampleRate / 2000) }
    /// Blocks in 20 ms, and those left out beside a click.
    private static let reach = 40
    private static let guardBlocks = 3

    func artefacts(in samples: [Float], original: [Float]?) -> [Artefact] {
        guard !samples.isEmpty else { return [] }
        let mine = heights(of: samples)
        // The original is cut where the other ends: a cut at a high amplitude clicks in both.
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

/// Detects clipping: samples at full scale where the original has none.
struct Clipping {
    let sampleRate: Int
    /// The magnitude from which on a sample is clipped; 1 is full scale, which a saturated hyperbolic tangent does not quite reach.
    static let bound: Float = 0.99
    /// The longest gap in seconds between clipped samples of one artefact.
    private static let gap = 0.05

    func artefacts(in samples: [Float], original: [Float]?) -> [Artefact] {
        let reach = sampleRate / 500
        var result: [Artefact] = []
        var last: Int?
        var first = 0
        var count = 0
        var peak: Float = 0
        func close() {
            guard let last, count > 1 || peak > 1 else { return }
            result.append(
                Artefact(
                    .clipping, from: Double(first) / Double(sampleRate),
                    to: Double(last + 1) / Double(sampleRate),
                    level: 2 * decibels(ofPower: Double(peak)),
                    detail: "\(count) sample\(count == 1 ? "" : "s")"))
        }
        for index in samples.indices where abs(samples[index]) >= Self.bound {
            if let original, isClipped(original, near: index, reach: reach) { continue }
            if let before = last, Double(index - before) > Self.gap * Double(sampleRate) {
                close()
                last = nil
            }
            if last == nil { (first, count, peak) = (index, 0, 0) }
            (last, count, peak) = (index, count + 1, max(peak, abs(samples[index])))
        }
        close()
        return result
    }

    private func isClipped(_ original: [Float], near index: Int, reach: Int) -> Bool {
        let range = (max(0, index - reach)..<index + reach + 1).clamped(to: 0..<original.count)
        return original[range].contains { abs($0) >= Self.bound }
    }
}
