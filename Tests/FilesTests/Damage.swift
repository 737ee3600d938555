@testable import Files
import Foundation
import Platform
import Testing

/// Calls `read` with every damaged variant of `bytes`: cut short at every length, and each byte changed in turn.
/// A variant that is not read must be refused with a `FileError` of kind `.badData`.
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
