import Platform

/// A `.npz` archive: named arrays of numbers, and named texts beside them.
///
/// A text is a member of dtype `U` or `S` holding a single string, as `numpy.savez(f, name="text")` writes it, or a
/// member whose name ends in `.json` or `.txt`. Texts are written the first way: `str(numpy.load(f)["name"])`.
public struct NumpyArchive: Sendable, Equatable {
    public var arrays: [String: NumericArray]
    public var texts: [String: String]
    /// The members that are neither, such as arrays of Python objects, with the reason.
    public private(set) var unread: [String: String] = [:]

    public init(arrays: [String: NumericArray], texts: [String: String] = [:]) {
        self.arrays = arrays
        self.texts = texts
    }

    /// Reads the archive at `path`.
    ///
    /// - Throws: `FileError.badData` if the archive or a member is damaged.
    public static func read(at path: String) throws(FileError) -> NumpyArchive {
        let zip = try ZipReader(path: path)
        var archive = NumpyArchive(arrays: [:])
        for entry in zip.entries {
            // Folders have entries too, without bytes.
            if entry.name.hasSuffix("/") { continue }
            let bytes = try zip.contents(of: entry)
            try archive.add(member: entry.name, bytes, path: path)
        }
        return archive
    }

    private mutating func add(member: String, _ bytes: [UInt8], path: String) throws(FileError) {
        if member.hasSuffix(".json") || member.hasSuffix(".txt") {
            texts[stem(of: member)] = String(decoding: bytes, as: UTF8.self)
            return
        }
        guard member.hasSuffix(".npy") else {
            unread[member] = "is no .npy, .json or .txt file"
            return
        }
        let name = stem(of: member)
        let memberPath = "\(path)[\(name)]"
        let data = Data(bytes)
        let header = try NumpyHeader(data, path: memberPath)
        if header.scalarType != nil {
            arrays[name] = try NumericArray(numpy: data, path: memberPath)
        } else if let text = try header.text(in: data, path: memberPath) {
            texts[name] = text
        } else {
            unread[name] = "has the dtype '\(header.descriptor)' and the shape \(header.shape)"
        }
    }

    /// Writes arrays as float32 and texts as strings of dtype `U`, in the order of their names.
    ///
    /// - Precondition: no array and text share a name.
    public func write(to path: String) throws(FileError) {
        precondition(Set(arrays.keys).isDisjoint(with: texts.keys), "an array and a text share a name")
        try replaceFile(at: path) { beside throws(FileError) in
            let zip = try ZipWriter(path: beside, reportedPath: path)
            for name in (Array(arrays.keys) + Array(texts.keys)).sorted() {
                let data = arrays[name]?.numpyData() ?? numpyText(texts[name]!)
                try zip.add(name + ".npy", data)
            }
            try zip.finish()
        }
    }
}

private func stem(of member: String) -> String {
    String(member[..<member.lastIndex(of: ".")!])
}

/// The contents of a `.npy` file that holds one string.
private func numpyText(_ text: String) -> Data {
    let scalars = text.unicodeScalars.map(\.value.littleEndian)
    // NumPy has no string type of length zero, and pads with NUL.
    var data = numpyHeader(descriptor: "<U\(max(1, scalars.count))", shape: [])
    (scalars.isEmpty ? [0] : scalars).withUnsafeBytes { data.append(contentsOf: $0) }
    return data
}

extension NumpyHeader {
    /// The string of an array of dtype `U` or `S` with one element; nil for other arrays.
    fileprivate func text(in data: Data, path: String) throws(FileError) -> String? {
        let code = descriptor.drop { "<>|=".contains($0) }
        guard elementCount == 1, let kind = code.first, let length = Int(code.dropFirst()),
            (0...(1 << 30)).contains(length)
        else { return nil }
        switch kind {
        case "S":
            let bytes = try payload(of: data, elementByteCount: length, path: path)
            return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        case "U":
            let bytes = try payload(of: data, elementByteCount: 4 * length, path: path)
            var text = String.UnicodeScalarView()
            bytes.withUnsafeBytes { bytes in
                for index in 0..<length {
                    let word = bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    let value = descriptor.hasPrefix(">") ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
                    if value == 0 { break }
                    text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
                }
            }
            return String(text)
        default: return nil
        }
    }
}
