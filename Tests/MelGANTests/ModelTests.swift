import SourceFilter
import Audio
import Files
@testable import MelGAN
import Platform
import Spectra
import TestSupport
import Testing

extension ScratchFolder {
    /// The paths of everything in and below the folder.
    fileprivate var files: [String] { ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).sorted() }
}

private let small = MelGANConfiguration(inputBands: 4, baseChannels: 2, upsampling: [4, 2], residualBlocks: 1)

struct ModelTests {
    private let scratch: ScratchFolder
    private let written: Model

    init() throws {
        scratch = try ScratchFolder()
        written = try model(small)
    }

    private func refusal(_ body: () throws -> Void) -> FileError? { #expect(throws: FileError.self) { try body() } }

    @Test("a model is read back as it was written")
    func roundTrip() throws {
        let folder = scratch.path + "/a/b"
        try written.write(to: folder, description: "What it is.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
            "MODEL.md", "config.json", "generator.safetensors",
        ])
        let read = try Model(at: folder)
        #expect(read.configuration == written.configuration)
        #expect(read.generator.arrays == written.generator.arrays)
        #expect(try contents(ofFile: folder + "/MODEL.md") == Data("What it is.\n".utf8))
    }

    @Test("sub-bands are part of a configuration, and configurations from before there were any are read")
    func subBands() throws {
        let configuration = MelGANConfiguration(
            inputBands: 4, baseChannels: 2, upsampling: [4, 2], residualBlocks: 1, subBands: SubBandConfiguration())
        #expect(configuration.hopLength == 32)
        let banded = try model(configuration)
        try banded.write(to: scratch.path + "/banded", description: "")
        let read = try Model(at: scratch.path + "/banded")
        #expect(read.configuration == banded.configuration && read.generator.arrays == banded.generator.arrays)
        #expect(!String(decoding: try JSONEncoder().encode(small), as: UTF8.self).contains("subBands"))
        for change: (inout SubBandConfiguration) -> Void in [{ $0.count = 1 }, { $0.taps = 61 }, { $0.cutoff = 0 }] {
            var wrong = banded.configuration
            change(&wrong.generator[MelGANConfiguration.self]!.subBands!)
            #expect(wrong.validationError?.contains("sub-bands") == true)
        }
        var both = banded.configuration
        both.generator[MelGANConfiguration.self]!.source = SourceConfiguration(pitch: PitchConfiguration(inputBands: 4))
        #expect(both.validationError?.contains("source") == true)
    }

    @Test("a training run stands for its best model, or for its newest checkpoint until there is one")
    func trainingRun() throws {
        for (place, steps) in [("checkpoints/step-1", 1), ("checkpoints/step-2", 2)] {
            var model = written
            model.configuration.steps = steps
            try model.write(to: scratch.path + "/" + place, description: "")
        }
        #expect(try Model(at: scratch.path).configuration.steps == 2)
        try written.write(to: scratch.path + "/best", description: "")
        #expect(try Model.resolved(scratch.path) == scratch.path + "/best")
    }

    @Test("a model that cannot be written leaves no files")
    func unwritable() throws {
        try replaceFile(at: scratch.path + "/file", contents: Data())
        let error = refusal { try written.write(to: scratch.path + "/file/model", description: "") }
        #expect(error?.kind == .cannotCreate)
        #expect(scratch.files == ["file"])
    }

    @Test("weights that do not fit are named with the file, and both shapes")
    func misfits() throws {
        let arrays = written.generator.arrays
        func message(_ change: (inout [String: NumericArray]) -> Void) -> String {
            var (changed, generator) = (arrays, written.generator)
            change(&changed)
            let error = refusal { try generator.load(changed, path: "the/weights") }
            #expect(error?.kind == .badData && error?.path == "the/weights")
            return error?.message ?? ""
        }
        let shape = message { $0["model.3.weight_v"] = NumericArray(shape: [1, 2], values: [0, 0]) }
        #expect(shape.contains("model.3.weight_v") && shape.contains("[1, 2]") && shape.contains("[8, 4, 8]"), "\(shape)")
        #expect(message { $0["model.1.bias"] = nil }.contains("lacks the weights model.1.bias"))
        #expect(message { $0["model.99.bias"] = $0["model.1.bias"] }.contains("model.99.bias"))
        #expect(message { $0["model.1.bias"]!.values[0] = .infinity }.contains("model.1.bias that are not finite"))
    }

