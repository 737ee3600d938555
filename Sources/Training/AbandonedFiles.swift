import Files
import Platform

/// Removes what programs that were killed while they wrote `path` have left beside it.
///
/// `replaceFile(at:)` fills `.NAME.PID.partial.ENDING`; such a file is abandoned where no process PID runs. A cache or
/// a checkpoint is large enough that a few of them fill a disk.
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
