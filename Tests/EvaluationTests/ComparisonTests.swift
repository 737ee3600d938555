import Foundation
import Audio
import Files
import Platform
import Spectra
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Evaluation

@Suite struct ComparisonTests {
    /// Two recordings, one with a difficult name, in a folder that is removed afterwards.
    private func withRecordings(_ body: (_ folder: String) throws -> Void) throws {
        let scratch = try ScratchFolder()
        let folder = scratch.path
        try createFolder(at: folder + "/in/deeper")
        try SyntheticSpeech.utterance().write(to: folder + "/in/clip with spaces – ünïcode & <tags>.wav")
        try SyntheticSpeech.utterance(seed: 4).write(to: folder + "/in/deeper/b.flac")
        try withExtendedLifetime(scratch) { try body(folder) }
    }

    private func systems() -> [VocodingSystem] {
        let made = SyntheticSpeech.noisy(SyntheticSpeech.utterance(), signalToNoise: 20)
        return ["fake & co", "fake & co"].map { name in
            VocodingSystem(name: name, convention: .melgan) { _ throws(FileError) in made }
        }
    }

    @Test func aComparisonWritesSoundsPageAndReport() throws {
        try withRecordings { folder in
            let list = try RecordingList(paths: [folder + "/in"])
            let comparison = Comparison(systems: systems(), output: folder + "/out", seed: 3)
            let report = try comparison.report(of: list)
            #expect(report.recordings.map(\.name) == ["clip with spaces – ünïcode & <tags>", "b"])
            #expect(report.summaries.map(\.system) == ["fake & co", "fake & co-2"])
            for name in ["original", "fake & co", "fake & co-2"] {
                let sound = try readWaveform(at: "\(folder)/out/b/\(name).wav")
                #expect(sound.waveform.samples.count == 22_050)
            }
            let json = try contents(ofFile: folder + "/out/report.json")
            #expect(try JSONDecoder().decode(Report.self, from: json) == report)
            let page = String(decoding: try contents(ofFile: folder + "/out/index.html"), as: UTF8.self)
            #expect(XMLParser(data: Data(page.utf8)).parse(), "the page is not well-formed")
            #expect(page.contains("<figcaption>fake &amp; co</figcaption>"))
            #expect(page.contains("clip with spaces – ünïcode &amp; &lt;tags&gt;"))
            #expect(page.components(separatedBy: "<audio").count == 7)
            #expect(page.components(separatedBy: "data:image/png;base64,").count == 7)
            #expect(!page.contains("http://") || !page.replacing("http://www.w3.org/", with: "").contains("http://"))
        }
    }

    @Test func aFolderOfSoundsIsASystem() throws {
        try withRecordings { folder in
            let list = try RecordingList(paths: [folder + "/in/deeper/b.flac"])
            let system = VocodingSystem(name: "elsewhere", folder: folder + "/in/deeper", sampleRate: 22_050)
            let report = try Comparison(systems: [system]).report(of: list)
            #expect(report.summaries[0].estimates[.melCepstralDistortion]?.mean == 0)
            #expect(report.summaries[0].estimates[.realTimeFactor] == nil)
        }
    }

    @Test("a sound that is shorter or longer than its recording is refused, and so is a folder that holds other files", arguments: [0.1, 0.5, 2])
    func otherLengths(factor: Double) throws {
        try withRecordings { folder in
            let original = try AudioFile(at: folder + "/in/deeper/b.flac").waveform
            let count = Int(factor * Double(original.samples.count))
            let made = Waveform(samples: (0..<count).map { original.samples[$0 % original.samples.count] }, sampleRate: original.sampleRate)
            try FileManager.default.createDirectory(atPath: folder + "/made", withIntermediateDirectories: true)
            try made.write(to: folder + "/made/b.wav")
            let system = VocodingSystem(name: "cut", folder: folder + "/made", sampleRate: 22_050)
            let list = try RecordingList(paths: [folder + "/in/deeper/b.flac"])
            var rejections: [FileError] = []
            let report = try Comparison(systems: [system]).report(of: list) { event in
                if case .rejected(let error) = event { rejections.append(error) }
            }
            #expect(report.recordings.isEmpty && rejections.first?.message.contains("lasts") == true, "\(rejections)")
            let error = #expect(throws: FileError.self) { try Comparison(systems: systems(), output: folder + "/in").report(of: list) }
            #expect(error?.kind == .cannotCreate)
        }
    }

    @Test func anUnreadableRecordingIsNamedAndTheOthersAreCompared() throws {
        try withRecordings { folder in
            let broken = folder + "/in/broken.wav"
            try Data("no sound".utf8).write(to: URL(fileURLWithPath: broken))
            var rejections: [FileError] = []
            let list = try RecordingList(paths: [broken, folder + "/in/deeper/b.flac", folder + "/in/missing.wav"])
            let report = try Comparison(systems: systems()).report(of: list) { event in
                if case .rejected(let error) = event { rejections.append(error) }
            }
            #expect(report.recordings.map(\.name) == ["b"])
            #expect(rejections.map(\.kind) == [.badData, .missingInput])
            #expect(rejections[0].path == broken)
            let hopeless = Comparison(systems: systems(), output: folder + "/out")
            #expect(try hopeless.report(of: try RecordingList(paths: [broken])).recordings.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder + "/out/index.html"))
        }
    }

    @Test func aFolderWithoutSoundIsAnError() throws {
        try withRecordings { folder in
            try createFolder(at: folder + "/none")
            let error = #expect(throws: FileError.self) { try RecordingList(paths: [folder + "/none"]) }
            #expect(error?.kind == .missingInput)
        }
    }

    @Test func systemsAtOtherRatesMeetAtTheHighest() throws {
        try withRecordings { folder in
            let low = VocodingSystem(name: "low", convention: MelConvention.melgan.at(sampleRate: 16_000)) {
                mel throws(FileError) in
                Waveform(samples: [Float](repeating: 0.01, count: mel.frameCount * 256), sampleRate: 16_000)
            }
            let comparison = Comparison(systems: systems() + [low])
            #expect(comparison.sampleRate == 22_050)
            let report = try comparison.report(of: try RecordingList(paths: [folder + "/in/deeper/b.flac"]))
            #expect(report.recordings[0].scores[2][.logSpectralDistance]! > 0)
        }
    }

    @Test(arguments: [(11.025, 6, 2.0), (3.1, 7, 0.5), (0.01, 7, 0.002), (8, 6, 2), (600, 7, 100)])
    func ticksAreRoundNumbers(extent: Double, count: Int, step: Double) {
        #expect(abs(tickStep(for: extent, atMost: count) - step) < 1e-9)
    }
}
