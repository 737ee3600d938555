import CMinizip
import Platform

/// An open zip archive and its table of contents.
///
/// The sizes in the table are checked against the file's length before memory is allocated for them.
struct ZipReader: ~Copyable {
    struct Entry {
        var name: String
        var byteCount: Int
        fileprivate var position: unz64_file_pos
    }

    let path: String
    let entries: [Entry]
    let handle: UnzipHandle

    init(path: String) throws(FileError) {
        // This throws the right error for missing or unreadable files and folders, which minizip does not distinguish.
        let fileByteCount = try Files.contents(ofFile: path).count
        let handle = try UnzipHandle(path: path)
        entries = try Self.entries(of: handle.file, path: path, fileByteCount: fileByteCount)
        self.path = path
        self.handle = handle
    }

    private static func entries(
        of file: unzFile, path: String, fileByteCount: Int
    ) throws(FileError) -> [Entry] {
        var entries: [Entry] = []
        var names: Set<String> = []
        var compressedSum: UInt64 = 0
        var status = unzGoToFirstFile(file)
        while status == UNZ_OK {
            var information = unz_file_info64()
            var name = [CChar](repeating: 0, count: 1025)
            var position = unz64_file_pos()
            guard unzGetCurrentFileInfo64(file, &information, &name, 1024, nil, 0, nil, 0) == UNZ_OK,
                unzGetFilePos64(file, &position) == UNZ_OK
            else { break }
            let (sum, overflows) = compressedSum.addingReportingOverflow(information.compressed_size)
            compressedSum = sum
            // Deflate gains a factor of 1032 at most, and members do not overlap: a bound on what is allocated.
            guard !overflows, compressedSum <= UInt64(fileByteCount),
                information.uncompressed_size / 1032 <= information.compressed_size + 1
            else { throw damaged(path) }
            let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            guard names.insert(text).inserted else {
                throw FileError(.badData, path, "is damaged: its zip archive holds '\(text)' twice.")
            }
            entries.append(Entry(name: text, byteCount: Int(information.uncompressed_size), position: position))
            status = unzGoToNextFile(file)
        }
        // An empty archive has no first file, which minizip reports like the end of the list or as damage.
        guard status == UNZ_END_OF_LIST_OF_FILE else { throw damaged(path) }
        return entries
    }

    /// The uncompressed bytes of `entry`, their checksum verified.
    func contents(of entry: Entry) throws(FileError) -> [UInt8] {
        var position = entry.position
        guard unzGoToFilePos64(handle.file, &position) == UNZ_OK, unzOpenCurrentFile(handle.file) == UNZ_OK else {
            throw FileError(
                .badData, path,
                "holds '\(entry.name)' in a form that cannot be read: damaged, encrypted or not deflated.")
        }
        let bytes = [UInt8](unsafeUninitializedCapacity: entry.byteCount) { buffer, initialisedCount in
            while initialisedCount < entry.byteCount {
                let request = UInt32(min(entry.byteCount - initialisedCount, 1 << 30))
                let count = unzReadCurrentFile(handle.file, buffer.baseAddress! + initialisedCount, request)
                if count <= 0 { break }
                initialisedCount += Int(count)
            }
        }
        let status = unzCloseCurrentFile(handle.file)
        guard bytes.count == entry.byteCount, status == UNZ_OK else {
            throw FileError(.badData, path, "is damaged: '\(entry.name)' within it is cut short or fails its checksum.")
        }
        return bytes
    }

    private static func damaged(_ path: String) -> FileError {
        FileError(.badData, path, "is damaged: the table of contents of its zip archive cannot be followed.")
    }
}

/// The owner of a minizip reading handle.
struct UnzipHandle: ~Copyable {
    let file: unzFile

    init(path: String) throws(FileError) {
        guard let file = unzOpen64(path) else {
            throw FileError(.badData, path, "is no zip archive, or is cut short.")
        }
        self.file = file
    }

    deinit { unzClose(file) }
}

/// A zip archive that is being written. Members are stored without compression and dated 1980, so that the same members give the same
/// bytes. ``finish()`` completes the archive.
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
        status == ZIP_ERRNO && errno != 0
            ? .writing(path, errno: errno) : FileError(.inputOutput, path, "could not be written (zip status \(status)); the disk may be full.")
    }
}

/// The owner of a minizip writing handle.
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
