import CMinizip

/// An open zip archive and its table of contents.
///
/// The sizes a zip claims are checked against the file's length before anything is allocated for them.
struct ZipReader: ~Copyable {
    struct Entry {
        var name: String
        var byteCount: Int
        fileprivate var position: unz64_file_pos
    }

    let path: String
    let entries: [Entry]
    private let handle: UnzipHandle

    init(path: String) throws(FileError) {
        // Also finds out what is missing, a folder or unreadable, which minizip does not tell apart.
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
                .badData, path, "holds '\(entry.name)' in a form that cannot be read: damaged, encrypted or not deflated.")
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

/// Owns minizip's reading handle.
private struct UnzipHandle: ~Copyable {
    let file: unzFile

    init(path: String) throws(FileError) {
        guard let file = unzOpen64(path) else {
            throw FileError(.badData, path, "is no zip archive, or is cut short.")
        }
        self.file = file
    }

    deinit { unzClose(file) }
}
