public import Platform

/// The contents of the file at `path`, memory-mapped if Foundation chooses to, or everything that comes through the pipe at `path`.
///
/// - Parameter isMapped: Whether the file is always memory-mapped; it must then not be truncated: see ``mappedContents(ofFile:)``.
/// - Throws: `FileError`: `.missingInput` if there is no file, it is a folder or it cannot be read; `.inputOutput` if reading fails.
public func contents(ofFile path: String, isMapped: Bool = false) throws(FileError) -> Data {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FileError.missing(path)
    }
    if isFolder { throw FileError(.missingInput, path, "is a folder where a file was expected.") }
    guard FileManager.default.isReadableFile(atPath: path) else {
        throw FileError(.missingInput, path, "may not be read; check its permissions.")
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return try contents(ofStream: path) }
    if isMapped { return try mappedContents(ofFile: path) }
    do {
        return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
        throw FileError(.inputOutput, path, "could not be read (\(error)).")
    }
}

/// Whether there is a folder at `path`.
public func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
}

/// Everything that comes through standard input.
///
/// - Throws: `FileError`: `.inputOutput` if reading fails, `.badData` if it does not end.
public func standardInput() throws(FileError) -> Data {
    try contents(ofDescriptor: 0, named: "standard input")
}

/// At most `count` bytes that standard input has now, waiting only if it has none; empty at its end.
///
/// - Throws: `FileError.inputOutput` if reading fails.
public func standardInput(atMost count: Int) throws(FileError) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: count)
    while true {
        let found = read(0, &block, count)
        if found >= 0 { return Array(block[..<found]) }
        if errno != EINTR {
            throw FileError(
                .inputOutput, "standard input", "could not be read (\(String(cString: strerror(errno)))).")
        }
    }
}

private func contents(ofStream path: String) throws(FileError) -> Data {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
        throw FileError(.missingInput, path, "may not be read (\(String(cString: strerror(errno)))).")
    }
    defer { close(descriptor) }
    return try contents(ofDescriptor: descriptor, named: path)
}

/// The most bytes that a stream may have, since all of them are kept: a device such as /dev/zero never ends.
private let greatestStream = 2 << 30

private func contents(ofDescriptor descriptor: Int32, named name: String) throws(FileError) -> Data {
    var bytes = Data()
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &block, block.count)
        if count == 0 { return bytes }
        if count > 0 {
            guard bytes.count + count <= greatestStream else {
                throw FileError(.badData, name, "does not end: more than \(greatestStream >> 30) GiB came; a stream of one sound, mel or text was expected.")
            }
            bytes.append(contentsOf: block[..<count])
        } else if errno != EINTR {
            throw FileError(.inputOutput, name, "could not be read (\(String(cString: strerror(errno)))).")
        }
    }
}

/// The memory-mapped contents of the file at `path`, which are read when they are accessed and unmapped with the last copy of the result.
///
/// Foundation may never map files on Linux, and half a gigabyte should not be read for one batch, nor a model's weights be copied twice.
/// Meanwhile the file may be replaced by renaming another file to its path, but must not be truncated.
///
/// - Throws: `FileError`: `.missingInput` if it cannot be opened, `.inputOutput` if it cannot be mapped.
public func mappedContents(ofFile path: String) throws(FileError) -> Data {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
        throw FileError(.missingInput, path, "cannot be opened (\(String(cString: strerror(errno)))).")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
        throw FileError(.inputOutput, path, "cannot be examined (\(String(cString: strerror(errno)))).")
    }
    let count = Int(status.st_size)
    guard count > 0 else { return Data() }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
        throw FileError(.inputOutput, path, "cannot be mapped into memory (\(String(cString: strerror(errno)))).")
    }
    return Data(bytesNoCopy: start, count: count, deallocator: .custom { munmap($0, $1) })
}
