@testable import Files
import Foundation
import Platform
import Testing

/// A folder of its own for a test, removed with everything in it when the test ends.
struct ScratchFolder: ~Copyable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("files-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}

/// The path of a file of `Golden`, which `Scripts/checkpoint-fixtures` made.
func golden(_ name: String) throws -> String {
    try #require(Bundle.module.resourceURL).appendingPathComponent("Golden/\(name)").path
}

/// Calls `read` with every damaged variant of `bytes`: cut short at every length, and each byte changed in turn.
/// Whatever is not read must be refused with a `FileError` of kind `.badData`.
func expectOnlyBadData(
    _ bytes: [UInt8], step: Int = 1, sourceLocation: SourceLocation = #_sourceLocation,
    reading read: ([UInt8]) throws -> Void
) {
    var variants: [[UInt8]] = stride(from: 0, to: bytes.count, by: step).map { Array(bytes.prefix($0)) }
    for position in stride(from: 0, to: bytes.count, by: step) {
        for change: UInt8 in [0x01, 0x80, 0xFF] {
            var variant = bytes
            variant[position] ^= change
            variants.append(variant)
        }
    }
    for variant in variants {
        do {
            try read(variant)
        } catch let error as FileError {
            #expect(error.kind == .badData, "\(error)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("another error than FileError: \(error)", sourceLocation: sourceLocation)
        }
    }
}
