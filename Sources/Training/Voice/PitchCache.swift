import Dispatch
import Evaluation
import Files
import Platform
import Synchronization
import Tensors

/// The pitch of every frame of every recording of a set: tracked once, kept on the disk, and checked like the recordings' own
/// cache.
struct PitchCache: Sendable {
    struct Index: Codable, Sendable {
        struct Entry: Codable, Sendable {
            let offset: Int
            let count: Int
            let checksum: UInt32
        }
        /// Stands for everything that decides the numbers.
        let key: String
        /// In the order of the set's recordings.
        let entries: [Entry]
    }

    /// Hz, 0 where unvoiced; by the set's recordings, then by frame.
    let frequencies: [[Float]]

    init(
        of set: TrainingSet, path: String, threadCount: Int, progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        let key = Self.key(set)
        if let known = Self.read(path, key) {
            frequencies = known
            return
        }
        let tracked = Self.tracked(set, threadCount, progress)
        try replaceFile(at: path) { beside throws(FileError) in
            var writer = try RecordingCacheWriter(at: beside)
            var entries: [Index.Entry] = []
            for values in tracked {
                entries.append(.init(offset: writer.offset, count: values.count, checksum: values.checksum))
                try writer.append(values)
            }
            try writer.finish(Index(key: key, entries: entries))
        }
        frequencies = tracked
    }

    private static func read(_ path: String, _ key: String) -> [[Float]]? {
        guard FileStamp(of: path) != nil, let bytes = try? mappedContents(ofFile: path),
            let index = RecordingCache.index(of: bytes, as: Index.self), index.key == key
        else { return nil }
        var result: [[Float]] = []
        for entry in index.entries {
            let end = entry.offset + entry.count * MemoryLayout<Float>.stride
            guard entry.offset >= 0, entry.count >= 0, end <= bytes.count else { return nil }
            let values = bytes.withUnsafeBytes { memory in
                (0..<entry.count).map {
                    memory.loadUnaligned(fromByteOffset: entry.offset + $0 * MemoryLayout<Float>.stride, as: Float.self)
                }
            }
            guard values.checksum == entry.checksum else { return nil }
            result.append(values)
        }
        return result
    }

    private static func tracked(
        _ set: TrainingSet, _ threadCount: Int, _ progress: (_ done: Int, _ total: Int) -> Void
    ) -> [[Float]] {
        let tracker = PitchTracker(sampleRate: set.convention.sampleRate)
        let recordings = set.recordings
        let results = Mutex([[Float]](repeating: [], count: recordings.count))
        let block = 32 * threadCount
        for start in stride(from: 0, to: recordings.count, by: block) {
            let end = min(recordings.count, start + block), next = Atomic(start)
            DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < end else { return }
                    let labels = PitchLabels(
                        tracker.track(of: set.waveform(of: recordings[index])), frameCount: recordings[index].frameCount,
                        convention: set.convention)
                    results.withLock { $0[index] = labels.frequencies }
                }
            }
            progress(end, recordings.count)
        }
        return results.withLock { $0 }
    }

    private static func key(_ set: TrainingSet) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "pitch 1\n" + String(decoding: (try? encoder.encode(set.convention)) ?? Data(), as: UTF8.self)
        for recording in set.recordings { text += "\n\(recording.id) \(recording.checksums)" }
        return "\(SplitMix64.hash(text, seed: 1))-\(SplitMix64.hash(text, seed: 2))"
    }
}
