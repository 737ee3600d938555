import Files
import Platform

/// Fills the file of a ``RecordingCache``, from its first byte to its last.
struct RecordingCacheWriter: ~Copyable {
    private let path: String
    private let descriptor: Int32
    /// Bytes written.
    private(set) var offset = 0

    init(at path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be created (\(String(cString: strerror(errno)))).")
        }
    }

    deinit {
        close(descriptor)
    }

    mutating func append(_ values: [Float]) throws(FileError) {
        let failure = values.withUnsafeBytes { write($0) }
        try check(failure)
    }

    /// Writes the index and the trailer.
    consuming func finish(_ index: some Encodable) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(index) else {
            throw FileError(
                .inputOutput, path, "the index of the cache cannot be written: a level in it is not finite.")
        }
        var tail = [UInt8](json)
        let checksum = CyclicRedundancyCheck(of: tail).value
        for word in [UInt64(offset), UInt64(tail.count)] {
            Swift.withUnsafeBytes(of: word) { tail.append(contentsOf: $0) }
        }
        for half in [checksum, RecordingCache.mark] { Swift.withUnsafeBytes(of: half) { tail.append(contentsOf: $0) } }
        let failure = tail.withUnsafeBytes { write($0) }
        try check(failure)
    }

    /// - Returns: the system's error number, or nil.
    private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        var done = 0
        while done < bytes.count {
            #if canImport(Glibc)
                let written = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            #else
                let written = Darwin.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            #endif
            if written < 0 {
                if errno == EINTR { continue }
                return errno
            }
            done += written
        }
        offset += done
        return nil
    }

    private func check(_ failure: Int32?) throws(FileError) {
        guard let failure else { return }
        throw FileError(
            .inputOutput, path, "the cache of recordings could not be written (\(String(cString: strerror(failure)))).")
    }
}