    @Test("an invalid configuration is refused with a sentence that says what is wrong")
    func invalidConfigurations() throws {
        func validationError(_ change: (inout ModelConfiguration) -> Void) -> String? {
            var configuration = written.configuration
            change(&configuration)
            return configuration.validationError
        }
        #expect(validationError { _ in } == nil)
        #expect(validationError { $0.convention.hopLength = 9 }?.contains("hop is 9") == true)
        #expect(validationError { $0.generator[MelGANConfiguration.self]!.inputBands = 5 }?.contains("5 bands") == true)
        #expect(validationError { $0.convention.windowLength = 4 }?.contains("hop of 8") == true)
        #expect(validationError { $0.generator[MelGANConfiguration.self]!.upsampling = Array(repeating: 4096, count: 8) }?.contains("impossible") == true)
        // Each size alone would be possible; together they are 68 billion numbers.
        #expect(
            validationError {
                $0.generator[MelGANConfiguration.self]!.upsampling = [4096]
                $0.generator[MelGANConfiguration.self]!.baseChannels = 2048
            }?.contains("impossible") == true)
        #expect(validationError { $0.generator[MelGANConfiguration.self]!.upsampling = [] }?.contains("impossible") == true)
        #expect(validationError { $0.generator[MelGANConfiguration.self]!.baseChannels = 0 }?.contains("impossible") == true)
    }

    @Test("a damaged model names the damaged file")
    func damage() throws {
        let folder = scratch.path + "/model"
        #expect(refusal { _ = try Model(at: folder) }?.kind == .missingInput)
        #expect(refusal { _ = try Model(at: scratch.path) }?.kind == .missingInput)
        try written.write(to: folder, description: "")
        let weights = folder + "/generator.safetensors"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: weights))
        let cut = refusal { _ = try Model(at: folder) }
        #expect(cut?.kind == .badData && cut?.path == weights)
        try Data("{\"kind\": 3}".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
        let config = refusal { _ = try Model(at: folder) }
        #expect(config?.kind == .badData && config?.path == folder + "/config.json")
        try FileManager.default.removeItem(atPath: folder + "/config.json")
        #expect(refusal { _ = try Model(at: folder) }?.kind == .missingInput)
    }
}

struct ModelLibraryTests {
    private let scratch: ScratchFolder
    private let here: String
    private let package: String
    private let library: ModelLibrary

    init() throws {
        scratch = try ScratchFolder()
        (here, package) = (scratch.path + "/here", scratch.path + "/package")
        for folder in [here, package + "/Models", package + "/.build/release"] { try createFolder(at: folder) }
        library = ModelLibrary(currentFolder: here, program: package + "/.build/release/vocoder")
    }

    private func addModel(_ path: String) throws { try model(small).write(to: path, description: "") }

    @Test("models are found in the current folder and beside the package, the current folder's first")
    func places() throws {
        #expect(library.folders == [here + "/Models", package + "/Models"])
        #expect(ModelLibrary(currentFolder: package, program: package + "/.build/release/vocoder").folders.count == 1)
        try addModel(package + "/Models/b")
        try addModel(package + "/Models/both")
        try createFolder(at: package + "/Models/empty")
        #expect(library.names == ["b", "both"])
        try addModel(here + "/Models/both")
        #expect(library.names == ["b", "both"])
        #expect(try library.folder(of: "b") == package + "/Models/b")
        #expect(try library.folder(of: "both") == here + "/Models/both")
        #expect(try library.folder(of: nil) == package + "/Models/b")
    }

    @Test("a folder that is there is taken as it is")
    func paths() throws {
        try addModel(package + "/Models/b")
        #expect(try library.folder(of: package) == package)
    }

    @Test("an unknown name is answered with those known, and no models at all with what to do")
    func unknown() throws {
        let none = #expect(throws: FileError.self) { try library.folder(of: nil) }
        #expect(none?.kind == .missingInput && none?.remedies.contains(.useGriffinLim) == true)
        try addModel(package + "/Models/b")
        let other = #expect(throws: FileError.self) { try library.folder(of: "c") }
        #expect(other?.kind == .missingInput && other?.path == "c" && other?.message.contains("by name: b.") == true)
        #expect(throws: FileError.self) { try library.folder(of: "") }
    }
}
