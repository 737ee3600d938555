import Audio
import Files

/// Where the sound of a command goes: a file, or samples alone to standard output.
///
/// Integers are kept within full scale by a ``PeakLimiter``; floating point takes what comes. A sound of which more than 3 % is beyond full
/// scale is noise of a mel or a model that does not fit: it is refused, and its file is not written.
struct SoundOutput: ~Copyable {
    /// What is written.
    enum Format {
        case sound(SampleFormat)
        /// Samples alone, 16-bit signed and little-endian; to standard output only.
        case pcm
    }

    private let path: String
    private let isFloatingPoint: Bool
    /// nil for samples alone.
    private var writer: SoundWriter?
    private var limiter: PeakLimiter

    private static let greatestExcess = 0.03

    init(to path: String, format: Format, sampleRate: Int) throws(FileError) {
        limiter = PeakLimiter(sampleRate: sampleRate)
        switch format {
        case .pcm:
            (self.path, isFloatingPoint) = ("standard output", false)
            writer = nil
        case .sound(let format):
            (self.path, isFloatingPoint) = (path, format == .float)
            writer = try SoundWriter(to: path, format: format, sampleRate: sampleRate)
        }
    }

    mutating func append(_ samples: UnsafeBufferPointer<Float>) throws(FileError) {
        var limited: [Float] = []
        limiter.push(samples) { limited += $0 }
        if isFloatingPoint { try write(samples) } else { try limited.withUnsafeBufferPointer { part throws(FileError) in try write(part) } }
    }

    private mutating func write(_ samples: UnsafeBufferPointer<Float>) throws(FileError) {
        if writer == nil { try writePCM(samples) } else { try writer!.append(samples) }
    }

    /// Completes the sound and puts it in place.
    ///
    /// - Parameter cause: What may be wrong where the sound is noise: the end of a sentence.
    /// - Returns: How many samples were beyond full scale, around which the level was lowered.
    consuming func finish(cause: String) throws(FileError) -> Int {
        let count = limiter.limitedSampleCount
        if Double(count) > Self.greatestExcess * Double(limiter.sampleCount) {
            let percentage = (1000 * Double(count) / Double(limiter.sampleCount)).rounded() / 10
            throw FileError(.badData, path, "would be noise: \(percentage) % of its samples are beyond full scale; \(cause)")
        }
        var rest: [Float] = []
        limiter.finish { rest += $0 }
        if !isFloatingPoint { try rest.withUnsafeBufferPointer { part throws(FileError) in try write(part) } }
        if let writer { _ = try writer.finish() }
        return count
    }
}
