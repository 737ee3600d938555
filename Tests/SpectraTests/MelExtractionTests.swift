import Audio
import Files
import Platform
@testable import Spectra
import TestSupport
import Testing

@Suite struct MelExtractionTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.path }

    init() throws {
        scratch = try ScratchFolder()
        try createFolder(at: folder + "/a b/ü")
        let sound = SyntheticSignal.speechLike(seed: 1).waveform(duration: 0.5, sampleRate: 16_000)
        for name in ["one.wav", "a b/two.flac", "a b/ü/three.wav"] { _ = try sound.write(to: folder + "/" + name) }
        try Data("no sound".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
    }

    @Test("A folder's recordings go to a folder, each to its place")
    func folders() throws {
        let all = try MelExtraction.all(of: [folder], into: folder + "/mels", format: .npz)
        #expect(all.map(\.mel) == ["a b/two.npz", "a b/ü/three.npz", "one.npz"].map { folder + "/mels/" + $0 })
        let extractor = MelExtractor(.melgan)
        for extraction in all {
            let outcome = try extraction.run(with: extractor, layout: .bandsFirst)
            #expect(outcome.frameCount == 43)
            #expect(outcome.preparation.description.contains("resampled 16000 Hz to 22050 Hz"))
            let file = try MelFile(at: extraction.mel)
            #expect(file.frameCount == 43 && file.convention == .melgan)
        }
    }

    @Test("One recording goes to the file that is named")
    func single() throws {
        let all = try MelExtraction.all(of: [folder + "/one.wav"], into: folder + "/out.npy")
        #expect(all == [MelExtraction(recording: folder + "/one.wav", mel: folder + "/out.npy")])
    }

    @Test("Two recordings that would make one file, nothing to do and missing inputs are errors")
    func mistakes() throws {
        let twice = try #require(throws: FileError.self) {
            try MelExtraction.all(of: [folder], into: folder + "/out.npy")
        }
        #expect(twice.kind == .cannotCreate)
        let named = try #require(throws: FileError.self) {
            try MelExtraction.all(of: [folder + "/one.wav"], into: folder + "/out.txt")
        }
        #expect(named.kind == .cannotCreate)
        try createFolder(at: folder + "/empty")
        #expect(throws: FileError.self) { try MelExtraction.all(of: [folder + "/empty"], into: folder + "/mels") }
        let missing = try #require(throws: FileError.self) {
            try MelExtraction.all(of: [folder + "/none.wav"], into: folder + "/mels")
        }
        #expect(missing.kind == .missingInput)
    }
}
