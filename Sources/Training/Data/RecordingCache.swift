import Files
import Platform
import Spectra

/// The prepared recordings of a corpus, in a ``TensorCache``.
///
/// | tensor | what |
/// |---|---|
/// | `ID/audio` `[T]` | the samples of the recording ID, at the common level |
/// | `ID/mel` `[frames, bands]` | their mel |
/// | `recordings.json` | as bytes: what is known of the recordings, and which were rejected |
struct RecordingCache: Sendable {
    private struct Index: Codable {
        var recordings: [Recording] = []
        var rejections: [Rejection] = []
    }

    /// Sorted by id.
    let recordings: [Recording]
    let rejections: [Rejection]
    private let tensors: TensorCache

    private static let indexName = "recordings.json"

    /// Opens the cache at `path` where it is whole and of just these recordings; otherwise prepares them, a few dozen at a time.
    ///
    /// - Parameter progress: Called now and then with how many recordings of how many are done; not at all where the cache serves.
    init(
        of corpus: Corpus, _ preparation: RecordingPreparation, at path: String, threadCount: Int,
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        let names = [Self.indexName] + corpus.entries.flatMap { [Self.audioName($0.id), Self.melName($0.id)] }
        tensors = try TensorCache(
            at: path, key: Self.key(corpus, preparation), what: "recordings", names: names
        ) { writer throws(FileError) in
            try Self.fill(&writer, with: corpus.entries, preparation, threadCount, progress)
        }
        guard let index = tensors.decoded(Self.indexName, as: Index.self) else {
            throw FileError(.badData, path, "is a cache of recordings without their index; remove it.")
        }
        (recordings, rejections) = (index.recordings, index.rejections)
    }

    private static func audioName(_ id: String) -> String { id + "/audio" }
    private static func melName(_ id: String) -> String { id + "/mel" }

    /// Samples of the range.
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] {
        tensors.values(of: Self.audioName(recording.id), in: range)
    }

    /// `[frame, band]` of the range.
    func mel(of recording: Recording, frames: Range<Int>) -> [Float] {
        let bands = recording.bandCount
        return tensors.values(of: Self.melName(recording.id), in: frames.lowerBound * bands..<frames.upperBound * bands)
    }

    private static func fill(
        _ writer: inout TensorCache.Writer, with entries: [Corpus.Entry], _ preparation: RecordingPreparation,
        _ threadCount: Int, _ progress: (Int, Int) -> Void
    ) throws(FileError) {
        var index = Index()
        // By the checksums of samples and mel.
        var earlier: [[UInt32]: String] = [:]
        let blockLength = 16 * threadCount
        for start in stride(from: 0, to: entries.count, by: blockLength) {
            let block = Array(entries[start..<min(entries.count, start + blockLength)])
            for prepared in block.parallelMap(threadCount: threadCount, { preparation.prepare($0) }) {
                switch prepared {
                case .rejected(let rejection): index.rejections.append(rejection)
                case .usable(let recording, let samples, let mel):
                    if let same = earlier[recording.checksums] {
                        index.rejections.append(
                            Rejection(recording, .duplicate, "is the same recording as \(same), which is kept"))
                        continue
                    }
                    earlier[recording.checksums] = recording.id
                    try writer.append(audioName(recording.id), shape: [samples.count], samples)
                    try writer.append(melName(recording.id), shape: [recording.frameCount, recording.bandCount], mel)
                    index.recordings.append(recording)
                }
            }
            progress(start + block.count, entries.count)
        }
        try writer.append(indexName, json: index)
    }

    /// Stands for everything that decides the tensors.
    private static func key(_ corpus: Corpus, _ preparation: RecordingPreparation) -> String {
        var key = CacheKey("recordings 3")
        key.add(json: preparation.convention)
        key.add(json: preparation.loudness)
        if preparation.denoising != .off { key.add("denoised 1") }
        for entry in corpus.entries {
            let stamp = FileStamp(of: entry.path)
            if let speaker = entry.speaker { key.add(speaker) }
            key.add("\(entry.id)|\(entry.path)|\(entry.text ?? "")|\(stamp?.size ?? -1)|\(stamp?.modified ?? -1)")
        }
        return key.value
    }
}
