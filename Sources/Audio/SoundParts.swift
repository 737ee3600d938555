import Files
import Platform

/// What of a file is decoded, one after the other, where libsndfile would read less than all of it, or more than its sound.
struct SoundParts {
    struct Part {
        let bytes: [UInt8]
        /// The number of samples of each channel, where it is known though the header does not give it.
        var frameCount: Int?
    }

    /// Empty where the whole file can be read as it is.
    private(set) var parts: [Part] = []
    private(set) var remarks: [String] = []
    /// Whether an Ogg stream is not marked as ended.
    private(set) var endIsMissing = false

    private let bytes: Data
    private let start: Int
    private let name: String

    /// - Parameters:
    ///   - bytes: The file, without tags before it.
    ///   - start: Where they begin in the whole, for messages.
    init(of bytes: Data, at start: Int = 0, named name: String) throws(FileError) {
        (self.bytes, self.start, self.name) = (bytes, start, name)
        let header = HeaderBytes(bytes)
        if let files = header.joinedFiles {
            try split(into: files)
        } else if let pages = OggPages(of: bytes, at: start) {
            try split(into: pages)
        } else {
            try checkWhole(header)
            try findParts(header)
        }
        if parts.count > 1 { remarks.insert("its \(parts.count) streams were read one after the other", at: 0) }
    }

    private mutating func split(into files: [Range<Int>]) throws(FileError) {
        for range in files {
            let file = Data(bytes[range])
            guard Truncation(of: file) == nil else {
                throw FileError(.badData, name, "is of \(files.count) files that were joined, of which one is cut short; split it.")
            }
            let sound = try SoundParts(of: file, at: start + range.lowerBound, named: name)
            parts += sound.parts.isEmpty ? [Part(bytes: Array(file))] : sound.parts
            remarks += sound.remarks
        }
    }

    private mutating func split(into pages: OggPages) throws(FileError) {
        if pages.missingByteCount > 0 { throw cutShort(bytes.count, of: bytes.count + pages.missingByteCount) }
        if let damage = pages.damage {
            throw FileError(
                .badData, name, "is damaged: \(damage), so that a part of the sound would be left out; copy it again from its source.")
        }
        // A stream's last page is there to its end; its mark may be missing, since recorders that are stopped do not write it.
        endIsMissing = !pages.hasEnd
        let place = pages.links.count > 1 ? "the last page of one of its streams" : "its last page"
        if endIsMissing { remarks.append("\(place) is not marked as the end, as where a recording was stopped") }
        if pages.beginsLate { remarks.append("pages between its headers and its sound are missing, as where a broadcast was recorded") }
        if pages.strayByteCount > 0 { remarks.append("\(pages.strayByteCount) bytes that are neither pages of Ogg nor tags were left out") }
        guard pages.links != [bytes.indices] || endIsMissing else { return }
        parts = pages.links.map { Part(bytes: Array(bytes[$0])) }
    }

    private func checkWhole(_ header: HeaderBytes) throws(FileError) {
        if let truncation = Truncation(of: bytes) { throw cutShort(truncation.presentByteCount, of: truncation.promisedByteCount) }
        if let place = header.startOfFileWithinSound {
            throw FileError(
                .badData, name,
                "is damaged: another file begins within its sound, at byte \(start + place), as where one that was cut short and another were "
                    + "joined; split it there, and copy the first again from its source.")
        }
    }

    private func cutShort(_ present: Int, of promised: Int) -> FileError {
        FileError(
            .badData, name,
            "is cut short: \(present) of the \(promised) bytes of sound its header promises are there; copy it again from its source.")
    }

    /// Of a file that is one and has all that it promises.
    private mutating func findParts(_ header: HeaderBytes) throws(FileError) {
        let unread = header.unreadByteCount
        if unread > 0 { remarks.append("\(unread) bytes after the end that its header gives were not read") }
        if let completed = OpenLength(of: bytes) {
            if completed.wasOpen {
                remarks.append("its header does not give the length of the sound, which was read to the end of the file")
            }
            parts = [Part(bytes: Array(completed.bytes))]
        } else if let encoded = EncodedStreams(of: bytes) {
            guard !encoded.streams.contains(where: \.isCutShort) else {
                throw FileError(
                    .badData, name,
                    "is cut short or damaged: the sound breaks off before its last frame is whole; copy it again from its source.")
            }
            remarks += encoded.remarks
            guard encoded.streams != [.init(range: bytes.indices)] else { return }
            parts = encoded.streams.map { Part(bytes: $0.prefix + Array(bytes[$0.range]), frameCount: $0.frameCount) }
        } else if let sound = header.withoutWhatFollows {
            parts = [Part(bytes: Array(sound))]
        }
    }
}
