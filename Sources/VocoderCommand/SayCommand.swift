import ArgumentParser
import Audio
import Files
import MelGAN
import Phonemes
import Platform
import Speech
import Tensors
import TextToMel

struct SayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say",
        abstract: "Speak text.",
        discussion: """
            TEXT is spoken into OUT (.wav, .flac, .ogg, .opus), or as 16-bit samples alone to standard output where OUT is -. \
            Without TEXT, or where it is -, text comes through standard input; with --file from a file. Sentences are spoken as \
            they come: the first sounds before the last is read.

            Numbers, dates, money, abbreviations and addresses are read in words where the language is English. What stands in \
            [[ ]] is phonemes, in IPA as --phonemes prints it. With --ssml the text is markup: speak, p, s, break, prosody \
            (rate, pitch), phoneme and sub.
            """)

    @Argument(help: "The text, then the sound to write; - is standard input and standard output.")
    var arguments: [String] = []

    @Option(name: [.customShort("f"), .long], help: "A file whose text is spoken.")
    var file: String?

    @Option(help: "A voice's folder, a run's of train-voice, or a name in Models; by default the first there.")
    var voice: String?

    @Option(help: "Another vocoder than the voice's own: a model's folder, a run's of train, or a name in Models.")
    var model: String?

    @Option(help: "The language of the text, as espeak-ng names it; by default the voice's.")
    var language: String?

    @Option(help: "A file of words and their phonemes, one word a line.")
    var lexicon: String?

    @Flag(help: "The text is SSML.")
    var ssml = false

    @Option(help: "How many times as fast as the voice by itself: 0.25 to 4.")
    var speed = 1.0

    @Option(parsing: .unconditional, help: "Semitones that the voice is raised by: -24 to 24.")
    var pitch = 0.0

    @Option(help: "Seconds of silence between sentences.")
    var pause = Speaker.SpeakingOptions.usualPause

    @Flag(help: "Make sound of the mels by Griffin-Lim, without a vocoder.")
    var griffinLim = false

    @Option(help: "A file for the times of sentences, words and phonemes (\(TimingFormat.endings)).")
    var timings: String?

    @Flag(help: "Print the phonemes of each sentence, and speak nothing.")
    var phonemes = false

    @Option(help: "How .wav and .flac hold a sample: \(SampleFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = SampleFormat.int16

    @Option(
        help: "Type of a vocoder's activations: auto, float32 or bfloat16; auto is what this processor is fastest with."
    )
    var precision = PrecisionOption.auto

    @Option(help: "Threads; by default OMP_NUM_THREADS, or one for every processor.")
    var threads: Int?

    @Flag(help: "Print how it went as one JSON object; with --phonemes one a sentence.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    /// The text, - where it comes through standard input, and where its sound goes.
    private var textAndSound: (text: String?, sound: String?) {
        let sound = phonemes ? nil : arguments.last
        let texts = phonemes ? arguments[...] : arguments.dropLast()
        return (texts.first, sound)
    }

    func validate() throws {
        let (most, least) = (file == nil ? 2 : 1, 1)
        if phonemes {
            if arguments.count > most - 1 { throw ValidationError("--phonemes takes a text (or --file) and no sound.") }
            if timings != nil { throw ValidationError("--phonemes speaks nothing; leave out --timings.") }
        } else if !(least...most).contains(arguments.count) {
            throw ValidationError(
                file == nil ? "Name the text and where its sound goes." : "With --file name only where the sound goes.")
        }
        for (name, value, range) in [
            ("--speed", speed, 0.25...4), ("--pitch", pitch, -24...24), ("--pause", pause, 0...60),
        ] where !range.contains(value) {
            throw ValidationError("\(name) \(value): \(range.lowerBound) to \(range.upperBound) was expected.")
        }
        if let threads, threads < 1 { throw ValidationError("--threads \(threads): at least 1 was expected.") }
        if griffinLim, model != nil { throw ValidationError("--griffin-lim needs no --model; give one of them.") }
        if arguments.last == "-", !phonemes, json {
            throw ValidationError("--json prints to standard output, where the sound goes.")
        }
        if let timings, TimingFormat(path: timings) == nil {
            throw ValidationError("--timings \(timings): a file that ends in \(TimingFormat.endings) was expected.")
        }
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        let choice = VoiceChoice(voice: voice, model: model, griffinLim: griffinLim, precision: precision)
        if phonemes {
            var reader = try reader(language ?? choice.languageIfAny ?? "en-us", nil)
            return try printPhonemes(&reader)
        }
        let sound = textAndSound.sound!
        let (speaker, folder, made) = try choice.speaker { voice in
            try self.reader(language ?? voice.language, voice.inventory)
        }
        var reader = made
        if voice == nil, !quiet { printError("with the voice \(folder)") }
        let options = Speaker.SpeakingOptions(prosody: Prosody(speed: speed, pitch: pitch), pause: pause)
        var clipped = 0
        let result: SpeechResult
        if sound == "-" {
            result = try speaker.speak(&reader, in: options) { samples throws(FileError) in
                clipped += try writePCM(samples)
            }
        } else {
            var writer = try SoundWriter(to: sound, format: format, sampleRate: speaker.sampleRate)
            result = try speaker.speak(&reader, in: options) { samples throws(FileError) in
                try writer.append(samples)
            }
            clipped = try writer.finish().clippedSampleCount
        }
        if let timings { try result.timings.write(to: timings, as: TimingFormat(path: timings)!) }
        warn(of: result, reader)
        let report = SpeechReport(result, sound: sound, clippedSampleCount: clipped)
        if json { try printJSON(report) } else if !quiet { printError(report.line) }
    }

    private func reader(_ language: String, _ inventory: PhonemeInventory?) throws -> TextReader {
        let lexicon = try lexicon.map { path throws(FileError) in try Lexicon(contentsOf: path, inventory: inventory) }
        let phonemizer: Phonemizer
        do { phonemizer = try Phonemizer(language: language, lexicon: lexicon, inventory: inventory) } catch {
            printError("vocoder: \(error)")
            throw ExitCode(64)
        }
        let form = ssml ? TextReader.Form.markup : .plain
        if let file, file != "-" {
            return TextReader(phonemizer, form: form, name: file, bytes: Array(try contents(ofFile: file)))
        }
        if let text = textAndSound.text, text != "-", file == nil {
            if !quiet, !text.contains(" "), FileManager.default.fileExists(atPath: text) {
                printError("vocoder: \(text) is a file, and its name is spoken; --file \(text) speaks what it holds.")
            }
            return TextReader(phonemizer, form: form, text: text)
        }
        return TextReader(phonemizer, form: form, name: "standard input") { () throws(FileError) in
            try standardInput(atMost: 65_536)
        }
    }

    private func printPhonemes(_ reader: inout TextReader) throws {
        var hasSound = false
        while let sentence = try reader.next() {
            guard sentence.sequence.hasSound else { continue }
            hasSound = true
            if json { try printJSON(sentence.sequence) } else { try printOutput(sentence.sequence.description + "\n") }
        }
        guard hasSound else { throw reader.nothingToSpeak() }
    }

    private func warn(of result: SpeechResult, _ reader: TextReader) {
        guard !quiet else { return }
        if reader.undecodableCount > 0 {
            let bytes = reader.undecodableCount == 1 ? "1 byte is" : "\(reader.undecodableCount) bytes are"
            printError("vocoder: \(reader.name): \(bytes) no UTF-8 and left out.")
        }
        if !result.unknown.isEmpty {
            let symbols = result.unknown.joined(separator: " ")
            printError("vocoder: the voice was not taught \(symbols); what it knows of them was spoken.")
        }
    }
}
