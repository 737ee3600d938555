import Platform

/// The streams of a FLAC or MP3 file: one, or several that were joined end to end, of which libsndfile reads the first alone.
struct EncodedStreams {
    struct Stream: Equatable {
        let range: Range<Int>
        /// The number of samples of each channel, where the stream's last frame tells it and its header does not.
        var frameCount: Int?
        /// Whether the stream ends before it should.
        var isCutShort = false
        /// What the stream needs before it, so that all of it is decoded.
        var prefix: [UInt8] = []
    }

    private(set) var streams: [Stream] = []

    /// Nil where `original` is neither.
    init?(of original: Data) {
        let header = HeaderBytes(original)
        let start = header.endOfLeadingTags
        if header.begins("fLaC", at: start) {
            streams = Self.flac(header, from: start)
        } else if let information = MP3Information(at: start, of: header) {
            streams = Self.mp3(header, information)
        } else if let frames = MP3Frames(from: start, of: header), frames.isVariable {
            streams = [Stream(range: start..<header.bytes.count, prefix: frames.information(in: header))]
        } else {
            return nil
        }
    }

    /// The streams of FLAC (RFC 9639) begin with a marker and a description of 34 bytes, which no chance makes.
    private static func flac(_ header: HeaderBytes, from start: Int) -> [Stream] {
        var (starts, soundStarts) = ([Int](), [Int]())
        for place in header.places(of: "fLaC", from: start)
        where place >= soundStarts.last ?? 0 && place + 42 <= header.bytes.count && header.number(at: place + 4, byteCount: 4, true) & 0x7FFF_FFFF == 34 {
            starts.append(place)
            soundStarts.append(header.endOfMetadata(from: place + 4))
        }
        return starts.indices.map { index in
            let end = index + 1 < starts.count ? starts[index + 1] : header.bytes.count
            // The first stream keeps the tag before it.
            var stream = Stream(range: (index == 0 ? 0 : starts[index])..<end)
            let description = starts[index] + 8
            guard header.number(at: description + 13, byteCount: 5, true) & 0xF_FFFF_FFFF == 0 else { return stream }
            let last = FLACFrame.last(of: header, from: soundStarts[index], to: end, description: description)
            // Of one that was cut out of another, the frames do not count from 0.
            stream.frameCount = last.map { $0.endOfSound - (FLACFrame.number(at: soundStarts[index], of: header, description: description)?.first ?? 0) }
            stream.isCutShort = stream.frameCount == nil
            return stream
        }
    }

    private static func mp3(_ header: HeaderBytes, _ first: MP3Information) -> [Stream] {
        var streams: [Stream] = []
        var (start, information) = (0, Optional(first))
        while let current = information {
            let end = current.start + current.byteCount
            let isCutShort = current.isCutShort(in: header)
            guard end < header.bytes.count else {
                streams.append(Stream(range: start..<header.bytes.count, isCutShort: isCutShort))
                return streams
            }
            // A stream that follows begins with a tag or right after the tags at the end of this one.
            var next: Int?
            for offset in end..<min(header.bytes.count, end + 65_536) where header.begins("ID3", at: offset) || header.bytes[offset] == 0xFF {
                let frame = header.endOfTag(at: offset)
                information = MP3Information(at: frame, of: header)
                guard information == nil else {
                    next = offset
                    break
                }
            }
            streams.append(Stream(range: start..<(next ?? header.bytes.count), isCutShort: isCutShort))
            guard let next else {
                // One that follows may have no such frame.
                if let frames = MP3Frames(from: header.endOfTag(at: end), of: header) {
                    streams[streams.count - 1] = Stream(range: start..<end, isCutShort: isCutShort)
                    streams.append(Stream(range: end..<header.bytes.count, prefix: frames.information(in: header)))
                }
                return streams
            }
            start = next
        }
        return streams
    }
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

    /// Where a tag of ID3 version 2 ends that begins at `offset`; `offset` where none does.
    fileprivate func endOfTag(at offset: Int) -> Int {
        guard begins("ID3", at: offset), offset + 10 <= bytes.count else { return offset }
        return offset + 10 + (6..<10).reduce(0) { $0 << 7 | Int(bytes[offset + $1] & 0x7F) } + (bytes[offset + 5] & 0x10 != 0 ? 10 : 0)
    }
}

/// What the first frame of an MP3 tells of the whole, as Xing's and LAME's encoders write it.
private struct MP3Information {
    let start: Int
    /// From this frame to the end of the last.
    let byteCount: Int
    /// The number of frames after this one; nil where it is not told.
    private let frameCount: Int?

    init?(at offset: Int, of header: HeaderBytes) {
        guard offset + 200 <= header.bytes.count, header.bytes[offset] == 0xFF, header.bytes[offset + 1] & 0xE6 == 0xE2 else { return nil }
        let isVersion1 = header.bytes[offset + 1] & 0x18 == 0x18
        let isMono = header.bytes[offset + 3] >> 6 == 3
        let place = offset + 4 + (isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17))
        guard header.begins("Xing", at: place) || header.begins("Info", at: place) else { return nil }
        let flags = header.number(at: place + 4, byteCount: 4, true)
        guard flags & 2 != 0 else { return nil }
        (start, byteCount) = (offset, header.number(at: place + (flags & 1 != 0 ? 12 : 8), byteCount: 4, true))
        frameCount = flags & 1 != 0 ? header.number(at: place + 8, byteCount: 4, true) : nil
        guard byteCount > 0 else { return nil }
    }

    /// Whether fewer frames than these are there one after the other. Some programs count this one too, or leave out the last.
    func isCutShort(in header: HeaderBytes) -> Bool {
        guard let frameCount else { return start + byteCount > header.bytes.count + 1500 }
        guard frameCount > 5, let frames = MP3Frames(from: start, of: header) else { return false }
        return frames.count < frameCount
    }
}

