import Foundation
import Audio
import Files
import MelGAN
import Platform
import Testing

/// `vocoder train` end to end, with networks so small that a step takes milliseconds.
@Suite struct TrainCommandTests {
    private let program: Program
    private let tiny = [
        "--recipe", "melgan", "--batch", "2", "--segment", "2048", "--channels", "32", "--discriminator-channels", "4,8", "--bands", "20",
        "--validation", "0.25", "--interval", "5", "--threads", "2",
    ]

    init() throws {
        program = try Program()
        try FileManager.default.createDirectory(atPath: program.path("corpus"), withIntermediateDirectories: true)
        for index in 0..<4 {
            try SyntheticSignal.speechLike(seed: UInt64(index)).waveform(duration: 0.8, sampleRate: 22_050)
                .write(to: program.path("corpus/r \(index).wav"))
        }
    }

    private func train(_ run: String, steps: Int, _ more: String...) throws -> Program.Outcome {
        try program.run(all: ["train", "corpus", "--output", run, "--steps", "\(steps)"] + tiny + more)
    }

    /// The files of the newest checkpoint on which later steps depend.
    private func checkpoint(_ run: String, _ step: Int) throws -> [Data] {
        let digits = String(step)
        let name = "\(run)/checkpoints/step-" + String(repeating: "0", count: 8 - digits.count) + digits
        return try ["generator.safetensors", "discriminator.safetensors", "moments.safetensors", "state.json"]
            .map { try program.read("\(name)/\($0)") }
    }

    @Test("A run killed at any moment and continued ends in the same bits as one never killed")
    func killed() throws {
        #expect(try train("whole", steps: 40).status == 0)
        for delay in [0.05, 0.2, 0.35] {
            let run = "killed after \(delay)"
            let process = Process()
            process.executableURL = Program.file
            process.arguments = ["train", "corpus", "--output", run, "--steps", "40"] + tiny
            process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let continued = try train(run, steps: 40)
            #expect(continued.status == 0, "\(continued.errors)")
            #expect(try checkpoint(run, 40) == checkpoint("whole", 40), "\(run)")
        }
    }

    @Test("A signal saves a checkpoint and gives its exit code", arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func interrupted(signal: Int32, status: Int32) throws {
        let process = Process()
        process.executableURL = Program.file
        process.arguments = ["train", "corpus", "--output", "run", "--steps", "1000000"] + tiny + ["--interval", "1000000"]
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        // The first line of progress says that training has begun.
        var seen = ""
        while !seen.contains("step 1/") {
            let data = errors.fileHandleForReading.availableData
            if data.isEmpty { break }
            seen += String(decoding: data, as: UTF8.self)
        }
        kill(process.processIdentifier, signal)
        seen += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == status, "\(seen)")
        #expect(seen.contains("saved after step"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.path("run/checkpoints")).count == 1)
        // The model of an interrupted run can be used at once.
        _ = try Model(at: program.path("run"))
    }

