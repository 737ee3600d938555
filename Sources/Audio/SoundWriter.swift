public import Files
import Platform

/// A sound file that is written in chunks and appears whole or not at all.
///
/// Memory does not grow with its length, except for standard output, which is not seekable, and for Opus at a sample rate that needs
/// resampling: there the whole sound is buffered.
public struct SoundWriter: ~Copyable {
    private let path: String
    private let container: SoundContainer
    private let format: SampleFormat
    private let sampleRate: Int
    private let output: Output
    /// The first failure of writing to the file.
    private let stream: DescriptorStream?
    private var sound: SoundFile
    private var gathered: [Float]?
    private var sampleCount = 0
    private var clippedSampleCount = 0


    private enum Output: ~Copyable {
        case file(ReplacementFile, DescriptorStream)
        case standardOutput(MemoryStream)
    }

    /// - Parameters:
    ///   - path: The path, as in ``Waveform/write(to:format:)``, which throws the same errors.
    ///   - sampleRate: The sample rate in Hz.
    public init(to path: String, format: SampleFormat, sampleRate: Int) throws(FileError) {
        let container = try SoundContainer(ofFile: path)
        if container == .flac, format == .float {
            throw FileError(.cannotCreate, path, "FLAC holds integers only; ask for int16 or int24, or write a .wav.")
        }
        let rate = container.sampleRate(insteadOf: sampleRate)
        let number = container.format(holding: format)
        if path == "-" {
            let stream = MemoryStream()
            sound = try SoundFile(writing: stream, format: number, sampleRate: rate, named: path)
            output = .standardOutput(stream)
            self.stream = nil
        } else {
            let file = try ReplacementFile(for: path)
            let stream = DescriptorStream(file.descriptor)
            sound = try SoundFile(writing: stream, format: number, sampleRate: rate, named: path)
            output = .file(file, stream)
            self.stream = stream
        }
        (self.path, self.container, self.format, self.sampleRate) = (path, container, format, sampleRate)
        gathered = rate == sampleRate ? nil : []
    }

    /// Appends samples, ±1 being full scale.
    ///
    /// - Throws: `FileError`: `.badData` for a sample that is NaN or infinite, `.inputOutput` where writing fails.
    public mutating func append(_ samples: UnsafeBufferPointer<Float>) throws(FileError) {
        if let bad = samples.firstIndex(where: { !$0.isFinite }) {
            throw FileError(
                .badData, path, "is not written: sample \(sampleCount + bad) is \(samples[bad]), not a finite number.")
        }
        sampleCount += samples.count
        if gathered != nil {
            gathered!.append(contentsOf: samples)
        } else {
            try encode(samples)
        }
    }

    /// Completes the sound and puts it in place.
    public consuming func finish() throws(FileError) -> WrittenSound {
        if let gathered {
            let rate = container.sampleRate(insteadOf: sampleRate)
            let fitting = Waveform(samples: gathered, sampleRate: sampleRate).resampled(to: rate)
            try fitting.samples.withUnsafeBufferPointer { samples throws(FileError) in try encode(samples) }
        }
        let written = WrittenSound(
            sampleRate: container.sampleRate(insteadOf: sampleRate), clippedSampleCount: clippedSampleCount)
        let path = path
        try Self.close(sound, output, path)
        return written
    }

    private static func close(
        _ sound: consuming SoundFile, _ output: consuming Output, _ path: String
    ) throws(FileError) {
        // The encoder's last buffers and the header are written now.
        sound.finish()
        switch consume output {
        case .standardOutput(let stream):
            if let failure = stream.bytes.withUnsafeBytes({ writeAll($0, to: 1) }) {
                throw FileError.writing("standard output", errno: failure)
            }
        case .file(let file, let stream):
            if let failure = stream.failure {
                throw FileError.writing(path, errno: failure)
            }
            try file.commit()
        }
    }

    /// Encodes in blocks of a few thousand samples, since the Vorbis encoder uses stack memory for each block.
    private mutating func encode(_ samples: UnsafeBufferPointer<Float>) throws(FileError) {
        var start = 0
        while start < samples.count {
            let block = UnsafeBufferPointer(rebasing: samples[start..<min(samples.count, start + 4096)])
            let (written, clipped) = encode(block: block)
            guard written == block.count, stream?.failure == nil else {
                if let failure = stream?.failure { throw FileError.writing(path, errno: failure) }
                let reason = sound.failure ?? "no reason given"
                throw FileError(.inputOutput, path, "could not be encoded (libsndfile: \(reason)).")
            }
            clippedSampleCount += clipped
            start += block.count
        }
    }

    private func encode(block: UnsafeBufferPointer<Float>) -> (written: Int, clipped: Int) {
        switch (container, format) {
        case (.wav, .int16), (.flac, .int16):
            let (values, clipped) = quantised(block, to: Int16.self, fullScale: 32_768)
            return (values.withUnsafeBufferPointer { sound.write($0) }, clipped)
        case (.wav, .int24), (.flac, .int24):
            let (values, clipped) = quantised(block, to: Int32.self, fullScale: 8_388_608)
            return (values.map { $0 << 8 }.withUnsafeBufferPointer { sound.write($0) }, clipped)
        case (.wav, .float), (.flac, .float):
            return (sound.write(block), 0)
        case (.ogg, _), (.opus, _):
            let saturated = block.map { max(-1, min(1, $0)) }
            return (saturated.withUnsafeBufferPointer { sound.write($0) }, zip(block, saturated).count { $0 != $1 })
        }
    }
}
