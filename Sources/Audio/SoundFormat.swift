import CSndFile
public import Files
import Platform

/// A container format that can be written, chosen by the ending of the file's name.
enum SoundContainer: String, CaseIterable {
    case wav, flac, ogg, opus

    init(ofFile path: String) throws(FileError) {
        guard path != "-" else {
            self = .wav
            return
        }
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        if ending.isEmpty, isSpecialFile(path) {
            self = .wav
            return
        }
        guard let container = Self(rawValue: ending) else {
            let found = ending.isEmpty ? "has no ending" : "ends in .\(ending)"
            throw FileError(.cannotCreate, path, "\(found); .wav, .flac, .ogg (Vorbis) or .opus tells what to write.")
        }
        self = container
    }

    /// libsndfile's format number.
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

    /// The sample rate in Hz that this container uses for sound at `sampleRate`.
    func sampleRate(insteadOf sampleRate: Int) -> Int {
        self != .opus || [8_000, 12_000, 16_000, 24_000, 48_000].contains(sampleRate) ? sampleRate : 48_000
    }
}

/// The encoding of a sample.
public enum SampleFormat: String, Sendable, CaseIterable, Codable {
    case int16, int24, float
}

/// `samples * fullScale`, rounded to the nearest integer (ties to even) and clipped to the range of the encoding. There is no dither, so
/// samples that were read from integers are written with the same bits.
///
/// - Parameter samples: Finite samples; ±1 is full scale.
/// - Returns: The values, and the number of clipped samples.
func quantised<Value: FixedWidthInteger>(
    _ samples: some Sequence<Float>, to _: Value.Type, fullScale: Float
) -> (values: [Value], clippedSampleCount: Int) {
    let greatest = fullScale - 1
    var clippedSampleCount = 0
    let values = samples.map { sample in
        let rounded = (sample * fullScale).rounded(.toNearestOrEven)
        let saturated = max(-fullScale, min(greatest, rounded))
        if saturated != rounded { clippedSampleCount += 1 }
        return Value(saturated)
    }
    return (values, clippedSampleCount)
}

/// Writes a chunk of samples to an open file as raw PCM: 16-bit signed, little-endian, mono, without a header.
///
/// - Parameter descriptor: The file descriptor; 1 is standard output.
/// - Returns: The number of clipped samples.
/// - Throws: `FileError`: `.badData` for a sample that is NaN or infinite, `.inputOutput` if writing fails.
@discardableResult
public func writePCM(_ samples: UnsafeBufferPointer<Float>, to descriptor: Int32 = 1) throws(FileError) -> Int {
    let name = descriptor == 1 ? "standard output" : "file descriptor \(descriptor)"
    if let bad = samples.firstIndex(where: { !$0.isFinite }) {
        throw FileError(.badData, name, "is not written: sample \(bad) is \(samples[bad]), not a finite number.")
    }
    let (values, clippedSampleCount) = quantised(samples, to: Int16.self, fullScale: 32_768)
    let failure = values.map(\.littleEndian).withUnsafeBytes { writeAll($0, to: descriptor) }
    if let failure {
        throw FileError.writing(name, errno: failure)
    }
    return clippedSampleCount
}
