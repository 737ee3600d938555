import Platform

/// Files that were joined end to end, and what else lies behind the sound of one.
extension HeaderBytes {
    /// The name with which a file of sound begins at `offset`; nil where none does. Chance makes no such beginning.
    func fileKind(at offset: Int) -> String? {
        let kinds = ["RIFF", "RIFX", "RF64", "BW64", "riff", "FORM", "caff", ".snd", "dns.", "NIST_1A", "Creative Voice File", "fLaC", "OggS"]
        guard let kind = kinds.first(where: { begins($0, at: offset) }) else { return nil }
        func isAU(_ isBigEndian: Bool) -> Bool {
            func field(_ index: Int) -> Int { number(at: offset + 4 * index, byteCount: 4, isBigEndian) }
            let (start, encoding, sampleRate, channelCount) = (field(1), field(3), field(4), field(5))
            return start >= 24 && start <= 65_536 && 1...32 ~= encoding && 1000...1_000_000 ~= sampleRate && 1...1024 ~= channelCount
        }
        let isWhole =
            switch kind {
            case "RIFF", "RIFX", "RF64", "BW64": begins("WAVE", at: offset + 8)
            case "FORM": ["AIFF", "AIFC", "8SVX", "16SV"].contains { begins($0, at: offset + 8) }
            case "riff": begins("wave", at: offset + 24)
            case "caff": begins("\0\u{1}\0\0desc", at: offset + 4)
            case ".snd": isAU(true)
            case "dns.": isAU(false)
            case "fLaC": number(at: offset + 4, byteCount: 4, true) & 0x7FFF_FFFF == 34
            case "OggS": begins("\0\u{2}", at: offset + 4)
            default: true
            }
        return isWhole ? kind : nil
    }

    /// The files that were joined end to end, with nothing but tags and zeros between them; nil where there is one.
    var joinedFiles: [Range<Int>]? {
        guard let kind = fileKind(at: 0), kind != "fLaC", kind != "OggS" else { return nil }
        var (files, start, file) = ([Range<Int>](), 0, self)
        while let end = file.endOfFile(of: kind), case let next = file.endOfTags(from: end), file.fileKind(at: next) == kind {
            files.append(start..<start + end)
            start += next
            file = HeaderBytes(Data(bytes[start...]))
        }
        return files.isEmpty ? nil : files + [start..<bytes.count]
    }

    /// Where the file ends by what it says of itself; where it leaves its length open, where the next begins, if one does.
    private func endOfFile(of kind: String) -> Int? {
        guard let sound = promisedSound, (12..<bytes.count).contains(sound.start) else { return nil }
        if sound.size <= 0 || sound.size >= 0x7FFF_EFFF && sound.size > bytes.count - sound.start {
            return places(of: kind, from: sound.start).first { fileKind(at: $0) == kind }
        }
        guard sound.size <= bytes.count - sound.start else { return nil }
        return endOfChunks(from: sound.start + sound.size)
    }

    /// Where the chunks end that follow the sound, of which `end` is the end.
    private func endOfChunks(from end: Int) -> Int {
        if begins("Creative") { return end + 1 }
        // libsndfile leaves out the bytes that make the size a multiple of 8.
        if begins("riff") { return fileKind(at: end) != nil || endOfTag(at: end) > end ? end : (end + 7) & ~7 }
        let isCoreAudio = begins("caff")
        guard isCoreAudio || ["RIF", "RF64", "BW64", "FORM"].contains(where: { begins($0) }) else { return end }
        var end = end
        while end < bytes.count {
            // Some programs forget the byte that makes the size even.
            let places = isCoreAudio || end % 2 == 0 ? [end] : [end, end + 1]
            if let next = places.first(where: { fileKind(at: $0) != nil || endOfTag(at: $0) > $0 }) { return next }
            guard let next = places.reversed().lazy.compactMap({ endOfChunk(at: $0) }).first else { return bytes[end] == 0 ? places.last! : end }
            end = next
        }
        return end
    }

    /// Where the chunk ends that begins at `offset`; nil where none does that has room.
    private func endOfChunk(at offset: Int) -> Int? {
        let isCoreAudio = begins("caff")
        let headerSize = isCoreAudio ? 12 : 8
        guard isChunkName(at: offset), offset + headerSize <= bytes.count else { return nil }
        let size = number(at: offset + 4, byteCount: headerSize - 4, isCoreAudio || begins("RIFX") || begins("FORM"))
        return (0...bytes.count - offset - headerSize).contains(size) ? offset + headerSize + size : nil
    }

    /// Whether the name of a chunk may begin at `offset`.
    func isChunkName(at offset: Int) -> Bool {
        offset + 8 <= bytes.count && bytes[offset..<offset + 4].allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Where another file begins within the sound that the header promises, as where one was cut short before another was joined to it.
    var startOfFileWithinSound: Int? {
        guard let kind = fileKind(at: 0), let sound = promisedSound, sound.size > 0, (12..<bytes.count).contains(sound.start) else { return nil }
        return places(of: kind, from: sound.start).first { $0 - sound.start < sound.size && fileKind(at: $0) == kind }
    }

    /// The file without what libsndfile would read as sound though it lies behind it; nil where that is nothing, or it knows itself.
    var withoutWhatFollows: Data? {
        guard begins("riff") || begins("2BIT") || begins("FORM") && (begins("8SVX", at: 8) || begins("16SV", at: 8)),
            let sound = promisedSound, sound.size > 0, sound.size < bytes.count - sound.start
        else { return nil }
        return bytes[..<(sound.start + sound.size)]
    }

    /// The bytes after the sound that are neither chunks nor tags, as where a recorder stopped without writing the last length or another
    /// file was joined to this; 0 where they are few and no file.
    var unreadByteCount: Int {
        guard let sound = promisedSound, 1..<bytes.count ~= sound.size, sound.size <= bytes.count - sound.start,
            !begins("NIST_1A"), !begins("MATLAB"), !begins("Creative")
        else { return 0 }
        let end = endOfTags(from: endOfChunks(from: sound.start + sound.size), skippingZeros: false)
        let file = endOfTags(from: end)
        if fileKind(at: file) != nil { return bytes.count - file }
        guard end + 4096 < bytes.count else { return 0 }
        return begins("riff") && isChunkName(at: end) ? 0 : bytes.count - end
    }
}
