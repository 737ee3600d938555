import CMinizip
import Platform

/// A zip archive being written, its members stored without compression and dated 1980: the same members make the
/// same bytes. ``finish()`` completes it.
struct ZipWriter: ~Copyable {
    let handle: ZipHandle
    /// The file that errors name.
    private let reportedPath: String

    init(path: String, reportedPath: String) throws(FileError) {
        handle = try ZipHandle(path: path, reportedPath: reportedPath)
        self.reportedPath = reportedPath
    }

    func add(_ name: String, _ data: Data) throws(FileError) {
        var information = zip_fileinfo()
        information.tmz_date.tm_year = 1980
        information.tmz_date.tm_mday = 1
        let isLarge: Int32 = data.count >= 0xFFFF_0000 ? 1 : 0
        var status = zipOpenNewFileInZip64(
            handle.file, name, &information, nil, 0, nil, 0, nil, 0 /* stored */, 0, isLarge)
        guard status == ZIP_OK else { throw failure(status) }
        data.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count, status == ZIP_OK {
                let count = min(bytes.count - offset, 1 << 30)
                status = zipWriteInFileInZip(handle.file, bytes.baseAddress! + offset, UInt32(count))
                offset += count
            }
        }
        guard status == ZIP_OK else { throw failure(status) }
        status = zipCloseFileInZip(handle.file)
        guard status == ZIP_OK else { throw failure(status) }
    }

    consuming func finish() throws(FileError) {
        let path = reportedPath
        let status = handle.close()
        guard status == ZIP_OK else { throw ZipWriter.failure(status, path) }
    }

    private func failure(_ status: Int32) -> FileError { Self.failure(status, reportedPath) }

    private static func failure(_ status: Int32, _ path: String) -> FileError {
        FileError(.inputOutput, path, "could not be written (zip status \(status)); the disk may be full.")
    }
}

/// Owns minizip's writing handle.
struct ZipHandle: ~Copyable {
    let file: zipFile

    init(path: String, reportedPath: String) throws(FileError) {
        guard let file = zipOpen64(path, APPEND_STATUS_CREATE) else {
            throw FileError(.cannotCreate, reportedPath, "cannot be created; check the folder and its permissions.")
        }
        self.file = file
    }

    consuming func close() -> Int32 {
        let status = zipClose(file, nil)
        discard self
        return status
    }

    deinit { zipClose(file, nil) }
}
