import Platform

/// The header of a frame of layer III (ISO 11172-3 and 13818-3, and half the rates again, which was never a standard).
struct MP3Frame {
    let byteCount: Int
    /// The bytes between the header and the sound.
    let sideByteCount: Int
    private let version: UInt8
    private let sampleRateCode: UInt8
    private let isMono: Bool

    /// Nil where there is none, or one whose size is not told.
    init?(at offset: Int, of header: HeaderBytes) {
        guard offset >= 0, offset + 4 <= header.bytes.count, header.bytes[offset] == 0xFF, header.bytes[offset + 1] & 0xE6 == 0xE2 else { return nil }
        version = header.bytes[offset + 1] >> 3 & 3
        sampleRateCode = header.bytes[offset + 2] >> 2 & 3
        isMono = header.bytes[offset + 3] >> 6 == 3
        let (code, padding) = (Int(header.bytes[offset + 2] >> 4), Int(header.bytes[offset + 2] >> 1 & 1))
        guard version != 1, sampleRateCode < 3, (1...14).contains(code) else { return nil }
        let isVersion1 = version == 3
        let kilobits = isVersion1
            ? [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let rate = [44_100, 48_000, 32_000][Int(sampleRateCode)] / [4, 1, 2, 1][Int(version)]
        byteCount = (isVersion1 ? 144_000 : 72_000) * kilobits[code] / rate + padding
        sideByteCount = isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17)
    }

    /// Whether this can be the next frame of the stream that `other` is of.
    func continues(_ other: MP3Frame, ignoringChannels: Bool = false) -> Bool {
        version == other.version && sampleRateCode == other.sampleRateCode && (isMono == other.isMono || ignoringChannels)
    }

    /// Whether this frame, which begins at `offset`, holds no sound but tells of those that follow: as Xing's and LAME's encoders or
    /// Fraunhofer's write it.
    func isDescription(at offset: Int, of header: HeaderBytes) -> Bool {
        let place = offset + 4 + sideByteCount
        return header.begins("Xing", at: place) || header.begins("Info", at: place) || header.begins("VBRI", at: offset + 36)
    }
}

/// What the first frame of an MP3 tells of the whole, as Xing's and LAME's encoders write it.
struct MP3Information {
    /// From this frame to the end of the last; nil where it is not told.
    let byteCount: Int?
    /// The number of frames after this one; nil where it is not told.
    let frameCount: Int?

    /// Nil where the frame at `offset` tells neither.
    init?(_ frame: MP3Frame, at offset: Int, of header: HeaderBytes) {
        let place = offset + 4 + frame.sideByteCount
        guard header.begins("Xing", at: place) || header.begins("Info", at: place) else { return nil }
        let flags = header.number(at: place + 4, byteCount: 4, true)
        frameCount = flags & 1 != 0 ? header.number(at: place + 8, byteCount: 4, true) : nil
        let size = header.number(at: place + (flags & 1 != 0 ? 12 : 8), byteCount: 4, true)
        byteCount = flags & 2 != 0 && size > 0 ? size : nil
        guard byteCount ?? frameCount ?? 0 > 0 else { return nil }
    }

    /// Whether fewer frames than these were found from `start` on. Some programs count this one too, or leave out the last.
    ///
    /// - Parameters:
    ///   - frameCount: The number of frames found, with this one.
    ///   - byteCount: Of the whole file.
    func isCutShort(start: Int, frameCount found: Int, byteCount whole: Int) -> Bool {
        if let frameCount { return frameCount > 5 && found < frameCount }
        return start + (byteCount ?? 0) > whole + 1500
    }
}
