import Files
import Spectra

/// Frames of a mel as they come through standard input: `[frame, band]` as float32, little-endian, without a header.
struct FramePipe {
    private let convention: MelConvention
    private let target: MelConvention
    /// The convention's value of silence.
    private let floor: Float
    /// The bytes that have come and are not yet a whole frame.
    private var pending: [UInt8]
    private(set) var frameCount = 0

    /// The least and the greatest value of the first frames, by which it is seen that they are no logarithms.
    private var range: (least: Float, greatest: Float) = (.infinity, -.infinity)
    /// As many frames show it: a quarter of a second, in which even a vowel has quiet bands.
    private static let testedFrames = 20

    /// No mel has larger values in any convention; they mean that the input is another kind of data.
    private static let greatest: Float = 100

    /// - Parameters:
    ///   - prefix: The bytes that have been read already.
    ///   - stated: The convention of the frames by the user's word; `target` where not given.
    ///   - target: The convention that the vocoder takes.
    init(after prefix: [UInt8], stated: MelConvention?, target: MelConvention) {
        (pending, convention, self.target) = (prefix, stated ?? target, target)
        floor = convention.silence.min() ?? 0
    }

    private var frameBytes: Int { convention.bandCount * MemoryLayout<Float>.size }

    /// The frames that have come since the last call, at least one, in the target's convention; nil at the end.
    ///
    /// - Throws: `FileError.badData` where the values are not a mel's, or the input ends within a frame.
    mutating func next() throws(FileError) -> MelSpectrogram? {
        while pending.count < frameBytes {
            let bytes = try standardInput(atMost: 65_536)
            guard !bytes.isEmpty else {
                if pending.isEmpty { return nil }
                throw FileError(
                    .badData, "standard input",
                    "ends within a frame: \(pending.count) bytes after \(frameCount) frames of \(convention.bandCount) float32 bands."
                )
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
        try checkFloor(values)
        if frameCount < Self.testedFrames { try check(values) }
        frameCount += count
        return try converted(MelSpectrogram(values: values, convention: convention))
    }

    /// Refuses values far below the convention's silence, such as decibels.
    private func checkFloor(_ values: [Float]) throws(FileError) {
        guard let least = values.min(), least < 1.2 * floor else { return }
        throw FileError(
            .badData, "standard input", "holds \(least), which is far below the silence of \(convention.valueSummary), \(floor)",
            [convention.extractionRemedy])
    }

    /// Refuses values that are no logarithms, when enough frames have come.
    private mutating func check(_ values: [Float]) throws(FileError) {
        range = (min(range.least, values.min()!), max(range.greatest, values.max()!))
        guard frameCount + values.count / convention.bandCount >= Self.testedFrames else { return }
        if range.least >= -1e-4 || range.least >= -1.001 && range.greatest <= 1.001 {
            throw FileError(
                .badData, "standard input",
                "holds values from \(range.least) to \(range.greatest), which are no logarithms, where \(convention.valueSummary) was expected",
                [convention.extractionRemedy])
        }
    }

    private func converted(_ mel: MelSpectrogram) throws(FileError) -> MelSpectrogram {
        guard convention != target else { return mel }
        do { return try mel.converted(to: target) } catch {
            throw FileError(
                .badData, "standard input",
                "cannot be converted to the model's mels (\(target.valueSummary))",
                [target.extractionRemedy])
        }
    }
}
