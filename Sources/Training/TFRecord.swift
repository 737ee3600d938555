/// TFRecord: how TensorBoard's files hold one message after another.
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

    /// Hands each whole message of `bytes` to `visit`, until that returns false or something does not fit.
    ///
    /// - Returns: the bytes that the accepted messages take, from the first on.
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
