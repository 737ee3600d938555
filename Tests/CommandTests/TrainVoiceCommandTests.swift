import Foundation
import Audio
import Files
import Platform
import Testing

/// `vocoder train-voice` end to end, with networks so small that a step takes milliseconds.
@Suite struct TrainVoiceCommandTests {
    private let program: Program
    private let tiny = [
        "--batch", "2", "--channels", "16,32", "--blocks", "1,1", "--bands", "20", "--validation", "0.25", "--interval", "5",
        "--threads", "2",
    ]
    private let textAlone = ["--no-vocoder"]

    init() throws {
        program = try Program()
        try FileManager.default.createDirectory(atPath: program.path("corpus/wavs"), withIntermediateDirectories: true)
        let texts = ["[[h_ə_l_ˈoʊ]].", "[[l_ˈoʊ]], [[h_ˈɜː]]!", "[[d_ˈoʊ]]?", "[[h_ˈoʊ_l_ə]]."]
        for index in texts.indices {
            try SyntheticSignal.speechLike(seed: UInt64(index)).waveform(duration: 0.8, sampleRate: 22_050)
                .write(to: program.path("corpus/wavs/r\(index).wav"))
        }
        let lines = texts.enumerated().map { "r\($0.offset)|\($0.element)" }
        try program.write(Data(lines.joined(separator: "\n").utf8), to: "corpus/metadata.csv")
    }

    /// Trains a text model alone.
    private func train(_ run: String, steps: Int, _ more: String...) throws -> Program.Outcome {
        try program.run(all: ["train-voice", "corpus", "--output", run, "--steps", "\(steps)", "--no-vocoder"] + tiny + more)
    }

    /// Trains a vocoder for the mels of these voices.
    private func trainVocoder(_ run: String = "vocoder") throws {
        let trained = try program.run(
            all: [
                "train", "corpus", "--output", run, "--steps", "1", "--recipe", "melgan", "--batch", "1", "--segment", "2048", "--channels", "16",
                "--discriminator-channels", "4,8", "--bands", "20", "--quiet",
            ])
        #expect(trained.status == 0, "\(trained.errors)")
    }

    private func arguments(_ run: String) -> [String] {
        ["train-voice", "corpus", "--output", run, "--steps", "12", "--vocoder", "vocoder", "--vocoder-steps", "3"] + tiny
    }

    /// The program running in the folder.
    private func start(_ arguments: [String], errors: Any = FileHandle.nullDevice) throws -> Process {
        let process = Process()
        process.executableURL = Program.file
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        process.standardError = errors
        try process.run()
        return process
    }

    private func voice(_ run: String) throws -> [Data] {
        try ["voice.json", "text.safetensors", "config.json", "generator.safetensors"]
            .map { try program.read("\(run)/voice/\($0)") }
    }

