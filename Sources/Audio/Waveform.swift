public import Files

/// A mono signal.
public struct Waveform: Sendable, Equatable {
    /// The samples; ±1 is full scale.
    public var samples: [Float]
    /// The sample rate in Hz.
    public var sampleRate: Int

    public init(samples: [Float], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = sampleRate
    }

    /// The duration in seconds.
    public var duration: Double { Double(samples.count) / Double(sampleRate) }
}

/// The conversions of a file's sound to mono and to the sample rate asked for. `description` summarises them.
public struct Preparation: Sendable, Equatable, CustomStringConvertible {
    /// The properties of the file on disk.
    public var original: SoundProperties
    /// The sample rate of the waveform in Hz.
    public var sampleRate: Int

    /// Clauses about what is unusual in the file: those of its properties, and an offset that can be seen in its mel.
    public var remarks: [String] { original.findings }

    /// Whether the samples are the file's own.
    public var isUnchanged: Bool { original.channelCount == 1 && original.sampleRate == sampleRate }

    /// `mixed 2 channels to one and resampled 48000 Hz to 22050 Hz`
    public var description: String {
        var steps: [String] = []
        if original.channelCount > 1 { steps.append("mixed \(original.channelCount) channels to one") }
        if original.sampleRate != sampleRate {
            steps.append("resampled \(original.sampleRate) Hz to \(sampleRate) Hz")
        }
        return steps.isEmpty ? "left as it is: mono, \(sampleRate) Hz" : steps.joined(separator: " and ")
    }
}

/// Reads the file at `path` (`-` is standard input) as mono sound at `sampleRate` in Hz (by default the file's).
///
/// - Returns: The waveform, and how it was mixed and resampled.
/// - Throws: The errors of ``AudioFile/init(at:)``.
public func readWaveform(
    at path: String, sampleRate: Int? = nil
) throws(FileError) -> (waveform: Waveform, preparation: Preparation) {
    let file = try AudioFile(at: path)
    let rate = sampleRate ?? file.waveform.sampleRate
    let waveform = rate == file.waveform.sampleRate ? file.waveform : file.waveform.resampled(to: rate)
    return (waveform, Preparation(original: file.properties, sampleRate: rate))
}

/// The result of writing a sound.
public struct WrittenSound: Sendable, Equatable {
    /// The sample rate in Hz: the waveform's, or 48 kHz for Opus if that is none of 8, 12, 16, 24 and 48 kHz.
    public var sampleRate: Int
    /// The number of samples beyond full scale, which were clipped; 0 for floating point, which does not clip.
    public var clippedSampleCount: Int
}

extension Waveform {
    /// Writes WAV, FLAC, Ogg Vorbis or Opus, by the ending of `path`; WAV to standard output where `path` is `-`.
    ///
    /// The file appears whole or not at all, and the same samples give the same WAV or FLAC bytes.
    ///
    /// - Parameter format: The encoding of WAV and FLAC samples; the lossy formats Vorbis and Opus ignore it.
    /// - Throws: `FileError`: `.cannotCreate` if the ending is unknown, the container does not support the encoding (FLAC has no
    ///   floating point) or the file cannot be created; `.badData` for a sample that is NaN or infinite; `.inputOutput` if writing
    ///   fails.
    @discardableResult
    public func write(to path: String, format: SampleFormat = .int16) throws(FileError) -> WrittenSound {
        var writer = try SoundWriter(to: path, format: format, sampleRate: sampleRate)
        try samples.withUnsafeBufferPointer { samples throws(FileError) in try writer.append(samples) }
        return try writer.finish()
    }
}
