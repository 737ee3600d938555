@testable import Files
import Platform
import TestSupport
import Testing

/// A `.npy` file with the given header text, written by hand.
private func numpyFile(version: UInt8 = 1, _ header: String, _ payload: [UInt8] = []) -> Data {
    let length = UInt32(header.utf8.count)
    let lengthBytes = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return Data([0x93] + Array("NUMPY".utf8) + [version, 0] + lengthBytes + Array(header.utf8) + payload)
}

private func header(_ descriptor: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(descriptor)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
}

private func bytes<Word: FixedWidthInteger>(_ words: [Word], bigEndian: Bool) -> [UInt8] {
    words.flatMap { word in withUnsafeBytes(of: bigEndian ? word.bigEndian : word.littleEndian) { Array($0) } }
}

@Suite struct NumpyArrayTests {
    @Test(
        "an array survives writing and reading, with any shape",
        arguments: [[], [0], [5], [3, 4], [2, 1, 3], [3, 0]])
    func roundTrip(shape: [Int]) throws {
        let folder = try ScratchFolder()
        let values = (0..<shape.reduce(1, *)).map { Float($0) * 0.37 - 1 }
        let array = NumericArray(shape: shape, values: values)
        try array.writeNumpy(to: folder.path("a.npy"))
        #expect(try NumericArray.readNumpy(at: folder.path("a.npy")) == array)
    }

    @Test("numbers begin at a multiple of 64 bytes", arguments: [[1], [80, 1000], [1, 2, 3, 4, 5, 6, 7]])
    func alignment(shape: [Int]) throws {
        let array = NumericArray(shape: shape, values: Array(repeating: 1, count: shape.reduce(1, *)))
        #expect(try NumpyHeader(array.numpyData(), path: "a").dataOffset % 64 == 0)
    }

    @Test("every version, byte order and numeric type is read", arguments: [UInt8(1), 2, 3], [false, true])
    func types(version: UInt8, bigEndian: Bool) throws {
        let values: [Float] = [0, 1, 2, 96, 127]
        let order = bigEndian ? ">" : "<"
        let cases: [(String, [UInt8])] = [
            ("f2", bytes([0x0000, 0x3C00, 0x4000, 0x5600, 0x57F0] as [UInt16], bigEndian: bigEndian)),
            ("f4", bytes(values.map(\.bitPattern), bigEndian: bigEndian)),
            ("f8", bytes(values.map { Double($0).bitPattern }, bigEndian: bigEndian)),
            ("i1", bytes(values.map { Int8($0) }, bigEndian: bigEndian)),
            ("i2", bytes(values.map { Int16($0) }, bigEndian: bigEndian)),
            ("i4", bytes(values.map { Int32($0) }, bigEndian: bigEndian)),
            ("i8", bytes(values.map { Int64($0) }, bigEndian: bigEndian)),
            ("u1", bytes(values.map { UInt8($0) }, bigEndian: bigEndian)),
            ("u2", bytes(values.map { UInt16($0) }, bigEndian: bigEndian)),
            ("u4", bytes(values.map { UInt32($0) }, bigEndian: bigEndian)),
            ("u8", bytes(values.map { UInt64($0) }, bigEndian: bigEndian)),
        ]
        for (code, payload) in cases {
            let file = numpyFile(version: version, header(order + code, "(5,)"), payload)
            #expect(try NumericArray(numpy: file, path: code).values == values, "\(order + code)")
        }
    }

    @Test("half precision covers subnormal, infinite and signed values")
    func halfPrecision() {
        #expect(Float(halfBitPattern: 0x0001) == 0x1p-24)
        #expect(Float(halfBitPattern: 0x83FF) == -0x1.FF8p-15)
        #expect(Float(halfBitPattern: 0x7BFF) == 65504)
        #expect(Float(halfBitPattern: 0xFC00) == -.infinity)
        #expect(Float(halfBitPattern: 0x7E01).isNaN)
        #expect(Float(halfBitPattern: 0x8000).sign == .minus)
    }

    @Test("a column-major array is transposed on reading")
    func fortranOrder() throws {
        // Element [i, j, k] of shape (2, 3, 4) has the value 100 i + 10 j + k.
        var columnMajor: [Float] = []
        for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { columnMajor.append(Float(100 * i + 10 * j + k)) } } }
        let file = numpyFile(
            header("<f4", "(2, 3, 4)", fortran: true), bytes(columnMajor.map(\.bitPattern), bigEndian: false))
        var expected: [Float] = []
        for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { expected.append(Float(100 * i + 10 * j + k)) } } }
        #expect(try NumericArray(numpy: file, path: "a").values == expected)
    }

    @Test(
        "what is not numbers is refused by the name of its type",
        arguments: ["|O", "<U7", "|S3", "<c8", "<M8[ns]", "|V4"])
    func otherTypes(descriptor: String) {
        let error = #expect(throws: FileError.self) {
            try NumericArray(numpy: numpyFile(header(descriptor, "(1,)"), Array(repeating: 0, count: 64)), path: "a")
        }
        #expect(error?.kind == .badData)
        #expect(error?.message.contains("'\(descriptor)'") == true)
    }

    @Test(
        "a header that lies is refused without allocating",
        arguments: [
            "(-1,)", "(4611686018427387904,)", "(9223372036854775807, 9223372036854775807)", "(99999999999999999999,)",
            "(1000000000000, 0, 1000000000000)", "(2,)", "(0,)", "('a',)", "1",
        ])
    func lies(shape: String) {
        let error = #expect(throws: FileError.self) {
            try NumericArray(numpy: numpyFile(header("<f4", shape), [0, 0, 0, 0]), path: "a")
        }
        #expect(error?.kind == .badData)
    }

    @Test("a deeply nested header does not exhaust the stack")
    func nesting() {
        #expect(throws: FileError.self) {
            try NumericArray(numpy: numpyFile(version: 2, String(repeating: "(", count: 60_000)), path: "a")
        }
    }

    @Test("a damaged file is read or refused, never a crash")
    func damage() {
        let file = numpyFile(header("<f4", "(2, 3)", fortran: true), Array(repeating: 7, count: 24))
        expectOnlyBadData(Array(file)) { _ = try NumericArray(numpy: Data($0), path: "a") }
    }

    @Test("NaN and infinities are noticed wherever they are", arguments: [Float.nan, .infinity, -.infinity])
    func nonFinite(value: Float) {
        var array = NumericArray(shape: [37], values: (0..<37).map { Float($0) * 9e36 })
        #expect(!array.hasNonFinite)
        for position in [0, 17, 36] {
            let kept = array.values[position]
            array.values[position] = value
            #expect(array.hasNonFinite)
            array.values[position] = kept
        }
    }
}
