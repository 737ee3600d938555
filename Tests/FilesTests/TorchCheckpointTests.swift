@testable import Files
import Foundation
import Platform
import TestSupport
import Testing

private struct Expected: Decodable {
    var shape: [Int]
    /// Not a number and infinities do not occur; JSON has no word for them.
    var values: [Float]
}

private let kinds = ["kinds-zip.pt", "kinds-legacy.pt"]

/// A zip archive of torch's layout around a pickle of ours.
private func archive(_ pickle: [UInt8], in folder: ScratchFolder) throws -> String {
    let path = folder.path("hand.pt")
    let zip = try ZipWriter(path: path, reportedPath: path)
    try zip.add("hand/data.pkl", Data(pickle))
    try zip.add("hand/data/0", Data(repeating: 0, count: 16))
    try zip.finish()
    return path
}

@Suite struct TorchCheckpointTests {
    @Test("every kind of tensor has the values that torch saw in it", arguments: kinds)
    func tensors(name: String) throws {
        let checkpoint = try TorchCheckpoint.read(at: Bundle.module.golden(name))
        let json = try contents(ofFile: Bundle.module.golden("kinds.json"))
        let expected = try JSONDecoder().decode([String: Expected].self, from: json)
        #expect(Set(checkpoint.tensors.map { $0.path.joined(separator: "/") }) == Set(expected.keys))
        for (path, array) in checkpoint.tensors {
            let expected = try #require(expected[path.joined(separator: "/")])
            #expect(array.shape == expected.shape, "\(path)")
            #expect(array.values == expected.values, "\(path)")
        }
        let flat = checkpoint.tensors.filter { $0.path.count == 1 }
        let types = Dictionary(uniqueKeysWithValues: flat.map { ($0.path[0], $0.array.storedType) })
        #expect(types["brain"] == .bfloat16 && types["half"] == .float16 && types["unsigned"] == .uint16)
    }

    @Test("plain values are kept, and what would need code is only named", arguments: kinds)
    func scalars(name: String) throws {
        let checkpoint = try TorchCheckpoint.read(at: Bundle.module.golden(name))
        let scalars = Dictionary(
            uniqueKeysWithValues: checkpoint.scalars.map { ($0.path.joined(separator: "/"), $0.value) })
        let expected: [String: TorchCheckpoint.Scalar] = [
            "step": .integer(1234), "rate": .real(1e-4), "count": .integer(5), "ratio": .real(0.25),
            "note": .text("Grüße"), "done": .boolean(false), "size/0": .integer(2), "size/1": .integer(3),
            "nested/list/1/1": .integer(3),
        ]
        #expect(scalars == expected)
        let opaque = checkpoint.opaque.map { "\($0.path.joined(separator: "/")): \($0.name)" }
        #expect(opaque == ["device: torch.device", "dtype: torch.float32"])
    }

    @Test("a pickled module is not brought to life")
    func module() throws {
        let checkpoint = try TorchCheckpoint.read(at: Bundle.module.golden("module.pt"))
        #expect(checkpoint.tensors.isEmpty)
        #expect(checkpoint.opaque.map(\.name) == ["torch.nn.modules.linear.Linear"])
    }

    @Test("a state dictionary is found under its key")
    func stateDictionary() throws {
        let nested = try TorchCheckpoint.read(at: Bundle.module.golden("kinds-zip.pt")).stateDictionary(under: ["nested"])
        #expect(nested.mapValues(\.values) == ["list.0": [1], "list.1.0": [2], "7": [4]])
    }

    @Test("a damaged archive is read or refused, never a crash")
    func archiveDamage() throws {
        let folder = try ScratchFolder()
        let bytes = try [UInt8](contents(ofFile: Bundle.module.golden("kinds-zip.pt")))
        expectOnlyBadData(bytes, step: 23) { _ = try TorchCheckpoint.read(at: folder.file("a.pt", bytes: $0)) }
    }

    @Test("a damaged pickle is read or refused, never a crash")
    func pickleDamage() throws {
        let zip = try ZipReader(path: Bundle.module.golden("kinds-zip.pt"))
        let entry = try #require(zip.entries.first { $0.name.hasSuffix("data.pkl") })
        expectOnlyBadData(try zip.contents(of: entry)) { bytes in
            var machine = PickleReader(bytes, path: "a")
            _ = try TorchFlattening(try machine.run(), in: machine.heap, path: "a")
        }
        expectOnlyBadData(try [UInt8](contents(ofFile: Bundle.module.golden("kinds-legacy.pt"))), step: 3) {
            _ = try TorchCheckpoint.readLegacy($0, path: "a")
        }
    }

    @Test("what os.system would return is never asked for")
    func code() throws {
        let folder = try ScratchFolder()
        let pickle = Array("cos\nsystem\n(X\u{4}\0\0\0truetR.".utf8)
        let checkpoint = try TorchCheckpoint.read(at: archive(pickle, in: folder))
        #expect(checkpoint.opaque.map(\.name) == ["os.system"])
    }

    @Test("values that nest or share without bound are refused")
    func bombs() throws {
        let folder = try ScratchFolder()
        // A list that holds itself; tuples nested a million deep; each list twice in the next, forty times.
        let cycle = Array("]q\0h\0a.".utf8)
        let nest = Array(")".utf8) + Array(repeating: 0x85, count: 1_000_000) + Array(".".utf8)
        let share =
            Array("(K\u{1}".utf8) + Array("l2".utf8) + (0..<40).flatMap { _ in [0x86, UInt8(ascii: "2")] }
            + Array("0.".utf8)
        for pickle in [cycle, nest, share] {
            let path = try archive(pickle, in: folder)
            let error = #expect(throws: FileError.self) { try TorchCheckpoint.read(at: path) }
            #expect(error?.kind == .badData)
        }
    }

    @Test(
        "tensors beyond their storage, and tensors larger than any file, are refused",
        arguments: [
            // offset, length, stride, all of LONG1 with eight bytes
            (0, 5, 1), (1, 4, 1), (0, 2, 4), (0, 1 << 62, 4), (0, 1 << 40, 0), (.max, 1, 1), (-1, 1, 1), (0, -1, 1),
            (0, 4, -1),
        ])
    func impossibleTensors(offset: Int, length: Int, stride: Int) throws {
        let folder = try ScratchFolder()
        func long(_ value: Int) -> [UInt8] { [0x8A, 8] + withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let storage =
            Array("(X\u{7}\0\0\0storagectorch\nFloatStorage\nX\u{1}\0\0\0".utf8)
            + Array("0X\u{3}\0\0\0cpuK\u{4}tQ".utf8)
        func pickle(_ offset: Int, _ length: Int, _ stride: Int) -> [UInt8] {
            Array("ctorch._utils\n_rebuild_tensor_v2\n(".utf8) + storage + long(offset) + long(length) + [0x85]
                + long(stride) + [0x85] + Array("tR.".utf8)
        }
        let fine = try TorchCheckpoint.read(at: archive(pickle(1, 3, 1), in: folder))
        #expect(fine.tensors.map(\.array.shape) == [[3]])
        let path = try archive(pickle(offset, length, stride), in: folder)
        let error = #expect(throws: FileError.self) { try TorchCheckpoint.read(at: path) }
        #expect(error?.kind == .badData)
    }

    @Test("other files are refused", arguments: ["stored.npz", "kinds.json"])
    func otherFiles(name: String) throws {
        let path = try Bundle.module.golden(name)
        let error = #expect(throws: FileError.self) { try TorchCheckpoint.read(at: path) }
        #expect(error?.kind == .badData)
    }
}
