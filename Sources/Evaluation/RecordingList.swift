import Audio
public import Files
import Platform

/// The recordings that a command line names: files as they are, folders with all the sound files in and below them.
public struct RecordingList: Sendable {
    public struct Entry: Sendable, Equatable {
        public let path: String
        /// The file's name without its ending, made unlike all others by a number where it must be.
        public let name: String
    }

    public private(set) var entries: [Entry] = []
    private var takenNames: Set<String> = []

    /// - Throws: `FileError.missingInput` for a folder without sound files. What is wrong with single files, reading
    ///   them will tell.
    public init(paths: [String]) throws(FileError) {
        for path in paths {
            guard isFolder(path) else {
                append(path)
                continue
            }
            let files = try SoundFolder(at: path).files
            guard !files.isEmpty else {
                throw FileError(.missingInput, path, "holds no sound files (.wav, .flac, .ogg, .opus, .mp3, .aiff, …).")
            }
            for file in files { append("\(path)/\(file)") }
        }
    }

    private mutating func append(_ path: String) {
        let file = URL(fileURLWithPath: path)
        let name = file.deletingPathExtension().lastPathComponent
        entries.append(Entry(path: path, name: distinct(name, from: &takenNames)))
    }
}

/// `name`, or with the first of `-2`, `-3`, … that is not taken yet; case does not tell two files apart everywhere.
public func distinct(_ name: String, from taken: inout Set<String>) -> String {
    var candidate = name, number = 2
    while !taken.insert(candidate.lowercased()).inserted {
        candidate = "\(name)-\(number)"
        number += 1
    }
    return candidate
}

/// Whether there is a folder at `path`.
package func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
}

func isFile(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
}
