/// The little of Python's literal syntax that the header of a `.npy` file uses.
indirect enum PythonLiteral: Equatable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case none
    /// A list or a tuple.
    case sequence([PythonLiteral])
    case dictionary([String: PythonLiteral])

    /// Reads one literal that fills `source` but for white space; nil where it is anything else.
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
        // Headers nest four deep at most; a bound keeps a hostile one from exhausting the stack.
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

    /// Whether `byte` is next; if so it is passed.
    private mutating func passes(_ byte: UInt8) -> Bool {
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
        while !passes(closing) {
            guard let element = literal(depth: depth + 1) else { return nil }
            elements.append(element)
            if !passes(UInt8(ascii: ",")) {
                guard passes(closing) else { return nil }
                break
            }
        }
        return .sequence(elements)
    }

    private mutating func dictionary(depth: Int) -> PythonLiteral? {
        position += 1
        var entries: [String: PythonLiteral] = [:]
        while !passes(UInt8(ascii: "}")) {
            guard case .text(let key)? = literal(depth: depth + 1), passes(UInt8(ascii: ":")),
                let value = literal(depth: depth + 1)
            else { return nil }
            entries[key] = value
            if !passes(UInt8(ascii: ",")) {
                guard passes(UInt8(ascii: "}")) else { return nil }
                break
            }
        }
        return .dictionary(entries)
    }
}
