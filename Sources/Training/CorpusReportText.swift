extension CorpusReport: CustomStringConvertible {
    /// A few lines, then a line for each rejected recording.
    public var description: String {
        var lines = [
            "corpus \(path): \(recordings(fileCount)), \(hours(trainingHours + validationHours))"
                + " (\(trainingCount) to train on, \(validationCount) to judge by: \(hours(validationHours)))",
            "  files: \(listed(sampleRates)) Hz, \(listed(channelCounts)) channel(s); "
                + "a recording lasts \(span(duration, "s"))",
            "  level: active speech \(span(activeSpeechLevel, "dBFS")), peak \(span(peak, "", hundredths: true)), "
                + "noise floor \(span(noiseFloor, "dBFS"))",
            "  gain to the common level: \(span(gain, "dB"))",
        ]
        if sampleRates.keys.contains(where: { $0 != "\(sampleRate)" }) {
            lines.append("  resampled to \(sampleRate) Hz")
        }
        if channelCounts.keys.contains(where: { $0 != "1" }) { lines.append("  channels mixed to one") }
        if unlistedCount > 0 {
            lines.append("  \(unlistedCount) audio file(s) beside the listing are not in it, and left out")
        }
        if let missing = missingMelIdentifiers {
            let examples = missing.prefix(3).joined(separator: ", ") + (missing.count > 3 ? " ..." : "")
            lines.append(
                "  predicted mels: \(fileCount)"
                    + (missing.isEmpty ? "" : "; \(recordings(missing.count)) without one left out (\(examples))"))
        }
        if sharedSentenceCount > 0 {
            lines.append("  note: \(recordings(sharedSentenceCount)) of training speak a sentence of validation")
        }
        for id in unknownValidationIdentifiers { lines.append("  validation: \(id) is not in the corpus") }
        if !rejections.isEmpty { lines.append("  rejected: \(recordings(rejections.count))") }
        lines += rejections.map { "    \($0)" }
        return lines.joined(separator: "\n")
    }

    private func recordings(_ count: Int) -> String { count == 1 ? "1 recording" : "\(count) recordings" }

    private func hours(_ hours: Double) -> String {
        hours < 2 ? "\(tenths(hours * 60)) min" : "\(tenths(hours)) h"
    }

    /// `22050` or `22050 (12), 48000 (3)`.
    private func listed(_ counts: [String: Int]) -> String {
        let keys = counts.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
        return counts.count == 1 ? keys[0] : keys.map { "\($0) (\(counts[$0]!))" }.joined(separator: ", ")
    }

    /// `-29.8 dBFS (-35.0 to -24.1)`: the median, then the ends.
    private func span(_ spread: Spread, _ unit: String, hundredths: Bool = false) -> String {
        func text(_ value: Double) -> String { hundredths ? "\((value * 100).rounded() / 100)" : tenths(value) }
        return
            "\(text(spread.median))\(unit.isEmpty ? "" : " " + unit) (\(text(spread.least)) to \(text(spread.greatest)))"
    }
}
