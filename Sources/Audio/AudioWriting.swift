import CSndFile
public import Files

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What writing a sound came to.
public struct WrittenSound: Sendable, Equatable {
    /// Hz: the waveform's, unless the format has none such (Opus knows 8, 12, 16, 24 and 48 kHz and gets 48 kHz).
    public var sampleRate: Int
    /// Samples beyond full scale, which were brought back to it. 0 for floating point, which has room above it.
    public var clippedSampleCount: Int
}

/// The containers that can be written, by the ending of a file's name.
enum SoundContainer: String, CaseIterable {
    case wav, flac, ogg, opus

    init(ofFile path: String) throws(FileError) {
        guard path != "-" else {
            self = .wav
            return
        }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        guard let container = Self(rawValue: ending) else {
            let found = ending.isEmpty ? "has no ending" : "ends in .\(ending)"
            throw FileError(.cannotCreate, path, "\(found); .wav, .flac, .ogg (Vorbis) or .opus tells what to write.")
        }
        self = container
    }

    /// libsndfile's number for it.
    func format(holding sampleFormat: SampleFormat) -> Int {
        switch self {
        case .ogg: return SF_FORMAT_OGG | SF_FORMAT_VORBIS
        case .opus: return SF_FORMAT_OGG | SF_FORMAT_OPUS
        case .wav, .flac:
            let encoding =
                switch sampleFormat {
                case .int16: SF_FORMAT_PCM_16
                case .int24: SF_FORMAT_PCM_24
                case .float: SF_FORMAT_FLOAT
                }
            return (self == .wav ? SF_FORMAT_WAV : SF_FORMAT_FLAC) | encoding
        }
    }

    /// Hz: what this container takes in place of `sampleRate`.
    func sampleRate(insteadOf sampleRate: Int) -> Int {
        self != .opus || [8_000, 12_000, 16_000, 24_000, 48_000].contains(sampleRate) ? sampleRate : 48_000
    }
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
        let container = try SoundContainer(ofFile: path)
        if container == .flac, format == .float {
            throw FileError(.cannotCreate, path, "FLAC holds integers only; ask for int16 or int24, or write a .wav.")
        }
        try requireFinite(samples, path)
        let sampleRate = container.sampleRate(insteadOf: sampleRate)
        let fitting = sampleRate == self.sampleRate ? self : resampled(to: sampleRate)
        let stream = MemoryStream()
        let clippedSampleCount = try fitting.encode(into: stream, container, format, path)
        if path == "-" {
            let failure = stream.bytes.withUnsafeBytes { Audio.write($0, to: 1) }
            if let failure {
                throw FileError(.inputOutput, "standard output", "could not be written (\(failure)).")
            }
        } else {
            try replaceFile(at: path, contents: Data(stream.bytes))
        }
        return WrittenSound(sampleRate: sampleRate, clippedSampleCount: clippedSampleCount)
    }

    /// - Returns: how many samples were clipped.
    private func encode(
        into stream: MemoryStream, _ container: SoundContainer, _ format: SampleFormat, _ path: String
    ) throws(FileError) -> Int {
        let file = try SoundFile(
            writing: stream, format: container.format(holding: format), sampleRate: sampleRate, named: path)
        let clippedSampleCount: Int
        let writtenCount: Int
        switch (container, format) {
        case (.wav, .int16), (.flac, .int16):
            let (values, clipped) = quantised(samples, to: Int16.self, fullScale: 32_768)
            clippedSampleCount = clipped
            writtenCount = values.withUnsafeBufferPointer { file.write($0) }
        case (.wav, .int24), (.flac, .int24):
            let (values, clipped) = quantised(samples, to: Int32.self, fullScale: 8_388_608)
            clippedSampleCount = clipped
            writtenCount = values.map { $0 << 8 }.withUnsafeBufferPointer { file.write($0) }
        case (.wav, .float), (.flac, .float):
            clippedSampleCount = 0
            writtenCount = samples.withUnsafeBufferPointer { file.write($0) }
        case (.ogg, _), (.opus, _):
            let saturated = samples.map { max(-1, min(1, $0)) }
            clippedSampleCount = zip(samples, saturated).count { $0 != $1 }
            writtenCount = file.writeInBlocks(saturated)
        }
        guard writtenCount == samples.count else {
            let reason = file.failure ?? "no reason given"
            throw FileError(.inputOutput, path, "could not be encoded (libsndfile: \(reason)).")
        }
        file.finish()
        return clippedSampleCount
    }
}

extension SoundFile {
    /// The Vorbis encoder takes space on the stack for all it is handed at once.
    fileprivate borrowing func writeInBlocks(_ samples: [Float]) -> Int {
        samples.withUnsafeBufferPointer { samples in
            var writtenCount = 0
            while writtenCount < samples.count {
                let block = samples[writtenCount..<min(samples.count, writtenCount + 4096)]
                let count = write(UnsafeBufferPointer(rebasing: block))
                guard count > 0 else { break }
                writtenCount += count
            }
            return writtenCount
        }
    }
}
