public import Audio
public import Files
public import Platform

/// Voices and other systems that have spoken the same texts, side by side, with what can be told of speech without an original.
///
/// The folder has a folder for each text with a sound of each system, `texts.json`, and `index.html`, a ``ComparisonPage``.
public struct TextComparison: Sendable, Encodable {
    /// A text as one system spoke it.
    public struct Sample: Sendable, Encodable {
        public let text: String
        public let system: String
        /// The sound's path in the folder.
        public let sound: String
        public let traits: SpeechTraits
        /// Seconds of computing for each second of sound; nil for sounds made elsewhere.
        public let realTimeFactor: Double?
        /// DistillMOS; nil where it was not asked for.
        public var opinion: Double?
        /// The share of the text's characters that a recognizer did not hear; nil where it was not asked for.
        public var characterErrors: Double?
    }

    public private(set) var samples: [Sample] = []
    public private(set) var systems: [String] = []
    private let folder: String
    private let seed: UInt64

    private enum CodingKeys: String, CodingKey { case systems, samples }

    /// - Parameters:
    ///   - folder: Where the sounds are written to; new, or that of an earlier comparison of texts.
    ///   - seed: The seed of the bootstrap.
    /// - Throws: `FileError.cannotCreate` where the folder holds other files.
    public init(in folder: String, seed: UInt64 = 0) throws(FileError) {
        (self.folder, self.seed) = (folder, seed)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard names.isEmpty || names.contains("texts.json") else {
            throw FileError(.cannotCreate, folder, "holds files that are no earlier comparison of texts; name a new folder.")
        }
        try createFolder(at: folder)
    }

    /// Adds a text as a system spoke it, and writes its sound.
    public mutating func add(_ waveform: Waveform, of text: String, by system: String, realTimeFactor: Double? = nil) throws(FileError) {
        let sound = "\(text)/\(system.replacing("/", with: "-")).wav"
        try createFolder(at: "\(folder)/\(text)")
        try waveform.write(to: "\(folder)/\(sound)")
        if !systems.contains(system) { systems.append(system) }
        samples.append(
            Sample(text: text, system: system, sound: sound, traits: SpeechTraits(of: waveform), realTimeFactor: realTimeFactor))
    }

    /// Takes what other programs say of the sounds, one number for each of ``samples``.
    public mutating func take(opinions: [Double]? = nil, characterErrors: [Double]? = nil) {
        for index in samples.indices {
            samples[index].opinion = opinions?[index] ?? samples[index].opinion
            samples[index].characterErrors = characterErrors?[index] ?? samples[index].characterErrors
        }
    }

    /// The columns of the table: a heading, the decimals, and the value of a sample.
    private static let columns: [(title: String, decimals: Int, value: @Sendable (Sample) -> Double?)] = [
        ("DistillMOS", 2, { $0.opinion }), ("character errors, %", 1, { $0.characterErrors.map { 100 * $0 } }),
        ("pauses below speech, dB", 1, { $0.traits.pauseDepth }), ("pitch, Hz", 0, { $0.traits.pitch }),
        ("pitch spread, semitones", 1, { $0.traits.pitchSpread }), ("level spread, dB", 1, { $0.traits.levelSpread }),
        ("duration, s", 2, { $0.traits.duration }), ("real-time factor", 3, { $0.realTimeFactor }),
    ]

    /// A row for each system: the means over all texts with their 95 % intervals.
    private var rows: [[String]] {
        let columns = Self.columns.filter { column in samples.contains { column.value($0) != nil } }
        return [["mean of \(Set(samples.map(\.text)).count) texts [95 %]"] + columns.map(\.title)]
            + systems.map { system in
                [system]
                    + columns.map { column in
                        let values = samples.filter { $0.system == system }.compactMap(column.value)
                        return Estimate(of: values, seed: seed).map { $0.text(decimals: column.decimals) } ?? "-"
                    }
            }
    }

    /// The table for a terminal.
    public var table: String { aligned(rows, leftColumns: 1) + "\n" }

    public var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Finite numbers and strings only: encoding them cannot fail.
        return try! encoder.encode(self)
    }

    /// Writes `texts.json` and the page.
    ///
    /// - Parameter texts: What is said, by the names of the texts.
    public func write(texts: [String: String]) throws(FileError) {
        var page = ComparisonPage(title: "Voices")
        var order: [String] = []
        for sample in samples where !order.contains(sample.text) { order.append(sample.text) }
        for name in order {
            let spoken = samples.filter { $0.text == name }
            var shown: [ComparisonPage.Sample] = []
            var longest = 0.0
            for sample in spoken {
                let waveform = try AudioFile(at: "\(folder)/\(sample.sound)").waveform
                longest = max(longest, waveform.duration)
                let small = "\(folder)/\(name)/.page.flac"
                defer { try? FileManager.default.removeItem(atPath: small) }
                try waveform.write(to: small, format: .int16)
                shown.append(
                    ComparisonPage.Sample(
                        name: sample.system,
                        spectrogram: SpectrogramImage(
                            of: waveform, reference: SpectrogramImage.reference(for: waveform), pixelsPerSecond: 120, binsPerPixel: 2),
                        sound: try contents(ofFile: small), mediaType: "audio/flac", score: nil))
            }
            page.add(recording: "\(name): \(texts[name] ?? "")", duration: longest, samples: shown)
        }
        try replaceFile(at: "\(folder)/texts.json", contents: json)
        try replaceFile(at: "\(folder)/index.html", contents: Data(page.html(summary: summaryHTML, reference: "").utf8))
    }

    private var summaryHTML: String {
        let cells = rows.map { $0.map(escaped) }
        let head = cells[0].map { "<th scope=\"col\">\($0)</th>" }.joined()
        let body = cells.dropFirst().map { row in
            "<tr><th scope=\"row\">\(row[0])</th>\(row.dropFirst().map { "<td>\($0)</td>" }.joined())</tr>"
        }
        return """
            <section class="summary"><h2>Summary</h2>
            <div class="scroll"><table><thead><tr>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table></div></section>
            """
    }
}
