public import Platform

/// The contents of the file at `path`, memory-mapped where Foundation does that; of a pipe, all that comes through it.
///
/// - Parameter isMapped: Whether to map it in any case, which the file's replacing must allow: see ``mappedContents(ofFile:)``.
/// - Throws: `FileError`: `.missingInput` where there is no file, it is a folder or it may not be read;
///   `.inputOutput` where reading fails.
public func contents(ofFile path: String, isMapped: Bool = false) throws(FileError) -> Data {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FileError(.missingInput, path, "there is no such file.")
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

/// All that comes through standard input until its end.
///
/// - Throws: `FileError.inputOutput` where reading fails.
public func standardInput() throws(FileError) -> Data {
    try contents(ofDescriptor: 0, named: "standard input")
}

/// What standard input holds now, waiting only where that is nothing: at most `count` bytes, none at its end.
///
/// - Throws: `FileError.inputOutput` where reading fails.
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

private func contents(ofDescriptor descriptor: Int32, named name: String) throws(FileError) -> Data {
    var bytes = Data()
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &block, block.count)
        if count == 0 { return bytes }
        if count > 0 {
            bytes.append(contentsOf: block[..<count])
        } else if errno != EINTR {
            throw FileError(.inputOutput, name, "could not be read (\(String(cString: strerror(errno)))).")
        }
    }
}
