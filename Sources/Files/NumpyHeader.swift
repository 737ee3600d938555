import Platform

/// The header of a `.npy` file (NumPy Enhancement Proposal 1, versions 1 to 3).
struct NumpyHeader: Equatable {
    /// NumPy's array protocol string, such as `<f4`.
    var descriptor: String
    /// Whether the array is column-major: the first axis varies fastest.
    var isFortranOrder: Bool
    var shape: [Int]
    /// The product of `shape`.
    var elementCount: Int
    /// The offset of the numbers in the file.
    var dataOffset: Int

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    init(_ data: Data, path: String) throws(FileError) {
        let prefix = [UInt8](data.prefix(12))
        guard prefix.starts(with: Self.magic) else {
            throw FileError(.badData, path, "is not a NumPy array: it does not begin with the mark of a .npy file.")
        }
        guard prefix.count == 12 else { throw FileError(.badData, path, "ends within the header of its NumPy array.") }
        guard (1...3).contains(prefix[6]) else {
            throw FileError(
                .badData, path, "is a .npy file of version \(prefix[6]), and versions 1 to 3 are known.")
        }
        // Version 1 counts the header in two bytes, the others in four.
        let lengthBytes = prefix[6] == 1 ? prefix[8..<10] : prefix[8..<12]
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        let dataOffset = lengthBytes.endIndex + length
        guard dataOffset <= data.count else {
            throw FileError(.badData, path, "ends within the header of its NumPy array.")
        }
        // numpy.load itself refuses more than 10,000 bytes; structured types never come near the bound here.
        guard length <= 65_536,
            case .dictionary(let entries)? = PythonLiteral(
                data.dropFirst(lengthBytes.endIndex).prefix(length))
        else { throw FileError(.badData, path, "has a .npy header that is no Python dictionary.") }
        try self.init(entries, dataOffset: dataOffset, path: path)
    }

    private init(_ entries: [String: PythonLiteral], dataOffset: Int, path: String) throws(FileError) {
        guard case .boolean(let isFortranOrder)? = entries["fortran_order"],
            case .sequence(let lengths)? = entries["shape"], let type = entries["descr"]
        else {
            throw FileError(.badData, path, "has a .npy header without 'descr', 'fortran_order' or 'shape'.")
        }
        guard case .text(let descriptor) = type else {
            throw FileError(
                .badData, path, "holds records of several fields, not numbers; save one field with numpy.save.")
        }
        var shape: [Int] = []
        for length in lengths {
            guard case .integer(let length) = length, length >= 0 else {
                throw FileError(.badData, path, "has a .npy header whose shape is no list of lengths.")
            }
            shape.append(length)
        }
        guard shape.count <= 64, let elementCount = Files.elementCount(of: shape) else {
            throw FileError(.badData, path, "has a .npy header whose shape \(shape) is impossibly large.")
        }
        self.descriptor = descriptor
        self.isFortranOrder = isFortranOrder
        self.shape = shape
        self.elementCount = elementCount
        self.dataOffset = dataOffset
    }

    /// The scalar type and its byte order, or nil if the array does not contain numbers that can be read.
    var scalarType: (type: StoredType, isBigEndian: Bool)? {
        let code = descriptor.drop { "<>|=".contains($0) }
        guard let type = Self.scalarTypes[String(code)] else { return nil }
        return (type, descriptor.hasPrefix(">"))
    }

    private static let scalarTypes: [String: StoredType] = [
        "f2": .float16, "f4": .float32, "f8": .float64,
        "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
        "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .boolean,
    ]
}

/// A Python literal, of the subset of the syntax that headers of `.npy` files use.
indirect enum PythonLiteral: Equatable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case none
    /// A list or a tuple.
    case sequence([PythonLiteral])
    case dictionary([String: PythonLiteral])

    /// Parses `source` as one literal, possibly with white space around it; nil if it is anything else.
    init?(_ source: some Collection<UInt8>) {
        var reader = PythonLiteralReader(bytes: Array(source))
        guard let literal = reader.literal(depth: 0), reader.isAtEnd() else { return nil }
        self = literal
    }
}

private struct PythonLiteralReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.count
    }

    mutating func literal(depth: Int) -> PythonLiteral? {
        skipSpace()
        // Headers are nested at most four deep. The bound keeps a malicious one from exhausting the stack.
        guard depth < 16, position < bytes.count else { return nil }
        switch bytes[position] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return text().map { .text($0) }
        case UInt8(ascii: "("): return sequence(closing: UInt8(ascii: ")"), depth: depth)
        case UInt8(ascii: "["): return sequence(closing: UInt8(ascii: "]"), depth: depth)
        case UInt8(ascii: "{"): return dictionary(depth: depth)
        default: return word()
        }
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    /// Whether `byte` is next; if so it is consumed.
    private mutating func consumes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func text() -> String? {
        let quote = bytes[position]
        guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    }

    private mutating func word() -> PythonLiteral? {
        let start = position
        while position < bytes.count, !",)]}: \n".utf8.contains(bytes[position]) { position += 1 }
        var word = String(decoding: bytes[start..<position], as: UTF8.self)
        switch word {
        case "True": return .boolean(true)
        case "False": return .boolean(false)
        case "None": return PythonLiteral.none
        default:
            // Python 2 wrote long integers with an L.
            if word.hasSuffix("L") { word.removeLast() }
            return Int(word).map { .integer($0) }
        }
    }

    private mutating func sequence(closing: UInt8, depth: Int) -> PythonLiteral? {
        position += 1
        var elements: [PythonLiteral] = []
        while !consumes(closing) {
            guard let element = literal(depth: depth + 1) else { return nil }
            elements.append(element)
            if !consumes(UInt8(ascii: ",")) {
                guard consumes(closing) else { return nil }
                break
            }
        }
        return .sequence(elements)
    }

    private mutating func dictionary(depth: Int) -> PythonLiteral? {
        position += 1
        var entries: [String: PythonLiteral] = [:]
        while !consumes(UInt8(ascii: "}")) {
            guard case .text(let key)? = literal(depth: depth + 1), consumes(UInt8(ascii: ":")),
                let value = literal(depth: depth + 1)
            else { return nil }
            entries[key] = value
            if !consumes(UInt8(ascii: ",")) {
                guard consumes(UInt8(ascii: "}")) else { return nil }
                break
            }
        }
        return .dictionary(entries)
    }
}
