import Audio
public import Files
import Platform

/// The recordings a model is trained and judged on, as a listing or a folder names them.
///
/// Opening a corpus looks at names only; ``TrainingSet`` decodes. The forms understood:
///
/// | what `path` is | an entry |
/// |---|---|
/// | a folder with `metadata.csv`, or a listing: LJSpeech's | `id|text|normalised`: audio in `wavs/` or beside the listing, any ending |
/// | a listing | `file.wav|text` |
/// | a listing | `file.wav|speaker|text` |
/// | a listing | `file.wav` |
/// | a folder without `metadata.csv` | every audio file in it and in its folders |
///
/// Listings are UTF-8 without quoting; a byte order mark and carriage returns are dropped. Files are sought beside the
/// listing and in `wavs/`, case and Unicode normalisation of their names as written.
public struct Corpus: Sendable, Equatable {
    /// One recording.
    public struct Entry: Sendable, Equatable {
        /// The name it goes by in validation lists, logs and reports: the listing's id, or the path without ending.
        public var id: String
        /// Where its audio is.
        public var path: String
        /// What is said, normalised where the listing has that too.
        public var text: String?
        public var speaker: String?

        public init(id: String, path: String, text: String? = nil, speaker: String? = nil) {
            self.id = id
            self.path = path
            self.text = text
            self.speaker = speaker
        }
    }

    /// What was opened.
    public let path: String
    /// Sorted by id; no two share an id or a path.
    public internal(set) var entries: [Entry]
    /// What the listing names and the corpus cannot offer.
    public internal(set) var rejections: [Rejection]
    /// Audio files in a listing's folder that the listing does not name. They are left out, and counted.
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

    /// Each file of `folder` as an entry, its id the relative path without ending.
    private static func entries(in folder: SoundFolder) -> [Entry] {
        folder.files.map { Entry(id: SoundFolder.withoutEnding($0), path: FolderPath.joined(folder.path, $0)) }
    }

    /// Sorts by id, and rejects what is named twice.
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
