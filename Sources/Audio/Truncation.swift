import Platform

/// The amount of sound that a truncated file's header promises, and how much of it is there.
///
/// libsndfile silently shortens a sound that extends beyond the end of the file, so that half a recording would be taken for a whole
/// one. IRCAM's and raw formats promise no length; FLAC fails on decoding, or is seen by ``EncodedStreams`` as MP3 is.
struct Truncation: Equatable {
    let promisedByteCount: Int
    let presentByteCount: Int

    /// Nil if the sound is complete or its format is not checked here.
    ///
    /// Up to 44 missing bytes are accepted, since some programs count the header as sound. Sizes of 0 and near 2^31 and 2^32 are
    /// written by programs that stream into a pipe and cannot fill in the length, and are not checked.
    init?(of bytes: Data) {
        if let pages = OggPages(of: bytes) {
            // A stream's last page is there to its end; its mark may be missing, since recorders that are stopped do not write it.
            guard pages.missingByteCount > 0 else { return nil }
            (promisedByteCount, presentByteCount) = (bytes.count + pages.missingByteCount, bytes.count)
            return
        }
        let header = HeaderBytes(bytes)
        guard let sound = header.promisedSound, sound.size > 0, sound.start < bytes.count, sound.size > bytes.count - sound.start + 44,
            !(0x7FFF_EFFF...0x7FFF_FFFF).contains(sound.size), !(0xFFFF_EFFF...0xFFFF_FFFF).contains(sound.size)
        else { return nil }
        (promisedByteCount, presentByteCount) = (sound.size, bytes.count - sound.start)
    }
}

extension HeaderBytes {
    /// The bytes after the sound of a WAV file that are no chunk, as where a recorder stopped without writing the last length; 0 where
    /// they are few.
    var unreadByteCount: Int {
        guard begins("RIFF"), let sound = promisedSound, sound.size > 0 else { return 0 }
        let end = sound.start + sound.size + sound.size % 2
        guard end + 4096 < bytes.count, !bytes[end..<end + 4].allSatisfy({ (0x20...0x7E).contains($0) }) else { return 0 }
        return bytes.count - end
    }

    /// Where the sound starts and how many bytes of it the header promises.
    fileprivate var promisedSound: (start: Int, size: Int)? {
        if begins("RIFF") { return chunk("data", from: 12, false) }
        if begins("RIFX") { return chunk("data", from: 12, true) }
        if begins("RF64") || begins("BW64") { return largeWAV }
        if begins("riff") { return waveform64 }
        if begins("FORM") { return chunk("SSND", from: 12, true) ?? chunk("BODY", from: 12, true) }
        if begins("caff") { return coreAudio }
        if begins(".snd") { return (number(at: 4, byteCount: 4, true), number(at: 8, byteCount: 4, true)) }
        if begins("dns.") { return (number(at: 4, byteCount: 4, false), number(at: 8, byteCount: 4, false)) }
        if begins("NIST_1A") { return sphere }
        if begins("2BIT") {
            let sampleSize = number(at: 14, byteCount: 2, true) / 8 * (number(at: 12, byteCount: 2, true) == 0 ? 1 : 2)
            return (128, number(at: 26, byteCount: 4, true) * sampleSize)
        }
        if begins("Creative Voice File") { return creativeVoice }
        if begins("MATLAB 5.0") { return matlab }
        return nil
    }

    /// RF64 and BW64 (EBU Tech 3306): the size is in another chunk.
    private var largeWAV: (start: Int, size: Int)? {
        guard let sizes = chunk("ds64", from: 12, false), let data = chunk("data", from: 12, false) else { return nil }
        return data.size == 0xFFFF_FFFF ? (data.start, number(at: sizes.start + 8, byteCount: 8, false)) : data
    }

    /// Sony's Wave64: chunks are named by 16 bytes, and their sizes have 8 and include the header of 24.
    private var waveform64: (start: Int, size: Int)? {
        var offset = 40
        while offset + 24 <= bytes.count {
            let size = number(at: offset + 16, byteCount: 8, false)
            guard size >= 24 else { return nil }
            if begins("data", at: offset) { return (offset + 24, size - 24) }
            guard size < bytes.count else { return nil }
            offset += (size + 7) & ~7
        }
        return nil
    }

    private var coreAudio: (start: Int, size: Int)? {
        var offset = 8
        while offset + 12 <= bytes.count {
            let size = number(at: offset + 4, byteCount: 8, true)
            if begins("data", at: offset) { return (offset + 12, size) }
            guard size >= 0, size < bytes.count else { return nil }
            offset += 12 + size
        }
        return nil
    }

    /// NIST's SPHERE: lines of a name, a type and a value.
    private var sphere: (start: Int, size: Int)? {
        let lines = String(decoding: bytes.prefix(1024), as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count > 2, let start = Int(lines[1].filter(\.isNumber)) else { return nil }
        var fields: [Substring: Int] = [:]
        for line in lines {
            let parts = line.split(separator: " ")
            if parts.count == 3, parts[1] == "-i" { fields[parts[0]] = Int(parts[2]) }
            // Shortened sounds have less than they promise.
            if line.hasPrefix("sample_coding"), line.contains("shorten") { return nil }
        }
        guard let count = fields["sample_count"], let size = fields["sample_n_bytes"], (1...8).contains(size), (0..<1 << 40).contains(count)
        else { return nil }
        return (start, count * size * max(1, min(64, fields["channel_count"] ?? 1)))
    }

    /// Creative's VOC: blocks of a type and 3 bytes of size, to one of type 0.
    private var creativeVoice: (start: Int, size: Int)? {
        var offset = number(at: 20, byteCount: 2, false)
        let first = offset
        while offset + 4 <= bytes.count, bytes[offset] != 0 { offset += 4 + number(at: offset + 1, byteCount: 3, false) }
        return (first, offset - first)
    }

    /// MATLAB's 5.0: elements of a type and a size of 4 bytes each.
    private var matlab: (start: Int, size: Int)? {
        let isBigEndian = begins("MI", at: 126)
        var offset = 128
        while offset + 8 <= bytes.count { offset += 8 + number(at: offset + 4, byteCount: 4, isBigEndian) }
        return (128, offset - 128)
    }
}