    @Test("Resuming with other options is refused, naming what they were")
    func conflict() throws {
        #expect(try train("run", steps: 2).status == 0)
        let refused = try train("run", steps: 4, "--learning-rate", "0.01")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("--learning-rate was 0.0001"), "\(refused.errors)")
        let continued = try train("run", steps: 4, "--json")
        #expect(continued.status == 0)
        #expect(continued.text.contains("\"step\":4"), "\(continued.text)")
    }

    @Test("A corpus trains at another rate, with the upsampling that its hop calls for")
    func otherRate() throws {
        let outcome = try program.run(
            all: ["train", "corpus", "--output", "run", "--steps", "1", "--sample-rate", "48000", "--recipe", "melgan", "--channels", "16",
                "--discriminator-channels", "4,8", "--batch", "1", "--segment", "8192", "--quiet"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let configuration = try Model(at: program.path("run")).configuration
        #expect(configuration.convention.sampleRate == 48_000)
        #expect(configuration.generator.hopLength == configuration.convention.hopLength)
    }

    @Test("A corpus with nothing to train on is refused in a sentence")
    func nothing() throws {
        try FileManager.default.createDirectory(atPath: program.path("empty"), withIntermediateDirectories: true)
        expectRefusal(try program.run("train", "empty", "--output", "run", "--quiet"), 65, naming: "empty")
        expectRefusal(try program.run("train", "absent", "--output", "run", "--quiet"), 66, naming: "absent")
        try program.write(Data("no sound".utf8), to: "empty/a.wav")
        expectRefusal(try program.run("train", "empty", "--output", "run", "--quiet"), 65, naming: "empty")
    }

    @Test("A run begins from another's networks, whose shape and mels it takes, and names both where options differ")
    func fineTuning() throws {
        #expect(try train("first", steps: 2).status == 0)
        let more = ["--steps", "3", "--batch", "2", "--segment", "2048", "--interval", "5", "--validation", "0.25", "--quiet"]
        let tuned = try program.run(all: ["train", "corpus", "--output", "second", "--from", "first"] + more)
        #expect(tuned.status == 0, "\(tuned.errors)")
        let configuration = try Model(at: program.path("second")).configuration
        #expect(configuration.generator == (try Model(at: program.path("first"))).configuration.generator)
        // A resumed run does not read the model again.
        try FileManager.default.removeItem(atPath: program.path("first"))
        let continued = try program.run(
            all: ["train", "corpus", "--output", "second", "--from", "first", "--json"] + more.map { $0 == "3" ? "4" : $0 })
        #expect(continued.status == 0 && continued.text.contains("\"step\":4"), "\(continued.errors)")
        let other = try program.run(
            all: ["train", "corpus", "--output", "third", "--from", "second", "--channels", "64"] + more)
        expectRefusal(other, 65, naming: "second")
        #expect(other.errors.contains("32 channels") && other.errors.contains("64 channels"), "\(other.errors)")
        let kind = try program.run(
            all: ["train", "corpus", "--output", "third", "--from", "second", "--recipe", "source"] + more)
        expectRefusal(kind, 65, naming: "second")
        expectRefusal(try program.run(all: ["train", "corpus", "--output", "third", "--from", "absent"] + more), 66, naming: "absent")
    }

    @Test("Several discriminators train together, by weights, and a run goes on with them to the same bits")
    func severalDiscriminators() throws {
        let both = ["--discriminators", "multi-scale,multi-period=0.5", "--mel-loss", "45"]
        func train(_ run: String, steps: Int) throws -> Program.Outcome {
            try program.run(all: ["train", "corpus", "--output", run, "--steps", "\(steps)"] + tiny + both)
        }
        #expect(try train("whole", steps: 4).status == 0)
        #expect(try train("halves", steps: 2).status == 0)
        #expect(try train("halves", steps: 4).status == 0)
        // The state tells of one more validation.
        #expect(try checkpoint("halves", 4).dropLast() == checkpoint("whole", 4).dropLast())
        let described = try program.run("info", "whole")
        #expect(described.text.contains("multi-period (periods 2 3 5 7 11") && described.text.contains("x 0.5"))
        let other = try self.train("whole", steps: 5, "--discriminators", "multi-scale")
        #expect(other.status == 65 && other.errors.contains("--discriminators"), "\(other.errors)")
        let unknown = try self.train("new", steps: 1, "--discriminators", "multi-ear")
        #expect(unknown.status == 64 && unknown.errors.contains("multi-scale, multi-period"), "\(unknown.errors)")
        for wrong in ["multi-scale,", "", "multi-scale=", "multi-scale=0"] {
            #expect(try self.train("new", steps: 1, "--discriminators", wrong).status == 64, "\(wrong)")
        }
    }

    /// A run of the standard recipe, short and with other mels than the package's models.
    private func refine(_ run: String, steps: Int, _ more: String...) throws -> Program.Outcome {
        try program.run(
            all: [
                "train", "corpus", "--output", run, "--steps", "\(steps)", "--bands", "20", "--batch", "2", "--segment", "2048",
                "--discriminators", "spectrogram", "--warm-up", "2", "--discriminator-only", "1", "--ramp", "2", "--pitch-steps", "2",
                "--envelope-iterations", "1", "--decay", "6", "--validation", "0.25", "--interval", "3", "--threads", "2",
            ] + more)
    }

    @Test("The standard recipe refines spectra; a run of it goes on to the same bits, and its model makes and streams sound")
    func standardRecipe() throws {
        let whole = try refine("whole", steps: 6)
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(!whole.errors.contains("begins from"))
        // The newest model that discriminators taught is the best, whatever its mel error.
        #expect(whole.errors.contains("step 6: ") && whole.errors.contains(", kept"), "\(whole.errors)")
        #expect(try program.read("whole/best/generator.safetensors") == checkpoint("whole", 6)[0])
        #expect(try refine("halves", steps: 3).status == 0)
        #expect(try refine("halves", steps: 6).status == 0)
        #expect(try checkpoint("halves", 6).dropLast() == checkpoint("whole", 6).dropLast())
        let described = try program.run("info", "whole")
        #expect(described.text.contains("spectral refiner of 6 blocks"), "\(described.text)")
        #expect(try program.run("mel", "corpus/r 1.wav", "mel.npy", "--bands", "20").status == 0)
        #expect(try program.run("synth", "mel.npy", "spoken.wav", "--model", "whole").status == 0)
        #expect(try AudioFile(at: program.path("spoken.wav")).waveform.duration > 0.7)
        let other = try refine("whole", steps: 7, "--augmentation", "off")
        #expect(other.status == 65 && other.errors.contains("--augmentation was on"), "\(other.errors)")
        // Without augmentation the segments are others.
        #expect(try refine("plain", steps: 3, "--augmentation", "off").status == 0)
        #expect(try checkpoint("plain", 3).first != checkpoint("halves", 3).first)
    }

    @Test("Without options a run begins from the package's model, says so, and keeps its discriminators; --from none does not")
    func standardStart() throws {
        let short = ["--steps", "1", "--batch", "1", "--segment", "2048", "--validation", "0.25", "--threads", "2"]
        let outcome = try program.run(all: ["train", "corpus", "--output", "run"] + short)
        #expect(outcome.status == 0 && outcome.errors.contains("begins from kathleen; --from none"), "\(outcome.errors)")
        let model = try Model(at: program.path("run")).configuration
        #expect(model.generator.kind == "spectral-refiner" && model.discriminators.map(\.kind) == ["spectrogram"])
        // The discriminators took part from the first step on.
        #expect(outcome.errors.contains("D ") && !outcome.errors.contains("D 0.000"), "\(outcome.errors)")
        let other = try program.run(all: ["train", "corpus", "--output", "run", "--from", "none"] + short)
        expectRefusal(other, 65, naming: "run")
        #expect(other.errors.contains("--from was"), "\(other.errors)")
        // Other mels than the model's: the run begins from nothing, and says nothing of it.
        let bands = try program.run(
            all: ["train", "corpus", "--output", "other", "--bands", "40", "--pitch-steps", "1", "--envelope-iterations", "1"] + short)
        #expect(bands.status == 0 && !bands.errors.contains("begins from"), "\(bands.errors)")
    }

    @Test("An option that says nothing of the run's networks is refused, not ignored")
    func idleOptions() throws {
        for arguments in [
            ["--channels", "64"], ["--upsampling", "8,8,2,2"], ["--residual-blocks", "2"], ["--discriminator-channels", "4,8"],
            ["--recipe", "melgan", "--envelope-iterations", "3"],
        ] {
            let refused = try program.run(all: ["train", "corpus", "--output", "run", "--bands", "20"] + arguments)
            let option = arguments[arguments.count - 2]
            #expect(refused.status == 64 && refused.errors.contains(option), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: program.path("run")))
        }
    }

    @Test("A budget is a time and decides the steps by itself")
    func budget() throws {
        for (arguments, word) in [
            (["--budget", "5x"], "--budget"), (["--budget", "1h", "--steps", "3"], "--steps"),
            (["--budget", "1h", "--decay", "3"], "--decay"),
        ] {
            let refused = try program.run(all: ["train", "corpus", "--output", "run"] + arguments)
            #expect(refused.status == 64 && refused.errors.contains(word), "\(refused.errors)")
        }
        let none = try program.run(all: ["train", "corpus", "--output", "run", "--budget", "0.001s", "--quiet"] + tiny)
        expectRefusal(none, 65, naming: "run")
        #expect(none.errors.contains("too short"), "\(none.errors)")
        let other = try program.run(all: ["train", "corpus", "--output", "run", "--budget", "1h"] + tiny)
        expectRefusal(other, 65, naming: "--budget was 0.0s")
    }

    @Test("Sub-bands train, are described, and become sound in a stream of the same bits")
    func subBands() throws {
        let small = tiny.dropFirst(2).map { $0 == "32" ? "16" : $0 }
        let trained = try program.run(
            all: ["train", "corpus", "--output", "run", "--steps", "2", "--recipe", "multi-band", "--quiet"] + small)
        #expect(trained.status == 0, "\(trained.errors)")
        let described = try program.run("info", "run")
        #expect(described.text.contains("makes 4 sub-bands"), "\(described.text)")
        #expect(try program.run("mel", "corpus/r 1.wav", "mel.npy", "--bands", "20").status == 0)
        let spoken = try program.run("synth", "mel.npy", "spoken.wav", "--model", "run")
        #expect(spoken.status == 0, "\(spoken.errors)")
        #expect(try program.run("compare", "corpus/r 1.wav", "--model", "run", "--output", "compared").status == 0)
        let hop = try program.run(
            all: ["train", "corpus", "--output", "other", "--recipe", "multi-band", "--hop", "250", "--quiet"])
        expectRefusal(hop, 65, naming: "sub-bands")
    }

    @Test("Predicted mels are trained on, by the recordings' names, and what is wrong with one is said")
    func predictedMels() throws {
        try FileManager.default.createDirectory(atPath: program.path("mels"), withIntermediateDirectories: true)
        for index in 0..<3 {
            #expect(try program.run("mel", "corpus/r \(index).wav", "mels/r \(index).npy", "--bands", "20").status == 0)
        }
        let trained = try train("run", steps: 2, "--mels", "mels")
        #expect(trained.status == 0 && trained.errors.contains("1 recording without one left out (r 3)"), "\(trained.errors)")
        let conflict = try train("run", steps: 3, "--mels", "others")
        expectRefusal(conflict, 65, naming: "--mels was mels")
        expectRefusal(try train("other", steps: 2, "--mels", "absent", "--quiet"), 66, naming: "absent")
        try program.write(try program.read("mels/r 0.npy").prefix(1000), to: "mels/r 0.npy")
        expectRefusal(try train("other", steps: 2, "--mels", "mels", "--quiet"), 65, naming: "mels/r 0.npy")
    }
}
