import Platform

/// A sound whose header leaves its length open or says 0, as programs write it that stream into a pipe or were stopped while recording,
/// with the length filled in from what is there.
///
/// | format | length |
/// |---|---|
/// | WAV, RIFX | 0 in `data` with more after it than a chunk, or 0x7FFFF000 and more |
/// | RF64, BW64 | 0 or -1 in `ds64` |
/// | AIFF | 0 in `FORM`; 0 or 8 in `SSND` |
/// | AU | 0, 0x7FFFFFFF or 0xFFFFFFFF, which is the format's own way |
/// | CAF | -1 in `data`, which is the format's own way |
///
/// BW64 (ITU-R BS.2088) is RF64 by another name, by which libsndfile does not know it.
struct OpenLength {
    let bytes: Data
    /// Whether the length was open; not in a file of which only the name was changed.
    let wasOpen: Bool

    /// Nil where the header gives a length, or the format is none of these.
    init?(of original: Data) {
        var header = HeaderBytes(original)
        let isRenamed = header.begins("BW64")
        if isRenamed { header.bytes.replaceSubrange(0..<4, with: Data("RF64".utf8)) }
        let isCompleted =
            switch header.bytes.prefix(4) {
            case Data("RIFF".utf8): header.completeWAV(isBigEndian: false)
            case Data("RIFX".utf8): header.completeWAV(isBigEndian: true)
            case Data("RF64".utf8): header.completeRF64()
            case Data("FORM".utf8): header.completeAIFF()
            case Data(".snd".utf8): header.completeAU(isBigEndian: true)
            case Data("dns.".utf8): header.completeAU(isBigEndian: false)
            case Data("caff".utf8): header.completeCAF()
            default: false
            }
        guard isCompleted || isRenamed else { return nil }
        (bytes, wasOpen) = (header.bytes, isCompleted)
    }
}

extension HeaderBytes {
    mutating func completeWAV(isBigEndian: Bool) -> Bool {
        guard let data = chunk("data", from: 12, isBigEndian),
            data.size == 0 || (0x7FFF_EFFF...0x7FFF_FFFF).contains(data.size) || data.size >= 0xFFFF_EFFF, data.size > bytes.count || data.size == 0,
            hasSound(at: data.start, isBigEndian)
        else { return false }
        let present = min(endOfSound(from: data.start, isBigEndian) - data.start, 0x7FFF_EFFF)
        write(present, at: data.start - 4, byteCount: 4, isBigEndian)
        write(present + data.start - 8, at: 4, byteCount: 4, isBigEndian)
        return true
    }

    mutating func completeRF64() -> Bool {
        guard let sizes = chunk("ds64", from: 12, false), sizes.size >= 24, [0, -1].contains(number(at: sizes.start + 8, byteCount: 8, false)),
            let data = chunk("data", from: 12, false, skippingUnknownSizes: true), hasSound(at: data.start, false)
        else { return false }
        let frameSize = chunk("fmt ", from: 12, false).map { number(at: $0.start + 12, byteCount: 2, false) } ?? 1
        let present = endOfSound(from: data.start, false) - data.start
        write(bytes.count - 8, at: sizes.start, byteCount: 8, false)
        write(present, at: sizes.start + 8, byteCount: 8, false)
        write(present / max(1, frameSize), at: sizes.start + 16, byteCount: 8, false)
        return true
    }

    mutating func completeAIFF() -> Bool {
        guard let sound = chunk("SSND", from: 12, true), let common = chunk("COMM", from: 12, true), common.size >= 18 else { return false }
        let isFormOpen = number(at: 4, byteCount: 4, true) == 0
        let isSoundOpen = [0, 8].contains(sound.size) && bytes.count > sound.start + 8 && hasSound(at: sound.start + 8, true)
        guard isFormOpen || isSoundOpen else { return false }
        write(min(bytes.count - 8, 0x7FFF_EFFF), at: 4, byteCount: 4, true)
        if isSoundOpen {
            let present = min(endOfSound(from: sound.start, true) - sound.start, 0x7FFF_EFFF)
            let frameSize = number(at: common.start, byteCount: 2, true) * ((number(at: common.start + 6, byteCount: 2, true) + 7) / 8)
            write(present, at: sound.start - 4, byteCount: 4, true)
            write((present - 8) / max(1, frameSize), at: common.start + 2, byteCount: 4, true)
        }
        return true
    }

    mutating func completeAU(isBigEndian: Bool) -> Bool {
        let start = number(at: 4, byteCount: 4, isBigEndian)
        guard bytes.count > 24, [0, 0x7FFF_FFFF, 0xFFFF_FFFF].contains(number(at: 8, byteCount: 4, isBigEndian)), (24..<bytes.count).contains(start)
        else { return false }
        write(min(startOfTags(endingAt: bytes.count, from: start) - start, 0xFFFF_FFFF), at: 8, byteCount: 4, isBigEndian)
        return true
    }

    mutating func completeCAF() -> Bool {
        var offset = 8
        while offset + 12 <= bytes.count {
            let size = number(at: offset + 4, byteCount: 8, true)
            if bytes[offset..<offset + 4] == Data("data".utf8) {
                guard size == -1 else { return false }
                write(startOfTags(endingAt: bytes.count, from: offset + 12) - offset - 12, at: offset + 4, byteCount: 8, true)
                return true
            }
            guard size >= 0, size < bytes.count else { return false }
            offset += 12 + size
        }
        return false
    }

    /// Whether what begins at `offset` is sound, and not the end of the file nor another chunk.
    private func hasSound(at offset: Int, _ isBigEndian: Bool) -> Bool {
        guard offset + 8 <= bytes.count else { return offset < bytes.count }
        let name = bytes[offset..<offset + 4]
        let size = number(at: offset + 4, byteCount: 4, isBigEndian)
        return !(name.allSatisfy { (0x20...0x7E).contains($0) } && size <= bytes.count - offset - 8)
    }

    /// Where the sound that begins at `start` ends: at the end of the file, or where tags or chunks begin that end with it.
    private func endOfSound(from start: Int, _ isBigEndian: Bool) -> Int {
        let end = startOfTags(endingAt: bytes.count, from: start)
        for first in stride(from: max(start, end - 65_536) & ~1, to: end - 8, by: 2) where isChunkName(at: first) {
            var offset = first
            while offset + 8 <= end, isChunkName(at: offset) {
                let size = number(at: offset + 4, byteCount: 4, isBigEndian)
                offset += 8 + size + size % 2
            }
            if offset == end || offset == end + 1 { return first }
        }
        return end
    }
}
