public import Audio
public import Files
import Platform
public import Spectra
import Tensors

/// Recordings ready for training: decoded, mixed, resampled, at the common level, and their mels.
///
/// They are computed once, in parallel, and kept in a cache file, which is memory-mapped: resident memory is what
/// batches touch, and a corpus may exceed the machine's memory. Values are float32; an hour at 22,050 Hz takes 320 MB
/// and its mels 100 MB. The cache is made anew where the convention, the levels, or any file's path, size or time of
/// change differ, and where it is damaged.
public struct TrainingSet: Sendable {
    public let convention: MelConvention
    public let levels: LoudnessNormalization
    /// Sorted by id.
    public internal(set) var recordings: [Recording]
    /// What decoding rejected.
    public let rejections: [Rejection]
    private let bytes: Data
    /// What a generator sees instead of the recordings' own mels.
    var predicted: PredictedMels?

    /// Prepares the recordings of `corpus`, or takes them from the cache at `cachePath`.
    ///
    /// - Parameters:
    ///   - threadCount: 1 or more.
    ///   - progress: called on this thread now and then with how many recordings of how many are done; not at all where
    ///     the cache serves.
    /// - Throws: `FileError`: `.badData` where no recording is usable, `.cannotCreate` or `.inputOutput` where the
    ///   cache cannot be written.
    public init(
        preparing corpus: Corpus, convention: MelConvention, levels: LoudnessNormalization = LoudnessNormalization(), cachePath: String,
        threadCount: Int,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(FileError) {
        precondition(threadCount > 0, "recordings cannot be prepared by \(threadCount) threads")
        let key = Self.cacheKey(corpus, convention, levels)
        var cache = RecordingCache(at: cachePath, key: key)
        if cache == nil {
            let preparation = RecordingPreparation(convention: convention, levels: levels)
            try preparation.fillCache(
                at: cachePath, key: key, with: corpus.entries, threadCount: threadCount, progress: progress)
            cache = RecordingCache(at: cachePath, key: key)
        }
        guard let cache else {
            throw FileError(
                .inputOutput, cachePath, "the cache of recordings does not read back as it was written; check the disk."
            )
        }
        self.init(
            convention: convention, levels: levels, recordings: cache.index.recordings, cache.index.rejections,
            cache.bytes)
        guard !recordings.isEmpty else {
            let example = rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, corpus.path, "none of its \(corpus.entries.count) recordings can be used\(example).")
        }
    }

    private init(
        convention: MelConvention, levels: LoudnessNormalization, recordings: [Recording], _ rejections: [Rejection], _ bytes: Data
    ) {
        self.convention = convention
        self.levels = levels
        self.recordings = recordings
        self.rejections = rejections
        self.bytes = bytes
    }

    /// The recordings whose ids `isIncluded` accepts, over the same cache.
    public func filtered(_ isIncluded: (String) -> Bool) -> TrainingSet {
        var set = self
        set.recordings = recordings.filter { isIncluded($0.id) }
        return set
    }

    /// The set without the recordings that `rejections` name, which are added to its own.
    func rejecting(_ rejections: [Rejection]) -> TrainingSet {
        let left = Set(rejections.map(\.id))
        return TrainingSet(
            convention: convention, levels: levels, recordings: recordings.filter { !left.contains($0.id) },
            self.rejections + rejections, bytes)
    }

    /// Seconds of all recordings.
    public var duration: Double {
        Double(recordings.reduce(0) { $0 + $1.trainedCount }) / Double(convention.sampleRate)
    }

    /// The whole recording at the common level.
    public func waveform(of recording: Recording) -> Waveform {
        Waveform(samples: samples(of: recording, in: 0..<recording.sampleCount), sampleRate: convention.sampleRate)
    }

    /// The mel of ``waveform(of:)``.
    public func mel(of recording: Recording) -> MelSpectrogram {
        MelSpectrogram(values: mel(of: recording, frames: 0..<recording.frameCount), convention: convention)
    }

    /// Samples of the range, at the common level.
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] {
        floats(at: recording.byteRanges[0].lowerBound, range)
    }

    /// `[frame, band]` of the range, at the common level.
    func mel(of recording: Recording, frames: Range<Int>) -> [Float] {
        let bands = convention.bandCount
        return floats(at: recording.byteRanges[1].lowerBound, (frames.lowerBound * bands)..<(frames.upperBound * bands))
    }

    private func floats(at offset: Int, _ range: Range<Int>) -> [Float] {
        bytes.withUnsafeBytes { memory in
            let start = offset + range.lowerBound * MemoryLayout<Float>.stride
            let slice = memory[start..<(start + range.count * MemoryLayout<Float>.stride)]
            return [Float](unsafeUninitializedCapacity: range.count) { destination, count in
                UnsafeMutableRawBufferPointer(destination).copyMemory(from: UnsafeRawBufferPointer(rebasing: slice))
                count = range.count
            }
        }
    }

    /// Stands for everything that decides the numbers of the cache.
    private static func cacheKey(_ corpus: Corpus, _ convention: MelConvention, _ levels: LoudnessNormalization) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "recordings 1"
        // Both consist of numbers and names; a number that JSON cannot hold is none that a mel can be made with.
        for part in [try? encoder.encode(convention), try? encoder.encode(levels)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for entry in corpus.entries {
            let stamp = FileStamp(of: entry.path)
            text += "\n\(entry.id)|\(entry.path)|\(entry.text ?? "")|\(stamp?.size ?? -1)|\(stamp?.modified ?? -1)"
        }
        return "\(SplitMix64.hash(text, seed: 1))-\(SplitMix64.hash(text, seed: 2))"
    }
}
