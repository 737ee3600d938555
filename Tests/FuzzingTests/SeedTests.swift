import Foundation
import FuzzedReaders
import Testing

/// What `Scripts/fuzz` begins from, and what it has found.
@Suite("Fuzzed readers")
struct SeedTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The reader's own seeds and those it shares with other tests.
    private static func seeds(of reader: FuzzedReader) throws -> [URL] {
        let own = root.appendingPathComponent("Tests/FuzzedReaders/Seeds/" + reader.name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: own.path)) ?? []
        return names.sorted().map(own.appendingPathComponent) + reader.otherSeeds.map(root.appendingPathComponent)
    }

    @Test("Every seed and every find is read, or refused in a sentence; some of each are read", arguments: FuzzedReader.all)
    func seeds(_ reader: FuzzedReader) throws {
        let folder = try InputFolder(), seeds = try Self.seeds(of: reader)
        var taken = 0
        for seed in seeds {
            let bytes = [UInt8](try Data(contentsOf: seed))
            #expect(bytes.count <= reader.longest, "fuzzing leaves out \(seed.path)")
            #expect(throws: Never.self, "\(seed.path)") {
                let refusal = try reader.read(bytes, in: folder)
                if refusal == nil { taken += 1 }
                // A find is what was not refused and should have been, or crashed.
                if seed.lastPathComponent.hasPrefix("find-refused") { #expect(refusal != nil, "\(seed.path)") }
            }
        }
        #expect(taken > 0, "none of the \(seeds.count) seeds of \(reader) is read")
    }

    @Test("A seed with a changed byte is read or refused too", arguments: FuzzedReader.all)
    func damage(_ reader: FuzzedReader) throws {
        let folder = try InputFolder()
        for seed in try Self.seeds(of: reader).prefix(4) {
            var bytes = [UInt8](try Data(contentsOf: seed))
            for place in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 10)) {
                bytes[place] ^= 0x80
                #expect(throws: Never.self, "\(seed.path), byte \(place)") { try reader.read(bytes, in: folder) }
                bytes[place] ^= 0x80
            }
        }
    }
}
