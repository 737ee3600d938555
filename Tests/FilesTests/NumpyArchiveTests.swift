@testable import Files
import Foundation
import Platform
import TestSupport
import Testing

@Suite struct NumpyArchiveTests {
    private let sample = NumpyArchive(
        arrays: [
            "mel": NumericArray(shape: [2, 3], values: [1, 2, 3, -4, .pi, 1e-20]),
            "empty": NumericArray(shape: [0], values: []),
        ],
        texts: ["convention": #"{"name":"melgan","note":"é 🎙"}"#, "nothing": ""])

    @Test("arrays and texts survive writing and reading")
    func roundTrip() throws {
        let folder = try ScratchFolder()
        try sample.write(to: folder.path("a.npz"))
        #expect(try NumpyArchive.read(at: folder.path("a.npz")) == sample)
    }

    @Test("the same contents make the same bytes")
    func determinism() throws {
        let folder = try ScratchFolder()
        try sample.write(to: folder.path("a.npz"))
        try sample.write(to: folder.path("b.npz"))
        #expect(try contents(ofFile: folder.path("a.npz")) == contents(ofFile: folder.path("b.npz")))
    }

    @Test("NumPy's own archives are read, stored and deflated", arguments: ["stored.npz", "deflated.npz"])
    func fromNumpy(name: String) throws {
        let archive = try NumpyArchive.read(at: Bundle.module.golden(name))
        let ramp = (0..<12).map { Float($0) / 8 }
        #expect(archive.arrays["row_major"] == NumericArray(shape: [3, 4], values: ramp))
        #expect(archive.arrays["column_major"] == NumericArray(shape: [3, 4], values: ramp, storedType: .float64))
        #expect(archive.arrays["big_endian"] == NumericArray(shape: [12], values: ramp, storedType: .float16))
        #expect(archive.arrays["flags"] == NumericArray(shape: [2], values: [1, 0], storedType: .boolean))
        #expect(archive.texts == ["unicode": "Grüße", "bytes": "plain", "convention": #"{"name": "melgan"}"#])
        #expect(archive.unread.keys.sorted() == ["objects", "words"])
    }

    @Test("what is no archive is refused", arguments: [[], Array("PK".utf8), Array(repeating: UInt8(0), count: 100)])
    func noArchive(bytes: [UInt8]) throws {
        let folder = try ScratchFolder()
        let path = try folder.file("a.npz", bytes: bytes)
        #expect(throws: FileError.self) { try NumpyArchive.read(at: path) }
        let missing = folder.path("none.npz")
        let error = #expect(throws: FileError.self) { try NumpyArchive.read(at: missing) }
        #expect(error?.kind == .missingInput)
    }

    @Test("a damaged archive is read or refused, never a crash", arguments: ["stored.npz", "deflated.npz"])
    func damage(name: String) throws {
        let folder = try ScratchFolder()
        let bytes = try [UInt8](contents(ofFile: Bundle.module.golden(name)))
        expectOnlyBadData(bytes, step: 13) { _ = try NumpyArchive.read(at: folder.file("a.npz", bytes: $0)) }
    }

    @Test("an archive in a folder that is not there cannot be created")
    func unwritable() throws {
        let error = #expect(throws: FileError.self) { try sample.write(to: "/nowhere/at/all/a.npz") }
        #expect(error?.kind == .cannotCreate)
    }
}
