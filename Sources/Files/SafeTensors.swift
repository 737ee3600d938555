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
        var offset = 0
        let entries = names.map { name in
            let (start, count) = (offset, tensors[name]!.values.count)
            offset += count * StoredType.float32.byteCount
            return SafeTensorsHeader.Entry(
                name: name, type: .float32, shape: tensors[name]!.shape, elementCount: count, start: start, end: offset)
        }
        let header = SafeTensorsHeader.text(of: entries, metadata: metadata)
        var data = Data(capacity: 8 + header.utf8.count + offset)
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: header.utf8)
        for name in names { data.appendLittleEndian(tensors[name]!.values) }
        try replaceFile(at: path, contents: data)
    }
}

/// A `.safetensors` file whose numbers stay where they are until they are asked for.
public struct SafeTensorsFile: Sendable {
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
        withBytes(of: entry) { entry.type.convert($0, into: UnsafeMutableBufferPointer(start: numbers, count: entry.elementCount)) }
    }

    /// The numbers of the tensor called `name`, which there is, whose places in row-major order are in `range`.
    ///
    /// - Precondition: `range` lies within the tensor.
    public func values(of name: String, in range: Range<Int>) -> [Float] {
        let entry = entries[name]!
        precondition(range.lowerBound >= 0 && range.upperBound <= entry.elementCount, "\(range) of \(entry.elementCount) numbers")
        return withBytes(of: entry) { bytes in
            let start = range.lowerBound * entry.type.byteCount
            return entry.type.floats(in: UnsafeRawBufferPointer(rebasing: bytes[start...]), count: range.count)
        }
    }

    /// Calls `body` with the bytes of the tensor called `name`, which there is, as they are stored.
    public func withBytes<Result>(of name: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withBytes(of: entries[name]!, body)
    }

    private func withBytes<Result>(
        of entry: SafeTensorsHeader.Entry, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[dataOffset + entry.start..<dataOffset + entry.end])) }
    }
}
