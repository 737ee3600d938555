import Foundation
import Audio
import Files
import MelGAN
import Platform
import Spectra
import Testing

struct SynthCommandTests {
    private let program: Program

    init() throws { program = try Program() }

    private func samples(_ name: String) throws -> [Float] { try AudioFile(at: program.path(name)).waveform.samples }

    private func distance(_ first: [Float], _ second: [Float]) -> Float {
        first.count == second.count ? zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
    }

    @Test("Griffin-Lim inverts the mel of a recording, and depends on the seed only")
    func griffinLim() throws {
        try Program.sound().write(to: program.path("a.wav"))
        #expect(try program.run("mel", "a.wav", "a.npy").status == 0)
        for (sound, seed) in [("one.wav", "3"), ("same.wav", "3"), ("other.flac", "4")] {
            let outcome = try program.run(
                "synth", "a.npy", sound, "--griffin-lim", "--iterations", "6", "--seed", seed, "--quiet")
            #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.output.isEmpty, "\(outcome.errors)")
        }
        #expect(try program.read("one.wav") == program.read("same.wav"))
        #expect(try samples("one.wav") != samples("other.flac"))
        #expect(try samples("one.wav").count == 34 * 256)
        let made = try MelExtractor(.melgan).mel(of: AudioFile(at: program.path("one.wav")).waveform)
        let mel = try MelFile(at: program.path("a.npy"))
        let error = zip(made.values, mel.values).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(mel.values.count)
        #expect(error < 0.3, "mean difference \(error) of decimal logarithms")
        #expect(program.files == ["a.npy", "a.wav", "one.wav", "other.flac", "same.wav"])
    }

    @Test("a model's sound is the library's, in chunks as in one, in every format")
    func model() throws {
        let model = try program.writeModel()
        try program.writeSoundAndMel("long", mel: "npz", seconds: 3.6)
        let options = ["--model", "model", "--precision", "float32"]
        let outcome = try program.run(all: ["synth", "long.npz", "long made.wav", "--format", "float"] + options)
        #expect(outcome.status == 0 && outcome.errors.contains("310 frames"), "\(outcome.errors)")
        let mel = try MelFile(at: program.path("long.npz")).fitted(to: .melgan).mel
        let whole = Synthesizer(model, chunkFrames: mel.frameCount).waveform(from: mel).samples
        #expect(whole.count == 310 * 256 && whole.contains { abs($0) > 1e-3 })
        #expect(try distance(samples("long made.wav"), whole) < 1e-6)
        #expect(try program.run(all: ["synth", "long.npz", "24.wav", "--format", "int24"] + options).status == 0)
        #expect(try distance(samples("24.wav"), whole) < 2e-7 + 1e-6)
    }

    @Test("standard input and output do as files do")
    func streams() throws {
        try program.writeModel()
        try program.writeSoundAndMel()
        #expect(try program.run("synth", "a.npy", "file.wav", "--model", "model").status == 0)
        let mel = try program.read("a.npy")
        let piped = try program.run("synth", "-", "-", "--model", "model", input: mel)
        #expect(try piped.status == 0 && piped.output == program.read("file.wav"), "\(piped.errors)")
        let raw = try program.run("synth", "-", "-", "--raw", "--model", "model", "-q", input: mel)
        #expect(try raw.status == 0 && raw.errors.isEmpty && raw.output == program.read("file.wav").dropFirst(44))
        let empty = try program.run("synth", "-", "-", "--model", "model", "-q", input: Data())
        expectRefusal(empty, 65, naming: "standard input")
    }

    @Test("raw frames from standard input become raw samples, the same as a file's")
    func frames() throws {
        try program.writeModel()
        try program.writeSoundAndMel()
        #expect(try program.run("synth", "a.npy", "file.wav", "--model", "model").status == 0)
        let samples = try program.read("file.wav").dropFirst(44)
        let values = try MelFile(at: program.path("a.npy")).values
        let frames = values.withUnsafeBytes { Data($0) }
        let piped = try program.run("synth", "-", "-", "--model", "model", input: frames)
        #expect(piped.status == 0 && piped.output == samples, "\(piped.errors)")
        let filed = try program.run("synth", "-", "piped.wav", "--model", "model", input: frames)
        #expect(try filed.status == 0 && program.read("piped.wav") == program.read("file.wav"), "\(filed.errors)")
        let cut = try program.run("synth", "-", "-", "--model", "model", input: frames.dropLast(3))
        #expect(cut.status == 65 && cut.errors.contains("standard input: ends within a frame"), "\(cut.errors)")
        let other = try program.run("synth", "-", "-", "--model", "model", input: program.read("file.wav"))
        expectRefusal(other, 65, naming: "standard input")
    }

