import Files
import Platform

/// Prints a line to standard error, where everything goes that is no data.
func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(2, bytes, bytes.count)
}

/// Prints `text` to standard output, whole.
///
/// - Throws: `FileError.inputOutput` where standard output does not take it: a full disk, a reader that went away.
func printOutput(_ text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            throw FileError(
                .inputOutput, "standard output", "could not be written (\(String(cString: strerror(errno)))).")
        }
    }
}

/// Prints `value` to standard output as one line of JSON, keys sorted.
///
/// - Throws: as ``printOutput(_:)``.
func printJSON(_ value: some Encodable) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Silence has no finite level.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Only values of this program's own types arrive here, and those encode.
    try printOutput(String(decoding: try! encoder.encode(value), as: UTF8.self) + "\n")
}
