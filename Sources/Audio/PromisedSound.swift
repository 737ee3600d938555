import Platform

/// Where the sound of a file is, by its header, in the formats that have it in one piece.
extension HeaderBytes {
    /// Where the sound starts and how many bytes of it the header promises.
    var promisedSound: (start: Int, size: Int)? {
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
        if begins("MATLAB 5.0") { return matlab5 }
        if begins("ALawSoundFile**") { return (32, number(at: 18, byteCount: 4, true)) }
        if bytes.prefix(2) == Data([1, 4]), (0...1).contains(number(at: 21, byteCount: 1, false)) {
            return (42, number(at: 30, byteCount: 4, false) * 2 * (1 + number(at: 21, byteCount: 1, false)))
        }
        return sampleDump ?? matlab4
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
            if parts.count == 3, parts[1].hasPrefix("-") { fields[parts[0]] = Int(parts[2]) }
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

    /// MIDI's sample dump: a header of 21 bytes, and packets of 127 bytes with 120 of sound, of 7 bits each.
    private var sampleDump: (start: Int, size: Int)? {
        guard bytes.count > 21, bytes[0] == 0xF0, bytes[1] == 0x7E, bytes[3] == 1 else { return nil }
        let count = Int(bytes[10]) | Int(bytes[11]) << 7 | Int(bytes[12]) << 14
        let samplesPerPacket = 120 / max(1, (Int(bytes[6]) + 6) / 7)
        return (21, (count + samplesPerPacket - 1) / samplesPerPacket * 127)
    }

    /// MATLAB's 4: matrices of five numbers of 4 bytes, a name and the values. The first is the sample rate, the second the sound.
    private var matlab4: (start: Int, size: Int)? {
        let isBigEndian = bytes.prefix(4) == Data([0, 0, 3, 0xE8])
        guard isBigEndian || bytes.prefix(4) == Data([0, 0, 0, 0]), begins("samplerate", at: 20) else { return nil }
        func field(_ index: Int, of matrix: Int) -> Int { number(at: matrix + 4 * index, byteCount: 4, isBigEndian) }
        let sound = 20 + field(4, of: 0) + 8
        let code = field(0, of: sound) / 10 % 10
        guard code < 6, field(4, of: sound) < 64, field(1, of: sound) < 1 << 16 else { return nil }
        return (sound + 20 + field(4, of: sound), field(1, of: sound) * field(2, of: sound) * [8, 4, 4, 2, 2, 1][code])
    }

    /// MATLAB's 5.0: elements of a type, which is 14 for matrices, and a size of 4 bytes each.
    private var matlab5: (start: Int, size: Int)? {
        let isBigEndian = begins("MI", at: 126)
        var offset = 128
        while offset + 8 <= bytes.count, number(at: offset, byteCount: 4, isBigEndian) == 14 { offset += 8 + number(at: offset + 4, byteCount: 4, isBigEndian) }
        return (128, offset - 128)
    }
}
