/// A message in Protocol Buffers' wire format, written field by field: as much of it as TensorBoard's events need.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, double value: Double) {
        addKey(field, wireType: 1)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, float value: Float) {
        addKey(field, wireType: 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, integer value: Int) {
        addKey(field, wireType: 0)
        addVariable(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: Int, string value: String) {
        add(field, bytes: Array(value.utf8))
    }

    mutating func add(_ field: Int, bytes value: [UInt8]) {
        addKey(field, wireType: 2)
        addVariable(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func add(_ field: Int, message: ProtocolBuffer) {
        add(field, bytes: message.bytes)
    }

    private mutating func addKey(_ field: Int, wireType: Int) {
        addVariable(UInt64(field << 3 | wireType))
    }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    private mutating func addVariable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The integer in `field` of a message, nil where the message has none or is damaged before it.
    static func integer(inField field: Int, of message: UnsafeRawBufferPointer) -> Int? {
        var offset = 0
        while let key = variable(in: message, at: &offset) {
            switch key & 7 {
            case 0:
                guard let value = variable(in: message, at: &offset) else { return nil }
                if key >> 3 == UInt64(field) { return Int(truncatingIfNeeded: value) }
            case 1: offset += 8
            case 5: offset += 4
            case 2:
                guard let length = variable(in: message, at: &offset), length <= UInt64(message.count) else {
                    return nil
                }
                offset += Int(length)
            default: return nil
            }
        }
        return nil
    }

    private static func variable(in message: UnsafeRawBufferPointer, at offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard offset < message.count else { return nil }
            let byte = message[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
