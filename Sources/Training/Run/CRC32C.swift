/// CRC-32C (Castagnoli; RFC 3720, appendix B.4): the checksum of TFRecord files, and of this project's caches.
struct CRC32C {
    private var register: UInt32 = 0xFFFF_FFFF

    /// The checksum of the bytes.
    var value: UInt32 { ~register }

    /// The value as TFRecord stores it: rotated, and a constant added, so that a checksum of data that hold their own checksum
    /// is no constant.
    var masked: UInt32 { ((value >> 15) | (value << 17)) &+ 0xA282_EAD8 }

    init(of bytes: UnsafeRawBufferPointer) {
        add(bytes)
    }

    init(of bytes: [UInt8]) {
        bytes.withUnsafeBytes { add($0) }
    }

    /// Takes in eight bytes at a time, by eight tables (Kounavis and Berry 2005).
    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var crc = register
        var index = 0
        Self.tables.withUnsafeBufferPointer { table in
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian ^ UInt64(crc)
                var next: UInt32 = 0
                for byte in 0..<8 { next ^= table[(7 - byte) << 8 | Int((word >> (8 * UInt64(byte))) & 0xFF)] }
                crc = next
                index += 8
            }
            while index < bytes.count {
                crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
        }
        register = crc
    }

    /// Table k is for a byte that k more bytes follow.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 << 8)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { crc, _ in (crc >> 1) ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = (before >> 8) ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()
}

extension [Float] {
    /// The CRC-32C of the array's memory.
    var checksum: UInt32 { withUnsafeBytes { CRC32C(of: $0).value } }
}
