/// One event of a TensorBoard file: `tensorflow.Event` with the summaries that its dashboards of scalars, audio and
/// images show.
struct TensorBoardEvent {
    /// Seconds since 1970.
    let time: Double
    let step: Int
    private var summary = ProtocolBuffer()

    init(time: Double, step: Int) {
        self.time = time
        self.step = step
    }

    /// The first message of every file.
    static func fileVersion(time: Double) -> [UInt8] {
        var event = ProtocolBuffer()
        event.add(1, double: time)
        event.add(3, string: "brain.Event:2")
        return event.bytes
    }

    mutating func add(_ tag: String, scalar: Float) {
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(2, float: scalar)
        summary.add(1, message: value)
    }

    /// - Parameter wav: The bytes of a WAV file with one channel.
    mutating func add(_ tag: String, wav: [UInt8], sampleRate: Int, sampleCount: Int) {
        var audio = ProtocolBuffer()
        audio.add(1, float: Float(sampleRate))
        audio.add(2, integer: 1)
        audio.add(3, integer: sampleCount)
        audio.add(4, bytes: wav)
        audio.add(5, string: "audio/wav")
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(6, message: audio)
        summary.add(1, message: value)
    }

    /// - Parameter png: The bytes of an RGB PNG file.
    mutating func add(_ tag: String, png: [UInt8], width: Int, height: Int) {
        var image = ProtocolBuffer()
        image.add(1, integer: height)
        image.add(2, integer: width)
        image.add(3, integer: 3)
        image.add(4, bytes: png)
        var value = ProtocolBuffer()
        value.add(1, string: tag)
        value.add(4, message: image)
        summary.add(1, message: value)
    }

    /// The event as `tensorflow.Event`.
    var message: [UInt8] {
        var event = ProtocolBuffer()
        event.add(1, double: time)
        event.add(2, integer: step)
        event.add(5, message: summary)
        return event.bytes
    }

    /// The step of an encoded event; 0 for one without, such as ``fileVersion(time:)``.
    static func step(of message: UnsafeRawBufferPointer) -> Int {
        ProtocolBuffer.integer(inField: 2, of: message) ?? 0
    }
}

/// A message in Protocol Buffers' wire format, written field by field: the part of the format that TensorBoard's events need.
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

    /// Appends a variable-length integer: seven bits a byte, the lowest first; the eighth says that more follow.
    private mutating func addVariable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The integer in `field` of a message; nil where the message has none or is damaged before it.
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

/// The TFRecord format: TensorBoard's files hold one such record after another.
///
/// | bytes | what |
/// |---|---|
/// | 8 | length n, little-endian |
/// | 4 | masked CRC-32C of the length |
/// | n | the message |
/// | 4 | masked CRC-32C of the message |
enum TFRecord {
    static func framed(_ message: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(message.count))
        return length + littleEndian(CRC32C(of: length).masked) + message
            + littleEndian(CRC32C(of: message).masked)
    }

    /// Calls `visit` with each complete message of `bytes`, until that returns false or a record is damaged.
    ///
    /// - Returns: The number of bytes of the leading records that were accepted.
    static func visitMessages(in bytes: UnsafeRawBufferPointer, _ visit: (UnsafeRawBufferPointer) -> Bool) -> Int {
        var offset = 0
        while bytes.count - offset >= 16 {
            let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard length <= UInt64(bytes.count - offset - 16),
                checksum(in: bytes, at: offset + 8, isOf: offset..<(offset + 8))
            else { break }
            let message = (offset + 12)..<(offset + 12 + Int(length))
            guard checksum(in: bytes, at: message.upperBound, isOf: message),
                visit(UnsafeRawBufferPointer(rebasing: bytes[message]))
            else { break }
            offset = message.upperBound + 4
        }
        return offset
    }

    private static func checksum(in bytes: UnsafeRawBufferPointer, at offset: Int, isOf range: Range<Int>) -> Bool {
        let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        return CRC32C(of: UnsafeRawBufferPointer(rebasing: bytes[range])).masked == stored
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
