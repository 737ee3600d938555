/// A WAV file made byte by byte, to be as odd as a test needs it.
struct HandmadeWAV {
    /// 1 PCM, 3 floating point.
    var encoding: UInt16 = 1
    var channelCount = 1
    var sampleRate = 22_050
    var bitsPerSample = 16
    /// The interleaved samples, encoded.
    var data: [UInt8]
    var isExtensible = false
    /// What the data chunk's header says; its true length where nil.
    var promisedByteCount: UInt32?
    /// A chunk that readers must skip.
    var strayChunk: [UInt8] = []

    init(_ samples: [Int16]) { data = samples.flatMap { littleEndian(UInt16(bitPattern: $0)) } }
    init(floats samples: [Float]) {
        data = samples.flatMap { littleEndian($0.bitPattern) }
        (encoding, bitsPerSample) = (3, 32)
    }
    init(unsigned8: [UInt8]) { (data, bitsPerSample) = (unsigned8, 8) }

    var bytes: [UInt8] {
        let frameSize = channelCount * bitsPerSample / 8
        var format = littleEndian(isExtensible ? UInt16(0xFFFE) : encoding) + littleEndian(UInt16(channelCount))
        format += littleEndian(UInt32(sampleRate)) + littleEndian(UInt32(sampleRate * frameSize))
        format += littleEndian(UInt16(frameSize)) + littleEndian(UInt16(bitsPerSample))
        if isExtensible {
            format += littleEndian(UInt16(22)) + littleEndian(UInt16(bitsPerSample)) + littleEndian(UInt32(3))
            format += littleEndian(encoding) + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        }
        let length = promisedByteCount ?? UInt32(data.count)
        let body =
            Array("WAVEfmt ".utf8) + littleEndian(UInt32(format.count)) + format + strayChunk + Array("data".utf8)
            + littleEndian(length) + data
        return Array("RIFF".utf8) + littleEndian(UInt32(body.count)) + body
    }
}

/// The bytes of `value`, the least significant first.
func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
