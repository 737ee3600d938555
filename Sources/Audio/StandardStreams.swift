public import Files
import Platform

/// Writes `samples` to an open file as raw PCM: 16-bit signed, little-endian, mono, without a header. For streaming:
/// call it once a chunk.
///
/// - Parameter descriptor: where to; 1 is standard output.
/// - Returns: how many samples were clipped.
/// - Throws: `FileError`: `.badData` for a sample that is NaN or infinite, `.inputOutput` where writing fails.
@discardableResult
public func writePCM(_ samples: UnsafeBufferPointer<Float>, to descriptor: Int32 = 1) throws(FileError) -> Int {
    let name = descriptor == 1 ? "standard output" : "file descriptor \(descriptor)"
    if let bad = samples.firstIndex(where: { !$0.isFinite }) {
        throw FileError(.badData, name, "is not written: sample \(bad) is \(samples[bad]), not a finite number.")
    }
    let (values, clippedSampleCount) = quantised(samples, to: Int16.self, fullScale: 32_768)
    let failure = values.map(\.littleEndian).withUnsafeBytes { writeAll($0, to: descriptor) }
    if let failure {
        throw FileError(.inputOutput, name, "could not be written (\(String(cString: strerror(failure)))).")
    }
    return clippedSampleCount
}

/// Everything that comes through the pipe or device at `path`; nil where `path` is neither.
func streamContents(at path: String) throws(FileError) -> Data? {
    var status = stat()
    guard stat(path, &status) == 0, [S_IFIFO, S_IFCHR].contains(status.st_mode & S_IFMT) else { return nil }
    return try contents(ofFile: path)
}
