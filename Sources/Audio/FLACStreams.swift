import Platform

extension EncodedStreams {
    /// The streams of FLAC (RFC 9639) begin with a marker and a description of 34 bytes, which no chance makes.
    static func flac(_ header: HeaderBytes, from start: Int) -> EncodedStreams {
        var (starts, soundStarts) = ([Int](), [Int]())
        for place in header.places(of: "fLaC", from: start)
        where place >= soundStarts.last ?? 0 && header.fileKind(at: place) != nil && place + 42 <= header.bytes.count {
            starts.append(place)
            soundStarts.append(header.endOfMetadata(from: place + 4))
        }
        var found = EncodedStreams()
        for index in starts.indices {
            let end = index + 1 < starts.count ? starts[index + 1] : header.bytes.count
            let stream = FLACStream(start: starts[index], soundStart: soundStarts[index], end: end)
            // The first stream keeps the tag before it.
            found.append(stream, of: header, from: index == 0 ? 0 : starts[index])
        }
        // Of another kind.
        let others = ["RIFF", "FORM", "OggS", "riff", "RF64"].compactMap { kind in
            header.places(of: kind, from: soundStarts.first ?? 0).first { header.fileKind(at: $0) == kind }
        }
        if let other = others.min() { found.remarks.append("another file of \(header.bytes.count - other) bytes after its sound was not read") }
        return found
    }

    private mutating func append(_ flac: FLACStream, of header: HeaderBytes, from start: Int) {
        var stream = Stream(range: start..<flac.end)
        let description = flac.start + 8
        guard header.number(at: description + 13, byteCount: 5, true) & 0xF_FFFF_FFFF == 0 else { return streams.append(stream) }
        // Of one that was cut out of another, the frames do not count from 0.
        let first = FLACFrame.number(at: flac.soundStart, of: header, description: description)?.first ?? 0
        if let last = FLACFrame.last(of: header, from: flac.soundStart, to: flac.end, description: description) {
            stream.frameCount = last.endOfSound - first
        } else if let last = FLACFrame.lastBeforeJunk(of: header, from: flac.soundStart, to: flac.end, description: description) {
            // With a total the library reads no further.
            let count = last.endOfSound - first
            var beginning = HeaderBytes(Data(header.bytes[start..<description + 18]))
            let total = description + 13 - start
            beginning.bytes[total] |= UInt8(truncatingIfNeeded: count >> 32) & 0xF
            beginning.write(count & 0xFFFF_FFFF, at: total + 1, byteCount: 4, true)
            stream = Stream(range: description + 18..<flac.end, frameCount: count, prefix: Array(beginning.bytes))
            remarks.append(
                "its header does not give the length of the sound, which was read to the last whole frame; what lies behind it is no sound")
        } else {
            stream.isCutShort = true
        }
        streams.append(stream)
    }
}

private struct FLACStream {
    let start: Int
    /// Where the metadata end.
    let soundStart: Int
    let end: Int
}

extension HeaderBytes {
    /// Where the blocks of FLAC's metadata end, of which the first begins at `offset`.
    fileprivate func endOfMetadata(from offset: Int) -> Int {
        var end = offset
        while end + 4 <= bytes.count {
            let isLast = bytes[end] & 0x80 != 0
            end += 4 + number(at: end + 1, byteCount: 3, true)
            if isLast { break }
        }
        return min(end, bytes.count)
    }
}

/// A frame of FLAC whose header is whole, by its check sum.
private struct FLACFrame {
    /// The number of samples of each channel up to the end of this frame.
    let endOfSound: Int

    /// The last frame, if the stream ends with it.
    static func last(of header: HeaderBytes, from start: Int, to end: Int, description: Int) -> FLACFrame? {
        let greatest = header.number(at: description + 7, byteCount: 3, true)
        let reach = greatest > 0 ? greatest : 1 << 20
        // A tag may follow, or stand before the next stream.
        let tags = ["TAG", "ID3", "APETAGEX"].flatMap { header.places(of: $0, from: max(start, end - 65_536)) }.filter { $0 < end }
        // Zeros behind a frame leave its check sum as it is.
        for end in [end] + tags.prefix(8) where end - start > 3 && header.bytes[end - 3..<end] != Data(count: 3) {
            for offset in stride(from: end - 6, through: max(start, end - reach), by: -1) {
                if let frame = FLACFrame(at: offset, to: end, of: header, description: description),
                    CyclicCheckSum.flacFrame.sum(of: header.bytes, offset..<end) == 0
                {
                    return frame
                }
            }
        }
        return nil
    }

    /// The last frame, if it is whole and what lies behind it is none that was cut.
    static func lastBeforeJunk(of header: HeaderBytes, from start: Int, to end: Int, description: Int) -> FLACFrame? {
        let greatest = header.number(at: description + 7, byteCount: 3, true)
        let reach = 65_536 + (greatest > 0 ? greatest : 1 << 18)
        for offset in stride(from: end - 6, through: max(start, end - reach), by: -1) {
            guard let frame = FLACFrame(at: offset, to: end, of: header, description: description) else { continue }
            let least = max(10, header.number(at: description + 4, byteCount: 3, true))
            guard let endOfFrame = CyclicCheckSum.flacFrame.firstZero(in: header.bytes, offset..<end, least: least) else { return nil }
            // Of a frame that was cut within its header.
            let isCut = end - endOfFrame < 17 && header.bytes[endOfFrame] == 0xFF
            return isCut ? nil : frame
        }
        return nil
    }

    /// The number of the first sample of the frame at `offset`, and where the bytes end that tell it.
    static func number(at offset: Int, of header: HeaderBytes, description: Int) -> (first: Int, end: Int)? {
        guard offset + 12 < header.bytes.count else { return nil }
        // A number in the form of UTF-8.
        let lead = header.bytes[offset + 4]
        let length = max(1, (~lead).leadingZeroBitCount)
        guard length < 8 else { return nil }
        var number = Int(length == 1 ? lead : lead & (0x7F >> UInt8(length)))
        for index in 1..<max(1, length) { number = number << 6 | Int(header.bytes[offset + 4 + index] & 0x3F) }
        let isVariable = header.bytes[offset + 1] & 1 == 1
        return (isVariable ? number : number * header.number(at: description + 2, byteCount: 2, true), offset + 4 + length)
    }

    /// Nil where no header of a frame is.
    private init?(at offset: Int, to end: Int, of header: HeaderBytes, description: Int) {
        guard header.bytes[offset] == 0xFF, header.bytes[offset + 1] & 0xFE == 0xF8,
            let (first, endOfNumber) = Self.number(at: offset, of: header, description: description), endOfNumber + 6 < end
        else { return nil }
        var place = endOfNumber
        let code = header.bytes[offset + 2] >> 4
        let size: Int
        switch code {
        case 0: return nil
        case 1: size = 192
        case 2...5: size = 576 << Int(code - 2)
        case 6:
            size = header.number(at: place, byteCount: 1, true) + 1
            place += 1
        case 7:
            size = header.number(at: place, byteCount: 2, true) + 1
            place += 2
        default: size = 256 << Int(code - 8)
        }
        let rate = header.bytes[offset + 2] & 0xF
        place += rate == 12 ? 1 : rate == 13 || rate == 14 ? 2 : 0
        guard place < end, CyclicCheckSum.flacHeader.sum(of: header.bytes, offset..<place) >> 24 == UInt32(header.bytes[place]) else { return nil }
        endOfSound = first + size
    }
}
