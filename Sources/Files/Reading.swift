#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The contents of the file at `path`, memory-mapped where the system can.
///
/// - Throws: `FileError`: `.missingInput` where there is no file, it is a folder or it may not be read;
///   `.inputOutput` where reading fails.
public func contents(ofFile path: String) throws(FileError) -> Data {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FileError(.missingInput, path, "there is no such file.")
    }
    if isFolder { throw FileError(.missingInput, path, "is a folder where a file was expected.") }
    guard FileManager.default.isReadableFile(atPath: path) else {
        throw FileError(.missingInput, path, "may not be read; check its permissions.")
    }
    do {
        return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    } catch {
        throw FileError(.inputOutput, path, "could not be read (\(error)).")
    }
}
