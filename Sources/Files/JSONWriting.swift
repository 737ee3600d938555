import Platform

extension Encodable {
    /// Writes the value as JSON with sorted keys, indented.
    package func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do { data = try encoder.encode(self) } catch {
            throw FileError(.badData, path, "cannot be written as JSON (\(error)).")
        }
        try replaceFile(at: path, contents: data)
    }
}
