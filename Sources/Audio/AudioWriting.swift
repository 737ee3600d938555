public import Files

/// What writing a sound came to.
public struct WrittenSound: Sendable, Equatable {
    /// Hz: the waveform's, unless the format has none such (Opus knows 8, 12, 16, 24 and 48 kHz and gets 48 kHz).
    public var sampleRate: Int
    /// Samples beyond full scale, which were brought back to it. 0 for floating point, which has room above it.
    public var clippedSampleCount: Int
}

extension Waveform {
    /// Writes WAV, FLAC, Ogg Vorbis or Opus, by the ending of `path`; WAV to standard output where `path` is `-`.
    ///
    /// The file appears whole or not at all, and the same samples give the same WAV or FLAC bytes.
    /// - Parameter format: of WAV and FLAC samples; Vorbis and Opus, being lossy, have no such thing and ignore it.
    /// - Throws: `FileError`: `.cannotCreate` where the ending is unknown, the format cannot hold the samples (FLAC has
    ///   no floating point) or the folder takes no file; `.badData` for a sample that is NaN or infinite; `.inputOutput`
    ///   where writing fails.
    @discardableResult
    public func write(to path: String, format: SampleFormat = .int16) throws(FileError) -> WrittenSound {
        var writer = try SoundWriter(to: path, format: format, sampleRate: sampleRate)
        try samples.withUnsafeBufferPointer { samples throws(FileError) in try writer.append(samples) }
        return try writer.finish()
    }
}
