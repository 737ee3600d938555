import Files
import Platform

/// The lines of a listing cut into columns, before anything is known of what the columns hold.
struct ListingTable {
    /// What separates the fields of a line.
    enum Separator: Equatable {
        case bar, tab, comma, semicolon
        /// The first space alone, as in Kaldi's `text` and LibriSpeech's `.trans.txt`.
        case firstSpace
        /// The first colon alone, as in JSUT's `transcript_utf8.txt`.
        case firstColon
        /// `( name "text" )` on each line, as in Festival's `txt.done.data`, which CMU ARCTIC has.
        case festival
        /// An object of JSON on each line, as in NeMo's manifests.
        case objects
        /// A line is one field.
        case nothing

        var character: Character? {
            switch self {
            case .bar: "|"
            case .tab: "\t"
            case .comma: ","
            case .semicolon: ";"
            case .firstSpace: " "
            case .firstColon: ":"
            case .festival, .objects, .nothing: nil
            }
        }

        /// Whether only the first one separates.
        var isOnce: Bool { [.firstSpace, .firstColon].contains(self) }

        /// Whether fields may be in quotation marks with separators and line ends in them.
        var mayBeQuoted: Bool { [.comma, .semicolon, .tab].contains(self) }
        /// Whether it occurs in texts too.
        var isInTexts: Bool { [.comma, .semicolon].contains(self) }

