import Platform

/// The amount of sound that a truncated file's header promises, and how much of it is there.
///
/// libsndfile silently shortens a WAV or AIFF file whose data chunk extends beyond the end of the file, and a truncated Ogg stream, so
/// that half a recording would be taken for a whole one.
struct Truncation: Equatable {
    var promisedByteCount: Int
    var presentByteCount: Int

    /// Nil if the sound is complete or its format is not checked here (truncated FLAC files fail on decoding).
    ///
    /// Up to 44 missing bytes are accepted, since some programs count the header as sound. Sizes of 0 and near 2^31 and 2^32 are
    /// written by programs that stream into a pipe and cannot fill in the length, and are not checked.
    init?(of bytes: Data) {
        switch bytes.prefix(4) {
        case Data("RIFF".utf8): self.init(chunksOf: bytes, dataChunk: "data", bigEndian: false)
        case Data("RIFX".utf8): self.init(chunksOf: bytes, dataChunk: "data", bigEndian: true)
        case Data("FORM".utf8): self.init(chunksOf: bytes, dataChunk: "SSND", bigEndian: true)
        case Data("OggS".utf8): self.init(pagesOf: bytes)
        default: return nil
        }
    }

    private init?(chunksOf bytes: Data, dataChunk: String, bigEndian: Bool) {
        let identifier = Data(dataChunk.utf8)
        var offset = bytes.startIndex + 12
        while offset + 8 <= bytes.endIndex {
            let field = bytes[offset + 4..<offset + 8]
            let size = (bigEndian ? Array(field) : field.reversed()).reduce(0) { $0 << 8 | Int($1) }
            if bytes[offset..<offset + 4] == identifier {
                let present = bytes.endIndex - offset - 8
                guard size > 0, size < 0x7FFF_F000, size > present + 44 else { return nil }
                self.init(promisedByteCount: size, presentByteCount: present)
                return
            }
            offset += 8 + size + size % 2
        }
        return nil
    }

    /// An Ogg stream's last page is there to its end; its mark may be missing, since recorders that are stopped do not write it.
    private init?(pagesOf bytes: Data) {
        guard let pages = OggPages(of: bytes), pages.missingByteCount > 0 else { return nil }
        self.init(promisedByteCount: bytes.count + pages.missingByteCount, presentByteCount: bytes.count)
    }

    private init(promisedByteCount: Int, presentByteCount: Int) {
        self.promisedByteCount = promisedByteCount
        self.presentByteCount = presentByteCount
    }
}
