import Foundation
import Audio
import Files
import MelGAN
import Platform
import Spectra
import Testing

/// Bad input ends in one sentence and an exit code, and leaves no partial output.
struct BadInputTests {
    private let program: Program

    init() throws { program = try Program() }

    /// Expects that the program refuses the arguments and writes no file.
    private func expectRefusal(
        of arguments: String..., status: Int32, naming name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = program.files
        let outcome = try program.run(all: arguments)
        CommandTests.expectRefusal(outcome, status, naming: name, sourceLocation: sourceLocation)
        #expect(program.files == before, "after \(arguments)", sourceLocation: sourceLocation)
    }

    @Test("bad mels are refused")
    func mels() throws {
        try program.writeModel()
        let mel = MelExtractor(.melgan).mel(of: Program.sound())
        try mel.write(to: program.path("good.npy"))
        let good = try program.read("good.npy")
        try program.write(Data(), to: "empty.npy")
        try program.write(good.prefix(1000), to: "truncated.npy")
        try program.write(Data("no mel".utf8), to: "text.npy")
        try program.write(Data("PK, and no more".utf8), to: "archive.npz")
        try Program.sound().write(to: program.path("sound.wav"))
        var integers = good
        let type = try #require(good.range(of: Data("<f4".utf8)))
        integers.replaceSubrange(type, with: Data("<i4".utf8))
        try integers.write(to: URL(fileURLWithPath: program.path("integers.npy")))
        var broken = mel
        broken.values[7] = .nan
        try broken.write(to: program.path("nan.npy"))
        for (name, shape) in [
            ("no-frames", [80, 0]), ("batch", [3, 80, 10]), ("line", [800]), ("bands", [40, 10]), ("square", [80, 80]),
        ] {
            let count = shape.reduce(1, *)
            try NumericArray(shape: shape, values: (0..<count).map { -5 * Float($0 % 97) / 97 })
                .writeNumpy(to: program.path(name + ".npy"))
        }
        for name in [
            "empty.npy", "truncated.npy", "text.npy", "archive.npz", "sound.wav", "integers.npy", "nan.npy",
            "no-frames.npy", "batch.npy", "line.npy", "bands.npy", "square.npy",
        ] {
            try expectRefusal(of: "synth", name, "out.wav", "--model", "model", "-q", status: 65, naming: name)
            try expectRefusal(of: "synth", name, "out.wav", "--griffin-lim", "-q", status: 65, naming: name)
        }
        try expectRefusal(of: "synth", "missing.npy", "out.wav", "--griffin-lim", status: 66, naming: "missing.npy")
        // The sentence says what to do by the names of options and commands.
        for (name, words) in [
            ("square.npy", "; say which with --layout bands-first or --layout time-first."),
            ("sound.wav", "; make a mel of it with vocoder mel."),
        ] { try expectRefusal(of: "synth", name, "out.wav", "--griffin-lim", "-q", status: 65, naming: words) }
    }

    @Test("a mel that cannot be converted is refused with how to extract it again", arguments: [
        (MelConvention.tacotron2, "npz"), (.tacotron2, "npy"), (.vocos, "npz"), (.melgan.at(sampleRate: 16_000), "npz"),
    ])
    func conventions(convention: MelConvention, ending: String) throws {
        try program.writeModel()
        let sound = Program.sound(seconds: 2).resampled(to: convention.sampleRate)
        try MelExtractor(convention).mel(of: sound).write(to: program.path("mel." + ending))
        try expectRefusal(
            of: "synth", "mel." + ending, "out.wav", "--model", "model", "-q", status: 65, naming: "vocoder mel RECORDING")
    }

    @Test("bad recordings are refused by every command")
    func recordings() throws {
        let sound = Program.sound()
        try sound.write(to: program.path("good.wav"))
        try program.write(Data(), to: "empty.wav")
        try program.write(try program.read("good.wav").prefix(9000), to: "truncated.wav")
        try program.write(Data("no sound".utf8), to: "text.wav")
        try Waveform(samples: [], sampleRate: 22_050).write(to: program.path("no-samples.wav"))
        try sound.write(to: program.path("floats.wav"), format: .float)
        var floats = try program.read("floats.wav")
        floats.replaceSubrange(floats.count - 4..<floats.count, with: [0, 0, 0xC0, 0x7F])
        try program.write(floats, to: "nan.wav")
        for name in ["empty.wav", "truncated.wav", "text.wav", "no-samples.wav", "nan.wav"] {
            try expectRefusal(of: "mel", name, "mel.npy", status: 65, naming: name)
            try expectRefusal(of: "info", name, status: 65, naming: name)
            try expectRefusal(of: "compare", name, "-q", status: 65, naming: name)
        }
        for command in [["mel", "missing.wav", "mel.npy"], ["info", "missing.wav"], ["train", "missing.wav", "-o", "run"]] {
            CommandTests.expectRefusal(try program.run(all: command), 66, naming: "missing.wav")
        }
    }

