public import ArgumentParser
public import Audio
import Files
import Kernels
import MelGAN
import Platform
import Spectra
import Tensors

struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Synthesize sound from mels, with a model or with Griffin-Lim.",
        discussion: """
            The sound of one mel is written to a file (.wav, .flac, .ogg, .opus); the sounds of several mels, or of a folder \
            (searched recursively), are written to a folder as .wav. A mel of another convention than the model's is converted \
            if possible and otherwise refused. The convention options describe mels whose files do not say how they were made.

            Standard input may also be raw frames for a model (float32, little-endian, all bands of a frame together). They are \
            synthesized while they are read, and raw 16-bit samples are written to standard output.

            A mel that cannot be read is skipped with an error message; the others are synthesized, and the exit code is not 0.
            """)

    @Argument(
        help:
            "Mels (.npy, .npz, .safetensors) or folders of mels, then the sound file or folder to write; - is standard input (a .npy file or raw frames) and standard output (WAV)."
    )
    var paths: [String]

    @Option(help: "A model's or training run's folder, or the name of one in Models; by default the first one there.")
    var model: String?

    @Flag(help: "Invert the mels by Griffin-Lim instead of a model.")
    var griffinLim = false

    @Option(help: "Griffin-Lim iterations.")
    var iterations = 60

    @Option(help: "Griffin-Lim momentum: at least 0 and below 2.")
    var momentum: Float = 0.99

    @Option(help: "Seed of Griffin-Lim's initial phase.")
    var seed: UInt64 = 0

    @OptionGroup(title: "Convention of the mels") var convention: MelConventionOptions

    @Option(
        help:
            "The order of a mel's axes if its shape does not tell: \(MelLayout.allCases.map(\.rawValue).joined(separator: " or ")).")
    var layout: MelLayout?

    @Option(
        help:
            "What the mels' values are if they are no logarithms: linear (magnitudes; converted exactly) or power (powers; converted approximately)."
    )
    var compression: Remedy.LinearScale?

    @Option(help: "Sample format of .wav and .flac: \(SampleFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = SampleFormat.int16

    @Flag(help: "Write raw samples to standard output: 16-bit signed, little-endian.")
    var raw = false

    @Flag(help: "Replace sounds in a folder that are older than their mels.")
    var force = false

    @Flag(help: "Play the sound of one mel instead of writing it to a file.")
    var play = false

    @Option(
        help:
            "Make zeros of frames of digital silence, whatever the model makes of them: on or off (the model's own setting: on, but off for imported ones)."
    )
    var silenceGate: Switch?

    @Option(help: "Number format of a model's activations: auto, float32 or bfloat16; auto is the fastest on this processor.")
    var precision = PrecisionOption.auto

    @Option(help: "Threads (OMP_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Flag(help: "Print a JSON object for each mel.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    func validate() throws {
        if play {
            guard paths.count == 1 else { throw ValidationError("--play takes one mel and no sound file.") }
            if raw { throw ValidationError("--raw writes to standard output, and --play plays; give one of them.") }
        }
        guard play || paths.count >= 2 else { throw ValidationError("Name at least one mel and the sound file or folder to write.") }
        if iterations < 0 { throw ValidationError("--iterations \(iterations): 0 or more was expected.") }
        guard (0..<2).contains(momentum) else {
            throw ValidationError("--momentum \(momentum): 0 or more and less than 2 was expected.")
        }
        if let threads, threads < 1 { throw ValidationError("--threads \(threads): at least 1 was expected.") }
        if griffinLim, silenceGate != nil { throw ValidationError("--silence-gate is a model's; leave it out with --griffin-lim.") }
        if griffinLim, model != nil { throw ValidationError("--griffin-lim and --model exclude each other; give one of them.") }
        let toOutput = paths.last == "-" && !play
        if raw, !toOutput { throw ValidationError("--raw writes to standard output; name - as the last argument.") }
        if toOutput, paths.count > 2 { throw ValidationError("Only one sound can go to standard output.") }
        if toOutput || paths.last == "/dev/stdout", json { throw ValidationError("--json prints to standard output, where the sound goes.") }
        _ = try convention.convention()
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        let stated = convention.isGiven ? try convention.convention() : nil
        if play { return try playSound(stated) }
        let syntheses = try Synthesis.all(of: paths.dropLast(), into: paths.last!)
        if !force, syntheses.count > 1 || isFolder(paths.last!) { try syntheses.forEach { synthesis throws(FileError) in try synthesis.refuseRecording() } }
        var choice = try vocoderChoice()
        var failures: [FileError] = []
        for synthesis in syntheses {
            do throws(FileError) {
                try report(
                    try synthesis.run(
                        with: &choice, layout: layout, stated: stated, compression: compression, format: raw ? .pcm : .sound(format)))
            } catch {
                // What cannot be written now cannot be written for the next mel either.
                if syntheses.count == 1 || [.cannotCreate, .inputOutput].contains(error.kind) { throw error }
                failures.append(error)
                printError(error)
            }
        }
        guard let first = failures.first else { return }
        printError("vocoder: \(failures.count) of \(syntheses.count) mels could not be synthesized.")
        throw ExitCode(first.exitCode)
    }

    private func playSound(_ stated: MelConvention?) throws {
        var choice = try vocoderChoice()
        let sound = FileManager.default.temporaryDirectory.path + "/vocoder-\(getpid()).wav"
        defer { try? FileManager.default.removeItem(atPath: sound) }
        let outcome = try Synthesis(mel: paths[0], sound: sound).run(
            with: &choice, layout: layout, stated: stated, compression: compression, format: .sound(.int16))
        let waveform = try AudioFile(at: sound).waveform
        let player = try SoundPlayer(sampleRate: waveform.sampleRate)
        var output = try SoundOutput(to: "-", format: .pcm, sampleRate: waveform.sampleRate)
        try waveform.samples.withUnsafeBufferPointer { samples throws(FileError) in try output.append(samples) }
        _ = try output.finish(cause: "")
        try player.finish()
        try report(outcome)
    }

    private func vocoderChoice() throws(FileError) -> VocoderChoice {
        if griffinLim { return .griffinLim(iterations: iterations, momentum: momentum, seed: seed) }
        let folder = try ModelLibrary.ofProgram.folder(of: model)
        if model == nil, !quiet { printError("with the model \(folder)") }
        var model = try Model(at: folder)
        if let silenceGate { model.configuration.silenceGate = silenceGate == .on }
        return VocoderChoice(model, name: folder, precision: precision.type)
    }

    private func report(_ outcome: Synthesis.Outcome) throws(FileError) {
        let report = SynthesisReport(outcome)
        if json { try printJSON(report) }
        guard !quiet else { return }
        if let note = report.note { printError("vocoder: \(note)") }
        if !json { printError(report.line) }
    }
}

private struct SynthesisReport: Encodable {
    let mel: String
    let sound: String
    let frames: Int
    let seconds: Double
    let sampleRate: Int
    /// Seconds of computing per second of sound.
    let realTimeFactor: Double
    let limitedSamples: Int
    let spectralConvergence: Double?
    let note: String?

    init(_ outcome: Synthesis.Outcome) {
        mel = outcome.synthesis.mel
        sound = outcome.synthesis.sound
        frames = outcome.frameCount
        seconds = outcome.duration
        sampleRate = outcome.sampleRate
        realTimeFactor = outcome.realTimeFactor
        limitedSamples = outcome.limitedSampleCount
        spectralConvergence = outcome.spectralConvergence
        note = outcome.note
    }

    var line: String {
        var line = "\(mel): \(frames) frames to \(sound), \(format(seconds)) s at \(sampleRate) Hz, "
        line += "real-time factor \(thousandths(realTimeFactor))"
        if let spectralConvergence { line += ", spectral convergence \(thousandths(spectralConvergence))" }
        if limitedSamples > 0 { line += ", level lowered around \(limitedSamples) samples beyond full scale" }
        return line
    }

    private func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension SampleFormat: ExpressibleByArgument {}
extension Remedy.LinearScale: ExpressibleByArgument {}
