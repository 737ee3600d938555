public import Platform

/// Writes a file atomically: `write` writes a temporary file in the folder of `path`, which is synchronised to the disk and then renamed
/// to `path`. If anything fails the temporary file is removed and `path` does not change.
///
/// The temporary file has the ending of `path`, for libraries that choose a format by it.
///
/// - Throws: `FileError`: `.cannotCreate` if the file cannot be created, `.inputOutput` if writing fails, or the error of `write`.
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

/// Writes `contents` to `path` atomically; see ``replaceFile(at:with:)``.
public func replaceFile(at path: String, contents: Data) throws(FileError) {
    let file = try ReplacementFile(for: path)
    if let failure = contents.withUnsafeBytes({ writeAll($0, to: file.descriptor) }) {
        throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(failure)))).")
    }
    try file.commit()
}

/// Creates the folder at `path` and its parent folders if they do not exist.
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

/// A temporary file that will replace the file at a path; see ``replaceFile(at:with:)`` for files written by one call.
///
/// If it is released before ``commit()`` it is removed, and the file at the path does not change.
public struct ReplacementFile: ~Copyable {
    public let path: String
    public let descriptor: Int32
    private let beside: String

    /// - Throws: `FileError.cannotCreate` if the file cannot be created.
    public init(for path: String) throws(FileError) {
        let beside = placeBeside(path)
        let descriptor = open(beside, O_RDWR | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be created (\(String(cString: strerror(errno)))).")
        }
        (self.path, self.beside, self.descriptor) = (path, beside, descriptor)
    }

    deinit {
        close(descriptor)
        // After the commit there is no file of this name.
        unlink(beside)
    }

    /// Synchronises the file to the disk and renames it to its path.
    public consuming func commit() throws(FileError) {
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(errno)))).")
        }
        guard rename(beside, path) == 0 else {
            throw FileError(.cannotCreate, path, "could not be put in place (\(String(cString: strerror(errno)))).")
        }
    }
}

/// Writes all of `bytes` to an open file; returns the `errno` of a failure, or nil.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
    var offset = 0
    while offset < bytes.count {
        let written = write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
        if written >= 0 {
            offset += written
        } else if errno != EINTR {
            return errno
        }
    }
    return nil
}

/// The path of a temporary file in the folder of `path`, with the same ending.
func placeBeside(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent()
        .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).partial")
        .appendingPathExtension(url.pathExtension.isEmpty ? "tmp" : url.pathExtension).path
}

extension Encodable {
    /// Writes the value as JSON with sorted keys, indented.
    package func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do { data = try encoder.encode(self) } catch {
            throw FileError(.badData, path, "cannot be written as JSON (\(error)).")
        }
        try replaceFile(at: path, contents: data)
    }
}

/// Operations on paths as text, without access to the disk.
package enum FolderPath {
    /// The path of `name` in `folder`, or `name` itself if it is absolute.
    package static func joined(_ folder: String, _ name: String) -> String {
        if name.hasPrefix("/") || folder.isEmpty || folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The folder that holds `path`.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
