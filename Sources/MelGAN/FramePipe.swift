import Files
import Spectra

/// Frames of a mel as they come through standard input: float32 values, little-endian, a frame's bands after the other's,
/// without a header.
struct FramePipe {
    private let convention: MelConvention
    private let target: MelConvention
    /// What has come and is no whole frame yet.
    private var pending: [UInt8]
    private(set) var frameCount = 0

    /// No mel has values like these in any convention: what is larger is another kind of data.
    private static let greatest: Float = 100

    /// - Parameters:
    ///   - prefix: What has been read already.
    ///   - stated: The convention of the frames; the model's own where not given.
    init(after prefix: [UInt8], stated: MelConvention?, target: MelConvention) {
        (pending, convention, self.target) = (prefix, stated ?? target, target)
    }

    private var frameBytes: Int { convention.bandCount * MemoryLayout<Float>.size }

    /// The frames that have come since the last call, at least one, in the target's convention; nil at the end.
    ///
    /// - Throws: `FileError.badData` where they are no frames, or the input ends within one.
    mutating func next() throws(FileError) -> MelSpectrogram? {
        while pending.count < frameBytes {
            let bytes = try standardInput(atMost: 65_536)
            guard !bytes.isEmpty else {
                if pending.isEmpty { return nil }
                throw FileError(
                    .badData, "standard input",
                    "ends within a frame: \(pending.count) bytes after \(frameCount) frames of \(convention.bandCount) float32 bands.")
            }
            pending += bytes
        }
        let count = pending.count / frameBytes
        let values = pending.withUnsafeBytes { bytes in
            (0..<count * convention.bandCount).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
            }
        }
        pending.removeFirst(count * frameBytes)
        if let bad = values.firstIndex(where: { !(abs($0) <= Self.greatest) }) {
            throw FileError(
                .badData, "standard input",
                "holds \(values[bad]) in frame \(frameCount + bad / convention.bandCount), which is no mel's; a .npy was expected, or frames of "
                    + "\(convention.bandCount) float32 bands, little-endian.")
        }
        frameCount += count
        return try converted(MelSpectrogram(values: values, convention: convention))
    }

    private func converted(_ mel: MelSpectrogram) throws(FileError) -> MelSpectrogram {
        guard convention != target else { return mel }
        do { return try mel.converted(to: target) } catch {
            throw FileError(
                .badData, "standard input",
                "cannot be converted to the model's mels (\(target.valueSummary)); extract it again with "
                    + "\(target.extractionCommand).")
        }
    }
}

extension MelInverter {
    /// Turns frames that come through standard input into sound as they come.
    func invert(
        _ pipe: inout FramePipe, by synthesizer: Synthesizer,
        _ sink: (UnsafeBufferPointer<Float>) throws(FileError) -> Void
    ) throws(FileError) -> Inversion {
        var meter = InversionMeter()
        let start = meter.now
        func timed(_ samples: UnsafeBufferPointer<Float>) throws(FileError) { try meter.pass(samples, to: sink) }
        var stream = synthesizer.stream()
        while let frames = try meter.exclude({ () throws(FileError) in try pipe.next() }) {
            try frames.values.withUnsafeBufferPointer { values throws(FileError) in try stream.push(values, timed) }
        }
        try stream.finish(timed)
        return Inversion(
            frameCount: pipe.frameCount, sampleCount: meter.sampleCount,
            sampleRate: synthesizer.configuration.convention.sampleRate, seconds: meter.seconds(since: start),
            spectralConvergence: nil)
    }
}
