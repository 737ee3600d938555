@testable import Files
import Platform
import TestSupport
import Testing

private func safeTensorsFile(_ header: String, _ payload: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8) + payload
}

private func read(_ bytes: [UInt8]) throws -> SafeTensors {
    let folder = try ScratchFolder()
    return try SafeTensors.read(at: folder.file("a.safetensors", bytes: bytes))
}

@Suite struct SafeTensorsTests {
    private let sample = SafeTensors(
        tensors: [
            "model.1.bias": NumericArray(shape: [3], values: [1, -2, .pi]),
            "model.1.weight": NumericArray(shape: [2, 1, 2], values: [0, 1e-30, -1e30, 4]),
            "empty": NumericArray(shape: [0, 4], values: []), "one": NumericArray(shape: [], values: [7]),
        ],
        metadata: ["format": "pt", "note": "quotes \" \\ and\nlines\u{1}, é, 🎙"])

    @Test("tensors and metadata survive writing and reading")
    func roundTrip() throws {
        let folder = try ScratchFolder()
        try sample.write(to: folder.path("a.safetensors"))
        #expect(try SafeTensors.read(at: folder.path("a.safetensors")) == sample)
    }

    @Test("the same tensors make the same bytes, with numbers aligned to 8 bytes")
    func determinism() throws {
        let folder = try ScratchFolder()
        try sample.write(to: folder.path("a"))
        try sample.write(to: folder.path("b"))
        let bytes = try [UInt8](contents(ofFile: folder.path("a")))
        #expect(try bytes == [UInt8](contents(ofFile: folder.path("b"))))
        #expect(bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) } % 8 == 0)
    }

    @Test("tensors written one by one are read back, however much room was left for the header", arguments: [0, 200, 65_536])
    func writingOneByOne(headerRoom: Int) throws {
        let folder = try ScratchFolder(), long = (0..<300_000).map(Float.init)
        var writer = try SafeTensorsWriter(at: folder.path("a"), headerRoom: headerRoom)
        for (name, tensor) in sample.tensors { try writer.append(name, shape: tensor.shape, tensor.values) }
        try writer.append("long", shape: [2, 150_000], long)
        try writer.append("bytes", bytes: Data([1, 255]))
        try writer.finish(metadata: sample.metadata)
        var expected = sample
        expected.tensors["long"] = NumericArray(shape: [2, 150_000], values: long)
        expected.tensors["bytes"] = NumericArray(shape: [2], values: [1, 255], storedType: .uint8)
        #expect(try SafeTensors.read(at: folder.path("a")) == expected)
        #expect(try SafeTensorsFile(at: folder.path("a")).values(of: "long", in: 149_999..<150_001) == [149_999, 150_000])
    }

    @Test("a file that is not finished is not there")
    func unfinished() throws {
        let folder = try ScratchFolder()
        do {
            var writer = try SafeTensorsWriter(at: folder.path("a"))
            try writer.append("a", shape: [1], [1])
        }
        #expect(throws: FileError.self) { try SafeTensorsFile(at: folder.path("a")) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")).isEmpty)
    }

    @Test("nothing at all is a valid file")
    func empty() throws {
        let folder = try ScratchFolder()
        try SafeTensors(tensors: [:]).write(to: folder.path("a"))
        #expect(try SafeTensors.read(at: folder.path("a")).tensors.isEmpty)
    }

    @Test("other types than float32 are converted")
    func types() throws {
        let header = """
            {"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[2,4]},\
            "d":{"dtype":"F64","shape":[],"data_offsets":[4,12]},"i":{"dtype":"I64","shape":[1,1],"data_offsets":[12,20]}}
            """
        let payload: [UInt8] = [0, 0x3C, 0x80, 0x3F] + [0, 0, 0, 0, 0, 0, 0xF0, 0x3F] + [1, 0, 0, 0, 0, 0, 0, 0]
        let tensors = try read(safeTensorsFile(header, payload)).tensors
        #expect(tensors.values.allSatisfy { $0.values == [1] })
        #expect(tensors["i"]?.storedType == .int64 && tensors["i"]?.shape == [1, 1] && tensors["d"]?.shape == [])
    }

    @Test(
        "headers that lie are refused",
        arguments: [
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[4611686018427387905,2],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"a":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
            #"{"a":1}"#, #"[]"#, #"{"__metadata__":{"a":1}}"#, "",
        ])
    func lies(header: String) {
        let error = #expect(throws: FileError.self) { try read(safeTensorsFile(header, Array(repeating: 0, count: 8))) }
        #expect(error?.kind == .badData)
    }

    @Test("a header length beyond the file, or beyond all reason, is refused", arguments: [UInt64(100), .max, 1 << 63])
    func headerLength(length: UInt64) {
        let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8)
        #expect(throws: FileError.self) { try read(bytes) }
    }

    @Test("a damaged file is read or refused, never a crash")
    func damage() throws {
        let folder = try ScratchFolder()
        try sample.write(to: folder.path("a.safetensors"))
        let bytes = try [UInt8](contents(ofFile: folder.path("a.safetensors")))
        expectOnlyBadData(bytes, step: 5) { _ = try read($0) }
    }
}
