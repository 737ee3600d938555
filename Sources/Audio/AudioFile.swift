import CSndFile
public import Files
import Platform

/// A sound file as read: the mean of its channels at the file's sample rate, and the file's properties.
public struct AudioFile: Sendable, Equatable {
    public let waveform: Waveform
    public let properties: SoundProperties

    /// Reads anything libsndfile reads, from the file or pipe at `path`, or from standard input where that is
    /// `-`. The streams of a chained Ogg file, of FLAC and of MP3, and files of one kind that were joined end to end, are read one after
    /// the other, at the rate of the first; tags between them are passed over. Where a header leaves the length open, the sound is read to
    /// the end of what is there; ``SoundProperties/remarks`` tell of that, and of bytes that were left out.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no such file; `.badData` if it is empty, is no sound, is truncated (its header
    ///   promises more than is there) or damaged (a page of Ogg or a frame of FLAC is, or another file begins within the sound), has no
    ///   samples, contains NaN or infinity, has channels that cancel one another, or floating-point samples that were not scaled to ±1;
    ///   `.inputOutput` if reading fails.
    public init(at path: String) throws(FileError) {
        let streamed = path == "-" ? try standardInput() : try streamContents(at: path)
        var bytes = if let streamed { streamed } else { try contents(ofFile: path) }
        let name = path == "-" ? "standard input" : path
        guard !bytes.isEmpty else {
            throw FileError(.badData, name, "is empty (0 bytes) where a sound was expected.")
        }
        let tags = HeaderBytes(bytes).endOfLeadingTags
        let isTagged = tags > 0 && tags < bytes.count && bytes[tags] != 0xFF
        if isTagged { bytes = Data(bytes[tags...]) }
        let sound = try SoundParts(of: bytes, at: isTagged ? tags : 0, named: name)
        var decoded = DecodedSound(named: name, byteCount: bytes.count)
        decoded.endIsMissing = sound.endIsMissing
        for remark in sound.remarks { decoded.remark(remark) }
        for part in sound.parts {
            try decoded.append(try SoundFile(reading: MemoryStream(part.bytes), named: name), frameCount: part.frameCount)
        }
        if sound.parts.isEmpty, streamed == nil, !isTagged {
            try decoded.append(try SoundFile(reading: path))
        } else if sound.parts.isEmpty {
            try decoded.append(try SoundFile(reading: MemoryStream(Array(bytes)), named: name))
        }
        (waveform, properties) = try decoded.finished()
    }

    /// The duration in seconds that the header of the file at `path` gives; nil where it gives none or cannot be read.
    public static func duration(at path: String) -> Double? {
        guard let file = try? SoundFile(reading: path), let frameCount = file.promisedFrameCount, file.info.samplerate > 0 else { return nil }
        return Double(frameCount) / Double(file.info.samplerate)
    }
}
