import Files
import Platform

/// The lines of a listing cut into columns, before anything is known of what the columns hold.
struct ListingTable {
    /// What separates the fields of a line.
    enum Separator: Equatable {
        case bar, tab, comma, semicolon
        /// The first space alone, as in Kaldi's `text` and LibriSpeech's `.trans.txt`.
        case firstSpace
        /// A line is one field.
        case nothing

        var character: Character? {
            switch self {
            case .bar: "|"
            case .tab: "\t"
            case .comma: ","
            case .semicolon: ";"
            case .firstSpace: " "
            case .nothing: nil
            }
        }

        /// A sentence for the report; nil for the usual form.
        var note: String? {
            switch self {
            case .bar, .nothing: nil
            case .tab: "fields were read as separated by tabs"
            case .comma: "fields were read as separated by commas"
            case .semicolon: "fields were read as separated by semicolons"
            case .firstSpace: "a line was read as a name, a space and its text"
            }
        }
    }

    let separator: Separator
    /// The names that the first line gives to the columns, in lower case; nil where it gives none.
    let header: [String]?
    /// The fields of each line, trimmed; the last ones may be missing.
    let rows: [[String]]
    /// Sentences about how the file was read that are worth knowing.
    let notes: [String]

    /// Reads the lines of the file at `path`, and tells by `isFile` which of their fields name recordings.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where the file is no text or its fields cannot be told apart.
    init(at path: String, isFile: (String) -> Bool) throws(FileError) {
        let (lines, encodingNote) = try Self.lines(ofFile: path)
        let separator = Self.separator(of: lines, isFile)
        self.separator = separator
        notes = [encodingNote, separator.note].compactMap { $0 }
        guard let first = lines.first else { (header, rows) = (nil, []); return }
        let columns = Self.fields(of: first, separator, limit: nil)
        let names = columns.map { $0.lowercased() }
        let isHeader = !columns.contains(where: isFile) && HeaderNames.areHeader(names)
        header = isHeader ? names : nil
        let body = isHeader ? lines.dropFirst() : lines[...]
        let limit = try Self.limit(of: body, separator, headerCount: isHeader ? names.count : nil, path)
        rows = body.map { Self.fields(of: $0, separator, limit: limit) }
    }

