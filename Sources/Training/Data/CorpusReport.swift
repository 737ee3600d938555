import Audio
public import Files
public import Platform

/// The contents of a corpus, and why recordings were rejected: `description` for people, ``json()`` for programs.
public struct CorpusReport: Sendable, Equatable, Codable {
    /// The least, median and greatest value of a quantity over the recordings.
    public struct Spread: Sendable, Equatable, Codable {
        public let least: Double
        public let median: Double
        public let greatest: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            least = sorted.first ?? 0
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            greatest = sorted.last ?? 0
        }
    }

    /// dB from active speech down to what is heard in pauses.
    public struct PauseDepth: Sendable, Equatable, Codable {
        public let before: Double
        public let after: Double
    }

    /// A recording and its text.
    public struct Example: Sendable, Equatable, Codable {
        public let id: String
        public let text: String
    }

    public let path: String
    /// How many recordings are used.
    public let fileCount: Int
    public let trainingCount: Int
    public let validationCount: Int
    public let trainingHours: Double
    public let validationHours: Double
    /// Seconds per recording.
    public let duration: Spread
    /// How many files have each sample rate in Hz.
    public let sampleRates: [String: Int]
    /// How many files have each channel count.
    public let channelCounts: [String: Int]
    /// dB relative to full scale.
    public let activeSpeechLevel: Spread
    /// Magnitude; 1 is full scale.
    public let peak: Spread
    /// dB relative to full scale.
    public let noiseFloor: Spread
    /// The depth of the pauses, by the ids of the recordings that the room's noise was removed from.
    public let denoised: [String: PauseDepth]
    /// dB: the gain that brings a recording to the common level.
    public let gain: Spread
    /// Hz: the sample rate of training.
    public let sampleRate: Int
    public let unlistedCount: Int
    /// How the listing was read; nil where there is none.
    public let listing: ListingSummary?
    /// The first recordings with their texts, at most three, to see that the text is what was said.
    public let examples: [Example]
    /// How many recordings each unusual thing was found in, such as a header without a length or a DC offset.
    public let remarks: [String: Int]
    /// The speakers that the listing names.
    public let speakers: [Corpus.Speaker]
    /// The speaker whose recordings are used; nil where all are.
    public let speaker: String?
    public let rejections: [Rejection]
    /// A check sum of the ids and texts of all recordings, by which a run that is continued knows its corpus; nil in reports of before.
    public let contents: UInt32?
    /// Ids that the validation list names and the corpus does not have.
    public let unknownValidationIdentifiers: [String]
    /// Ids of recordings left out because they have no predicted mel; nil where the recordings' own mels are used.
    public let missingMelIdentifiers: [String]?
    /// How many training recordings have a sentence that is in validation too.
    public let sharedSentenceCount: Int

    /// - Parameters:
    ///   - set: All usable recordings of `corpus`.
    ///   - validation: The ids that are kept for validation.
    public init(
        of corpus: Corpus, _ set: TrainingSet, validation: Set<String>, unknownValidationIdentifiers: [String] = [],
        missingMelIdentifiers: [String]? = nil
    ) {
        let all = set.recordings
        let validated = all.filter { validation.contains($0.id) }
        let trained = all.filter { !validation.contains($0.id) }
        func hours(_ recordings: [Recording]) -> Double {
            Double(recordings.reduce(0) { $0 + $1.sampleCount }) / Double(set.convention.sampleRate) / 3600
        }
        func count(_ keys: [Int]) -> [String: Int] { keys.reduce(into: [:]) { $0["\($1)", default: 0] += 1 } }
        path = corpus.path
        fileCount = all.count
        (trainingCount, validationCount) = (trained.count, validated.count)
        (trainingHours, validationHours) = (hours(trained), hours(validated))
        duration = Spread(all.map { Double($0.sampleCount) / Double(set.convention.sampleRate) })
        sampleRates = count(all.map(\.source.sampleRate))
        channelCounts = count(all.map(\.source.channelCount))
        activeSpeechLevel = Spread(all.map(\.level.active))
        peak = Spread(all.map(\.level.peak))
        noiseFloor = Spread(all.map(\.level.noiseFloor))
        denoised = all.reduce(into: [:]) { depths, recording in
            guard let level = recording.denoised else { return }
            depths[recording.id] = PauseDepth(
                before: recording.level.active - recording.level.noiseFloor, after: level.active - level.noiseFloor)
        }
        gain = Spread(all.map { 20 * log10($0.gain) })
        sampleRate = set.convention.sampleRate
        unlistedCount = corpus.unlistedCount
        remarks = all.reduce(into: [:]) { counts, recording in
            for remark in recording.source.remarks { counts[remark, default: 0] += 1 }
            if abs(recording.source.offset) >= 0.01 { counts["a DC offset of 0.01 or more was removed", default: 0] += 1 }
        }
        (listing, speakers) = (corpus.listing, corpus.speakers)
        let taken = Set(corpus.entries.map(\.speaker))
        speaker = taken.count == 1 && corpus.speakers.count > 1 ? taken.first! : nil
        examples = all.lazy.compactMap { recording in recording.text.map { Example(id: recording.id, text: $0) } }.prefix(3).map { $0 }
        rejections = corpus.rejections + set.rejections
        contents = CRC32C(of: Array(all.map { "\($0.id)|\($0.text ?? "")|\($0.sampleCount)" }.joined(separator: "\n").utf8)).value
        self.missingMelIdentifiers = missingMelIdentifiers
        self.unknownValidationIdentifiers = unknownValidationIdentifiers
        let sentences = Dictionary(corpus.entries.map { ($0.id, $0.sentence) }) { first, _ in first }
        let spoken = Set(validated.compactMap { sentences[$0.id] })
        sharedSentenceCount = trained.count { sentences[$0.id].map(spoken.contains) ?? false }
    }

    /// The report as one JSON object with sorted keys.
    public func json() throws(FileError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) } catch {
            throw FileError(.badData, path, "the corpus report cannot be written as JSON (\(error)).")
        }
    }
}