/// The frames of an MP3 that does not tell how many it has. libmpg123 takes its length for that of as many bytes of the first frame's bit
/// rate, and reads no further.
private struct MP3Frames {
    private(set) var count = 0
    /// Whether the frames differ in bit rate.
    private(set) var isVariable = false
    private let first: Int
    private(set) var end: Int

    /// Nil where fewer than four frames follow one another at `offset`.
    init?(from offset: Int, of header: HeaderBytes) {
        (first, end) = (offset, offset)
        guard var size = Self.size(at: offset, of: header) else { return nil }
        let rate = header.bytes[offset + 2] >> 4
        while end + size <= header.bytes.count {
            count += 1
            isVariable = isVariable || header.bytes[end + 2] >> 4 != rate
            end += size
            guard let next = Self.size(at: end, of: header) else { break }
            size = next
        }
        guard count > 3 else { return nil }
    }

    /// The bytes of the frame of layer III at `offset`; nil where there is none.
    private static func size(at offset: Int, of header: HeaderBytes) -> Int? {
        guard offset >= 0, offset + 4 <= header.bytes.count, header.bytes[offset] == 0xFF, header.bytes[offset + 1] & 0xE6 == 0xE2 else { return nil }
        let (version, rates) = (Int(header.bytes[offset + 1] >> 3 & 3), [44_100, 48_000, 32_000])
        let (code, rateCode, padding) = (Int(header.bytes[offset + 2] >> 4), Int(header.bytes[offset + 2] >> 2 & 3), Int(header.bytes[offset + 2] >> 1 & 1))
        guard version != 1, rateCode < 3, (1...14).contains(code) else { return nil }
        let kilobits = version == 3
            ? [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] : [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let rate = rates[rateCode] / [4, 1, 2, 1][version]
        return (version == 3 ? 144_000 : 72_000) * kilobits[code] / rate + padding
    }

    /// A silent frame that tells the number of frames, as Xing's encoder writes it before the others.
    func information(in header: HeaderBytes) -> [UInt8] {
        var start = Array(header.bytes[first..<first + 4])
        // No check sum, no padding, and a bit rate at which the numbers have room.
        start[1] |= 1
        start[2] = 0x90 | start[2] & 0x0C
        guard let size = Self.size(at: 0, of: HeaderBytes(Data(start))) else { return [] }
        let side = start[1] & 0x18 == 0x18 ? (start[3] >> 6 == 3 ? 17 : 32) : (start[3] >> 6 == 3 ? 9 : 17)
        func bytes(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
        let frame = start + [UInt8](repeating: 0, count: side) + Array("Xing".utf8) + bytes(3) + bytes(count) + bytes(end - first + size)
        return frame + [UInt8](repeating: 0, count: max(0, size - frame.count))
    }
}

/// A frame of FLAC that is whole, by its two check sums.
private struct FLACFrame {
    /// The number of samples of each channel up to the end of this frame.
    let endOfSound: Int

    /// The last frame, if the stream ends with it.
    static func last(of header: HeaderBytes, from start: Int, to end: Int, description: Int) -> FLACFrame? {
        let greatest = header.number(at: description + 7, byteCount: 3, true)
        let reach = greatest > 0 ? greatest : 1 << 20
        // A tag may follow, or stand before the next stream.
        let tags = ["TAG", "ID3", "APETAGEX"].flatMap { header.places(of: $0, from: max(start, end - 65_536)) }.filter { $0 < end }
        for end in [end] + tags.prefix(8) {
            for offset in stride(from: end - 6, through: max(start, end - reach), by: -1)
            where header.bytes[offset] == 0xFF && header.bytes[offset + 1] & 0xFE == 0xF8 {
                if let frame = FLACFrame(at: offset, to: end, of: header, description: description) { return frame }
            }
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

    private init?(at offset: Int, to end: Int, of header: HeaderBytes, description: Int) {
        guard let (first, endOfNumber) = Self.number(at: offset, of: header, description: description), endOfNumber + 6 < end else { return nil }
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
        guard place < end, header.checkSum(of: offset..<place, polynomial: 0x07, bits: 8) == header.bytes[place],
            header.checkSum(of: offset..<end, polynomial: 0x8005, bits: 16) == 0
        else { return nil }
        endOfSound = first + size
    }
}

extension HeaderBytes {
    fileprivate func checkSum(of range: Range<Int>, polynomial: Int, bits: Int) -> Int {
        let top = 1 << (bits - 1)
        return bytes[range].reduce(0) { sum, byte in
            var sum = sum ^ Int(byte) << (bits - 8)
            for _ in 0..<8 { sum = sum & top != 0 ? sum << 1 ^ polynomial : sum << 1 }
            return sum & (top << 1 - 1)
        }
    }
}
