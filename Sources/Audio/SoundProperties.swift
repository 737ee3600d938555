import Platform

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
    /// The mean of the samples of all channels (DC); 1 is full scale.
    public var offset: Float = 0
    /// Clauses about what is unusual in the file, such as a header without a length.
    public var remarks: [String] = []

    /// ``remarks``, and an offset that can be seen in a mel.
    public var findings: [String] {
        remarks + (abs(offset) < 0.01 ? [] : ["its samples have a DC offset of \((offset * 1000).rounded() / 1000), which is no sound"])
    }

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

    /// Adds what another meter has seen, of another encoding maybe.
    mutating func add(_ other: LevelMeter) {
        peak = max(peak, other.peak)
        squareSum += other.squareSum
        sampleCount += other.sampleCount
        clippedSampleCount += other.clippedSampleCount
        nonFiniteSampleCount += other.nonFiniteSampleCount
    }

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
