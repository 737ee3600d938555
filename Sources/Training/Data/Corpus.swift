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
/// | a listing | `file.wav|speaker|text`, and other columns in any order |
/// | a listing | `file.wav` |
/// | a folder without `metadata.csv` | every audio file in it and in its folders |
///
/// Fields are separated by `|` without quoting, by tabs, by commas or semicolons (a field may be in quotation marks), or a line is a name, a
/// space and the text. A first line may name the columns (`file_name`, `transcription`, `speaker`, …). Which column is the text and
/// which the speaker is decided from the whole listing (``ListingSummary`` says why), unless ``ListingOptions`` say it.
///
/// Listings are UTF-8 or UTF-16; a byte order mark and carriage returns are dropped. Files are looked for beside the listing and
/// in `wavs/`, by their names in the same case, in any Unicode normalization.
public struct Corpus: Sendable, Equatable {
    /// One recording.
    public struct Entry: Sendable, Equatable {
        /// The name in validation lists, logs and reports: the id in the listing, or the path without ending.
        public var id: String
        /// The path of the audio file.
        public var path: String
        /// The transcript, the normalized one where the listing has both; nil where it has none or it cannot be told.
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
    /// How the listing was read; nil for a folder without one.
    public let listing: ListingSummary?
    /// The speakers that the listing names, with their recordings' hours, also of those that were not asked for; sorted by name.
    public let speakers: [Speaker]

    /// One speaker of a listing.
    public struct Speaker: Sendable, Equatable, Codable {
        public let name: String
        public let recordingCount: Int
        /// By the files' headers.
        public let hours: Double
    }

    /// Opens the listing or folder at `path`.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is nothing at `path`, `.badData` where nothing in it can be
    ///   used or `options` do not fit it.
    public init(at path: String, _ options: ListingOptions = ListingOptions()) throws(FileError) {
        self.path = path
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError.missing(path, expected: "there is no such file or folder; a corpus is a folder of recordings or a listing of them.")
        }
        let metadata = FolderPath.joined(path, "metadata.csv")
        let listed: CorpusListing?
        if !isFolder {
            listed = try CorpusListing(at: path, options)
        } else if FileManager.default.fileExists(atPath: metadata) {
            listed = try CorpusListing(at: metadata, options)
        } else {
            guard options == ListingOptions() else {
                throw FileError(
                    .badData, path, "is a folder without a metadata.csv, where no column and no speaker can be named; give a listing instead.")
            }
            listed = nil
        }
        let found: (entries: [Entry], rejections: [Rejection])
        if let listed {
            found = listed.resolved()
        } else {
            let folder = try SoundFolder(at: path)
            found = (
                Self.entries(in: folder),
                folder.unreadable.map { name in
                    Rejection(id: name, path: FolderPath.joined(path, name), reason: .unreadable, detail: "is of a kind of sound that is not read; convert it to WAV or FLAC")
                }
            )
        }
        unlistedCount = listed?.unlistedCount(found.entries) ?? 0
        listing = listed?.summary
        let (unique, repeated) = Self.withoutRepetitions(found.entries)
        speakers = Self.speakers(of: unique)
        rejections = found.rejections + repeated
        entries = unique
        if let name = options.speaker, name != ListingOptions.allSpeakers {
            entries = unique.filter { $0.speaker == name }
            guard !entries.isEmpty else {
                let known = speakers.isEmpty ? "no column of speakers" : "the speakers \(Self.summary(of: speakers))"
                throw FileError(.badData, path, "has no recording of a speaker \(name); it has \(known).")
            }
        }
        guard !entries.isEmpty else {
            let example = rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, path,
                "holds no recording that can be used\(example); "
                    + "expected audio files, or a listing with lines like id|text or file.wav|text.")
        }
    }

    private static func speakers(of entries: [Entry]) -> [Speaker] {
        let grouped = Dictionary(grouping: entries.filter { $0.speaker != nil }) { $0.speaker! }
        return grouped.sorted { $0.key < $1.key }.map { name, entries in
            // The hours matter only where there is a choice.
            let seconds = grouped.count > 1 ? entries.reduce(0) { $0 + (AudioFile.duration(at: $1.path) ?? 0) } : 0
            return Speaker(name: name, recordingCount: entries.count, hours: seconds / 3600)
        }
    }

    /// The speakers with the most recordings, such as `anna (12 recordings, 0.4 h), ben (3 recordings, 0.1 h)`.
    static func summary(of speakers: [Speaker], atMost count: Int = 12) -> String {
        let shown = speakers.sorted { ($0.hours, $1.name) > ($1.hours, $0.name) }.prefix(count).map { speaker in
            let hours = speaker.hours < 0.1 ? "\(tenths(speaker.hours * 60)) min" : "\(tenths(speaker.hours)) h"
            return "\(speaker.name) (\(speaker.recordingCount) recording\(speaker.recordingCount == 1 ? "" : "s"), \(hours))"
        }
        return shown.joined(separator: ", ") + (speakers.count > count ? " and \(speakers.count - count) more" : "")
    }

    /// Refuses a corpus that cannot teach one voice: of several speakers, or whose text cannot be told.
    ///
    /// - Throws: `FileError` `.badData`.
    func checkForOneVoice(_ options: ListingOptions) throws(FileError) {
        if speakers.count > 1, options.speaker == nil {
            throw FileError(
                .badData, path,
                "has recordings of \(speakers.count) speakers: \(Self.summary(of: speakers))",
                [.name(.speaker), .takeAllSpeakers, .denySpeakers])
        }
        if let listing, listing.textColumn == nil, listing.columnCount > 1 {
            throw FileError(.badData, path, "has no column that is clearly the text: \(listing.reason)", [.stateTextColumn])
        }
        guard entries.isEmpty || entries.contains(where: { $0.text != nil }) else {
            throw FileError(
                .badData, path,
                "has \(entries.count) recordings without their texts, which a voice is trained on; put a file metadata.csv beside them, with "
                    + "lines such as `name of the recording|What is said in it.`")
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
