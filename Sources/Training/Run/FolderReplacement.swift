import Files
import Platform

/// Replaces the folder at `path`, which is then either complete or as it was: `fill` fills a folder beside it, which is renamed.
func replaceFolder(at path: String, with fill: (_ beside: String) throws(FileError) -> Void) throws(FileError) {
    let url = URL(fileURLWithPath: path)
    let beside = url.deletingLastPathComponent()
        .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).partial").path
    let files = FileManager.default
    try? files.removeItem(atPath: beside)
    do throws(FileError) {
        try createFolder(at: beside)
        try fill(beside)
    } catch {
        try? files.removeItem(atPath: beside)
        throw error
    }
    try? files.removeItem(atPath: path)
    guard rename(beside, path) == 0 else {
        throw FileError(.cannotCreate, path, "could not be put in place (\(String(cString: strerror(errno)))).")
    }
}

/// Removes the files that programs which were killed while they wrote `path` have left beside it.
///
/// `replaceFile(at:)` fills `.NAME.PID.partial.ENDING`; such a file is abandoned where no process PID runs. Caches are so large
/// that a few such files fill a disk.
public func removeAbandonedFiles(besides path: String) {
    let folder = FolderPath.parent(of: path)
    let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    let prefix = "." + path[start...] + "."
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where name.hasPrefix(prefix) {
        let parts = name.dropFirst(prefix.count).split(separator: ".")
        guard parts.count >= 2, parts[1] == "partial", let process = pid_t(parts[0]), process > 0 else { continue }
        if kill(process, 0) != 0, errno == ESRCH { unlink(FolderPath.joined(folder, name)) }
    }
}

/// A file's size and time of modification, which tell that it has changed without reading it.
struct FileStamp: Equatable {
    /// Bytes.
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int

    /// Returns nil where there is no such file.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        #if canImport(Darwin)
            modified = status.st_mtimespec.tv_sec * 1_000_000_000 + status.st_mtimespec.tv_nsec
        #else
            modified = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        #endif
    }
}
