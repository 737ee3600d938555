import Platform

/// The pages of an Ogg file (RFC 3533), and the streams that they form one after the other.
///
/// libsndfile passes over pages whose check sum is wrong and over those that are missing, so that half a second less is no failure to it.
struct OggPages {
    /// The bytes of each stream of a chain, in order; one where the file is no chain.
    private(set) var links: [Range<Int>] = []
    /// Whether the last page of each stream of the chain is marked as its end.
    var hasEnd: Bool { isAtEnd && hasEarlierEnds }
    /// Bytes that the last page needs and the file does not have.
    private(set) var missingByteCount = 0
    /// A clause about the first page that is damaged or missing.
    private(set) var damage: String?
    /// Whether pages are missing between the headers and the sound, as in what was recorded of a broadcast.
    private(set) var beginsLate = false
    /// The number of bytes between and behind the pages that are neither tags nor zeros.
    private(set) var strayByteCount = 0

    private static let capture = "OggS"
    private var link = (start: 0, end: 0, hasBody: false)
    private var sequence = Sequence()
    private var (isAtEnd, hasEarlierEnds) = (false, true)
    private let start: Int

    /// Nil where `bytes` begin with no page.
    ///
    /// - Parameter start: Where they begin in the file, for messages.
    init?(of bytes: Data, at start: Int = 0) {
        self.start = start
        let header = HeaderBytes(bytes)
        guard header.begins(Self.capture) else { return nil }
        var offset = 0
        while offset < header.bytes.count, damage == nil, missingByteCount == 0 {
            offset = header.begins(Self.capture, at: offset) ? passPage(at: offset, of: header) : passStrayBytes(at: offset, of: header)
        }
        links.append(link.start..<link.end)
        beginsLate = sequence.beginsLate
        if damage == nil, missingByteCount == 0, !isAtEnd, header.endOfTags(from: link.end) < header.bytes.count {
            damage = "the \(header.bytes.count - link.end) bytes after byte \(start + link.end) are no page, though the end of the stream is missing"
        }
    }

    /// Takes in the page at `offset`; returns where the next may begin.
    private mutating func passPage(at offset: Int, of header: HeaderBytes) -> Int {
        guard let page = Page(at: offset, of: header) else {
            missingByteCount = 27
            return offset
        }
        let end = offset + page.byteCount
        // Where another stream begins within a page, the first was cut before it was joined to it.
        if end >= header.bytes.count || !header.begins(Self.capture, at: end), let next = Self.beginning(in: header, from: offset + 27, to: end) {
            missingByteCount = end - next
            return offset
        }
        missingByteCount = max(0, end - header.bytes.count)
        if missingByteCount == 0, !page.isIntact(at: offset, of: header) {
            // The mark of a page may stand in what is none.
            if offset == link.end {
                damage = "the page of \(page.byteCount) bytes at byte \(start + offset) has a wrong check sum"
            } else {
                strayByteCount += 4
            }
            return offset + 4
        }
        damage = sequence.damage(at: start + offset, page, isAfterStrayBytes: offset != link.end)
        if page.isFirst, link.hasBody {
            links.append(link.start..<link.end)
            hasEarlierEnds = hasEarlierEnds && isAtEnd
            link = (offset, offset, false)
        }
        link = (link.start, min(end, header.bytes.count), link.hasBody || !page.isFirst)
        isAtEnd = page.isLast
        return end
    }

    /// Where the next page or tag may begin after what is none at `offset`.
    private mutating func passStrayBytes(at offset: Int, of header: HeaderBytes) -> Int {
        let end = header.endOfTags(from: offset)
        guard end == offset else { return end }
        // Libraries look for the next page too.
        let next = header.firstPlace(of: Self.capture, from: offset) ?? header.bytes.count
        strayByteCount += next - offset
        return next
    }

    /// Where the first page of a stream begins.
    private static func beginning(in header: HeaderBytes, from start: Int, to end: Int) -> Int? {
        let end = min(end, header.bytes.count - 27)
        guard let place = header.firstPlace(of: "OggS\0\u{2}", from: start), place < end else { return nil }
        return place
    }

    private struct Page {
        let isFirst: Bool
        let isLast: Bool
        let byteCount: Int
        let stream: Int
        let number: Int
        /// Whether it is of a stream's headers, or no packet ends in it.
        let isWithoutSound: Bool

        /// Nil where the header is not whole.
        init?(at offset: Int, of header: HeaderBytes) {
            guard offset + 27 <= header.bytes.count else { return nil }
            let segmentCount = Int(header.bytes[offset + 26])
            guard offset + 27 + segmentCount <= header.bytes.count else { return nil }
            (isFirst, isLast) = (header.bytes[offset + 5] & 2 != 0, header.bytes[offset + 5] & 4 != 0)
            byteCount = 27 + segmentCount + header.bytes[offset + 27..<offset + 27 + segmentCount].reduce(0) { $0 + Int($1) }
            stream = header.number(at: offset + 14, byteCount: 4, false)
            number = header.number(at: offset + 18, byteCount: 4, false)
            isWithoutSound = [0, -1].contains(header.number(at: offset + 6, byteCount: 8, false))
        }

        /// Whether the check sum is right, which counts its own field as 0.
        func isIntact(at offset: Int, of header: HeaderBytes) -> Bool {
            let checkSum = CyclicCheckSum.oggPage
            let start = checkSum.sum(of: header.bytes, offset..<offset + 22)
            let sum = checkSum.sum(of: header.bytes, offset + 26..<offset + byteCount, after: checkSum.sum(of: Data(count: 4), 0..<4, after: start))
            return Int(sum) == header.number(at: offset + 22, byteCount: 4, false)
        }
    }

    /// The numbers of the pages of each stream, which count up by 1.
    private struct Sequence {
        private var streams: [Int: (next: Int, hasSound: Bool)] = [:]
        private(set) var beginsLate = false

        /// A clause about what is missing before `page`; nil where nothing is.
        mutating func damage(at offset: Int, _ page: Page, isAfterStrayBytes: Bool) -> String? {
            let next = (page.number + 1) & 0xFFFF_FFFF
            guard !page.isFirst else {
                streams[page.stream] = (next, false)
                return nil
            }
            guard let stream = streams[page.stream] else { return "the page at byte \(offset) is of a stream whose beginning is missing" }
            if page.number != stream.next {
                // Between the headers and the sound there may be a gap, which a broadcast has where its recording began, and programs
                // leave that rewrite the headers.
                guard !stream.hasSound, !isAfterStrayBytes else { return "page \(page.number) follows page \(stream.next - 1) at byte \(offset)" }
                beginsLate = beginsLate || page.number > stream.next
            }
            streams[page.stream] = (next, stream.hasSound || !page.isWithoutSound)
            return nil
        }
    }
}
