import Files

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Paths as text: joining and taking apart, without touching the disk.
enum FolderPath {
    /// `name` below `folder`, or `name` itself where it is absolute.
    static func joined(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty || folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder that holds `path`.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `path` without its ending, where that ending is one of audio files.
    static func withoutAudioEnding(_ path: String) -> String {
        isAudio(path) ? String(path[..<path.lastIndex(of: ".")!]) : path
    }

    /// Whether the ending is one that libsndfile reads.
    static func isAudio(_ path: String) -> Bool {
        guard let dot = path.lastIndex(of: "."), dot != path.startIndex else { return false }
        return audioEndings.contains(path[path.index(after: dot)...].lowercased())
    }

    private static let audioEndings: Set<String> = [
        "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "caf", "w64", "rf64",
        "voc", "sph", "nist",
    ]
}

/// The audio files below a folder.
struct AudioFolder {
    let path: String
    /// Relative to `path`, sorted.
    private(set) var files: [String] = []

    /// Lists `path` and, if `recursively`, the folders in it. Names that begin with a dot are no recordings (`._a.wav`
    /// is what macOS leaves on foreign disks).
    init(at path: String, recursively: Bool = true) throws(FileError) {
        self.path = path
        try list("", depth: recursively ? 32 : 0)
        files.sort()
    }

    private mutating func list(_ prefix: String, depth: Int) throws(FileError) {
        let folder = prefix.isEmpty ? path : FolderPath.joined(path, prefix)
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FileError(.missingInput, folder, "the folder may not be read; check its permissions.")
        }
        for name in names where !name.hasPrefix(".") {
            let relative = prefix.isEmpty ? name : prefix + "/" + name
            var isFolder = false
            let exists = FileManager.default.fileExists(
                atPath: FolderPath.joined(path, relative), isDirectory: &isFolder)
            if exists, isFolder {
                if depth > 0 { try list(relative, depth: depth - 1) }
            } else if FolderPath.isAudio(name) {
                files.append(relative)
            }
        }
    }

    /// Each file as an entry, its id the relative path without ending.
    func entries() -> [Corpus.Entry] {
        files.map { Corpus.Entry(id: FolderPath.withoutAudioEnding($0), path: FolderPath.joined(path, $0)) }
    }
}
