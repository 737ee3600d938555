public import Audio
public import Files
import Platform
public import Spectra

/// Recordings ready for training: decoded, mixed to one channel, resampled, at the common level, and their mels.
///
/// They are computed once, in parallel, and kept in a cache file that is memory-mapped: resident memory is what batches touch, and
/// a corpus may exceed the machine's memory. Values are float32; an hour at 22,050 Hz takes 320 MB and its mels 100 MB. The cache
/// is made anew where the convention, the loudness, or any file's path, size or time of change differ, and where it is damaged.
public struct TrainingSet: Sendable {
    public let convention: MelConvention
    public let loudness: LoudnessNormalization
    /// Sorted by id.
    public internal(set) var recordings: [Recording]
    /// Recordings that were rejected when they were decoded.
    public private(set) var rejections: [Rejection]
    private let cache: RecordingCache
    /// What a generator is given instead of the recordings' own mels; nil where it is given those.
    var predicted: PredictedMels?

    /// Prepares the recordings of `corpus`, or takes them from the cache at `cachePath`.
    ///
    /// - Parameters:
    ///   - denoising: Whether the room's noise is removed.
    ///   - threadCount: 1 or more.
    ///   - progress: Called on this thread now and then with how many recordings of how many are done; not at all where
    ///     the cache serves.
    /// - Throws: `FileError`: `.badData` where no recording is usable, `.cannotCreate` or `.inputOutput` where the
    ///   cache cannot be written.
    public init(
        preparing corpus: Corpus, convention: MelConvention, loudness: LoudnessNormalization = LoudnessNormalization(),
        denoising: Denoising = .off, cachePath: String, threadCount: Int, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(FileError) {
        precondition(threadCount > 0, "recordings cannot be prepared by \(threadCount) threads")
        self.convention = convention
        self.loudness = loudness
        cache = try RecordingCache(
            of: corpus, RecordingPreparation(convention: convention, loudness: loudness, denoising: denoising), at: cachePath,
            threadCount: threadCount, progress: progress)
        (recordings, rejections) = (cache.recordings, cache.rejections)
        guard !recordings.isEmpty else {
            let example = rejections.first.map { " (the first: \($0))" } ?? ""
            throw FileError(
                .badData, corpus.path, "none of its \(corpus.entries.count) recordings can be used\(example).")
        }
    }

    /// The recordings whose ids `isIncluded` accepts, over the same cache.
    public func filtered(_ isIncluded: (String) -> Bool) -> TrainingSet {
        var set = self
        set.recordings = recordings.filter { isIncluded($0.id) }
        return set
    }

    /// The set without the recordings that `rejections` name, which are added to its own.
    func rejecting(_ rejections: [Rejection]) -> TrainingSet {
        let rejected = Set(rejections.map(\.id))
        var set = filtered { !rejected.contains($0) }
        set.rejections += rejections
        return set
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
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] { cache.samples(of: recording, in: range) }

    /// `[frame, band]` of the range, at the common level.
    func mel(of recording: Recording, frames: Range<Int>) -> [Float] { cache.mel(of: recording, frames: frames) }
}
