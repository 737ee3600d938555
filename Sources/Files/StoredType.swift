/// The type of a number as a file stores it; in memory every number is a `Float`.
public enum StoredType: String, Sendable, CaseIterable {
    case float16, bfloat16, float32, float64
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case boolean

    /// Bytes a stored number takes.
    public var byteCount: Int {
        switch self {
        case .int8, .uint8, .boolean: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

extension StoredType {
    /// The first `count` numbers of `bytes`, rounded to `Float` where they are wider.
    ///
    /// - Precondition: `bytes` holds `count` numbers.
    func floats(in bytes: UnsafeRawBufferPointer, count: Int, isBigEndian: Bool = false) -> [Float] {
        precondition(
            count * byteCount <= bytes.count, "\(bytes.count) bytes hold fewer than \(count) numbers of \(rawValue)")
        return [Float](unsafeUninitializedCapacity: count) { floats, initialisedCount in
            convert(bytes, into: UnsafeMutableBufferPointer(rebasing: floats[..<count]), isBigEndian: isBigEndian)
            initialisedCount = count
        }
    }

    /// As ``floats(in:count:isBigEndian:)``, into memory that is there: as many numbers as it has room for.
    func convert(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>, isBigEndian: Bool = false) {
        let source = Words(bytes: bytes, count: floats.count, isBigEndian: isBigEndian)
        switch self {
        case .float32: source.convert(into: floats) { (word: UInt32) in Float(bitPattern: word) }
        case .float64: source.convert(into: floats) { (word: UInt64) in Float(Double(bitPattern: word)) }
        case .float16: source.convert(into: floats) { (word: UInt16) in Float(halfBitPattern: word) }
        case .bfloat16: source.convert(into: floats) { (word: UInt16) in Float(bitPattern: UInt32(word) << 16) }
        case .int8: source.convert(into: floats) { (word: Int8) in Float(word) }
        case .int16: source.convert(into: floats) { (word: Int16) in Float(word) }
        case .int32: source.convert(into: floats) { (word: Int32) in Float(word) }
        case .int64: source.convert(into: floats) { (word: Int64) in Float(word) }
        case .uint8: source.convert(into: floats) { (word: UInt8) in Float(word) }
        case .uint16: source.convert(into: floats) { (word: UInt16) in Float(word) }
        case .uint32: source.convert(into: floats) { (word: UInt32) in Float(word) }
        case .uint64: source.convert(into: floats) { (word: UInt64) in Float(word) }
        case .boolean: source.convert(into: floats) { (word: UInt8) in word == 0 ? 0 : 1 }
        }
    }
}

/// Machine words of either byte order at any alignment.
private struct Words {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let isBigEndian: Bool

    @inline(__always)
    func convert<Word: FixedWidthInteger & BitwiseCopyable>(
        into floats: UnsafeMutableBufferPointer<Float>, _ number: (Word) -> Float
    ) {
        let stride = MemoryLayout<Word>.size
        for index in 0..<count {
            let word = bytes.loadUnaligned(fromByteOffset: index * stride, as: Word.self)
            floats[index] = number(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
        }
    }
}

extension Float {
    /// The value of an IEEE 754 binary16; `Float16` itself is missing on one of the supported platforms.
    init(halfBitPattern half: UInt16) {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let significand = UInt32(half & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(significand) * 0x1p-24
            self = sign == 0 ? magnitude : -magnitude
        case 0x1F:
            self = Float(bitPattern: sign | 0x7F80_0000 | significand << 13)
        default:
            self = Float(bitPattern: sign | (exponent + 112) << 23 | significand << 13)
        }
    }
}
