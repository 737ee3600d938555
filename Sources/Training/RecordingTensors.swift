import Files
import Platform

/// Numbers kept for the recordings of a set in one file: computed once, memory-mapped, and checked like the recordings' own
/// cache.
struct RecordingTensors: Sendable {
    private struct Index: Codable, Sendable {
        struct Entry: Codable, Sendable {
            let offset: Int
            let count: Int
            let checksum: UInt32
        }
        /// Stands for everything that decides the numbers.
        let key: String
        /// By the recording's id and path.
        let entries: [String: Entry]
    }

    private let index: Index
    private let bytes: Data

    static func name(_ recording: Recording) -> String { recording.id + "|" + recording.path }

    /// The numbers of `recordings`, from the file at `path` where that is whole and has this `key`, or made now.
    ///
    /// - Parameters:
    ///   - blockLength: Recordings made at a time.
    ///   - what: What a sentence calls the file, such as "sources".
    ///   - made: The numbers of some recordings, in their order; nil for one that has none.
    init(
        of recordings: [Recording], at path: String, key: String, blockLength: Int, what: String,
        progress: (_ done: Int, _ total: Int) -> Void,
        made: ([Recording]) throws(FileError) -> [[Float]?]
    ) throws(FileError) {
        if let known = Self(at: path, key: key) {
            self = known
            return
        }
        try replaceFile(at: path) { beside throws(FileError) in
            var writer = try RecordingCacheWriter(at: beside)
            var entries: [String: Index.Entry] = [:]
            for start in stride(from: 0, to: recordings.count, by: blockLength) {
                let block = Array(recordings[start..<min(recordings.count, start + blockLength)])
                for (recording, numbers) in zip(block, try made(block)) {
                    guard let numbers else { continue }
                    entries[Self.name(recording)] = Index.Entry(
                        offset: writer.offset, count: numbers.count, checksum: numbers.checksum)
                    try writer.append(numbers)
                }
                progress(start + block.count, recordings.count)
            }
            try writer.finish(Index(key: key, entries: entries))
        }
        guard let made = Self(at: path, key: key) else {
            throw FileError(
                .inputOutput, path, "the cache of \(what) does not read back as it was written; check the disk.")
        }
        self = made
    }

    private init?(at path: String, key: String) {
        guard FileStamp(of: path) != nil, let bytes = try? mappedContents(ofFile: path),
            let index = RecordingCache.index(of: bytes, as: Index.self), index.key == key
        else { return nil }
        let isWhole = index.entries.values.allSatisfy { entry in
            bytes.withUnsafeBytes { memory in
                let range = entry.offset..<entry.offset + entry.count * MemoryLayout<Float>.stride
                return range.upperBound <= memory.count
                    && CyclicRedundancyCheck(of: UnsafeRawBufferPointer(rebasing: memory[range])).value == entry.checksum
            }
        }
        guard isWhole else { return nil }
        (self.index, self.bytes) = (index, bytes)
    }

    /// How many numbers a recording has; nil where it has none.
    func count(of recording: Recording) -> Int? { index.entries[Self.name(recording)]?.count }

    /// The numbers of the range; 0 beyond their ends.
    ///
    /// - Precondition: The recording has numbers.
    func numbers(of recording: Recording, in range: Range<Int>) -> [Float] {
        guard let entry = index.entries[Self.name(recording)] else {
            preconditionFailure("there are no numbers of \(recording.id)")
        }
        let held = range.clamped(to: 0..<entry.count)
        var numbers = [Float](repeating: 0, count: range.count)
        bytes.withUnsafeBytes { memory in
            for index in held {
                numbers[index - range.lowerBound] = memory.loadUnaligned(
                    fromByteOffset: entry.offset + index * MemoryLayout<Float>.stride, as: Float.self)
            }
        }
        return numbers
    }
}
