/// Decodes a stream of bytes as UTF-8, or as UTF-16 if it begins with a byte order mark. Invalid bytes are omitted and counted.
struct TextDecoder {
    private var pending: [UInt8] = []
    private var isAtStart = true
    /// The index of the more significant byte of a UTF-16 unit; nil for UTF-8.
    private var highByte: Int?
    /// The number of invalid bytes, or of invalid units of UTF-16.
    private(set) var undecodableCount = 0

    /// Whether the first 4096 bytes contain a zero byte, as files of sound and images do, so that they cannot be UTF-8 text.
    private(set) var isBinary = false

    /// Adds bytes, and returns the characters that are complete.
    mutating func push(_ bytes: [UInt8]) -> String {
        pending += bytes
        if isAtStart { begin() }
        return highByte == nil ? takeUTF8(isEnd: false) : takeUTF16(isEnd: false)
    }

    /// Returns the rest at the end of the stream.
    mutating func finish() -> String {
        defer { pending = [] }
        return highByte == nil ? takeUTF8(isEnd: true) : takeUTF16(isEnd: true)
    }

    /// Detects the encoding from the first bytes.
    private mutating func begin() {
        guard pending.count > 1 else { return }
        isAtStart = false
        switch (pending[0], pending[1]) {
        case (0xFE, 0xFF): highByte = 0
        case (0xFF, 0xFE): highByte = 1
        default: isBinary = pending.prefix(4096).contains(0)
        }
    }

    private mutating func takeUTF8(isEnd: Bool) -> String {
        let whole = isEnd ? pending.count : pending.count - Self.incompleteCount(pending)
        let text = decoded(pending[..<whole], as: UTF8.self)
        pending.removeFirst(whole)
        return text
    }

    private mutating func takeUTF16(isEnd: Bool) -> String {
        var units: [UInt16] = []
        for index in stride(from: 0, to: pending.count - 1, by: 2) {
            units.append(UInt16(pending[index + highByte!]) << 8 | UInt16(pending[index + 1 - highByte!]))
        }
        if !isEnd, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
        pending.removeFirst(2 * units.count)
        return decoded(units[...], as: UTF16.self)
    }

    private mutating func decoded<Encoding: Unicode.Encoding>(
        _ units: ArraySlice<Encoding.CodeUnit>, as encoding: Encoding.Type
    ) -> String {
        var text = String.UnicodeScalarView()
        var decoder = Encoding.ForwardParser()
        var iterator = units.makeIterator()
        while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let scalar): text.append(Encoding.decode(scalar))
            case .error(let length): undecodableCount += length
            case .emptyInput: return String(text)
            }
        }
    }

    /// The number of bytes at the end that are the beginning of an incomplete character.
    private static func incompleteCount(_ bytes: [UInt8]) -> Int {
        for (behind, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > behind + 1 ? behind + 1 : 0
        }
        return 0
    }
}
