import Platform

/// The pages of an Ogg file (RFC 3533), and the streams that they form one after the other.
struct OggPages {
    /// The bytes of each stream of a chain, in order; one where the file is no chain.
    private(set) var links: [Range<Int>] = []
    /// Whether the last page is marked as the end of its stream.
    private(set) var hasEnd = false
    /// Bytes that the last page needs and the file does not have.
    private(set) var missingByteCount = 0

    /// Nil where `bytes` begin with no page.
    init?(of bytes: Data) {
        let capture = Data("OggS".utf8)
        guard bytes.starts(with: capture) else { return nil }
        var (offset, linkStart, hasBody) = (bytes.startIndex, bytes.startIndex, false)
        while offset < bytes.endIndex {
            guard bytes[offset...].starts(with: capture) else {
                // Libraries look for the next page too.
                offset += 1
                continue
            }
            guard let page = Page(at: offset, of: bytes) else {
                missingByteCount = 27
                break
            }
            if page.isFirst, hasBody {
                links.append(linkStart..<offset)
                (linkStart, hasBody) = (offset, false)
            }
            hasBody = hasBody || !page.isFirst
            hasEnd = page.isLast
            let end = offset + page.byteCount
            // Where another stream begins within a page, the first was cut before it was joined to it.
            if end >= bytes.endIndex || !bytes[end...].starts(with: capture), let next = Self.beginning(in: bytes, from: offset + 27, to: end) {
                missingByteCount = end - next
                break
            }
            missingByteCount = max(0, end - bytes.endIndex)
            offset = end
        }
        links.append(linkStart..<bytes.endIndex)
    }

    /// Where the first page of a stream begins.
    private static func beginning(in bytes: Data, from start: Int, to end: Int) -> Int? {
        guard start < min(end, bytes.endIndex - 27) else { return nil }
        return (start..<min(end, bytes.endIndex - 27)).first { offset in
            bytes[offset..<offset + 6].elementsEqual([0x4F, 0x67, 0x67, 0x53, 0, 2])
        }
    }

    private struct Page {
        let isFirst: Bool
        let isLast: Bool
        let byteCount: Int

        /// Nil where the header is not whole.
        init?(at offset: Int, of bytes: Data) {
            guard offset + 27 <= bytes.endIndex else { return nil }
            let segmentCount = Int(bytes[offset + 26])
            guard offset + 27 + segmentCount <= bytes.endIndex else { return nil }
            (isFirst, isLast) = (bytes[offset + 5] & 2 != 0, bytes[offset + 5] & 4 != 0)
            byteCount = 27 + segmentCount + bytes[offset + 27..<offset + 27 + segmentCount].reduce(0) { $0 + Int($1) }
        }
    }
}
