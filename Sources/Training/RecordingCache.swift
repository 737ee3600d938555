import Dispatch
import Files
import Platform
import Synchronization

/// Prepared recordings on the disk, read through the page cache.
///
/// | bytes | what |
/// |---|---|
/// | for each recording | its samples, then its mel: float32 in the machine's order |
/// | the index | JSON: ``RecordingCache/Index`` |
/// | the last 24 | the index' position and length as 64-bit words, its CRC-32C, `VRC1` |
///
/// A cache is never trusted: a length, name or checksum that does not fit means that it is made anew.
struct RecordingCache: Sendable {
    struct Index: Codable, Sendable {
        /// Stands for everything that decided the numbers.
        var key: String
        var recordings: [Recording]
        var rejections: [Rejection]
    }

    let index: Index
    /// Memory-mapped.
    let bytes: Data

    static let trailerLength = 24
    static let mark: UInt32 = 0x3143_5256

    /// The cache at `path` where there is a whole one with this `key`.
    init?(at path: String, key: String) {
        guard FileStamp(of: path) != nil, let bytes = try? mappedContents(ofFile: path) else { return nil }
        guard let index = Self.index(of: bytes, as: Index.self), index.key == key else { return nil }
        guard Self.isWhole(index.recordings, in: bytes) else { return nil }
        self.index = index
        self.bytes = bytes
    }

    /// What ``RecordingCacheWriter/finish(_:)`` was given; nil where it is damaged.
    static func index<Kind: Decodable>(of bytes: Data, as kind: Kind.Type) -> Kind? {
        guard bytes.count >= trailerLength else { return nil }
        return bytes.withUnsafeBytes { memory -> Kind? in
            let trailer = memory.count - trailerLength
            let start = memory.loadUnaligned(fromByteOffset: trailer, as: UInt64.self)
            let length = memory.loadUnaligned(fromByteOffset: trailer + 8, as: UInt64.self)
            let checksum = memory.loadUnaligned(fromByteOffset: trailer + 16, as: UInt32.self)
            guard memory.loadUnaligned(fromByteOffset: trailer + 20, as: UInt32.self) == mark,
                start <= UInt64(trailer), length == UInt64(trailer) - start
            else { return nil }
            let json = UnsafeRawBufferPointer(rebasing: memory[Int(start)..<trailer])
            guard CyclicRedundancyCheck(of: json).value == checksum else { return nil }
            return try? JSONDecoder().decode(kind, from: Data(json))
        }
    }

    private static func isWhole(_ recordings: [Recording], in bytes: Data) -> Bool {
        let isDamaged = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: recordings.count) { position in
            let recording = recordings[position]
            let isSame = bytes.withUnsafeBytes { memory in
                zip(recording.byteRanges, recording.checksums).allSatisfy { range, checksum in
                    range.upperBound <= memory.count
                        && CyclicRedundancyCheck(of: UnsafeRawBufferPointer(rebasing: memory[range])).value == checksum
                }
            }
            if !isSame { isDamaged.store(true, ordering: .relaxed) }
        }
        return !isDamaged.load(ordering: .relaxed)
    }
}
