import Audio
import Files
import Platform

/// Finds the audio files that a listing names, beside it and in the folders that public corpora have: `wavs/`, `wav/`, `clips/`, `audio/`.
///
/// Swift compares strings by canonical equivalence, so a file is found in any Unicode normalization of its name.
struct AudioFinder {
    /// A file, and how its name had to be changed to find it.
    struct Found: Equatable {
        enum Change: Hashable, CaseIterable {
            /// Backslashes were read as slashes.
            case backslashes
            /// The folder is not there; the file of that name beside the listing was taken.
            case otherFolder
            /// The file of that name with another ending was taken, as where a corpus was converted.
            case otherEnding

            /// A sentence for the report, of `count` files.
            func note(of count: Int) -> String {
                switch self {
                case .backslashes: "\(count) path(s) with backslashes were read as paths with slashes"
                case .otherFolder:
                    "\(count) file(s) are named in folders that are not here, and were found by their names beside the listing"
                case .otherEnding: "\(count) file(s) are not here, and those of the same names with other endings were taken"
                }
            }
        }

        var path: String
        var change: Change?
    }

    private static let subfolders = ["wavs", "wav", "clips", "audio", "."]

    let folder: String
    let allFiles: [String]
    private var byName: [String: String] = [:]
    private var byStem: [String: String] = [:]

    init(besideListing listing: String) throws(FileError) {
        folder = FolderPath.parent(of: listing)
        var found: [String] = []
        for subfolder in Self.subfolders {
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

    /// The file that a line names `name`; nil where there is none.
    func file(named name: String) -> Found? {
        let name = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
        guard !name.isEmpty else { return nil }
        if let path = path(named: name) { return Found(path: path) }
        let slashed = String(name.map { $0 == "\\" ? "/" : $0 })
        if slashed != name, let path = path(named: slashed) { return Found(path: path, change: .backslashes) }
        if !slashed.contains("/"), SoundFolder.isSound(slashed), let path = byStem[SoundFolder.withoutEnding(slashed)] {
            return Found(path: path, change: .otherEnding)
        }
        // A path of another machine, or below a folder that is to be replaced (VITS's lists begin with DUMMY1/).
        guard let slash = slashed.lastIndex(of: "/"), !slashed.contains("|"), !slashed.contains("\t") else { return nil }
        let last = String(slashed[slashed.index(after: slash)...])
        return (byName[last] ?? byStem[last]).map { Found(path: $0, change: .otherFolder) }
    }

    private func path(named name: String) -> String? {
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
