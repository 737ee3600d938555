// Reading bytes, and the operations that push numbers and texts.
extension PickleMachine {
    mutating func byte() throws(FileError) -> UInt8 {
        guard position < bytes.count else { throw FileError(.badData, path, "is cut short within its pickle.") }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func skip(_ count: Int) throws(FileError) { _ = try take(count) }

    mutating func take(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else {
            throw FileError(.badData, path, "is cut short within its pickle.")
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    /// A little-endian count of `width` bytes.
    mutating func count(_ width: Int) throws(FileError) -> Int {
        let value = try take(width).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let count = Int(exactly: value) else { throw damaged("announces more bytes than can be") }
        return count
    }

    mutating func text(_ count: Int) throws(FileError) -> String {
        String(decoding: try take(count), as: UTF8.self)
    }

    /// The text up to a line's end, which is passed.
    mutating func line() throws(FileError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else {
            throw FileError(.badData, path, "is cut short within its pickle.")
        }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    mutating func executeNumber(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "N"): push(.none)
        case 0x88: push(.boolean(true))
        case 0x89: push(.boolean(false))
        case UInt8(ascii: "J"): push(.integer(Int(Int32(truncatingIfNeeded: try count(4)))))
        case UInt8(ascii: "K"): push(.integer(Int(try byte())))
        case UInt8(ascii: "M"): push(.integer(try count(2)))
        case 0x8A: push(integer(try take(Int(try byte()))))  // LONG1
        case 0x8B: push(integer(try take(try count(4))))  // LONG4
        case UInt8(ascii: "G"):
            let pattern = try take(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            push(.real(Double(bitPattern: pattern)))
        default: return false
        }
        return true
    }

    mutating func executeText(_ code: UInt8) throws(FileError) -> Bool {
        switch code {
        case UInt8(ascii: "X"): push(.text(try text(try count(4))))
        case 0x8C: push(.text(try text(Int(try byte()))))  // SHORT_BINUNICODE
        case 0x8D: push(.text(try text(try count(8))))  // BINUNICODE8
        // The strings of Python 2, which old checkpoints hold.
        case UInt8(ascii: "U"): push(.text(try text(Int(try byte()))))
        case UInt8(ascii: "T"): push(.text(try text(try count(4))))
        case UInt8(ascii: "C"): push(.bytes(Array(try take(Int(try byte())))))
        case UInt8(ascii: "B"): push(.bytes(Array(try take(try count(4)))))
        case 0x8E, 0x96: push(.bytes(Array(try take(try count(8)))))  // BINBYTES8, BYTEARRAY8
        default: return false
        }
        return true
    }

    /// Little-endian two's complement of any length.
    private func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        guard bytes.count <= 8 else { return .largeInteger(Array(bytes)) }
        let sign: Int = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
        return .integer(bytes.reversed().reduce(sign) { $0 << 8 | Int($1) })
    }
}
