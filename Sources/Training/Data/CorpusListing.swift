import Audio
public import Files
import Platform

/// A text file with a line for each recording, in one of the forms of ``Corpus``.
struct CorpusListing {
    let path: String
    private let options: ListingOptions
    private let finder: AudioFinder
    private let table: ListingTable
    private let columns: ListingColumns
    /// The file of each row.
    private let files: [AudioFinder.Found?]
    /// The speaker of each row by the names of folders or files, where no column tells.
    private let namedSpeakers: [String?]?

    /// Reads the file at `path` and decides what its columns hold.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where the file is no text, its fields cannot be told apart, or `options`
    ///   name a column that is not there.
    init(at path: String, _ options: ListingOptions) throws(FileError) {
        (self.path, self.options) = (path, options)
        let finder = try AudioFinder(besideListing: path)
        let table = try ListingTable(at: path) { finder.file(named: $0) != nil }
        let width = table.rows.map(\.count).max() ?? 0
        for (name, column) in [("text", options.textColumn), ("speaker", options.speakerColumn)] {
            guard let column, column > width else { continue }
            throw FileError(
                .badData, path, "has \(width) column(s), and the \(name) was said to be in column \(column); give one that is there.")
        }
        var found: [AudioFinder.Found?] = []
        columns = ListingColumns(of: table, options, finder: finder) { row in
            let fields = table.rows[row]
            return finder.file(named: fields[0]).flatMap { AudioFile.duration(at: $0.path) }
        }
        for fields in table.rows {
            found.append(columns.recording < fields.count ? finder.file(named: fields[columns.recording]) : nil)
        }
        (self.finder, self.table, files) = (finder, table, found)
        namedSpeakers = columns.speaker == nil && options.speakerColumn == nil ? SpeakerNames(of: found.map { $0?.path }).speakers : nil
    }

    /// The entries that can be used, and why the others cannot.
    func resolved() -> (entries: [Corpus.Entry], rejections: [Rejection]) {
        var entries: [Corpus.Entry] = []
        var rejections: [Rejection] = []
        let width = table.rows.map(\.count).max() ?? 0
        let usual = width > 1 ? mostCommon(table.rows.map(\.count)) : width
        for (row, (fields, file)) in zip(table.rows, files).enumerated() {
            let name = columns.recording < fields.count ? fields[columns.recording] : ""
            let slashed = String(name.map { file?.change == nil || $0 != "\\" ? $0 : "/" })
            let id = SoundFolder.withoutEnding(file?.change == .otherFolder ? FolderPath.name(of: slashed) : slashed)
            if name.isEmpty {
                rejections.append(malformed(fields.joined(separator: "|"), "a line names no recording: \(fields.joined(separator: "|"))"))
            } else if fields.count > max(usual, (columns.text ?? 0) + 1), usual > 1 {
                rejections.append(
                    malformed(id, "its line has \(fields.count) fields, where \(usual) are usual here: \(fields.joined(separator: "|"))"))
            } else if let file {
                entries.append(Corpus.Entry(id: id, path: file.path, text: text(of: fields), speaker: namedSpeakers?[row] ?? field(columns.speaker, of: fields)))
            } else {
                rejections.append(
                    Rejection(
                        id: id, path: FolderPath.joined(FolderPath.parent(of: path), name), reason: .missing,
                        detail: "is listed in \(path), but there is no such file beside it or in wavs/"))
            }
        }
        return (entries, rejections)
    }

    /// How many audio files beside the listing it does not name.
    func unlistedCount(_ entries: [Corpus.Entry]) -> Int {
        let taken = Set(entries.map(\.path))
        return finder.allFiles.count { !taken.contains($0) }
    }

    /// How the listing was read.
    var summary: ListingSummary {
        let changes = AudioFinder.Found.Change.allCases.compactMap { change in
            let count = files.count { $0?.change == change }
            return count > 0 ? change.note(of: count) : nil
        }
        return ListingSummary(
            columnCount: table.rows.map(\.count).max() ?? 0, textColumn: columns.text.map { $0 + 1 },
            speakerColumn: columns.speaker.map { $0 + 1 }, reason: columns.reason, notes: table.notes + changes + folderNotes)
    }

    /// Folders may stand for speakers where no column does, as in VCTK and LibriTTS.
    private var folderNotes: [String] {
        let folders = Set(files.compactMap { $0.map { FolderPath.parent(of: $0.path) } })
        guard namedSpeakers == nil else { return ["the speakers are taken from the names of folders or recordings; --speaker-column none denies it"] }
        guard folders.count > 1, columns.speaker == nil else { return [] }
        let names = folders.map(FolderPath.name).sorted().prefix(3).joined(separator: ", ")
        return ["its recordings lie in \(folders.count) folders (\(names)\(folders.count > 3 ? ", ..." : "")); a voice is of one speaker"]
    }

    private func malformed(_ id: String, _ detail: String) -> Rejection {
        Rejection(id: id, path: path, reason: .malformed, detail: detail)
    }

    private func text(of fields: [String]) -> String? {
        guard let text = columns.text else { return nil }
        return ([text] + columns.otherTexts).lazy.compactMap { field($0, of: fields) }.first
    }

    /// The field of a column; nil where it is empty.
    private func field(_ column: Int?, of fields: [String]) -> String? {
        guard let column, column < fields.count, !fields[column].isEmpty else { return nil }
        return fields[column]
    }
}

/// The commonest of the values, the greatest of them where several are.
private func mostCommon(_ values: [Int]) -> Int {
    Dictionary(grouping: values) { $0 }.max { ($0.value.count, $0.key) < ($1.value.count, $1.key) }?.key ?? 0
}

/// How a listing was read.
public struct ListingSummary: Sendable, Equatable, Codable {
    public let columnCount: Int
    /// From 1; nil where no column of text can be told.
    public let textColumn: Int?
    /// From 1; nil where there is none.
    public let speakerColumn: Int?
    /// A clause: why this column is the text, or why none can be told.
    public let reason: String
    /// Sentences about what is unusual in it.
    public let notes: [String]
}
