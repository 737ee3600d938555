/// Speech louder or softer than the original's: over the whole recording, or for a while beside the rest.
struct LevelDrift {
    let sampleRate: Int
    /// dB: the whole may differ by so much.
    static let wholeBound = 0.5
    /// dB: half a second of speech may differ from the whole by so much.
    static let partBound = 2.0
    /// Frames of 5 ms in half a second, and in the step from one part to the next.
    private static let part = 100
    private static let step = 20

    func artefacts(in samples: [Float], original: [Float]) -> [Artefact] {
        let count = min(samples.count, original.count)
        let mine = SpeechLevel(of: Array(samples[..<count]), sampleRate: sampleRate)
        let other = SpeechLevel(of: Array(original[..<count]), sampleRate: sampleRate)
        // Pauses say nothing of the level, and room noise is not speech.
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
        // What swells here is soft there: one of them is enough.
        if let worst = drifts.max(by: { abs($0.level) < abs($1.level) }) {
            let count = drifts.count
            let detail = worst.detail + (count > 1 ? ", the worst of \(count) places" : "")
            result.append(
                Artefact(.levelDrift, from: worst.start, to: worst.end, level: worst.level, detail: detail))
        }
        return result
    }

    /// dB: power over power of the speech in `frames`; nil where less than half of them is speech or nothing sounds.
    private func difference(
        _ mine: SpeechLevel, _ other: SpeechLevel, _ frames: Range<Int>, _ isSpeech: [Bool]
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
        // What is lost altogether is as far down as 16 bits go.
        return max(-96, decibels(ofPower: sums.mine / sums.other))
    }
}
