import Platform

/// What the JSON header of a `.safetensors` file says, checked: the tensors lie one after another, without gap or
/// overlap, from the end of the header to the end of the file, each as long as its shape and type make it.
struct SafeTensorsHeader {
    struct Entry: Sendable {
        var name: String
        var type: StoredType
        var shape: [Int]
        var elementCount: Int
        /// Bytes from the end of the header.
        var start: Int
        var end: Int
    }

    /// In the order of the file.
    var entries: [Entry]
    var metadata: [String: String]
    /// Where the first tensor begins.
    var dataOffset: Int

    /// The format's own bound on the header.
    private static let longestHeader = 100_000_000

    init(_ data: Data, path: String) throws(FileError) {
        guard data.count >= 8 else { throw FileError(.badData, path, "is too short for a safetensors file.") }
        let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(min(Self.longestHeader, data.count - 8)) else {
            throw FileError(
                .badData, path,
                "is no safetensors file or is cut short: a header of \(length) bytes was announced, "
                    + "and \(data.count - 8) bytes follow.")
        }
        dataOffset = 8 + Int(length)
        let header: Header
        do {
            header = try JSONDecoder().decode(Header.self, from: data.dropFirst(8).prefix(Int(length)))
        } catch {
            throw FileError(
                .badData, path, "is no safetensors file or is damaged: its header is not as JSON should be.")
        }
        metadata = header.metadata
        entries = []
        for (name, tensor) in header.tensors {
            entries.append(try Self.entry(name, tensor, available: data.count - dataOffset, path: path))
        }
        entries.sort { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
        try checkCoverage(of: data.count - dataOffset, path: path)
    }

    private static func entry(
        _ name: String, _ tensor: Header.Tensor, available: Int, path: String
    ) throws(FileError) -> Entry {
        guard let type = scalarTypes[tensor.dtype] else {
            throw FileError(
                .badData, path,
                "stores the tensor '\(name)' as \(tensor.dtype), which is not read; convert it to F32.")
        }
        guard tensor.data_offsets.count == 2, let count = Files.elementCount(of: tensor.shape),
            case (let start, let end) = (tensor.data_offsets[0], tensor.data_offsets[1]),
            start >= 0, start <= end, end <= available,
            case (let byteCount, let overflows) = count.multipliedReportingOverflow(by: type.byteCount),
            !overflows, byteCount == end - start
        else {
            throw FileError(
                .badData, path,
                "is damaged: the tensor '\(name)' of shape \(tensor.shape) and type \(tensor.dtype) does not fit its "
                    + "place \(tensor.data_offsets) among \(available) bytes.")
        }
        return Entry(name: name, type: type, shape: tensor.shape, elementCount: count, start: start, end: end)
    }

    private func checkCoverage(of byteCount: Int, path: String) throws(FileError) {
        var position = 0
        for entry in entries {
            guard entry.start == position else {
                throw FileError(
                    .badData, path,
                    "is damaged: the tensor '\(entry.name)' begins at byte \(entry.start), and \(position) was expected.")
            }
            position = entry.end
        }
        guard position == byteCount else {
            throw FileError(
                .badData, path, "is damaged: \(byteCount - position) bytes at its end belong to no tensor.")
        }
    }

    private static let scalarTypes: [String: StoredType] = [
        "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
        "I8": .int8, "I16": .int16, "I32": .int32, "I64": .int64,
        "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64, "BOOL": .boolean,
    ]
}

extension SafeTensorsHeader {
    /// The header as text, without its length, a multiple of 8 bytes long, which aligns the data.
    ///
    /// - Parameters:
    ///   - entries: In the order of the file.
    ///   - length: Bytes to fill up to with spaces; where the header is longer, it stays so.
    static func text(of entries: [Entry], metadata: [String: String], length: Int = 0) -> String {
        var fields: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { quoted($0.key) + ":" + quoted($0.value) }
            fields.append("\"__metadata__\":{" + pairs.joined(separator: ",") + "}")
        }
        for entry in entries {
            let type = scalarTypes.first { $0.value == entry.type }!.key
            let shape = entry.shape.map(String.init).joined(separator: ",")
            fields.append(
                "\(quoted(entry.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(entry.start),\(entry.end)]}")
        }
        let header = "{" + fields.joined(separator: ",") + "}"
        let whole = max(length, (header.utf8.count + 7) / 8 * 8)
        return header + String(repeating: " ", count: whole - header.utf8.count)
    }
}

/// The header as JSON: tensors by name, and `__metadata__` among them.
private struct Header: Decodable {
    struct Tensor: Decodable {
        var dtype: String
        var shape: [Int]
        var data_offsets: [Int]
    }

    var tensors: [(String, Tensor)] = []
    var metadata: [String: String] = [:]

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for name in container.allKeys {
            if name.stringValue == "__metadata__" {
                metadata = try container.decode([String: String].self, forKey: name)
            } else {
                tensors.append((name.stringValue, try container.decode(Tensor.self, forKey: name)))
            }
        }
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
