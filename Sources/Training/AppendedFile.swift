import Files
import Platform

/// A file that only grows. What is appended in one call reaches the system in one call, so that a killed program leaves
/// at most a cut last record.
struct AppendedFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Opens the file at `path`, or creates it, and cuts it to `length` bytes where that is given.
    ///
    /// - Throws: `FileError`: `.cannotCreate` where it cannot be opened, `.inputOutput` where it cannot be cut.
    init(at path: String, cutTo length: Int? = nil) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be opened for writing (\(String(cString: strerror(errno)))).")
        }
        if let length, ftruncate(descriptor, off_t(length)) != 0 {
            throw FileError(
                .inputOutput, path, "cannot be cut to its first \(length) bytes (\(String(cString: strerror(errno)))).")
        }
    }

    deinit {
        close(descriptor)
    }

    func append(_ bytes: [UInt8]) throws(FileError) {
        if let failure = bytes.withUnsafeBytes({ writeAll($0, to: descriptor) }) {
            throw FileError(.inputOutput, path, "could not be written (\(String(cString: strerror(failure)))).")
        }
    }
}
