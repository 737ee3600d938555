public import Platform

/// The bytes of the file at `path`, left on the disk until they are touched, and unmapped with the last copy of the
/// result.
///
/// Foundation maps files where it sees fit, which on Linux may be never; half a gigabyte is not to be read to look at a
/// batch, nor a model's weights copied twice. The file may be replaced meanwhile by renaming another onto it, but not be cut.
///
/// - Throws: `FileError`: `.missingInput` where it cannot be opened, `.inputOutput` where it cannot be mapped.
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
