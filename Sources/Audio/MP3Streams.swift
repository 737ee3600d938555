import Platform

extension EncodedStreams {
    /// The streams of an MP3: where frames of one version, sample rate and number of channels follow one another.
    ///
    /// Rips of broadcasts begin with a part of a frame; between the streams may be tags, and what was damaged.
    static func mp3(_ header: HeaderBytes, from start: Int) -> EncodedStreams? {
        guard let first = (start..<min(start + 4096, header.bytes.count)).lazy.compactMap({ MP3Stream(at: $0, of: header) }).first else { return nil }
        var found = EncodedStreams()
        found.append(first, of: header)
        var (offset, strayByteCount, end) = (first.end, first.start - start, first.end)
        while offset < header.bytes.count {
            if let stream = MP3Stream(at: offset, of: header) {
                found.append(stream, of: header)
                (offset, end) = (stream.end, stream.end)
                continue
            }
            let next = header.endOfTags(from: offset)
            if next > offset {
                offset = next
                continue
            }
            // What was recorded ends within a frame.
            if offset == end, let frame = MP3Frame(at: offset, of: header), offset + frame.byteCount > header.bytes.count { break }
            let place = MP3Stream.start(after: offset, of: header) ?? header.bytes.count
            strayByteCount += place - offset
            offset = place
        }
        if strayByteCount > 0 { found.remarks.append("\(strayByteCount) bytes that are neither frames of MP3 nor tags were left out") }
        return found
    }

    private mutating func append(_ stream: MP3Stream, of header: HeaderBytes) {
        streams.append(Stream(range: stream.soundStart..<stream.end, isCutShort: stream.isCutShort, prefix: stream.information(in: header)))
    }
}

/// Frames that follow one another. libmpg123 takes their length for that of as many bytes of the first frame's bit rate where no first
/// frame tells it, and reads no further.
private struct MP3Stream {
    let start: Int
    private(set) var end: Int
    /// With the frame that tells of the whole.
    private var frameCount = 0
    private let information: MP3Information?
    /// After a first frame of which libmpg123 would make sound though it holds none.
    private(set) var soundStart: Int
    private(set) var isCutShort = false

    /// Nil where fewer than four frames follow one another at `offset`, of which the first does not tell how many there are.
    init?(at offset: Int, of header: HeaderBytes) {
        guard let first = MP3Frame(at: offset, of: header) else { return nil }
        (start, end, soundStart) = (offset, offset, offset)
        information = MP3Information(first, at: offset, of: header)
        var previous = first
        while let frame = MP3Frame(at: end, of: header), end + frame.byteCount <= header.bytes.count,
            frame.continues(previous, ignoringChannels: frameCount == 1 && information != nil)
        {
            let isOfNextStream = frame.isDescription(at: end, of: header) || hasAll && Self.begins(at: end, of: header)
            if frameCount > 0, isOfNextStream { break }
            (frameCount, end, previous) = (frameCount + 1, end + frame.byteCount, frame)
        }
        guard information != nil ? frameCount > 0 : frameCount > 3 else { return nil }
        if let information {
            isCutShort = information.isCutShort(start: start, frameCount: frameCount, byteCount: header.bytes.count)
        } else if first.isDescription(at: offset, of: header) {
            (soundStart, frameCount) = (offset + first.byteCount, frameCount - 1)
        }
    }

    /// Whether as much was found as the first frame tells of.
    private var hasAll: Bool {
        guard let information else { return false }
        // Without a number of bytes, that of the frames decides, which does not count the first.
        let leastFrameCount = (information.frameCount ?? 0) + (information.byteCount == nil ? 1 : 0)
        return end >= start + (information.byteCount ?? 0) && frameCount >= leastFrameCount
    }

    /// Whether four frames follow one another at `offset`.
    private static func begins(at offset: Int, of header: HeaderBytes) -> Bool {
        guard var frame = MP3Frame(at: offset, of: header) else { return false }
        var end = offset
        for _ in 0..<3 {
            end += frame.byteCount
            guard let next = MP3Frame(at: end, of: header), next.continues(frame) else { return false }
            frame = next
        }
        return end + frame.byteCount <= header.bytes.count
    }

    /// Where the next stream begins after `offset`.
    static func start(after offset: Int, of header: HeaderBytes) -> Int? {
        (offset + 1..<header.bytes.count).first { place in
            guard header.bytes[place] == 0xFF, let frame = MP3Frame(at: place, of: header) else { return false }
            return begins(at: place, of: header) || MP3Information(frame, at: place, of: header) != nil
        }
    }

    /// A silent frame that tells the number of frames, as Xing's encoder writes it before the others; empty where the stream has one.
    func information(in header: HeaderBytes) -> [UInt8] {
        guard information == nil else { return [] }
        var bytes = HeaderBytes(Data(header.bytes[soundStart..<soundStart + 4]))
        // No check sum, no padding, and a bit rate at which the numbers have room.
        bytes.bytes[1] |= 1
        bytes.bytes[2] = 0x90 | bytes.bytes[2] & 0x0C
        guard let frame = MP3Frame(at: 0, of: bytes) else { return [] }
        func number(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        let written = Array(bytes.bytes) + [UInt8](repeating: 0, count: frame.sideByteCount) + Array("Xing".utf8)
            + number(3) + number(frameCount) + number(end - soundStart + frame.byteCount)
        return written + [UInt8](repeating: 0, count: max(0, frame.byteCount - written.count))
    }
}
