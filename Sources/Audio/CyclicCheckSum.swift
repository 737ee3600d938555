import Platform

/// A cyclic redundancy check that begins with 0 and takes the highest bit of a byte first, by a table of all bytes.
struct CyclicCheckSum: Sendable {
    /// Of an Ogg page (RFC 3533).
    static let oggPage = CyclicCheckSum(polynomial: 0x04C1_1DB7, bits: 32)
    /// Of the header of a FLAC frame, and of the whole frame (RFC 9639).
    static let flacHeader = CyclicCheckSum(polynomial: 0x07, bits: 8)
    static let flacFrame = CyclicCheckSum(polynomial: 0x8005, bits: 16)

    private let table: [UInt32]

    /// The register is kept in the upper bits of 32, so that one loop serves every width.
    private init(polynomial: UInt32, bits: UInt32) {
        let divisor = polynomial << (32 - bits)
        table = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte) << 24) { sum, _ in sum & 0x8000_0000 != 0 ? sum << 1 ^ divisor : sum << 1 }
        }
    }

    /// The sum of the bytes of `range`, in the upper bits; 0 where they end with their own sum.
    ///
    /// - Parameter sum: The sum of the bytes before them.
    func sum(of bytes: Data, _ range: Range<Int>, after sum: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { all in
            let part = all[(range.lowerBound - bytes.startIndex)..<(range.upperBound - bytes.startIndex)]
            return table.withUnsafeBufferPointer { table in
                part.reduce(sum) { $0 << 8 ^ table[Int(UInt8($0 >> 24) ^ $1)] }
            }
        }
    }

    /// Where the sum of the bytes from the start of `range` first is 0, after at least `least` of them; nil where it never is.
    func firstZero(in bytes: Data, _ range: Range<Int>, least: Int) -> Int? {
        guard least > 0, range.count >= least else { return nil }
        var sum = sum(of: bytes, range.lowerBound..<range.lowerBound + least)
        var end = range.lowerBound + least
        while sum != 0 {
            guard end < range.upperBound else { return nil }
            sum = sum << 8 ^ table[Int(UInt8(sum >> 24) ^ bytes[end])]
            end += 1
        }
        return end
    }
}
