import Platform

/// The named tensors and the metadata of a `.safetensors` file.
///
/// Tensors of float32, float16, bfloat16, float64, booleans and integers are read; float32 is written.
public struct SafeTensors: Sendable, Equatable {
    public var tensors: [String: NumericArray]
    /// The texts of the header's `__metadata__` by key.
    public var metadata: [String: String]

    public init(tensors: [String: NumericArray], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Reads the file at `path`. Every offset and shape is checked.
    ///
    /// - Throws: `FileError.badData` if the file is damaged or contains a type that is not supported.
    public static func read(at path: String) throws(FileError) -> SafeTensors {
        let file = try SafeTensorsFile(at: path)
        let tensors = file.entries.map { name, entry in
            let values = [Float](unsafeUninitializedCapacity: entry.elementCount) { values, filled in
                file.copy(entry, into: values.baseAddress!)
                filled = entry.elementCount
            }
            return (name, NumericArray(shape: entry.shape, values: values, storedType: entry.type))
        }
        return SafeTensors(tensors: Dictionary(uniqueKeysWithValues: tensors), metadata: file.metadata)
    }

    /// Writes float32 tensors in the order of their names, the numbers aligned to 8 bytes.
    public func write(to path: String) throws(FileError) {
        let names = tensors.keys.sorted()
        var header = "{"
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
            header += "\"__metadata__\":{" + pairs.joined(separator: ",") + "}" + (names.isEmpty ? "" : ",")
        }
        var offset = 0
        header += names.map { name in
            let array = tensors[name]!
            let end = offset + array.values.count * 4
            defer { offset = end }
            let shape = array.shape.map(String.init).joined(separator: ",")
            return "\(quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
        }.joined(separator: ",")
        header += "}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        var data = Data(capacity: 8 + header.utf8.count + offset)
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: header.utf8)
        for name in names { data.appendLittleEndian(tensors[name]!.values) }
        try replaceFile(at: path, contents: data)
    }
}

/// `text` as a JSON string.
private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\u{0}"..<" ":
            let code = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

/// A `.safetensors` file whose numbers stay where they are until they are asked for.
public struct SafeTensorsFile {
    let entries: [String: SafeTensorsHeader.Entry]
    /// The texts of the header's `__metadata__` by key.
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
