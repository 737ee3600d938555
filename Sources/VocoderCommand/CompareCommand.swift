import ArgumentParser
import Evaluation
import Files
import MelGAN
import Platform
import Spectra
import Tensors

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure how well vocoders reconstruct recordings from their mels.",
        discussion: """
            Each recording is mixed to mono and resampled to the model's rate; its mel is inverted by Griffin-Lim and by each \
            model, and the results are compared with it by objective metrics and checked for artefacts. The table goes to standard \
            output; --output writes the sounds, report.json, and a page (index.html) with spectrograms, players and an A/B/X \
            listening test.

            With --texts there are no recordings: each --voice speaks the texts, --contestant folders hold sounds with the texts' \
            names, and what can be told without an original is compared.

            A recording that cannot be read is skipped with an error message; the others are compared, and the exit code is not 0.
            """)

    @Argument(help: "Sound files, or folders that are searched for sound files.")
    var recordings: [String] = []

    @Option(help: "Texts that voices are compared on, in place of recordings: a file with name|text, or a text alone, on each line.")
    var texts: String?

    @Option(help: ArgumentHelp("A voice that speaks the texts: its folder, or the name of one in Models; may be repeated.", valueName: "[NAME=]VOICE"))
    var voice: [String] = []

    @Flag(help: "Also count what a recognizer mishears of the texts (PocketSphinx, by Scripts/recognize, which installs it the first time).")
    var characterErrors = false

    @Option(name: .long, help: "A model's or training run's folder, or the name of one in Models; may be repeated.")
    var model: [String] = []

    @Option(
        name: [.customLong("contestant"), .customLong("system")],
        help: ArgumentHelp(
            "Another system to compare: a folder of sounds with the recordings' file names; may be repeated.",
            valueName: "[NAME=]FOLDER"))
    var contestant: [String] = []

    @Option(name: .long, help: "A folder to write the sounds, index.html and report.json to.")
    var output: String?

    @Option(name: .long, help: "Griffin-Lim iterations.")
    var iterations = 60

    @Option(name: .long, help: "Seed of Griffin-Lim's initial phase and of the bootstrap.")
    var seed: UInt64 = 0

    @Option(help: "Threads (OMP_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Flag(name: .long, help: "Also estimate what listeners would say (DistillMOS, by Scripts/mos, which installs PyTorch the first time), and write it to --output's mos.json.")
    var mos = false

    @Flag(name: .long, help: "Print the report as JSON instead of a table.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print no progress, only errors.")
    var quiet = false

    func validate() throws {
        if texts == nil {
            if recordings.isEmpty { throw ValidationError("Name the recordings to compare vocoders on, or --texts to compare voices on.") }
            if !voice.isEmpty || characterErrors { throw ValidationError("--voice and --character-errors belong to --texts.") }
        } else {
            if !recordings.isEmpty || !model.isEmpty { throw ValidationError("--texts compares voices, without recordings and models; leave those out.") }
            if output == nil { throw ValidationError("--texts writes sounds; give --output too.") }
            if voice.isEmpty, contestant.isEmpty { throw ValidationError("Name a --voice or a --contestant to speak the texts.") }
        }
        if iterations < 0 { throw ValidationError("--iterations \(iterations): 0 or more was expected.") }
        if let threads, threads < 1 { throw ValidationError("--threads \(threads): at least 1 was expected.") }
        if mos, output == nil { throw ValidationError("--mos rates the sounds that --output writes; give it too.") }
        if recordings.contains("-") { throw ValidationError("compare reads files, not standard input.") }
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        if let texts, let output { return try compareVoices(on: texts, output) }
        let comparison = Comparison(systems: try systems(), output: output, seed: seed)
        var firstRejection: FileError?
        let recordings = try RecordingList(paths: recordings)
        for note in recordings.notes { printError(note) }
        let report = try comparison.report(of: recordings) { event in
            switch event {
            case .began(let name, let number, let count):
                if !quiet { printError("[\(number)/\(count)] \(name)") }
            case .prepared(let name, let preparation):
                if !quiet { printError("\(name): \(preparation)") }
            case .rejected(let error):
                printError(error)
                if firstRejection == nil { firstRejection = error }
            }
        }
        if !report.recordings.isEmpty {
            try printOutput(
                json
                    ? String(decoding: report.json, as: UTF8.self) + "\n"
                    : report.table(otherArtefactsIn: "--output's report.json"))
            if mos, let output {
                let scores = try OpinionScores(of: report, in: output, seed: seed)
                try replaceFile(at: "\(output)/mos.json", contents: scores.json)
                if !json { try printOutput(scores.sentence) }
            }
            if !quiet, let output { printError("\(output)/index.html shows and plays the sounds.") }
        }
        if let firstRejection { throw ExitCode(firstRejection.exitCode) }
    }

    private func compareVoices(on file: String, _ output: String) throws {
        let texts = CompareTexts(texts: try CompareTexts.texts(at: file), output: output, seed: seed, quiet: quiet)
        let voices = voice.map { choice -> (name: String, choice: VoiceChoice) in
            var (name, folder) = (URL(fileURLWithPath: choice).lastPathComponent, choice)
            if !isFolder(choice), let sign = choice.firstIndex(of: "="), sign > choice.startIndex {
                (name, folder) = (String(choice[..<sign]), String(choice[choice.index(after: sign)...]))
            }
            return (name, VoiceChoice(voice: folder, model: nil, griffinLim: false, precision: .auto))
        }
        let contestants = try contestant.map { choice throws(FileError) in try named(choice) }
        var comparison = try texts.comparison(voices: voices, contestants: contestants)
        let sounds = comparison.samples.map { "\(output)/\($0.sound)" }
        if mos { comparison.take(opinions: try OpinionScores.scores(of: sounds)) }
        if characterErrors { comparison.take(characterErrors: try texts.characterErrors(of: comparison)) }
        try comparison.write(texts: Dictionary(uniqueKeysWithValues: texts.texts.map { ($0.name, $0.text) }))
        try printOutput(json ? String(decoding: comparison.json, as: UTF8.self) + "\n" : comparison.table)
        if !quiet { printError("\(output)/index.html shows and plays the sounds.") }
    }

    /// Griffin-Lim first, by the first model's convention, so that both see the same mel.
    private func systems() throws(FileError) -> [VocodingSystem] {
        let models = try model.map { choice throws(FileError) in try modelChoice(choice) }
        let convention = models.first?.convention ?? .melgan
        let vocoders = [VocoderChoice.griffinLim(iterations: iterations, seed: seed)] + models
        let systems = vocoders.map { system($0, convention) }
        let folders = try contestant.map { choice throws(FileError) in
            let (name, folder) = try named(choice)
            return VocodingSystem(
                name: name, folder: folder, sampleRate: convention.sampleRate, hopLength: convention.hopLength)
        }
        return systems + folders
    }

    /// The name and the folder of `NAME=FOLDER`, or of a folder, whose last part is then the name.
    private func named(_ choice: String) throws(FileError) -> (name: String, folder: String) {
        var (name, folder) = (URL(fileURLWithPath: choice).lastPathComponent, choice)
        if !isFolder(choice), let sign = choice.firstIndex(of: "="), sign > choice.startIndex {
            (name, folder) = (String(choice[..<sign]), String(choice[choice.index(after: sign)...]))
        }
        guard isFolder(folder) else {
            throw FileError(
                .missingInput, folder, "there is no such folder; a folder with a sound for each recording was expected.")
        }
        return (name, folder)
    }

    /// The precision is the one that synth uses on this machine by default: what is measured is what it makes.
    private func modelChoice(_ choice: String) throws(FileError) -> VocoderChoice {
        let folder = try ModelLibrary.ofProgram.folder(of: choice)
        let name = URL(fileURLWithPath: folder).lastPathComponent
        return VocoderChoice(try Model(at: folder), name: name, precision: Synthesizer.fastestPrecision)
    }

    /// A vocoder as one of the systems compared, with mels of `convention` where it has none of its own.
    private func system(_ choice: VocoderChoice, _ convention: MelConvention) -> VocodingSystem {
        var choice = choice
        let vocoder = choice.vocoder(for: convention)
        return VocodingSystem(name: choice.name, convention: vocoder.convention) { mel throws(FileError) in
            vocoder.waveform(from: mel).limited()
        }
    }
}
