public import Files
import Platform

/// The sound files in a folder, recognised by the name endings of formats that libsndfile reads.
public struct SoundFolder: Sendable, Equatable {
    public let path: String
    /// The paths of the files relative to `path`, sorted.
    public private(set) var files: [String] = []
    /// Those of kinds of sound that are not read, such as `.m4a`.
    public private(set) var unreadable: [String] = []

    /// A sentence about ``unreadable``; nil where there are none.
    public var note: String? {
        guard let first = unreadable.first else { return nil }
        let rest = unreadable.count == 1 ? "is a recording of a kind that is not read, and left out; convert it to WAV or FLAC."
            : "and \(unreadable.count - 1) more are recordings of kinds that are not read, and left out; convert them to WAV or FLAC."
        return "\(FolderPath.joined(path, first)): \(rest)"
    }

    /// Lists `path` and, if `recursively`, the folders in it, each once, however many links lead to it. Names that begin with a dot are
    /// left out (macOS leaves files such as `._a.wav` on other file systems).
    ///
    /// - Throws: `FileError.missingInput` if a folder cannot be read.
    public init(at path: String, recursively: Bool = true) throws(FileError) {
        self.path = path
        var visited: Set<FolderIdentity> = []
        try list("", depth: recursively ? 32 : 0, &visited)
        files.sort()
        unreadable.sort()
    }

    /// What a folder is called by the file system, whatever path leads to it.
    private struct FolderIdentity: Hashable {
        let device: UInt64
        let number: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
        }
    }

    private mutating func list(_ prefix: String, depth: Int, _ visited: inout Set<FolderIdentity>) throws(FileError) {
        let folder = prefix.isEmpty ? path : FolderPath.joined(path, prefix)
        if let identity = FolderIdentity(folder), !visited.insert(identity).inserted { return }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FileError(.missingInput, folder, "the folder may not be read; check its permissions.")
        }
        for name in names.sorted() where !name.hasPrefix(".") {
            let relative = prefix.isEmpty ? name : prefix + "/" + name
            var isFolder = false
            let exists = FileManager.default.fileExists(
                atPath: FolderPath.joined(path, relative), isDirectory: &isFolder)
            if exists, isFolder {
                if depth > 0 { try list(relative, depth: depth - 1, &visited) }
            } else if Self.isSound(name) && Self.mayBeRegular(FolderPath.joined(path, relative)) || !exists && name.contains("\u{FFFD}") && !name.contains(".") {
                // A folder whose name is not UTF-8 cannot be entered; reading it as a file says so.
                files.append(relative)
            } else if unreadableEndings.contains(Self.ending(of: name)) {
                unreadable.append(relative)
            }
        }
    }

    /// Whether there is a regular file at `path`, or nothing, and no FIFO or device, which would be waited for.
    private static func mayBeRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether the ending of `path` is one of a format that libsndfile reads.
    public static func isSound(_ path: String) -> Bool {
        endings.contains(ending(of: path))
    }

    /// In lower case; empty where there is none.
    private static func ending(of path: String) -> String {
        guard let dot = path.lastIndex(of: "."), dot != path.startIndex else { return "" }
        return path[path.index(after: dot)...].lowercased()
    }

    /// `path` without its ending if that is one of a sound file, otherwise `path`.
    public static func withoutEnding(_ path: String) -> String {
        isSound(path) ? String(path[..<path.lastIndex(of: ".")!]) : path
    }

    private static let endings: Set<String> = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "caf", "w64", "rf64",
        "voc", "sph", "nist", "bwf", "bw64", "mp2", "svx", "8svx", "avr", "ircam", "sf", "paf", "pvf", "xi", "wve", "mpc2k", "sds", "rifx",
    ]
    private let unreadableEndings: Set<String> = [
        "m4a", "m4b", "mp4", "aac", "wma", "amr", "3gp", "3ga", "webm", "mka", "ape", "wv", "tta", "ac3", "dsf", "ra", "spx", "mov", "mkv",
    ]
}