    @Test("One command trains a whole voice, and prints which phase it is in")
    func wholeVoice() throws {
        try trainVocoder()
        let outcome = try program.run(all: arguments("run") + ["--json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for words in ["phase 1 of 3", "phase 2 of 3", "phase 3 of 3", "text model, step 12/12", "vocoder, step 3/3"] {
            #expect(outcome.errors.contains(words), "\(words) is not in \(outcome.errors)")
        }
        #expect(outcome.text.contains("\"voice\":\"run/voice\""), "\(outcome.text)")
        // The folder can be moved.
        try FileManager.default.moveItem(atPath: program.path("run/voice"), toPath: program.path("mine"))
        for voice in ["mine", "run"] {
            let said = try program.run("say", "[[h_ə_l_ˈoʊ]].", "\(voice).wav", "--voice", voice)
            #expect(said.status == 0 && program.exists("\(voice).wav"), "\(said.errors)")
        }
        let described = try program.run("info", "mine")
        #expect(described.text.contains("text.safetensors") && described.text.contains("generator.safetensors"))
    }

    @Test("A voice whose training was killed or interrupted in any phase ends in the same bits")
    func endedInAnyPhase() throws {
        try trainVocoder()
        #expect(try program.run(all: arguments("whole") + ["--quiet"]).status == 0)
        for (phase, signal, status) in [
            ("text model, step", SIGKILL, SIGKILL), ("phase 2", SIGKILL, SIGKILL), ("phase 3", SIGTERM, 143),
            ("vocoder, step 1/3", SIGINT, 130), ("vocoder, step 1/3", SIGKILL, SIGKILL),
        ] {
            let run = "\(phase.prefix(7)) \(signal)", errors = Pipe()
            let process = try start(arguments(run), errors: errors)
            var seen = ""
            while !seen.contains(phase) {
                let data = errors.fileHandleForReading.availableData
                if data.isEmpty { break }
                seen += String(decoding: data, as: UTF8.self)
            }
            kill(process.processIdentifier, signal)
            seen += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            // It may have ended in the meantime.
            #expect([0, status].contains(process.terminationStatus), "\(seen)")
            let continued = try program.run(all: arguments(run) + ["--quiet"])
            #expect(continued.status == 0 && continued.errors.isEmpty, "\(continued.errors)")
            #expect(try voice(run) == voice("whole"), "\(run)")
        }
    }

    @Test("A budget ends on time with a whole voice")
    func budget() throws {
        try trainVocoder()
        let start = ContinuousClock.now
        let options = ["train-voice", "corpus", "--output", "run", "--vocoder", "vocoder", "--budget", "9s"] + tiny
        let outcome = try program.run(all: options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let took = start.duration(to: .now)
        // A busy machine may be late.
        #expect(took < .seconds(14), "\(took)")
        #expect(outcome.errors.contains("6.0s of the budget of 9.0s"), "\(outcome.errors)")
        #expect(program.exists("run/voice/text.safetensors") && program.exists("run/voice/generator.safetensors"))
        expectRefusal(try program.run(all: options.map { $0 == "9s" ? "1h" : $0 }), 65, naming: "--budget was 9.0s")
        let none = try program.run(
            all: ["train-voice", "corpus", "--output", "none", "--budget", "0.001s", "--quiet"] + tiny + textAlone)
        expectRefusal(none, 65, naming: "too short")
    }

    @Test("A run killed at any moment and continued ends in the same bits as one never killed")
    func killed() throws {
        func checkpoint(_ run: String) throws -> [Data] {
            try ["text.safetensors", "trained.safetensors", "moments.safetensors", "state.json"]
                .map { try program.read("\(run)/checkpoints/step-00000040/\($0)") }
        }
        #expect(try train("whole", steps: 40).status == 0)
        for delay in [0.05, 0.3] {
            let run = "killed after \(delay)"
            let process = try start(["train-voice", "corpus", "--output", run, "--steps", "40"] + tiny + textAlone)
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let continued = try train(run, steps: 40)
            #expect(continued.status == 0, "\(continued.errors)")
            #expect(try checkpoint(run) == checkpoint("whole"), "\(run)")
        }
    }

    @Test("A run reports its corpus, leaves a voice and a picture, and writes aligned mels")
    func wholeRun() throws {
        let outcome = try train("run", steps: 6, "--write-mels", "mels", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("phonemes of") && outcome.errors.contains("validation mel error"))
        #expect(outcome.text.contains("\"step\":6"))
        for file in ["best/voice.json", "best/text.safetensors", "alignments/step-00000006.png", "log.jsonl"] {
            #expect(program.exists("run/" + file), "\(file)")
        }
        for index in 0..<4 {
            #expect(try NumericArray.readNumpy(at: program.path("mels/r\(index).npy")).shape[0] == 20)
        }
        // Another run may begin with the weights.
        let next = try train("next", steps: 2, "--from", "run", "--quiet")
        #expect(next.status == 0 && next.errors.isEmpty, "\(next.errors)")
    }

    @Test("What cannot be trained is refused with one sentence")
    func refusals() throws {
        #expect(try train("run", steps: 2, "--channels", "10,32").status == 64)
        #expect(try train("run", steps: 2, "--blocks", "many").status == 64)
        for options in [
            ["--budget", "soon"], ["--budget", "1h", "--steps", "5"], ["--budget", "1h", "--vocoder-steps", "5"],
            ["--no-vocoder", "--vocoder", "v"], ["--vocoder-steps", "0"],
        ] {
            let refused = try program.run(all: ["train-voice", "corpus", "--output", "run"] + tiny + options)
            #expect(refused.status == 64 && refused.errors.contains(options[0]), "\(refused.errors)")
        }
        let absent = ["train-voice", "corpus", "--output", "run", "--vocoder", "absent"] + tiny
        expectRefusal(try program.run(all: absent), 66, naming: "absent")
        try program.writeModel("other")
        let other = ["train-voice", "corpus", "--output", "run", "--vocoder", "other"] + tiny
        expectRefusal(try program.run(all: other), 65, naming: "other: takes mels of")
        #expect(!program.exists("run"))
        let language = try train("run", steps: 2, "--language", "klingon-of-no-place")
        #expect(language.status == 65 && language.errorLines.count { $0.hasPrefix("vocoder:") } == 1, "\(language.errors)")
        try program.write(Data("r0\nr1\nr2\n".utf8), to: "corpus/metadata.csv")
        let textless = try train("textless", steps: 2)
        #expect(textless.status == 65 && textless.errors.contains("3 recordings without their texts"), "\(textless.errors)")
        #expect(try program.run("train-voice", "nowhere", "--output", "run", "--no-vocoder").status == 66)
    }

    @Test("A listing of several speakers needs one of them, and the report shows the text that is taken")
    func speakers() throws {
        let listing = (0..<4).map { "r\($0)|[[h_ə_l_ˈoʊ]]\($0 % 2 == 0 ? "." : ", [[h_ˈɜː]]!")|\($0 == 3 ? "ben" : "anna")|3.5" }
        try program.write(Data(listing.joined(separator: "\n").utf8), to: "corpus/metadata.csv")
        let refused = try train("run", steps: 2, "--quiet")
        expectRefusal(refused, 65, naming: "anna (3 recordings, 0.0 min), ben (1 recording, 0.0 min)")
        #expect(refused.errors.contains("--speaker") && !program.exists("run"))
        #expect(try train("run", steps: 2, "--speaker", "carl").status == 65)
        let anna = try train("run", steps: 2, "--speaker", "anna")
        #expect(anna.status == 0, "\(anna.errors)")
        #expect(anna.errors.contains("text: column 2 of 4") && anna.errors.contains("r0: [[h_ə_l_ˈoʊ]]."))
        #expect(anna.errors.contains("speaker: anna, of anna (3 recordings"))
        let other = try train("run", steps: 3, "--speaker", "ben")
        #expect(other.status == 65 && other.errors.contains("--speaker was anna"), "\(other.errors)")
        #expect(try train("all", steps: 2, "--speaker-column", "none").status == 0)
        #expect(try train("run", steps: 2, "--speaker-column", "first").status == 64)
        let labels = (0..<4).map { "r\($0)|yes|yes" }
        try program.write(Data(labels.joined(separator: "\n").utf8), to: "corpus/metadata.csv")
        expectRefusal(try train("labels", steps: 2, "--quiet"), 65, naming: "--text-column N")
    }

    @Test("Options that differ from those of the existing run are named")
    func conflicts() throws {
        #expect(try train("run", steps: 2).status == 0)
        let other = try train("run", steps: 4, "--seed", "9")
        #expect(other.status == 65 && other.errors.contains("--seed was 0"), "\(other.errors)")
        // A vocoder may still be added.
        try trainVocoder()
        let added = try program.run(
            all: ["train-voice", "corpus", "--output", "run", "--steps", "2", "--vocoder", "vocoder", "--vocoder-steps", "1"]
                + tiny)
        #expect(added.status == 0 && program.exists("run/voice/generator.safetensors"), "\(added.errors)")
    }
}
