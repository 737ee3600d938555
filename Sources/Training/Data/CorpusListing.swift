import Audio
import Files
import Platform

/// A text file with a line for each recording, in one of the forms of ``Corpus``.
struct CorpusListing {
    let path: String
    private let lines: [Substring]

    /// Reads the lines of the file at `path`.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where the file is not UTF-8 text.
    init(at path: String) throws(FileError) {
        self.path = path
        lines = try Self.lines(ofFile: path)
    }

    /// The lines of a UTF-8 text file, without byte order mark, line ends and empty lines.
    static func lines(ofFile path: String) throws(FileError) -> [Substring] {
        var bytes = try contents(ofFile: path)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw FileError(.badData, path, "is not UTF-8 text; expected a listing with a recording on each line.")
        }
        // Other line ends of Unicode are part of the texts.
        return text.split { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// Finds the audio file of each line.
    func resolved() throws(FileError) -> (entries: [Corpus.Entry], rejections: [Rejection], unlisted: Int) {
        let finder = try AudioFinder(besideListing: path)
        var entries: [Corpus.Entry] = []
        var rejections: [Rejection] = []
        for line in lines {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(Self.trimmed)
            let name = fields[0]
            guard !name.isEmpty else {
                rejections.append(
                    Rejection(
                        id: String(line), path: path, reason: .malformed, detail: "a line names no recording: \(line)"))
                continue
            }
            let isFile = SoundFolder.isSound(name)
            let id = isFile ? SoundFolder.withoutEnding(name) : name
            let spoken = isFile ? Self.text(afterFile: fields) : Self.text(afterIdentifier: fields)
            if let file = finder.file(named: name) {
                entries.append(
                    Corpus.Entry(
                        id: id, path: file, text: spoken, speaker: isFile && fields.count > 2 ? fields[1] : nil))
            } else {
                rejections.append(
                    Rejection(
                        id: id, path: FolderPath.joined(FolderPath.parent(of: path), name), reason: .missing,
                        detail: "is listed in \(path), but there is no such file beside it or in wavs/"))
            }
        }
        let taken = Set(entries.map(\.path))
        return (entries, rejections, finder.allFiles.count { !taken.contains($0) })
    }

    private static func trimmed(_ field: Substring) -> String {
        let start = field.firstIndex { !$0.isWhitespace } ?? field.endIndex
        let end = field.lastIndex { !$0.isWhitespace }.map(field.index(after:)) ?? start
        return String(field[start..<end])
    }

    /// The text of a line `id|text|normalised`: the normalized one where there is one.
    private static func text(afterIdentifier fields: [String]) -> String? {
        fields.dropFirst().reversed().first { !$0.isEmpty }
    }

    /// The text of a line `file|text` or `file|speaker|text`.
    private static func text(afterFile fields: [String]) -> String? {
        fields.count > 1 ? fields[min(fields.count - 1, 2)] : nil
    }
}

/// Finds the audio files that a listing names, beside it and in `wavs/`.
///
/// Swift compares strings by canonical equivalence, so a file is found in any Unicode normalization of its name.
private struct AudioFinder {
    let folder: String
    private var byName: [String: String] = [:]
    private var byStem: [String: String] = [:]
    let allFiles: [String]

    init(besideListing listing: String) throws(FileError) {
        folder = FolderPath.parent(of: listing)
        var found: [String] = []
        for subfolder in ["wavs", "."] {
            let path = subfolder == "." ? folder : FolderPath.joined(folder, subfolder)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            for name in try SoundFolder(at: path, recursively: false).files {
                let file = FolderPath.joined(path, name)
                found.append(file)
                if byName[name] == nil { byName[name] = file }
                let stem = SoundFolder.withoutEnding(name)
                if byStem[stem] == nil { byStem[stem] = file }
            }
        }
        allFiles = found
    }

    func file(named name: String) -> String? {
        if let file = byName[name] ?? byStem[name] { return file }
        let written = FolderPath.joined(folder, name)
        if SoundFolder.isSound(name) {
            return FileManager.default.fileExists(atPath: written) ? written : nil
        }
        // An id with a folder in it, below the listing or below wavs/.
        for base in [written, FolderPath.joined(FolderPath.joined(folder, "wavs"), name)] where name.contains("/") {
            for ending in ["wav", "flac", "ogg", "opus", "mp3", "aiff"] {
                let file = base + "." + ending
                if FileManager.default.fileExists(atPath: file) { return file }
            }
        }
        return nil
    }
}
