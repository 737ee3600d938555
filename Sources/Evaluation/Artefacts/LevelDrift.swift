/// Detects speech that is louder or softer than the original's, over the whole recording or for a while compared with the rest.
struct LevelDrift {
    let sampleRate: Int
    /// How much the whole may differ, in dB.
    static let wholeBound = 0.5
    /// How much half a second of speech may differ from the whole, in dB.
    static let partBound = 2.0
    /// Frames, 5 ms apart, in a part of half a second, and in the step from one part to the next.
    private static let part = 100
    private static let step = 20

    func artefacts(in samples: [Float], original: [Float]) -> [Artefact] {
        let count = min(samples.count, original.count)
        let mine = FrameLevels(of: Array(samples[..<count]), sampleRate: sampleRate)
        let other = FrameLevels(of: Array(original[..<count]), sampleRate: sampleRate)
        // Pauses and room noise do not count.
        let isSpeech = other.isAudible(within: 25)
        guard let whole = difference(mine, other, 0..<isSpeech.count, isSpeech) else { return [] }
        var result: [Artefact] = []
        if abs(whole) > Self.wholeBound {
            result.append(
                Artefact(
                    .levelDrift, from: 0, to: Double(count) / Double(sampleRate), level: whole,
                    detail: "all of it"))
        }
        let parts = stride(from: 0, to: max(0, isSpeech.count - Self.part + 1), by: Self.step)
            .compactMap { first in
                difference(mine, other, first..<first + Self.part, isSpeech).map {
                    (first: first, level: $0 - whole)
                }
            }
        let drifts = [1.0, -1].flatMap { side in
            runs(in: parts.count, where: { side * parts[$0].level > Self.partBound }).map { run in
                Artefact(
                    .levelDrift, from: Double(parts[run.lowerBound].first) / 200,
                    to: Double(parts[run.upperBound - 1].first + Self.part) / 200,
                    level: side * parts[run].map { side * $0.level }.max()!,
                    detail: "against the rest")
            }
        }
        // A part that is too loud makes another look too soft: only the worst is reported.
        if let worst = drifts.max(by: { abs($0.level) < abs($1.level) }) {
            let count = drifts.count
            let detail = worst.detail + (count > 1 ? ", the worst of \(count) places" : "")
            result.append(
                Artefact(.levelDrift, from: worst.start, to: worst.end, level: worst.level, detail: detail))
        }
        return result
    }

    /// The power of the speech in `frames` relative to the original's, in dB; nil where less than half of the frames is speech or
    /// all are silent.
    private func difference(
        _ mine: FrameLevels, _ other: FrameLevels, _ frames: Range<Int>, _ isSpeech: [Bool]
    ) -> Double? {
        var sums = (mine: 0.0, other: 0.0)
        var count = 0
        for frame in frames where isSpeech[frame] {
            sums.mine += power(ofDecibels: mine.frames[frame])
            sums.other += power(ofDecibels: other.frames[frame])
            count += 1
        }
        let least = frames.count == isSpeech.count ? 1 : frames.count / 2
        guard count >= least, sums.other > 0 else { return nil }
        // Speech that is missing counts as being at the lowest level of 16 bits.
        return max(-96, decibels(ofPower: sums.mine / sums.other))
    }
}
