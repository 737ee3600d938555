import Dispatch
import Files
import Synchronization

extension RecordingPreparation {
    /// Prepares `entries` and writes them, in their order, as the cache at `path`. Memory holds a few dozen recordings
    /// at a time.
    func fillCache(
        at path: String, key: String, with entries: [Corpus.Entry], threadCount: Int, progress: (Int, Int) -> Void
    ) throws(FileError) {
        try createFolder(at: FolderPath.parent(of: path))
        removeAbandonedFiles(besides: path)
        try replaceFile(at: path) { beside throws(FileError) in
            var writer = try RecordingCacheWriter(at: beside)
            var index = RecordingCache.Index(key: key, recordings: [], rejections: [])
            var seen: [[UInt32]: String] = [:]
            let blockLength = 16 * threadCount
            for start in stride(from: 0, to: entries.count, by: blockLength) {
                let block = Array(entries[start..<min(entries.count, start + blockLength)])
                for prepared in prepare(block, threadCount: threadCount) {
                    try Self.add(prepared, to: &index, &writer, &seen)
                }
                progress(start + block.count, entries.count)
            }
            try writer.finish(index)
        }
    }

    private static func add(
        _ prepared: PreparedRecording, to index: inout RecordingCache.Index, _ writer: inout RecordingCacheWriter,
        _ seen: inout [[UInt32]: String]
    ) throws(FileError) {
        switch prepared {
        case .rejected(let rejection): index.rejections.append(rejection)
        case .usable(var recording, let samples, let mel):
            if let earlier = seen[recording.checksums] {
                index.rejections.append(
                    Rejection(
                        id: recording.id, path: recording.path, reason: .duplicate,
                        detail: "is the same recording as \(earlier), which is kept"))
                return
            }
            seen[recording.checksums] = recording.id
            recording.offset = writer.offset
            try writer.append(samples)
            try writer.append(mel)
            index.recordings.append(recording)
        }
    }

    /// Prepares a block in parallel; the order of the results is that of `entries`.
    private func prepare(_ entries: [Corpus.Entry], threadCount: Int) -> [PreparedRecording] {
        let next = Atomic(0)
        let results = Mutex([PreparedRecording?](repeating: nil, count: entries.count))
        DispatchQueue.concurrentPerform(iterations: min(threadCount, entries.count)) { _ in
            while true {
                let position = next.add(1, ordering: .relaxed).oldValue
                guard position < entries.count else { return }
                let prepared = prepare(entries[position])
                results.withLock { $0[position] = prepared }
            }
        }
        return results.withLock { $0.map { $0! } }
    }
}
