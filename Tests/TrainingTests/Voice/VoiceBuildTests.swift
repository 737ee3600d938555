import Files
import MelGAN
import Neural
import Platform
import Tensors
import Testing
import TextToMel
@testable import Training

/// Whole voices: text model, predicted mels and vocoder.
@Suite struct VoiceBuildTests {
    private let small: SmallVoice
    private let vocoder: String

    init() throws {
        small = try SmallVoice()
        vocoder = try small.writeVocoder()
    }

    private func build(
        _ name: String, steps: Int = 4, interruptedAt: Int = .max, say: @escaping (String) -> Void = { _ in }
    ) throws -> VoiceOutcome {
        let trainer = try small.trainer(name, change: { $0.vocoder = vocoder }, say: say)
        var asked = 0
        return try trainer.build(
            RunLimits(steps: steps, interval: 3, keeps: 1, threadCount: 2), vocoderSteps: 3, progress: .quiet
        ) {
            asked += 1
            return asked > interruptedAt ? 130 : nil
        }
    }

    private func voice(_ name: String) throws -> [Data] {
        try [Voice.descriptionFile, Voice.weightsFile, Model.configurationFile, Model.generatorFile]
            .map { try small.data("\(name)/voice/\($0)") }
    }

    @Test("A whole voice is one folder, says which phase it is in, and its vocoder has learned from predicted mels")
    func whole() throws {
        var said: [String] = []
        let outcome = try build("run") { said.append($0) }
        #expect(outcome.text.step == 4 && outcome.vocoder?.step == 3 && outcome.interruption == nil)
        #expect(outcome.voice == small.path("run/voice"))
        #expect(said.count { $0.hasPrefix("phase ") } == 3, "\(said)")
        #expect(try Voice.resolved(small.path("run")) == small.path("run/voice"))
        #expect(try Model.resolved(small.path("run")) == small.path("run/voice"))
        #expect(try Voice(at: small.path("run/voice")).description.steps > 0)
        let model = try Model(at: small.path("run/voice"))
        #expect(try model.generator.parameters.first?.value.values != Model(at: vocoder).generator.parameters.first?.value.values)
        #expect(
            String(decoding: try small.data("run/voice/MODEL.md"), as: UTF8.self).contains("begun from `vocoder of 20 bands`"))
        let names = try FileManager.default.contentsOfDirectory(atPath: small.path("run/vocoder/mels"))
        #expect(names.count { $0.hasSuffix(".npy") } == 8)
        // The recordings are prepared once.
        #expect(!FileManager.default.fileExists(atPath: small.path("run/vocoder/recordings.cache")))
        // The vocoder of another voice may be fine-tuned.
        #expect(try PretrainedCheckpoint(at: small.path("run")).generator.configuration == model.generator.configuration)
    }

    @Test("A build that is interrupted in any phase and resumed ends in the same bits")
    func resumption() throws {
        _ = try build("whole")
        let expected = try voice("whole")
        // The text model's steps are asked before 1 to 4, mels once, the vocoder's steps after that.
        for interruptedAt in [2, 4, 5, 7] {
            let name = "cut at \(interruptedAt)"
            if interruptedAt == 4 {
                let error = #expect(throws: FileError.self) { try build(name, interruptedAt: 4) }
                #expect(error?.message.contains("while mels were predicted") == true, "\(error?.message ?? "")")
            } else {
                #expect(try build(name, interruptedAt: interruptedAt).interruption == 130)
            }
            #expect(!FileManager.default.fileExists(atPath: small.path(name + "/voice")))
            // An unfinished voice can be used nevertheless.
            if interruptedAt > 5 { _ = try Model(at: small.path(name)) }
            #expect(try build(name).interruption == nil)
            #expect(try voice(name) == expected, "\(name)")
        }
    }

    @Test("The vocoder is trained again if the text model is trained further, and otherwise unchanged")
    func longer() throws {
        _ = try build("run")
        let first = try voice("run")
        var said: [String] = []
        _ = try build("run") { said.append($0) }
        #expect(try voice("run") == first && !said.contains { $0.hasPrefix("predicted") }, "\(said)")
        _ = try build("run", steps: 8) { said.append($0) }
        #expect(said.contains { $0.contains("begun anew") }, "\(said)")
        _ = try build("direct", steps: 8)
        #expect(try voice("run") == voice("direct"))
    }

    @Test("A vocoder for other mels is refused before anything is trained, and so is another than was begun from")
    func otherVocoder() throws {
        let other = try small.writeVocoder(bands: 24)
        let error = #expect(throws: FileError.self) { try small.trainer("run", change: { $0.vocoder = other }) }
        #expect(error?.remedies.contains(.trainWithoutVocoder) == true && error?.path == other, "\(error?.message ?? "")")
        #expect(!FileManager.default.fileExists(atPath: small.path("run")))
        _ = try build("run")
        let changed = #expect(throws: FileError.self) {
            let earlier = try RunFolder(path: small.path("run")).configuration(as: VoiceRunConfiguration.self)
            var asked = try #require(earlier)
            asked.vocoder = other
            _ = try VoiceTrainer(in: small.path("run"), asked, threadCount: 2)
        }
        #expect(changed?.message.contains("was begun from \(vocoder)") == true, "\(changed?.message ?? "")")
        // A restart leaves nothing of it.
        let anew = try small.trainer("run", restarts: true)
        #expect(!FileManager.default.fileExists(atPath: small.path("run/voice")))
        #expect(!FileManager.default.fileExists(atPath: small.path("run/vocoder")))
        #expect(anew.configuration.vocoder == nil)
    }
}
