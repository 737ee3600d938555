import Audio
import Files
import Platform
@testable import Spectra
import TestSupport
import Testing

@Suite struct MelFileTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.path }

    init() throws { scratch = try ScratchFolder() }

    private func mel(_ convention: MelConvention = .melgan, frameCount: Int = 7) -> MelSpectrogram {
        MelSpectrogram(values: noise(count: frameCount * convention.bandCount), convention: convention)
    }

    @Test("A mel returns from every format in either layout, and the convention where the format carries it")
    func roundTrip() throws {
        for format in MelFormat.allCases {
            for layout in MelLayout.allCases {
                let written = mel(.vocos), path = "\(folder)/\(layout.rawValue).\(format.rawValue)"
                try written.write(to: path, layout: layout)
                let read = try MelFile(at: path)
                #expect(read.values == written.values)
                #expect(read.layout == layout)
                #expect(read.convention == (format == .npy ? nil : .vocos))
            }
        }
    }

    @Test("A mel of 80 frames of 80 bands is refused until the layout is known")
    func ambiguous() throws {
        let square = mel(frameCount: 80)
        try square.write(to: folder + "/square.npy", layout: .timeFirst)
        let error = try #require(throws: FileError.self) { try MelFile(at: folder + "/square.npy") }
        #expect(error.kind == .badData && error.remedies == [.stateLayout])
        #expect(throws: FileError.self) { try MelFile(at: folder + "/square.npy", bandCount: 80) }
        let stated = try MelFile(at: folder + "/square.npy", layout: .timeFirst)
        #expect(stated.values == square.values)
        try square.write(to: folder + "/square.npz")
        let carried = try MelFile(at: folder + "/square.npz")
        #expect(carried.values == square.values)
    }

    @Test("A leading axis of length one is dropped, and a band count that is expected finds its axis")
    func shapes() throws {
        let values = noise(count: 80 * 5)
        try NumericArray(shape: [1, 80, 5], values: values).writeNumpy(to: folder + "/a.npy")
        let batched = try MelFile(at: folder + "/a.npy")
        #expect(batched.frameCount == 5 && batched.values[1] == values[5])
        try NumericArray(shape: [5, 72], values: noise(count: 5 * 72)).writeNumpy(to: folder + "/b.npy")
        #expect(throws: FileError.self) { try MelFile(at: folder + "/b.npy") }
        let odd = try MelFile(at: folder + "/b.npy", bandCount: 72)
        #expect(odd.layout == .timeFirst && odd.bandCount == 72)
    }

    @Test("What is no mel is refused as bad data with one sentence")
    func malformed() throws {
        func refused(_ array: NumericArray) throws -> String {
            let path = folder + "/bad.npy"
            try array.writeNumpy(to: path)
            return try refusal(at: path)
        }
        #expect(try refused(NumericArray(shape: [80, 2, 2], values: noise(count: 320))).contains("batch of 80"))
        #expect(try refused(NumericArray(shape: [80], values: noise(count: 80))).contains("1 axes"))
        #expect(try refused(NumericArray(shape: [80, 0], values: [])).contains("no frames"))
        #expect(try refused(NumericArray(shape: [7, 9], values: noise(count: 63))).contains("7 x 9"))
        var values = noise(count: 160)
        values[3] = .nan
        values[4] = -.infinity
        #expect(try refused(NumericArray(shape: [80, 2], values: values)).contains("2 values that are NaN"))

        let whole = NumericArray(shape: [80, 2], values: noise(count: 160)).numpyData()
        for (name, data) in [
            ("cut.npy", whole.dropLast(3)), ("empty.npy", Data()), ("text.npy", Data("hello".utf8)),
            ("sound.npy", Data("RIFF0000WAVE".utf8)), ("zip.npz", Data("PK\u{3}\u{4}".utf8)),
            ("short.safetensors", Data([1, 2, 3])),
        ] {
            try Data(data).write(to: URL(fileURLWithPath: folder + "/" + name))
            #expect(try refusal(at: folder + "/" + name).isEmpty == false)
        }
        #expect(throws: FileError(.missingInput, folder + "/none.npy", "there is no such file.")) {
            try MelFile(at: folder + "/none.npy")
        }
    }

    @Test("A carried convention that is damaged, or does not fit the array, is refused")
    func damagedConvention() throws {
        let array = NumericArray(shape: [80, 2], values: noise(count: 160))
        var impossible = MelConvention.melgan
        impossible.hopLength = -1
        for text in ["{", "{}", impossible.json, MelConvention.vocos.json] {
            let path = folder + "/carried.npz"
            try NumpyArchive(arrays: ["mel": array], texts: ["convention": text]).write(to: path)
            #expect(try refusal(at: path).isEmpty == false)
        }
    }

    @Test("Several arrays are refused unless one is called mel")
    func severalArrays() throws {
        let array = NumericArray(shape: [80, 2], values: noise(count: 160))
        try NumpyArchive(arrays: ["a": array, "b": array]).write(to: folder + "/two.npz")
        #expect(try refusal(at: folder + "/two.npz").contains("a, b"))
        try NumpyArchive(arrays: ["a": array, "mel": array]).write(to: folder + "/named.npz")
        #expect(try MelFile(at: folder + "/named.npz").frameCount == 2)
    }

    @Test("A name without a mel's ending is refused before anything is written")
    func ending() throws {
        let error = try #require(throws: FileError.self) { try mel().write(to: folder + "/mel.txt") }
        #expect(error.kind == .cannotCreate)
        #expect(!FileManager.default.fileExists(atPath: folder + "/mel.txt"))
    }

    private func refusal(at path: String) throws -> String {
        let error = try #require(throws: FileError.self) { try MelFile(at: path) }
        #expect(error.kind == .badData)
        #expect(error.path.hasPrefix(path))
        return error.message
    }
}