        /// A sentence for the report; nil for the usual form.
        var note: String? {
            switch self {
            case .bar, .nothing: nil
            case .tab: "fields were read as separated by tabs"
            case .comma: "fields were read as separated by commas"
            case .semicolon: "fields were read as separated by semicolons"
            case .firstSpace: "a line was read as a name, a space and its text"
            case .firstColon: "a line was read as a name, a colon and its text"
            case .festival: "its lines were read as those of Festival"
            case .objects: "its lines were read as JSON"
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
        var (lines, encodingNote) = try Self.lines(ofFile: path)
        var special = Self.festival(lines)
        if special == nil { special = try Self.objects(lines, path) }
        if let (separator, header, rows) = special {
            (self.separator, self.header, self.rows) = (separator, header, rows)
            notes = [encodingNote, separator.note].compactMap { $0 }
            return
        }
        let comments = Self.removeComments(from: &lines, isFile)
        let separator = Self.separator(of: lines, isFile)
        self.separator = separator
        if separator.mayBeQuoted { lines = Self.joined(lines, separator) }
        let isQuoted = Self.isQuoted(lines, separator)
        var cut = lines.map { Self.fields(of: $0, separator, isQuoted: isQuoted) }
        let names = cut.first?.map { $0.lowercased() } ?? []
        header = cut.first.map { first in !first.contains(where: isFile) && HeaderNames.areHeader(names) } == true ? names : nil
        if header != nil { cut.removeFirst() }
        let widths = cut.map(\.count)
        if separator.isInTexts { cut = try Self.merged(cut, separator, header, path) }
        rows = cut
        let joinedCount = zip(widths, rows).count { $0 != $1.count }
        let joinedNote = joinedCount > 0 ? "the texts of \(joinedCount) line(s) have separators in them, and were joined" : nil
        notes = [encodingNote, separator.note, comments, joinedNote].compactMap { $0 }
        try Self.refuseParts(header, rows, path)
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
                .badData, path, "is neither UTF-8 nor UTF-16 text; expected a folder of recordings, or a listing with a recording on each line, saved as UTF-8.")
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

    /// Takes away Excel's first line `sep=;`, and lines that begin with # and name no recording.
    private static func removeComments(from lines: inout [Substring], _ isFile: (String) -> Bool) -> String? {
        if let first = lines.first, first.count == 5, first.lowercased().hasPrefix("sep=") { lines.removeFirst() }
        let count = lines.count
        lines.removeAll { line in line.hasPrefix("#") && !isFile(String(line.prefix { !"|\t,; ".contains($0) })) }
        return lines.count < count ? "\(count - lines.count) line(s) that begin with # were left out" : nil
    }

    /// - Throws: `FileError.badData` where the lines name parts of recordings.
    static func refuseParts(_ header: [String]?, _ rows: [[String]], _ path: String) throws(FileError) {
        guard let header else { return }
        for (index, name) in header.enumerated() where HeaderNames.beginning.contains(name) {
            guard rows.contains(where: { index < $0.count && Double($0[index]).map { $0 != 0 } == true }) else { continue }
            throw FileError(
                .badData, path, "names parts of recordings by a column \(name); cut the recordings into one file for each text.")
        }
    }

    private static func separator(of lines: [Substring], _ isFile: (String) -> Bool) -> Separator {
        let sample = lines.prefix(200)
        func fraction(_ holds: (Substring) -> Bool) -> Double { Double(sample.count(where: holds)) / Double(max(1, sample.count)) }
        if fraction({ isFile(trimmed($0)) }) >= 0.9 { return .nothing }
        // A bar may stand within fields that tabs separate, but hardly the other way round.
        if fraction({ $0.contains("\t") }) >= 0.9 { return .tab }
        for separator in [Separator.bar, .tab] where fraction({ $0.contains(separator.character!) }) > 0.5 { return separator }
        for separator in [Separator.comma, .semicolon, .firstSpace, .firstColon] {
            // The first line may be a header, in which the recording need not be the first column.
            let names = fields(of: sample.first ?? "", separator, isQuoted: true).map { $0.lowercased() }
            if !separator.isOnce, names.count > 1, HeaderNames.areHeader(names) { return separator }
            let first = fraction { line in
                let fields = fields(of: line, separator, isQuoted: true)
                return fields.count > 1 && (isFile(fields[0]) || !separator.isOnce && fields.contains(where: isFile))
            }
            if first >= 0.5 { return separator }
        }
        return .nothing
    }

    /// Whether fields may be in quotation marks: in files of commas, semicolons and tabs where some are, in files of bars where all are,
    /// for LJSpeech's texts have marks of their own.
    private static func isQuoted(_ lines: [Substring], _ separator: Separator) -> Bool {
        guard let character = separator.character else { return false }
        if separator == .bar { return lines.allSatisfy { $0.hasPrefix("\"") && trimmed($0).hasSuffix("\"") } && !lines.isEmpty }
        return separator.mayBeQuoted && lines.contains { $0.hasPrefix("\"") || $0.contains("\(character)\"") }
    }

    /// The rows with the parts of a text joined that its own commas separate.
    ///
    /// The text is the only column of which that can be so: those before it are counted from the left, those after it from the right, and they
    /// have to look like no sentences.
    private static func merged(
        _ rows: [[String]], _ separator: Separator, _ header: [String]?, _ path: String
    ) throws(FileError) -> [[String]] {
        // A line of one field has no text, and is rejected later.
        let counts = rows.map(\.count).filter { $0 > 1 }
        guard let least = counts.min(), let greatest = counts.max() else { return rows }
        let width = max(2, labelledWidth(rows) ?? header?.count ?? least)
        if let header, width != header.count {
            throw FileError(
                .badData, path, "has \(header.count) names of columns in its first line and \(width) fields in the others; name each column.")
        }
        guard greatest > width else { return rows }
        let named = header?.firstIndex(where: HeaderNames.text.contains)
        let candidates = named.map { [$0] } ?? Array(1..<max(2, width))
        var found: [[[String]]] = []
        for text in candidates {
            let joined = rows.map { row in
                let excess = row.count - width
                guard excess > 0 else { return row }
                return Array(row[..<text]) + [joinedText(row[text...text + excess], separator)] + row[(text + excess + 1)...]
            }
            let others = (1..<max(1, width)).filter { $0 != text }.map { column in
                ColumnProfile(of: joined.lazy.map { column < $0.count ? $0[column] : "" }).kind
            }
            if named != nil || others.allSatisfy({ $0 != .sentence && $0 != .word }) { found.append(joined) }
        }
        guard found.count == 1 else {
            throw FileError(
                .badData, path,
                "has lines of \(least) to \(greatest) fields, so that the commas of its texts cannot be told from those between "
                    + "the fields; separate the fields by |, or enclose the texts in quotation marks.")
        }
        return found[0]
    }

    /// The number of fields that most lines have, where they have labels or numbers before or after the text: these are columns, though a
    /// few lines lack them. Nil where nothing tells.
    private static func labelledWidth(_ rows: [[String]]) -> Int? {
        let groups = Dictionary(grouping: rows.filter { $0.count > 2 }, by: \.count)
        guard let (width, usual) = groups.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }), usual.count > 2, usual.count * 2 > rows.count
        else { return nil }
        let kinds = (1..<width).map { column in ColumnProfile(of: usual.map { $0[column] }).kind }
        let texts = kinds.count { $0 == .sentence || $0 == .word }
        return texts == 1 && kinds.allSatisfy { [.sentence, .word, .label, .number, .identifier].contains($0) } ? width : nil
    }

    /// The parts of a text with the separators between them, after which a space comes, but not within `1,000`.
    private static func joinedText(_ parts: ArraySlice<String>, _ separator: Separator) -> String {
        parts.dropFirst().reduce(into: parts.first ?? "") { text, part in
            let isNumber = text.last?.isNumber ?? false && part.first?.isNumber ?? false
            text += "\(separator.character!)" + (isNumber ? "" : " ") + part
        }
    }
}
