public import Platform

/// Writes a `.safetensors` file tensor by tensor, so that memory need not hold them all.
///
/// The header stands before the data and is known only after the last tensor. Room is left for it and filled up with spaces; where
/// the room does not suffice the data are moved once. The file is at its path, whole, when ``finish(metadata:)`` returns, and not
/// before.
public struct SafeTensorsWriter: ~Copyable {
    private let file: ReplacementFile
    private var entries: [SafeTensorsHeader.Entry] = []
    private let headerRoom: Int
    private var dataLength = 0

    /// Begins the file that will be at `path`.
    ///
    /// - Parameter headerRoom: Bytes to leave for the header: the metadata, and for each tensor its name and 100 bytes.
    /// - Throws: `FileError.cannotCreate` where the folder does not take a file.
    public init(at path: String, headerRoom: Int = 4096) throws(FileError) {
        file = try ReplacementFile(for: path)
        self.headerRoom = (headerRoom + 7) / 8 * 8
        lseek(file.descriptor, off_t(8 + self.headerRoom), SEEK_SET)
    }

    /// Appends a tensor of float32.
    ///
    /// - Throws: `FileError.inputOutput` where writing fails.
    /// - Precondition: `values` fill `shape`, and no tensor has this name.
    public mutating func append(_ name: String, shape: [Int], _ values: [Float]) throws(FileError) {
        precondition(elementCount(of: shape) == values.count, "\(values.count) values do not fill the shape \(shape)")
        #if _endian(little)
            let failure = values.withUnsafeBytes { writeAll($0, to: file.descriptor) }
        #else
            let failure = values.map(\.bitPattern.littleEndian).withUnsafeBytes { writeAll($0, to: file.descriptor) }
        #endif
        try check(failure)
        add(name, .float32, shape: shape, count: values.count)
    }

    /// Appends a tensor of bytes (`U8`), such as the UTF-8 of a text. Tensors after it are not aligned.
    ///
    /// - Throws: `FileError.inputOutput` where writing fails.
    /// - Precondition: No tensor has this name.
    public mutating func append(_ name: String, bytes: Data) throws(FileError) {
        try check(bytes.withUnsafeBytes { writeAll($0, to: file.descriptor) })
        add(name, .uint8, shape: [bytes.count], count: bytes.count)
    }

    /// Writes the header and puts the file in its place.
    ///
    /// - Throws: `FileError.inputOutput` where writing fails.
    public consuming func finish(metadata: [String: String] = [:]) throws(FileError) {
        let header = SafeTensorsHeader.text(of: entries, metadata: metadata, length: headerRoom)
        if header.utf8.count > headerRoom { try moveData(by: header.utf8.count - headerRoom) }
        lseek(file.descriptor, 0, SEEK_SET)
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        bytes += header.utf8
        try check(bytes.withUnsafeBytes { writeAll($0, to: file.descriptor) })
        try file.commit()
    }

    private mutating func add(_ name: String, _ type: StoredType, shape: [Int], count: Int) {
        let end = dataLength + count * type.byteCount
        entries.append(.init(name: name, type: type, shape: shape, elementCount: count, start: dataLength, end: end))
        dataLength = end
    }

    /// Moves all data towards the end of the file, the last block first.
    private func moveData(by distance: Int) throws(FileError) {
        let start = 8 + headerRoom
        var end = start + dataLength
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while end > start {
            let first = max(start, end - block.count)
            var done = first
            while done < end {
                let count = block.withUnsafeMutableBytes { pread(file.descriptor, $0.baseAddress!, end - done, off_t(done)) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return try check(count < 0 ? errno : EIO) }
                lseek(file.descriptor, off_t(done + distance), SEEK_SET)
                try check(block.withUnsafeBytes { writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: file.descriptor) })
                done += count
            }
            end = first
        }
    }

    private func check(_ failure: Int32?) throws(FileError) {
        guard let failure else { return }
        throw FileError.writing(file.path, errno: failure)
    }
}
