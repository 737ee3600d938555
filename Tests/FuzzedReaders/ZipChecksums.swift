import Platform

/// `bytes`, with the checksums of stored members as their contents make them if they are a zip archive: a reader that verifies checksums
/// would refuse nearly every changed member before it looks at it.
func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    guard bytes.starts(with: [0x50, 0x4B]) else { return bytes }
    func number(_ place: Int, _ width: Int) -> Int { (0..<width).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) } }
    for entry in bytes.indices.dropLast(45) where bytes[entry] == 0x50 && bytes[entry..<entry + 4].elementsEqual([0x50, 0x4B, 1, 2]) {
        // The central directory's entry: the method at 10, the checksum at 16, both sizes, and at 42 where the member begins.
        let (method, length, start) = (number(entry + 10, 2), number(entry + 20, 4), number(entry + 42, 4))
        guard method == 0, start + 30 <= bytes.count, bytes[start..<start + 4].elementsEqual([0x50, 0x4B, 3, 4]) else { continue }
        let contents = start + 30 + number(start + 26, 2) + number(start + 28, 2)
        guard contents + length <= bytes.count else { continue }
        let checksum = checksum(of: bytes[contents..<contents + length])
        for place in [entry + 16, start + 14] {
            for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: checksum >> (8 * index)) }
        }
    }
    return bytes
}

/// The CRC-32 of zip archives, a bit at a time.
private func checksum(of bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
    }
}
