import Audio
import Evaluation
import Files
import Platform
import Testing

struct CompareCommandTests {
    private let program: Program

    init() throws {
        program = try Program()
        try Program.sound(seconds: 1).write(to: program.path("a.wav"))
    }

    @Test("Griffin-Lim alone is compared with the original")
    func baseline() throws {
        let outcome = try program.run("compare", "a.wav", "--iterations", "4", "--quiet")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.text.contains("griffin-lim"))
        #expect(program.files == ["a.wav"])
    }

    @Test("a model is compared with Griffin-Lim in the sounds, the page and the JSON")
    func model() throws {
        try program.writeModel("voice")
        let outcome = try program.run(
            "compare", "a.wav", "--model", "voice", "--output", "out", "--iterations", "4", "--json", "-q")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: outcome.output)
        #expect(report.summaries.map(\.system) == ["griffin-lim", "voice"])
        #expect(report.recordings.map(\.name) == ["a"])
        for file in ["out/a/original.wav", "out/a/griffin-lim.wav", "out/a/voice.wav", "out/index.html", "out/report.json"] {
            #expect(program.exists(file), "\(file)")
        }
        // The sound in the comparison is the one that synth makes.
        #expect(try program.run("mel", "a.wav", "a.npy").status == 0)
        #expect(try program.run("synth", "a.npy", "synth.wav", "--model", "voice").status == 0)
        let samples = try ["out/a/voice.wav", "synth.wav"].map { try AudioFile(at: program.path($0)).waveform.samples }
        #expect(samples[0] == samples[1])
    }

    @Test("a folder of sounds is a system, under its own name or a given one")
    func folders() throws {
        try FileManager.default.createDirectory(atPath: program.path("other"), withIntermediateDirectories: true)
        try Program.sound(seconds: 1).write(to: program.path("other/a.flac"))
        let outcome = try program.run(
            "compare", "a.wav", "--system", "other", "--contestant", "copy=other", "--iterations", "2", "--json", "-q")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: outcome.output)
        #expect(report.summaries.map(\.system) == ["griffin-lim", "other", "copy"])
        #expect(report.summaries[2].estimates[.intelligibility].map { abs($0.mean - 1) < 1e-3 } != false)
        #expect(report.summaries[2].artefactCounts == [:])
        expectRefusal(try program.run("compare", "a.wav", "--contestant", "copy=none"), 66, naming: "none")
        let unwritten = try program.run("compare", "a.wav", "--mos")
        #expect(unwritten.status == 64 && unwritten.errors.contains("--output"), "\(unwritten.errors)")
    }

    @Test("voices are compared on texts, with sounds made elsewhere")
    func texts() throws {
        try program.writeVoice()
        try program.write(Data("one|[[h_ə_l_ˈoʊ]].\n[[j_ˈɛ_s]] [[n_ˈoʊ]]?\n".utf8), to: "texts.txt")
        try createFolder(at: program.path("other"))
        for name in ["one", "2"] { try Program.sound(seconds: 1).write(to: program.path("other/\(name).wav")) }
        let outcome = try program.run(
            "compare", "--texts", "texts.txt", "--voice", "mine=voice", "--contestant", "elsewhere=other", "--output", "out", "--json", "-q")
        #expect(outcome.status == 0, "\(outcome.errors)")
        struct Result: Decodable {
            struct Sample: Decodable { let text: String, system: String, sound: String, traits: SpeechTraits, realTimeFactor: Double? }
            let systems: [String], samples: [Sample]
        }
        let result = try JSONDecoder().decode(Result.self, from: outcome.output)
        #expect(result.systems == ["mine", "elsewhere"])
        #expect(result.samples.map(\.text) == ["one", "2", "one", "2"])
        #expect(result.samples.allSatisfy { $0.traits.duration > 0.05 && program.exists("out/" + $0.sound) })
        #expect(result.samples.map { $0.realTimeFactor != nil } == [true, true, false, false])
        #expect(program.exists("out/index.html") && program.exists("out/texts.json"))
        #expect(try program.run("compare", "--texts", "texts.txt", "--output", "out").status == 64)
        #expect(try program.run("compare", "--texts", "texts.txt", "--voice", "voice", "--output", "other").status == 73)
        expectRefusal(try program.run("compare", "--texts", "none.txt", "--voice", "voice", "--output", "out"), 66, naming: "none.txt")
    }

    @Test("a bad recording is named, and the others are compared")
    func badRecording() throws {
        try program.write(Data("text".utf8), to: "bad.wav")
        let outcome = try program.run("compare", "a.wav", "bad.wav", "--iterations", "2", "-q")
        #expect(outcome.status == 65 && outcome.errorLines.count == 1 && outcome.errors.contains("bad.wav"))
        #expect(outcome.text.contains("griffin-lim"))
    }

    @Test("no recording and no model are refused")
    func missing() throws {
        expectRefusal(try program.run("compare", "missing.wav", "-q"), 66, naming: "missing.wav")
        expectRefusal(try program.run("compare", "a.wav", "--model", "nobody"), 66, naming: "nobody")
    }
}