    @Test("recordings are not replaced by what is made of their mels, unless that is asked for")
    func recordings() throws {
        try program.writeModel()
        try createFolder(at: program.path("sounds"))
        for name in ["a", "b"] { try Program.sound(seconds: 0.3).write(to: program.path("sounds/\(name).wav")) }
        let before = try program.read("sounds/a.wav")
        for name in ["a", "b"] {
            try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -100)], ofItemAtPath: program.path("sounds/\(name).wav"))
        }
        #expect(try program.run("mel", "sounds", "mels", "-q").status == 0)
        expectRefusal(try program.run("synth", "mels", "sounds", "--model", "model", "-q"), 73, naming: "--force")
        #expect(try program.read("sounds/a.wav") == before)
        #expect(try program.run("synth", "mels", "sounds", "--model", "model", "-q", "--force").status == 0)
        // What was made of the mels may be made again.
        #expect(try program.run("synth", "mels", "sounds", "--model", "model", "-q").status == 0)
        #expect(try program.read("sounds/a.wav") != before)
    }

    @Test("a folder of mels becomes a folder of sounds; a bad one is named, and the others are made")
    func folders() throws {
        try program.writeModel()
        for folder in ["mels/deep", "mels/.hidden"] { try createFolder(at: program.path(folder)) }
        for name in ["mels/b", "mels/deep/a", "mels/.hidden/c"] { try program.writeSoundAndMel(name) }
        try program.write(Data("text".utf8), to: "mels/bad.npy")
        let outcome = try program.run("synth", "mels", "sounds", "--model", "model", "--json")
        #expect(outcome.status == 65)
        #expect(outcome.errorLines.count { !$0.contains("it is taken for") } == 2 && outcome.errors.contains("mels/bad.npy"), "\(outcome.errors)")
        #expect(outcome.text.split(separator: "\n").count == 2)
        #expect(program.files.filter { $0.hasPrefix("sounds/") } == ["sounds/b.wav", "sounds/deep", "sounds/deep/a.wav"])
        struct Report: Decodable {
            let mel: String, sound: String, frames: Int, seconds: Double, sampleRate: Int, realTimeFactor: Double
        }
        let first = try JSONDecoder().decode(Report.self, from: Data(outcome.text.split(separator: "\n")[0].utf8))
        #expect(first.mel == "mels/b.npy" && first.sound == "sounds/b.wav" && first.frames == 34)
        #expect(first.sampleRate == 22_050 && abs(first.seconds - 34 * 256 / 22_050) < 1e-9 && first.realTimeFactor > 0)
    }

    @Test("mels that would make the same file are refused before anything is made")
    func collisions() throws {
        try program.writeSoundAndMel("a", mel: "npy")
        try program.writeSoundAndMel("a", mel: "npz")
        expectRefusal(try program.run("synth", "a.npy", "a.npz", "out", "--griffin-lim"), 73, naming: "out/a.wav")
        #expect(!program.exists("out"))
    }

    @Test("a mel of another convention is converted where that can be done, with a note")
    func conversion() throws {
        try program.writeModel()
        let mel = MelExtractor(.coqui).mel(of: Program.sound())
        try mel.write(to: program.path("coqui.npz"))
        let outcome = try program.run("synth", "coqui.npz", "a.wav", "--model", "model")
        #expect(outcome.status == 0 && outcome.errors.contains("converted from decibels"), "\(outcome.errors)")
        // The options state the convention of a mel whose file does not.
        try mel.write(to: program.path("bare.npy"))
        let stated = try program.run("synth", "bare.npy", "b.wav", "--model", "model", "--preset", "coqui")
        #expect(stated.status == 0)
        #expect(try program.read("a.wav") == program.read("b.wav"))
    }

    @Test("a model is known by its name in Models, and the first there is the default")
    func names() throws {
        try createFolder(at: program.path("Models"))
        try program.writeModel("Models/a first voice")
        try program.writeModel("Models/another voice", seed: 8)
        try program.writeSoundAndMel()
        #expect(try program.run("synth", "a.npy", "1.wav", "--model", "another voice").status == 0)
        #expect(try program.run("synth", "a.npy", "2.wav", "--model", "Models/another voice").status == 0)
        #expect(try program.read("1.wav") == program.read("2.wav"))
        let unknown = try program.run("synth", "a.npy", "3.wav", "--model", "voice")
        expectRefusal(unknown, 66, naming: "a first voice, another voice")
    }

    @Test("magnitudes are refused, and converted where that is asked for")
    func compression() throws {
        try program.writeModel()
        let mel = MelExtractor(.melgan).mel(of: Program.sound(seconds: 1))
        try mel.write(to: program.path("mel.npy"))
        try MelSpectrogram(values: mel.values.map { pow(10, $0) }, convention: .melgan).write(to: program.path("linear.npy"))
        let refused = try program.run("synth", "linear.npy", "out.wav", "--model", "model")
        expectRefusal(refused, 65, naming: "--compression linear")
        #expect(!program.exists("out.wav"))
        for (name, options) in [("mel.npy", []), ("linear.npy", ["--compression", "linear"])] {
            let made = try program.run(all: ["synth", name, name + ".wav", "--model", "model", "--precision", "float32"] + options)
            #expect(made.status == 0, "\(made.errors)")
        }
        let (direct, converted) = (
            try AudioFile(at: program.path("mel.npy.wav")).waveform.samples, try AudioFile(at: program.path("linear.npy.wav")).waveform.samples
        )
        #expect(zip(direct, converted).allSatisfy { abs($0 - $1) < 2e-4 })
    }

    @Test("a sound that would clip throughout is an error and leaves no file")
    func noise() throws {
        var mel = MelExtractor(.melgan).mel(of: Program.sound(seconds: 1))
        for index in mel.values.indices { mel.values[index] += 2 }
        try mel.write(to: program.path("loud.npz"))
        for ending in ["wav", "flac"] {
            let refused = try program.run("synth", "loud.npz", "out." + ending, "--griffin-lim", "--iterations", "2")
            expectRefusal(refused, 65, naming: "% of its samples are beyond full scale")
            #expect(!program.exists("out." + ending))
        }
        #expect(try program.run("synth", "loud.npz", "out.wav", "--griffin-lim", "--iterations", "2", "--format", "float").status == 65)
    }

    @Test("a sound goes into a FIFO, and through a link to the file it names")
    func specialFiles() throws {
        try program.writeSoundAndMel()
        let arguments = ["synth", "a.npy", "--griffin-lim", "--iterations", "2", "-q"]
        #expect(try program.run(all: arguments.prefix(2) + ["plain.wav"] + arguments.dropFirst(2)).status == 0)
        let expected = try program.read("plain.wav")
        try FileManager.default.createSymbolicLink(atPath: program.path("link.wav"), withDestinationPath: "target.wav")
        #expect(try program.run(all: arguments.prefix(2) + ["link.wav"] + arguments.dropFirst(2)).status == 0)
        #expect(try program.read("target.wav") == expected)
        #expect(mkfifo(program.path("pipe.wav"), 0o600) == 0)
        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/bin/cp")
        reader.arguments = [program.path("pipe.wav"), program.path("read.wav")]
        try reader.run()
        #expect(try program.run(all: arguments.prefix(2) + ["pipe.wav"] + arguments.dropFirst(2)).status == 0)
        reader.waitUntilExit()
        #expect(try program.read("read.wav") == expected)
        let through = try program.run(all: arguments.prefix(2) + ["/dev/stdout"] + arguments.dropFirst(2))
        #expect(through.status == 0 && through.output == expected)
        let full = try program.run(all: arguments.prefix(2) + ["/dev/full"] + arguments.dropFirst(2))
        expectRefusal(full, 74, naming: "the disk is full")
        // A disk that fills up while the sound is encoded.
        try program.writeSoundAndMel("long", seconds: 8)
        for ending in ["wav", "flac", "ogg"] {
            let cut = try program.run(
                "synth", "long.npy", "cut." + ending, "--griffin-lim", "--iterations", "1", "-q", fileLimit: 16)
            expectRefusal(cut, 74, naming: "files may not be so large here")
            #expect(!program.exists("cut." + ending))
        }
    }

    @Test("options that exclude each other are a usage error", arguments: [
        ["a.npy"], ["a.npy", "a.wav", "--raw"], ["a.npy", "b.npy", "-"], ["a.npy", "-", "--json"],
        ["a.npy", "a.wav", "--griffin-lim", "--model", "model"], ["a.npy", "a.wav", "--momentum", "2"],
        ["a.npy", "a.wav", "--iterations", "many"], ["a.npy", "a.wav", "--threads", "0"],
        ["a.npy", "a.wav", "--preset", "unheard-of"],
    ])
    func usage(arguments: [String]) throws {
        let outcome = try program.run(all: ["synth"] + arguments)
        #expect(outcome.status == 64 && outcome.errors.hasPrefix("Error: ") && program.files.isEmpty)
    }
}