extension RunFolder {
    /// A sentence where the run was begun with other recordings or texts than those of `report`; nil where it was not, or is new.
    func corpusChange(to report: CorpusReport) -> String? {
        struct Earlier: Decodable {
            var contents: UInt32?
            var recordings: Recordings?

            struct Recordings: Decodable { var contents: UInt32? }
        }
        guard let bytes = try? contents(ofFile: corpusReportPath), let earlier = try? JSONDecoder().decode(Earlier.self, from: bytes),
            let contents = earlier.contents ?? earlier.recordings?.contents, contents != report.contents
        else { return nil }
        return "note: the corpus has other recordings or texts than when this run was last trained; --restart begins anew"
    }
}

extension CorpusReport: CustomStringConvertible {
    /// A few lines, then a line for each rejected recording.
    public var description: String {
        var lines = [
            "corpus \(path): \(recordings(fileCount)), \(hours(trainingHours + validationHours))"
                + " (\(trainingCount) for training, \(validationCount) for validation: \(hours(validationHours)))",
            "  files: \(listed(sampleRates)) Hz, \(listed(channelCounts)) channel(s); "
                + "a recording lasts \(span(duration, "s"))",
            "  level: active speech \(span(activeSpeechLevel, "dBFS")), peak \(span(peak, "", hundredths: true)), "
                + "noise floor \(span(noiseFloor, "dBFS"))",
            "  gain to the common level: \(span(gain, "dB"))",
        ]
        if !denoised.isEmpty {
            let (before, after) = (Spread(denoised.values.map(\.before)), Spread(denoised.values.map(\.after)))
            lines.append(
                "  denoised: \(recordings(denoised.count)); pauses were \(span(before, "dB")) below speech, and are \(span(after, "dB")); --denoise off leaves them")
        }
        if sampleRates.keys.contains(where: { $0 != "\(sampleRate)" }) {
            lines.append("  resampled to \(sampleRate) Hz")
        }
        if channelCounts.keys.contains(where: { $0 != "1" }) { lines.append("  channels mixed to one") }
        lines += listingLines
        lines += remarks.sorted { $0.key < $1.key }.map { "  \(recordings($0.value)): \($0.key)" }
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

    /// How the listing was read: the columns of text and speaker, examples of the text, and what is unusual.
    private var listingLines: [String] {
        guard let listing else { return [] }
        var lines = listing.notes.map { "  listing: \($0)" }
        if let column = listing.textColumn {
            lines.append("  text: column \(column) of \(listing.columnCount), since \(listing.reason)")
            lines += examples.map { "    \($0.id): \($0.text)" }
        } else if listing.columnCount > 1 {
            lines.append("  text: none is taken, since \(listing.reason)")
        }
        if let speaker {
            lines.append("  speaker: \(speaker), of \(Corpus.summary(of: speakers))")
        } else if !speakers.isEmpty {
            let column = listing.speakerColumn.map { " (column \($0))" } ?? ""
            lines.append(
                speakers.count == 1
                    ? "  speaker\(column): \(speakers[0].name)" : "  \(speakers.count) speakers\(column): \(Corpus.summary(of: speakers))")
        }
        return lines
    }

    private func recordings(_ count: Int) -> String { count == 1 ? "1 recording" : "\(count) recordings" }

    private func hours(_ hours: Double) -> String {
        hours < 2 ? "\(tenths(hours * 60)) min" : "\(tenths(hours)) h"
    }

    /// A text such as `22050` or `22050 (12), 48000 (3)`.
    private func listed(_ counts: [String: Int]) -> String {
        let keys = counts.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
        return counts.count == 1 ? keys[0] : keys.map { "\($0) (\(counts[$0]!))" }.joined(separator: ", ")
    }

    /// A text such as `-29.8 dBFS (-35.0 to -24.1)`: the median, then least and greatest.
    private func span(_ spread: Spread, _ unit: String, hundredths: Bool = false) -> String {
        func text(_ value: Double) -> String { hundredths ? "\((value * 100).rounded() / 100)" : tenths(value) }
        return
            "\(text(spread.median))\(unit.isEmpty ? "" : " " + unit) (\(text(spread.least)) to \(text(spread.greatest)))"
    }
}
