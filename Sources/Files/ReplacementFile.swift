import Platform

/// A file that is being written beside the one it will replace; see ``replaceFile(at:with:)`` for files written in one go.
///
/// Where it is let go before ``commit()`` it is removed, and what it would have replaced is as it was.
public struct ReplacementFile: ~Copyable {
    public let path: String
    public let descriptor: Int32
    private let beside: String

    /// - Throws: `FileError.cannotCreate` where the folder does not take a file.
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
        // Once in place it is no longer there.
        unlink(beside)
    }

    /// Brings what was written to the disk and puts it in place.
    public consuming func commit() throws(FileError) {
        if fsync(descriptor) != 0, errno != EINVAL, errno != EROFS {
            throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(errno)))).")
        }
        guard rename(beside, path) == 0 else {
            throw FileError(.cannotCreate, path, "could not be put in place (\(String(cString: strerror(errno)))).")
        }
    }
}

/// Writes all of `bytes` to an open file; returns the system's number for the failure where there is one.
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

/// A name in the folder of `path` that keeps its ending, for libraries that choose a format by it.
func placeBeside(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent()
        .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).partial")
        .appendingPathExtension(url.pathExtension.isEmpty ? "tmp" : url.pathExtension).path
}
