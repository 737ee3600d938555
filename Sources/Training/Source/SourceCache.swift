import Dispatch
import Files
import Kernels
import MelGAN
import Spectra
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The ``SpeechSource`` of every recording of a set, by the pitch that the network hears in its mel: computed once, kept on
/// the disk, memory-mapped, and checked like the recordings' own cache.
public struct SourceCache: Sendable {
    struct Index: Codable, Sendable {
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

    private static func name(_ recording: Recording) -> String { recording.id + "|" + recording.path }

    /// The sources of `set`, from the cache at `path` where that is whole and made by the same `pitch` and configuration.
    init(
        of set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork, path: String, threadCount: Int,
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        let key = Self.key(set, configuration, pitch)
        if let known = Self(at: path, key: key) {
            self = known
            return
        }
        try replaceFile(at: path) { beside throws(FileError) in
            var writer = try RecordingCacheWriter(at: beside)
            var entries: [String: Index.Entry] = [:]
            let source = SpeechSource(configuration, set.convention)
            for start in stride(from: 0, to: set.recordings.count, by: 16 * threadCount) {
                let block = Array(set.recordings[start..<min(set.recordings.count, start + 16 * threadCount)])
                let made = Self.sources(of: block, in: set, source, pitch, threadCount)
                for (recording, samples) in zip(block, made) {
                    entries[Self.name(recording)] = Index.Entry(
                        offset: writer.offset, count: samples.count, checksum: samples.checksum)
                    try writer.append(samples)
                }
                progress(start + block.count, set.recordings.count)
            }
            try writer.finish(Index(key: key, entries: entries))
        }
        guard let made = Self(at: path, key: key) else {
            throw FileError(
                .inputOutput, path, "the cache of sources does not read back as it was written; check the disk.")
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

    private static func sources(
        of recordings: [Recording], in set: TrainingSet, _ source: SpeechSource, _ pitch: PitchNetwork, _ threadCount: Int
    ) -> [[Float]] {
        // The network's threads are not ours: its contours come first, one after the other.
        let engine = Engine(primitiveLimit: 256)
        let mels = recordings.map(set.mel(of:))
        let contours = mels.map { pitch.contour(of: $0, on: engine) }
        let next = Atomic(0)
        let results = Mutex([[Float]](repeating: [], count: mels.count))
        DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
            while true {
                let position = next.add(1, ordering: .relaxed).oldValue
                guard position < mels.count else { return }
                let samples = source.samples(of: mels[position], contours[position])
                results.withLock { $0[position] = samples }
            }
        }
        return results.withLock { $0 }
    }

    private static func key(_ set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "sources 2"
        for part in [try? encoder.encode(configuration), try? encoder.encode(set.convention)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for parameter in pitch.parameters { text += "\n\(parameter.name) \(parameter.value.values.checksum)" }
        for recording in set.recordings { text += "\n\(name(recording)) \(recording.checksums)" }
        return "\(CounterRandom.hash(text, seed: 1))-\(CounterRandom.hash(text, seed: 2))"
    }

    /// Samples of the range; silence beyond the end.
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] {
        guard let entry = index.entries[Self.name(recording)] else {
            preconditionFailure("no source was made of \(recording.id)")
        }
        let held = range.clamped(to: 0..<entry.count)
        var samples = [Float](repeating: 0, count: range.count)
        bytes.withUnsafeBytes { memory in
            for index in held {
                samples[index - range.lowerBound] = memory.loadUnaligned(
                    fromByteOffset: entry.offset + index * MemoryLayout<Float>.stride, as: Float.self)
            }
        }
        return samples
    }
}
