public import Files

/// What was done to a file's sound to make it mono at the rate asked for. Its description is one sentence.
public struct Preparation: Sendable, Equatable, CustomStringConvertible {
    /// The file, as it is on the disk.
    public var original: SoundProperties
    /// Hz: the rate of the waveform.
    public var sampleRate: Int

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

/// The sound of the file at `path` (`-` is standard input), mono, at `sampleRate` (Hz; nil keeps the file's own).
///
/// - Returns: the waveform, and what had to be done to get it.
/// - Throws: as ``AudioFile/init(at:)``.
public func readWaveform(
    at path: String, sampleRate: Int? = nil
) throws(FileError) -> (waveform: Waveform, preparation: Preparation) {
    let file = try AudioFile(at: path)
    let rate = sampleRate ?? file.waveform.sampleRate
    let waveform = rate == file.waveform.sampleRate ? file.waveform : file.waveform.resampled(to: rate)
    return (waveform, Preparation(original: file.properties, sampleRate: rate))
}
