import Platform

/// Tags, which stand before, between and behind sounds: ID3 of both versions, APE's, and Lyrics3's.
extension HeaderBytes {
    /// Where the tag ends that begins at `offset`; `offset` where none does.
    func endOfTag(at offset: Int) -> Int {
        guard offset + 10 <= bytes.count else { return offset }
        if begins("ID3", at: offset), (2...4).contains(bytes[offset + 3]), bytes[offset + 6..<offset + 10].allSatisfy({ $0 < 0x80 }) {
            let size = (6..<10).reduce(0) { $0 << 7 | Int(bytes[offset + $1]) }
            return offset + 10 + size + (bytes[offset + 5] & 0x10 != 0 ? 10 : 0)
        }
        if begins("APETAGEX", at: offset) {
            // What stands at the end of a tag has no mark of the beginning; the first version knows no other.
            let flags = number(at: offset + 20, byteCount: 4, false)
            let isFooter = number(at: offset + 8, byteCount: 4, false) == 1000 || flags & 0xA000_0000 == 0x8000_0000
            return offset + 32 + (isFooter ? 0 : number(at: offset + 12, byteCount: 4, false))
        }
        if begins("TAG+", at: offset), begins("TAG", at: offset + 227) { return offset + 227 }
        if begins("TAG", at: offset), offset + 128 <= bytes.count { return offset + 128 }
        if begins("LYRICSBEGIN", at: offset) {
            let ends = ["LYRICS200", "LYRICSEND"].compactMap { firstPlace(of: $0, from: offset) }
            if let end = ends.min() { return end + 9 }
        }
        return offset
    }

    /// Where the tags end that follow one another from `start` on, and the zeros with which some programs fill room up.
    func endOfTags(from start: Int, skippingZeros: Bool = true) -> Int {
        var end = min(start, bytes.count)
        while end < bytes.count {
            let next = endOfTag(at: end)
            if next > end {
                end = min(next, bytes.count)
            } else if skippingZeros, bytes[end] == 0 {
                end = bytes[end...].firstIndex { $0 != 0 } ?? bytes.count
            } else {
                break
            }
        }
        return end
    }

    /// Where tags of ID3 version 2 and of APE, and zeros, end that stand before the sound; 0 where there are none.
    var endOfLeadingTags: Int {
        let end = endOfTags(from: 0, skippingZeros: false)
        let sound = endOfTags(from: end)
        return end > 0 || sound < bytes.count && bytes[sound] == 0xFF ? sound : 0
    }

    /// Where the tags begin that end exactly at `end`, looking no further back than `start`; `end` where there are none.
    func startOfTags(endingAt end: Int, from start: Int) -> Int {
        var first = end
        while true {
            let next = startOfTag(endingAt: first, from: start)
            guard next < first else { return first }
            first = next
        }
    }

    private func startOfTag(endingAt end: Int, from start: Int) -> Int {
        if end - 128 >= start, begins("TAG", at: end - 128) { return end - 128 }
        if end - 32 >= start, begins("APETAGEX", at: end - 32) {
            let hasHeader = number(at: end - 12, byteCount: 4, false) & 0x8000_0000 != 0
            let first = end - number(at: end - 20, byteCount: 4, false) - (hasHeader ? 32 : 0)
            if first >= start, first < end { return first }
        }
        let beginnings = ["ID3", "LYRICSBEGIN"].lazy.flatMap { places(of: $0, from: start) }
        return beginnings.first { $0 < end && endOfTag(at: $0) == end } ?? end
    }
}