    /// The lines of a text file in UTF-8 or UTF-16, without byte order mark, line ends and empty lines, and a note where it is not UTF-8.
    static func lines(ofFile path: String) throws(FileError) -> (lines: [Substring], note: String?) {
        let bytes = try contents(ofFile: path)
        var (text, note): (String?, String?) = (nil, nil)
        if let isBigEndian = isBigEndianUTF16(bytes) {
            let body = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) ? bytes.dropFirst(2) : bytes
            text = String(data: body, encoding: isBigEndian ? .utf16BigEndian : .utf16LittleEndian)
            note = "its text was read as UTF-16"
        } else {
            text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes, as: UTF8.self)
        }
        guard let text, !text.unicodeScalars.contains("\0") else {
            throw FileError(
                .badData, path, "is neither UTF-8 nor UTF-16 text; expected a listing with a recording on each line, saved as UTF-8.")
        }
        // Other line ends of Unicode are part of the texts.
        let lines = text.split { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }.filter { !$0.allSatisfy(\.isWhitespace) }
        return (lines, note)
    }

    /// The byte order of UTF-16 text, by its mark or by the zero bytes of its line ends and separators; nil where it is none.
    private static func isBigEndianUTF16(_ bytes: Data) -> Bool? {
        if bytes.starts(with: [0xFF, 0xFE]) { return false }
        if bytes.starts(with: [0xFE, 0xFF]) { return true }
        guard bytes.count % 2 == 0 else { return nil }
        var zeros = [0, 0]
        for (index, byte) in bytes.prefix(4096).enumerated() where byte == 0 { zeros[index % 2] += 1 }
        // Half of the units of text in a Latin script have a zero byte, always on the same side.
        let quarter = min(bytes.count, 4096) / 8
        if zeros[0] == 0, zeros[1] > quarter { return false }
        if zeros[1] == 0, zeros[0] > quarter { return true }
        return nil
    }

    private static func separator(of lines: [Substring], _ isFile: (String) -> Bool) -> Separator {
        let sample = lines.prefix(200)
        func fraction(_ holds: (Substring) -> Bool) -> Double { Double(sample.count(where: holds)) / Double(max(1, sample.count)) }
        if fraction({ isFile(trimmed($0)) }) >= 0.9 { return .nothing }
        for separator in [Separator.bar, .tab] where fraction({ $0.contains(separator.character!) }) > 0.5 { return separator }
        for separator in [Separator.comma, .semicolon, .firstSpace] {
            // The first line may be a header, in which the recording need not be the first column.
            let names = fields(of: sample.first ?? "", separator, limit: nil).map { $0.lowercased() }
            if separator != .firstSpace, names.count > 1, HeaderNames.areHeader(names) { return separator }
            let first = fraction { line in
                let fields = fields(of: line, separator, limit: 2)
                return fields.count == 2 && isFile(fields[0])
            }
            if first >= 0.5 { return separator }
        }
        return .nothing
    }

    /// The number of fields of a line, after which separators belong to the text; nil where each separates.
    ///
    /// Commas and spaces occur in texts, where quotation marks do not enclose them.
    private static func limit(
        of lines: ArraySlice<Substring>, _ separator: Separator, headerCount: Int?, _ path: String
    ) throws(FileError) -> Int? {
        switch separator {
        case .bar, .tab, .nothing: return nil
        case .firstSpace: return 2
        case .comma, .semicolon: break
        }
        let counts = Set(lines.map { fields(of: $0, separator, limit: nil).count })
        guard counts.count > 1 else { return nil }
        if let headerCount { return headerCount }
        let seconds = lines.map { fields(of: $0, separator, limit: nil).dropFirst().first ?? "" }
        if counts.min()! > 2, lines.count > 3, Set(seconds).count * 3 <= lines.count {
            throw FileError(
                .badData, path,
                "has lines of \(counts.min()!) to \(counts.max()!) fields, so that the commas of its texts cannot be told from those between "
                    + "the fields; separate the fields by |, or enclose the texts in quotation marks.")
        }
        return 2
    }

    /// The fields of a line, trimmed; those between commas or semicolons may be enclosed in quotation marks (RFC 4180).
    private static func fields(of line: Substring, _ separator: Separator, limit: Int?) -> [String] {
        guard let character = separator.character else { return [trimmed(line)] }
        guard [.comma, .semicolon].contains(separator) else {
            let most = separator == .firstSpace ? 2 : limit ?? .max
            return line.split(separator: character, maxSplits: most - 1, omittingEmptySubsequences: false).map(trimmed)
        }
        var (fields, rest) = ([String](), line[...])
        while true {
            if let (field, after) = quotedField(rest, character) {
                fields.append(field)
                guard let after else { return fields }
                rest = after
            } else if fields.count + 1 < limit ?? .max, let end = rest.firstIndex(of: character) {
                fields.append(trimmed(rest[..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                return fields + [trimmed(rest)]
            }
        }
    }

    /// The field in quotation marks that `text` begins with, and what follows its separator (nil at the end of the line).
    private static func quotedField(_ text: Substring, _ separator: Character) -> (field: String, rest: Substring?)? {
        var rest = text.drop { $0 == " " }
        guard rest.first == "\"" else { return nil }
        rest = rest.dropFirst()
        var field = ""
        while let character = rest.popFirst() {
            guard character == "\"" else { field.append(character); continue }
            if rest.first == "\"" { field.append(rest.removeFirst()); continue }
            let after = rest.drop { $0 == " " }
            if after.isEmpty { return (field, nil) }
            return after.first == separator ? (field, after.dropFirst()) : nil
        }
        return nil
    }

    private static func trimmed(_ field: Substring) -> String {
        let start = field.firstIndex { !$0.isWhitespace } ?? field.endIndex
        let end = field.lastIndex { !$0.isWhitespace }.map(field.index(after:)) ?? start
        return String(field[start..<end])
    }
}

/// The names that the first line of a listing gives to its columns, in public corpora and tools.
enum HeaderNames {
    static let recording: Set<String> = [
        "file", "file_name", "filename", "path", "audio", "audio_path", "audio_file", "audio_filepath", "wav", "wav_path", "wav_file",
        "wav_filename", "id", "utt_id", "utterance_id", "basename", "clip", "name", "recording",
    ]
    /// Those of a text with numbers and abbreviations written as words.
    static let normalizedText: Set<String> = [
        "normalized_text", "normalised_text", "normalized", "normalised", "normalized_transcription", "normalised_transcription",
        "normalized_transcript", "normalised_transcript", "clean_text", "text_cleaned",
    ]
    static let text: Set<String> = normalizedText.union([
        "text", "transcript", "transcription", "sentence", "raw_text", "raw_transcription", "caption", "words", "original_text",
    ])
    static let speaker: Set<String> = [
        "speaker", "speaker_id", "speaker_name", "client_id", "spk", "spk_id", "reader", "reader_id", "narrator", "voice",
    ]

    /// Whether these can be the names of columns: one is of a recording or a text, and none is a sentence.
    static func areHeader(_ names: [String]) -> Bool {
        names.contains { recording.contains($0) || text.contains($0) } && names.allSatisfy { !$0.contains(" ") || text.contains($0) }
            && (names.count == 1 ? recording.contains(names[0]) : names.count { recording.union(text).union(speaker).contains($0) } > 1)
    }
}
