import Platform

/// A `.safetensors` file whose numbers stay where they are until they are asked for.
public struct SafeTensorsFile {
    let entries: [String: SafeTensorsHeader.Entry]
    /// The header's `__metadata__`: free text by key.
    public let metadata: [String: String]
    private let bytes: Data
    private let dataOffset: Int

    /// Opens the file at `path`; every offset and shape is checked before it is believed.
    ///
    /// - Throws: `FileError`, `.badData` where the file is damaged or holds a type that is not read.
    public init(at path: String) throws(FileError) {
        bytes = try contents(ofFile: path, isMapped: true)
        let header = try SafeTensorsHeader(bytes, path: path)
        (metadata, dataOffset) = (header.metadata, header.dataOffset)
        entries = Dictionary(header.entries.map { ($0.name, $0) }) { first, _ in first }
    }

    public var names: Set<String> { Set(entries.keys) }

    /// The shape of the tensor called `name`; nil where there is none.
    public func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// Copies the numbers of the tensor called `name`, which there is, as floats.
    ///
    /// - Parameter numbers: Room for as many as its shape says.
    public func copy(_ name: String, into numbers: UnsafeMutablePointer<Float>) { copy(entries[name]!, into: numbers) }

    func copy(_ entry: SafeTensorsHeader.Entry, into numbers: UnsafeMutablePointer<Float>) {
        bytes.withUnsafeBytes { bytes in
            let start = dataOffset + entry.start
            let place = UnsafeRawBufferPointer(rebasing: bytes[start..<dataOffset + entry.end])
            entry.type.convert(place, into: UnsafeMutableBufferPointer(start: numbers, count: entry.elementCount))
        }
    }
}
