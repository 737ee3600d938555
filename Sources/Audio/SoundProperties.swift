import Platform

/// What a sound file holds, as it is on the disk: before mixing and resampling.
public struct SoundProperties: Sendable, Equatable, Codable {
    /// libsndfile's name of the container: `WAV (Microsoft)`, `FLAC (Free Lossless Audio Codec)`, …
    public var container: String
    /// libsndfile's name of what is in it: `Signed 16 bit PCM`, `Vorbis`, …
    public var encoding: String
    public var channelCount: Int
    /// Hz.
    public var sampleRate: Int
    /// Samples of one channel.
    public var frameCount: Int
    /// Samples, of all channels, at the encoding's full scale or beyond it.
    public var clippedSampleCount: Int
    /// The largest magnitude in any channel; 1 is full scale.
    public var peak: Float
    /// The root of the mean square over all channels; 1 is full scale.
    public var rootMeanSquare: Float

    /// Seconds.
    public var duration: Double { Double(frameCount) / Double(sampleRate) }
    /// dB relative to full scale; minus infinity for digital silence.
    public var peakDecibels: Double { 20 * log10(Double(peak)) }
    /// dB relative to full scale; minus infinity for digital silence.
    public var rootMeanSquareDecibels: Double { 20 * log10(Double(rootMeanSquare)) }
}

/// Statistics gathered while a file is read block by block.
struct LevelMeter {
    /// From this magnitude on a sample counts as clipped.
    let fullScale: Float
    private(set) var peak: Float = 0
    private(set) var squareSum = 0.0
    private(set) var sampleCount = 0
    private(set) var clippedSampleCount = 0
    /// NaN and infinite samples; they enter none of the others.
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
