import Foundation
import Audio
import Files
import MelGAN
import Platform
import Spectra
import Testing

/// A checkpoint that `Scripts/checkpoint-fixtures` made: 5 bands, 1 base channel, factors 4 and 2, 2 blocks.
private func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("MelGANTests/Golden/" + name).path
}

struct ImportCommandTests {
    private let program: Program

    init() throws { program = try Program() }

    @Test("checkpoints of both projects, with all spellings of names, become models", arguments: [
        "import-neurips-legacy.pt", "import-parametrizations.pt", "import-plain.pt", "import-seungwonpark.pt",
    ])
    func imported(checkpoint: String) throws {
        let outcome = try program.run("import", fixture(checkpoint), "--output", "voices/one", "--sample-rate", "22050")
        #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(program.files == [
            "voices", "voices/one", "voices/one/MODEL.md", "voices/one/config.json", "voices/one/generator.safetensors",
        ])
        #expect(try String(decoding: program.read("voices/one/MODEL.md"), as: UTF8.self).contains(checkpoint))
        let model = try Model(at: program.path("voices/one"))
        let isSeungwonpark = checkpoint.contains("seungwonpark")
        let convention = model.configuration.convention
        #expect(convention.hopLength == 8 && convention.bandCount == 5)
        #expect(convention.compression == (isSeungwonpark ? .naturalLog : .log10))
        #expect(model.configuration.generator[MelGANConfiguration.self]!.inputOffset == (isSeungwonpark ? 5 : 0))
        let mel = MelExtractor(convention).mel(of: Program.sound())
        try mel.write(to: program.path("mel.npz"))
        let synthesised = try program.run("synth", "mel.npz", "a.wav", "--model", "voices/one")
        #expect(synthesised.status == 0, "\(synthesised.errors)")
        #expect(try AudioFile(at: program.path("a.wav")).waveform.samples.count == mel.frameCount * 8)
    }

    @Test("an existing model is replaced only with --force")
    func overwriting() throws {
        try program.writeModel()
        let before = try program.read("model/config.json")
        let refused = try program.run("import", fixture("import-plain.pt"), "--output", "model")
        expectRefusal(refused, 73, naming: "--force")
        #expect(try program.read("model/config.json") == before)
        let forced = try program.run("import", fixture("import-plain.pt"), "--output", "model", "--force", "--json", "--sample-rate", "22050")
        #expect(try forced.status == 0 && program.read("model/config.json") != before)
        #expect((try JSONSerialization.jsonObject(with: forced.output) as? [String: Any])?["configuration"] != nil)
    }

    @Test("a sample rate that the hop makes unlikely is asked for, and a mel that the generator does not take is refused")
    func sampleRate() throws {
        let asked = try program.run("import", fixture("import-plain.pt"), "--output", "model")
        expectRefusal(asked, 65, naming: "--sample-rate")
        #expect(asked.errors.contains("a hop of 8 samples"))
        #expect(!program.exists("model"))
        let given = try program.run("import", fixture("import-plain.pt"), "--output", "model", "--sample-rate", "16000", "--fmax", "7600")
        #expect(given.status == 0, "\(given.errors)")
        let configuration = try Model(at: program.path("model")).configuration
        #expect(configuration.convention.sampleRate == 16_000 && configuration.convention.highestFrequency == 7600)
        #expect(!configuration.silenceGate)
        #expect(try String(decoding: program.read("model/MODEL.md"), as: UTF8.self).contains("was given at the import"))
        let gated = try program.run(
            "import", fixture("import-plain.pt"), "--output", "gated", "--sample-rate", "16000", "--silence-gate", "on")
        #expect(try gated.status == 0 && Model(at: program.path("gated")).configuration.silenceGate)
        #expect(try program.run("import", fixture("import-plain.pt"), "--output", "other", "--preset", "nobody").status == 64)
        #expect(try program.run("import", fixture("import-plain.pt"), "--output", "other", "--sample-rate", "0").status == 64)
        expectRefusal(try program.run("import", fixture("import-plain.pt"), "--output", "other", "--preset", "hifigan"), 65, naming: "--sample-rate")
        let hop = try program.run("import", fixture("import-plain.pt"), "--output", "other", "--sample-rate", "16000", "--hop", "256")
        expectRefusal(hop, 65, naming: "--hop 8")
        #expect(!program.exists("other"))
    }

    @Test("files that are no checkpoint of a MelGAN are refused and leave no folder")
    func refusals() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("import-neurips-zip.pt")))
        try program.write(whole.prefix(whole.count * 2 / 3), to: "cut.pt")
        try program.write(Data(), to: "empty.pt")
        try program.write(Data("weights, promised".utf8), to: "text.pt")
        try Program.sound().write(to: program.path("sound.wav"))
        let before = program.files
        for (checkpoint, status) in [
            ("cut.pt", 65), ("empty.pt", 65), ("text.pt", 65), ("sound.wav", 65), ("missing.pt", 66),
            (fixture("import-parallelwavegan.pkl"), 65),
        ] as [(String, Int32)] {
            let outcome = try program.run("import", checkpoint, "--output", "model")
            expectRefusal(outcome, status, naming: checkpoint)
            #expect(program.files == before, "after \(checkpoint)")
        }
    }
}
