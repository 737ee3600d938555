import CSndFile
public import Files
import Platform

/// A sound file as read: the mean of its channels at the file's sample rate, and the file's properties.
public struct AudioFile: Sendable, Equatable {
    public let waveform: Waveform
    public let properties: SoundProperties

    /// Reads anything libsndfile reads, from the file or pipe at `path`, or from standard input where that is
    /// `-`.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no such file; `.badData` if it is empty, is no sound, is truncated (its header
    ///   promises more than is there), has no samples, or contains NaN or infinity; `.inputOutput` if reading fails.
    public init(at path: String) throws(FileError) {
        let streamed = path == "-" ? try standardInput() : try streamContents(at: path)
        let bytes = if let streamed { streamed } else { try contents(ofFile: path) }
        let name = path == "-" ? "standard input" : path
        guard !bytes.isEmpty else {
            throw FileError(.badData, name, "is empty (0 bytes) where a sound was expected.")
        }
        if let truncation = Truncation(of: bytes) {
            throw FileError(
                .badData, name,
                "is cut short: \(truncation.presentByteCount) of the \(truncation.promisedByteCount) bytes of sound its "
                    + "header promises are there; copy it again from its source.")
        }
        if streamed == nil {
            try self.init(try SoundFile(reading: path), named: name, byteCount: bytes.count)
        } else {
            try self.init(try SoundFile(reading: MemoryStream(Array(bytes)), named: name), named: name, byteCount: bytes.count)
        }
    }

    private init(_ file: consuming SoundFile, named name: String, byteCount: Int) throws(FileError) {
        guard file.canHoldItsFrames(inByteCount: byteCount) else {
            throw FileError(
                .badData, name,
                "is damaged or cut short: its header promises \(file.info.frames) samples, which its \(byteCount) bytes cannot hold; "
                    + "copy it again from its source.")
        }
        let channelCount = Int(file.info.channels)
        guard (1_000...1_000_000).contains(file.info.samplerate) else {
            throw FileError(
                .badData, name, "claims a rate of \(file.info.samplerate) Hz; 1000 to 1000000 Hz was expected.")
        }
        var meter = LevelMeter(fullScale: fullScale(ofFormat: file.info.format))
        let mono = mixedSamples(of: file, into: &meter)
        try Self.check(file, name, frameCount: mono.count, meter)
        let names = file.formatNames
        waveform = Waveform(samples: mono, sampleRate: Int(file.info.samplerate))
        properties = SoundProperties(
            container: names.container, encoding: names.encoding, channelCount: channelCount,
            sampleRate: Int(file.info.samplerate), frameCount: mono.count,
            clippedSampleCount: meter.clippedSampleCount, peak: meter.peak, rootMeanSquare: meter.rootMeanSquare)
    }

    private static func check(
        _ file: borrowing SoundFile, _ name: String, frameCount: Int, _ meter: LevelMeter
    ) throws(FileError) {
        // The length of an MP3 is an estimate; libsndfile's own figure may exceed what decodes.
        let isEstimated = file.info.format & Int32(SF_FORMAT_TYPEMASK) == Int32(SF_FORMAT_MPEG)
        if let failure = file.failure {
            throw FileError(.badData, name, "is damaged after \(frameCount) samples (libsndfile: \(failure)).")
        }
        if frameCount < file.info.frames, !isEstimated {
            throw FileError(
                .badData, name,
                "is cut short: \(frameCount) of the \(file.info.frames) samples its header promises are there; "
                    + "copy it again from its source.")
        }
        guard frameCount > 0 else {
            throw FileError(.badData, name, "holds no samples: its header is whole, but the sound is 0 s long.")
        }
        guard meter.nonFiniteSampleCount == 0 else {
            throw FileError(
                .badData, name,
                "holds \(meter.nonFiniteSampleCount) samples that are NaN or infinite, of \(meter.sampleCount); "
                    + "every sample must be a finite number.")
        }
    }
}

/// The mean of the channels, read block by block: a damaged header may promise more than memory holds.
private func mixedSamples(of file: borrowing SoundFile, into meter: inout LevelMeter) -> [Float] {
    let channelCount = Int(file.info.channels)
    var block = [Float](repeating: 0, count: max(1, 65_536 / channelCount) * channelCount)
    var mono: [Float] = []
    mono.reserveCapacity(Int(min(max(0, file.info.frames), 1 << 24)))
    while true {
        let frameCount = file.readFrames(into: &block)
        guard frameCount > 0 else { return mono }
        meter.measure(block[..<(frameCount * channelCount)])
        if channelCount == 1 {
            mono.append(contentsOf: block[..<frameCount])
            continue
        }
        for frame in 0..<frameCount {
            var sum: Float = 0
            for channel in 0..<channelCount { sum += block[frame * channelCount + channel] }
            mono.append(sum / Float(channelCount))
        }
    }
}

/// The largest positive value of an integer encoding over its largest negative one; 1 for all others.
private func fullScale(ofFormat format: Int32) -> Float {
    switch Int(format & Int32(SF_FORMAT_SUBMASK)) {
    case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: 127.0 / 128
    case SF_FORMAT_PCM_16: 32_767.0 / 32_768
    case SF_FORMAT_PCM_24: 8_388_607.0 / 8_388_608
    default: 1
    }
}

/// The properties of a sound file on disk, before mixing and resampling.
public struct SoundProperties: Sendable, Equatable, Codable {
    /// libsndfile's name of the container: `WAV (Microsoft)`, `FLAC (Free Lossless Audio Codec)`, …
    public var container: String
    /// libsndfile's name of the encoding: `Signed 16 bit PCM`, `Vorbis`, …
    public var encoding: String
    public var channelCount: Int
    /// The sample rate in Hz.
    public var sampleRate: Int
    /// The number of samples of one channel.
    public var frameCount: Int
    /// The number of samples, over all channels, at the encoding's full scale or beyond.
    public var clippedSampleCount: Int
    /// The largest magnitude in any channel; 1 is full scale.
    public var peak: Float
    /// The root of the mean square over all channels; 1 is full scale.
    public var rootMeanSquare: Float

    /// The duration in seconds.
    public var duration: Double { Double(frameCount) / Double(sampleRate) }
    /// The peak in dB relative to full scale; minus infinity for digital silence.
    public var peakDecibels: Double { 20 * log10(Double(peak)) }
    /// The root mean square in dB relative to full scale; minus infinity for digital silence.
    public var rootMeanSquareDecibels: Double { 20 * log10(Double(rootMeanSquare)) }
}

/// Statistics gathered while a file is read block by block.
struct LevelMeter {
    /// The magnitude from which a sample counts as clipped.
    let fullScale: Float
    private(set) var peak: Float = 0
    private(set) var squareSum = 0.0
    private(set) var sampleCount = 0
    private(set) var clippedSampleCount = 0
    /// The number of NaN and infinite samples, which are left out of the other statistics.
    private(set) var nonFiniteSampleCount = 0

    init(fullScale: Float) {
        self.fullScale = fullScale
    }

    var rootMeanSquare: Float { sampleCount == 0 ? 0 : Float((squareSum / Double(sampleCount)).squareRoot()) }

    mutating func measure(_ samples: ArraySlice<Float>) {
        sampleCount += samples.count
        for sample in samples {
            let magnitude = abs(sample)
            guard magnitude < .infinity else {
                nonFiniteSampleCount += 1
                continue
            }
            peak = max(peak, magnitude)
            squareSum += Double(sample) * Double(sample)
            if magnitude >= fullScale { clippedSampleCount += 1 }
        }
    }
}