    @Test("of a damaged model the file at fault is named")
    func models() throws {
        try program.writeSoundAndMel()
        try program.writeModel()
        let weights = try program.read("model/generator.safetensors")
        let configuration = try program.read("model/config.json")
        func expectFault(_ name: String, _ contents: Data, sourceLocation: SourceLocation = #_sourceLocation) throws {
            try program.write(contents, to: name)
            for command in [["synth", "a.npy", "out.wav"], ["compare", "a.wav", "-q"]] {
                let outcome = try program.run(all: command + ["--model", "model"])
                CommandTests.expectRefusal(outcome, 65, naming: name, sourceLocation: sourceLocation)
            }
        }
        try expectFault("model/generator.safetensors", weights.prefix(weights.count - 8))
        try expectFault("model/generator.safetensors", Data("no weights".utf8))
        try program.write(weights, to: "model/generator.safetensors")
        try expectFault("model/config.json", configuration.prefix(100))
        let text = String(decoding: configuration, as: UTF8.self)
        let other = text.replacingOccurrences(of: "\"baseChannels\" : 4", with: "\"baseChannels\" : 8")
        #expect(other != text)
        try program.write(Data(other.utf8), to: "model/config.json")
        let outcome = try program.run("synth", "a.npy", "out.wav", "--model", "model")
        CommandTests.expectRefusal(outcome, 65, naming: "of shape")
        #expect(!program.exists("out.wav"))
    }

    @Test("an output in a folder that cannot be written cannot be created")
    func unwritable() throws {
        try program.writeSoundAndMel()
        try program.writeModel()
        try program.write(Data(), to: "file")
        try expectRefusal(of: "synth", "a.npy", "file/a.wav", "--griffin-lim", "-q", status: 73, naming: "file")
        try expectRefusal(of: "synth", "a.npy", "file/sounds", "--griffin-lim", "-q", status: 73, naming: "file/sounds")
        try expectRefusal(of: "synth", "a.npy", "a.mp3", "--griffin-lim", "-q", status: 73, naming: ".mp3")
        try expectRefusal(of: "mel", "a.wav", "file/a.npy", status: 73, naming: "file")
        try expectRefusal(of: "compare", "a.wav", "--output", "file/out", "-q", status: 73, naming: "file/out")
        // Two sentences are needed, one of them for validation.
        try program.writeSoundAndMel("b")
        try expectRefusal(of: "train", ".", "--output", "file/run", "-q", status: 73, naming: "file/run")
    }

    @Test("a full disk leaves no partial files")
    func fullDisk() throws {
        try program.writeSoundAndMel(seconds: 1)
        try program.writeModel()
        let checkpoint = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("MelGANTests/Golden/import-neurips-zip.pt").path
        let before = program.files
        for (arguments, name) in [
            (["synth", "a.npy", "out.wav", "--model", "model"], "out.wav"),
            (["synth", "a.npy", "sounds", "--griffin-lim", "--iterations", "1", "-q"], "sounds/a.wav"),
            (["mel", "a.wav", "mel.npz"], "mel.npz"),
            (["import", checkpoint, "--output", "voice", "--sample-rate", "22050"], "voice"),
        ] {
            let outcome = try program.run(all: arguments, fileLimit: 2)
            CommandTests.expectRefusal(outcome, 74, naming: name)
            let left = program.files.filter { !before.contains($0) && $0 != "sounds" }
            #expect(left.isEmpty, "\(left) after \(arguments)")
        }
    }

    @Test("a full standard output is a failed write")
    func fullOutput() throws {
        try #require(FileManager.default.fileExists(atPath: "/dev/full"))
        try program.writeSoundAndMel()
        for arguments in [
            ["synth", "a.npy", "-", "--griffin-lim", "--iterations", "1", "-q"],
            ["synth", "a.npy", "-", "--griffin-lim", "--iterations", "1", "-q", "--raw"],
            ["info", "a.npy"], ["info", "a.npy", "--json"], ["compare", "a.wav", "--iterations", "1", "-q"],
        ] {
            let outcome = try program.run(all: arguments, outputFile: "/dev/full")
            CommandTests.expectRefusal(outcome, 74, naming: "standard output")
        }
    }
}
