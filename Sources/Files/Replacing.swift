public import Platform

/// Writes a file so that it is either whole or absent: `write` fills a file beside `path`, which is synchronised to
/// the disk and then renamed onto it. Where anything fails the file beside is removed and `path` is as it was.
///
/// The path handed to `write` keeps the ending of `path`, for libraries that choose a format by it.
///
/// - Throws: `FileError`: `.cannotCreate` where the folder does not take a file, `.inputOutput` where writing fails,
///   or whatever `write` throws.
public func replaceFile(
    at path: String, with write: (_ besidePath: String) throws(FileError) -> Void
) throws(FileError) {
    let beside = placeBeside(path)
    do throws(FileError) {
        try write(beside)
        try synchronise(beside, for: path)
    } catch {
        unlink(beside)
        throw error
    }
    guard rename(beside, path) == 0 else {
        let reason = String(cString: strerror(errno))
        unlink(beside)
        throw FileError(.cannotCreate, path, "could not be put in place (\(reason)).")
    }
}

/// Writes `contents` to `path`, whole or not at all; see ``replaceFile(at:with:)``.
public func replaceFile(at path: String, contents: Data) throws(FileError) {
    let file = try ReplacementFile(for: path)
    if let failure = contents.withUnsafeBytes({ writeAll($0, to: file.descriptor) }) {
        throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(failure)))).")
    }
    try file.commit()
}

/// Creates the folder at `path`, and those above it, where they do not exist.
public func createFolder(at path: String) throws(FileError) {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw FileError(.cannotCreate, path, "the folder cannot be created; check the path and its permissions.")
    }
}

private func synchronise(_ beside: String, for path: String) throws(FileError) {
    let descriptor = open(beside, O_RDONLY)
    guard descriptor >= 0 else {
        throw FileError(.cannotCreate, path, "cannot be created (\(String(cString: strerror(errno)))).")
    }
    defer { close(descriptor) }
    if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
        throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(errno)))).")
    }
}
