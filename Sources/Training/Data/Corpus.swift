import Audio
public import Files
import Platform

/// The recordings for training and validation, as a listing or a folder names them.
///
/// Opening a corpus reads names only; ``TrainingSet`` decodes the files. It can be:
///
/// | `path` | an entry |
/// |---|---|
/// | a folder with `metadata.csv`, or a listing, as of LJSpeech | `id|text|normalised`: audio in `wavs/` or beside the listing, any ending |
/// | a listing | `file.wav|text` |
/// | a listing | `file.wav|speaker|text` |
/// | a listing | `file.wav` |
/// | a folder without `metadata.csv` | every audio file in it and in its folders |
///
/// Listings are UTF-8 without quoting; a byte order mark and carriage returns are dropped. Files are looked for beside the listing and
/// in `wavs/`, by their names in the same case, in any Unicode normalization.
public struct Corpus: Sendable, Equatable {
    /// One recording.
    public struct Entry: Sendable, Equatable {
        /// The name in validation lists, logs and reports: the id in the listing, or the path without ending.
        public var id: String
        /// The path of the audio file.
        public var path: String
        /// The transcript, the normalized one where the listing has both; nil where it has none.
        public var text: String?
        public var speaker: String?

        public init(id: String, path: String, text: String? = nil, speaker: String? = nil) {
            self.id = id
            self.path = path
            self.text = text
            self.speaker = speaker
        }
    }

    /// The path that was opened.
    public let path: String
    /// Sorted by id; no two share an id or a path.
    public internal(set) var entries: [Entry]
    /// Entries of the listing that cannot be used.
    public internal(set) var rejections: [Rejection]
    /// How many audio files in the listing's folder the listing does not name; they are left out.
    public let unlistedCount: Int

    /// Opens the listing or folder at `path`.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is nothing at `path`, `.badData` where nothing in it can be
    ///   used.
    public init(at path: String) throws(FileError) {
        self.path = path
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError(
                .missingInput, path,
                "there is no such file or folder; a corpus is a folder of recordings or a listing of them.")
        }
        let found: (entries: [Entry], rejections: [Rejection], unlisted: Int)
        if isFolder {
            let metadata = FolderPath.joined(path, "metadata.csv")
            if FileManager.default.fileExists(atPath: metadata) {
                found = try CorpusListing(at: metadata).resolved()
            } else {
                found = (Self.entries(in: try SoundFolder(at: path)), [], 0)
            }
        } else {
            found = try CorpusListing(at: path).resolved()
        }
        let (entries, repeated) = Self.withoutRepetitions(found.entries)
        self.entries = entries
        rejections = found.rejections + repeated
        unlistedCount = found.unlisted
        guard !entries.isEmpty else {
            let example = rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, path,
                "holds no recording that can be used\(example); "
                    + "expected audio files, or a listing with lines like id|text or file.wav|text.")
        }
    }

    /// Each file of `folder` as an entry with the relative path without ending as its id.
    private static func entries(in folder: SoundFolder) -> [Entry] {
        folder.files.map { Entry(id: SoundFolder.withoutEnding($0), path: FolderPath.joined(folder.path, $0)) }
    }

    /// Sorts the entries by id, and rejects those whose id or file is there twice.
    private static func withoutRepetitions(_ entries: [Entry]) -> ([Entry], [Rejection]) {
        var ids = Set<String>()
        var paths: [String: String] = [:]
        var kept: [Entry] = []
        var rejected: [Rejection] = []
        for entry in entries.sorted(by: { ($0.id, $0.path) < ($1.id, $1.path) }) {
            if !ids.insert(entry.id).inserted {
                rejected.append(Rejection(entry, .duplicate, "its id has been seen before; the first is kept"))
            } else if let earlier = paths[entry.path] {
                rejected.append(Rejection(entry, .duplicate, "is the same file as \(earlier), which is kept"))
            } else {
                paths[entry.path] = entry.id
                kept.append(entry)
            }
        }
        return (kept, rejected)
    }
}

/// A recording that is left out, and why.
public struct Rejection: Sendable, Equatable, Codable, CustomStringConvertible {
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// The listing names a file that is not there.
        case missing
        /// A line of the listing has none of the known forms.
        case malformed
        /// The listing names it twice, or has the same audio under two names.
        case duplicate
        /// The file is not audio, is damaged, or holds values that are not finite.
        case unreadable
        /// The file holds no samples.
        case empty
        case silent
        case tooShort = "too short"
        case clipped
        case noText = "no text"
        /// The text does not fit the duration of the speech.
        case wrongText = "wrong text"
    }

    public let id: String
    public let path: String
    public let reason: Reason
    /// A clause that says what was found.
    public let detail: String

    public init(id: String, path: String, reason: Reason, detail: String) {
        self.id = id
        self.path = path
        self.reason = reason
        self.detail = detail
    }

    init(_ entry: Corpus.Entry, _ reason: Reason, _ detail: String) {
        self.init(id: entry.id, path: entry.path, reason: reason, detail: detail)
    }

    init(_ recording: Recording, _ reason: Reason, _ detail: String) {
        self.init(id: recording.id, path: recording.path, reason: reason, detail: detail)
    }

    public var description: String { "\(path): \(reason.rawValue): \(detail)" }
}
