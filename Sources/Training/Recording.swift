public import Audio

/// One recording that is trained or judged on, as ``TrainingSet`` keeps it.
public struct Recording: Sendable, Equatable, Codable {
    public let id: String
    public let path: String
    public let text: String?
    /// The file, before mixing and resampling.
    public let source: SoundProperties
    /// Its loudness at the convention's rate, before gain.
    public let level: SpeechLevel
    /// The factor that brought it to the common level.
    public let gain: Double
    /// Samples at the convention's rate.
    public let sampleCount: Int
    /// Frames of its mel.
    public let frameCount: Int
    /// Bands of its mel.
    public let bandCount: Int
    /// Where its samples, and after them its mel, lie in the cache, in bytes.
    var offset: Int
    /// The samples that are trained on, where a predicted mel ends before the recording.
    var trainedSampleCount: Int?
    /// CRC-32C of the samples and of the mel.
    let checksums: [UInt32]

    /// The samples that are trained on, from the first.
    var trainedCount: Int { trainedSampleCount ?? sampleCount }

    /// Bytes of the samples and of the mel in the cache.
    var byteRanges: [Range<Int>] {
        let middle = offset + sampleCount * MemoryLayout<Float>.stride
        return [offset..<middle, middle..<(middle + frameCount * bandCount * MemoryLayout<Float>.stride)]
    }
}

/// What decoding one recording gave: its description and its numbers, or why it is left out.
enum PreparedRecording: Sendable {
    case usable(Recording, samples: [Float], mel: [Float])
    case rejected(Rejection)
}
