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
        abstract: "Synthesize speech from text.",
        discussion: """
            TEXT is synthesized to the file OUT (.wav, .flac, .ogg, .opus), or where OUT is - to standard output as raw 16-bit \
            samples. Without TEXT, or where it is -, the text is read from standard input, and with --file from a file. Synthesis \
            is by sentence: the first is written before the last is read.

            In English, German, French and Spanish, numbers, dates, amounts of money, abbreviations and addresses are expanded to \
            words, which --words prints. Text in [[ ]] is read as phonemes in IPA, in the form that --phonemes prints. With --ssml the text is SSML, with the elements speak, p, s, break, prosody (rate, \
            pitch), phoneme and sub.
            """)

    @Argument(help: "The text, then the sound file to write; - is standard input and standard output.")
    var arguments: [String] = []

    @Option(name: [.customShort("f"), .long], help: "A text file to synthesize.")
    var file: String?

    @Option(
        help: "A voice's folder, a run folder of train-voice, or the name of a voice in Models; by default the first one there.")
    var voice: String?

    @Option(
        help: "A vocoder instead of the voice's own: a model's folder, a run folder of train, or the name of a model in Models.")
    var model: String?

    @Option(help: "Language of the text, as espeak-ng names it; by default the voice's.")
    var language: String?

    @Option(help: "A pronunciation dictionary: a file with a word and its phonemes on each line.")
    var lexicon: String?

    @Flag(help: "The text is SSML.")
    var ssml = false

    @Option(help: "Speed relative to the voice's own: 0.25 to 4.")
    var speed = 1.0

    @Option(parsing: .unconditional, help: "Pitch shift in semitones: -24 to 24.")
    var pitch = 0.0

    @Option(help: "Seconds of silence between sentences.")
    var pause = Speaker.SpeakingOptions.usualPause

    @Option(help: "The speaker, where the voice has several (the first).")
    var speaker: String?

    @Option(help: "How freely prosody is drawn: 0 (always the likeliest) to 2 (the voice's own, usually 0.6).")
    var temperature: Double?

    @Option(help: "Seed of the prosody: another number draws another way of saying the same (0).")
    var seed: UInt64 = 0

    @Flag(help: "Invert the mels by Griffin-Lim instead of a neural vocoder.")
    var griffinLim = false

    @Option(help: "A file to write the times of sentences, words and phonemes to (\(TimingFormat.endings)).")
    var timings: String?

    @Flag(help: "Play the speech instead of writing it to a file.")
    var play = false

    @Flag(help: "Print the phonemes of each sentence instead of synthesizing it.")
    var phonemes = false

    @Flag(help: "Print the words of each sentence as they will be read, instead of synthesizing it.")
    var words = false

    @Option(help: "Sample format of .wav and .flac.")
    var format = SampleFormat.int16

    @Option(
        help: "Number format of the vocoder's activations; auto is the fastest on this processor."
    )
    var precision = PrecisionOption.auto

    @Option(help: "Threads (OMP_NUM_THREADS, or one per processor).")
    var threads: Int?

    @Flag(help: "Print a report as one JSON object; with --words or --phonemes one object per sentence.")
    var json = false

    @Flag(name: .shortAndLong, help: "Print nothing but errors.")
    var quiet = false

    /// Whether sentences are printed and none is synthesized.
    private var printsText: Bool { words || phonemes }

    /// The text, which is - for standard input, and the sound file.
    private var textAndSound: (text: String?, sound: String?) {
        let sound = printsText || play ? nil : arguments.last
        let texts = printsText || play ? arguments[...] : arguments.dropLast()
        return (texts.first, sound)
    }

    func validate() throws {
        let (most, least) = (file == nil ? 2 : 1, 1)
        if words, phonemes { throw ValidationError("--words and --phonemes exclude each other; give one of them.") }
        if printsText {
            let name = words ? "--words" : "--phonemes"
            if arguments.count > most - 1 { throw ValidationError("\(name) takes a text (or --file) and no sound file.") }
            if timings != nil { throw ValidationError("\(name) synthesizes nothing; leave out --timings.") }
        } else if play {
            if arguments.count > most - 1 { throw ValidationError("--play takes a text (or --file) and no sound file.") }
        } else if !(least...most).contains(arguments.count) {
            throw ValidationError(
                file == nil ? "Name the text and the sound file to write." : "With --file, name only the sound file to write.")
        }
        if play, printsText { throw ValidationError("--play speaks, where --words and --phonemes print; give one of them.") }
        if file == nil, !printsText, !play, arguments.count == 1, case let only = arguments[0], only != "-", !SoundFolder.isSound(only), !isSpecialFile(only) {
            throw ValidationError("\(only.prefix(60)): names no sound file; name the text and the sound file to write, as in say \"Hello.\" hello.wav.")
        }
        for (name, value, range) in [
            ("--speed", speed, 0.25...4), ("--pitch", pitch, -24...24), ("--pause", pause, 0...60),
        ] where !range.contains(value) {
            throw ValidationError("\(name) \(value): \(range.lowerBound) to \(range.upperBound) was expected.")
        }
        if let temperature, !(0...2).contains(temperature) { throw ValidationError("--temperature \(temperature): 0 to 2 was expected.") }
        if let threads, threads < 1 { throw ValidationError("--threads \(threads): at least 1 was expected.") }
        if griffinLim, model != nil { throw ValidationError("--griffin-lim and --model exclude each other; give one of them.") }
        if ["-", "/dev/stdout"].contains(arguments.last), !printsText, json {
            throw ValidationError("--json prints to standard output, where the sound goes.")
        }
        if let timings, TimingFormat(path: timings) == nil {
            throw ValidationError("--timings \(timings): a file that ends in \(TimingFormat.endings) was expected.")
        }
    }

    func run() throws {
        if let threads { Parallel.threadCount = threads }
        let choice = VoiceChoice(voice: voice, model: model, griffinLim: griffinLim, precision: precision)
        if printsText {
            var reader = try reader(language ?? choice.languageIfAny ?? "en-us", nil)
            return words ? try printWords(&reader) : try printPhonemes(&reader)
        }
        let sound = play ? "-" : textAndSound.sound!
        let (speaker, folder, made) = try choice.speaker { voice in
            try self.reader(language ?? voice.language, voice.inventory)
        }
        var reader = made
        if let timings, case let folder = FolderPath.parent(of: timings), !FileManager.default.fileExists(atPath: folder) {
            throw FileError(.cannotCreate, timings, "cannot be created: there is no folder \(folder).")
        }
        if file == nil, textAndSound.text == nil, !quiet, isatty(0) == 1 { printError("reading the text from the terminal; Ctrl-D ends it") }
        if voice == nil, !quiet { printError("with the voice \(folder)") }
        let manner = SpeakingManner(speaker: try speakerNumber(in: speaker.voice, folder), temperature: temperature, seed: seed)
        let options = Speaker.SpeakingOptions(prosody: Prosody(speed: speed, pitch: pitch), pause: pause, manner: manner)
        let player = play ? try SoundPlayer(sampleRate: speaker.sampleRate) : nil
        var output = try SoundOutput(to: sound, format: sound == "-" ? .pcm : .sound(format), sampleRate: speaker.sampleRate)
        let result = try speaker.speak(&reader, in: options) { samples throws(FileError) in try output.append(samples) }
        let limited = try output.finish(cause: "the vocoder does not take the voice's mels; give another --model, or --griffin-lim.")
        if let player { try player.finish() }
        if let timings { try result.timings.write(to: timings, as: TimingFormat(path: timings)!) }
        warn(of: result, reader)
        let report = SpeechReport(result, sound: play ? "played" : sound, limitedSampleCount: limited)
        if json { try printJSON(report) } else if !quiet { printError(report.line) }
    }

    /// The number of the speaker that was asked for.
    private func speakerNumber(in voice: VoiceDescription, _ folder: String) throws(FileError) -> Int {
        guard let name = self.speaker else { return 0 }
        let names = voice.speakers?.map(\.name) ?? []
        if let number = names.firstIndex(of: name) { return number }
        throw FileError(
            .missingInput, folder,
            names.isEmpty ? "is a voice of one speaker; leave --speaker out." : "has no speaker \(name); it has \(names.joined(separator: ", ")).")
    }

    private func reader(_ language: String, _ inventory: PhonemeInventory?) throws -> TextReader {
        let lexicon = try lexicon.map { path throws(FileError) in try Lexicon(contentsOf: path, inventory: inventory) }
        let phonemizer: Phonemizer
        do { phonemizer = try Phonemizer(language: language, lexicon: lexicon, inventory: inventory) } catch {
            printError(error)
            throw ExitCode(64)
        }
        let form = ssml ? TextReader.Form.markup : .plain
        if let file, file != "-" {
            return TextReader(phonemizer, form: form, name: file, bytes: Array(try contents(ofFile: file)))
        }
        if let text = textAndSound.text, text != "-", file == nil {
            if !quiet, !text.contains(" "), FileManager.default.fileExists(atPath: text) {
                printError("vocoder: \(text) is a file, and its name is synthesized; --file \(text) reads the text in it.")
            }
            // Swift has put this character in the place of bytes that were not UTF-8.
            if !quiet, text.contains("\u{FFFD}") {
                printError("vocoder: the text has bytes that are not UTF-8, which were left out; run the program in a UTF-8 locale.")
            }
            return TextReader(phonemizer, form: form, text: text)
        }
        return TextReader(phonemizer, form: form, name: "standard input") { () throws(FileError) in
            try standardInput(atMost: 65_536)
        }
    }

    private func printWords(_ reader: inout TextReader) throws {
        var hasWords = false
        while let sentence = try reader.nextWords() {
            guard !sentence.words.isEmpty else { continue }
            hasWords = true
            if json { try printJSON(sentence) } else { try printOutput(sentence.description + "\n") }
        }
        warnOfEncoding(reader)
        guard hasWords else { throw reader.nothingToSpeak() }
    }

    private func printPhonemes(_ reader: inout TextReader) throws {
        var hasSound = false
        while let sentence = try reader.next() {
            guard sentence.sequence.hasSound else { continue }
            hasSound = true
            if json { try printJSON(sentence.sequence) } else { try printOutput(sentence.sequence.description + "\n") }
        }
        warnOfEncoding(reader)
        guard hasSound else { throw reader.nothingToSpeak() }
    }

    private func warnOfEncoding(_ reader: TextReader) {
        if !quiet, reader.isMostlyForeign {
            printError("vocoder: \(reader.name): most letters are of a script that its language is not written in; --language and --voice name others.")
        }
        guard !quiet, reader.undecodableCount > 0 else { return }
        let bytes = reader.undecodableCount == 1 ? "1 byte is" : "\(reader.undecodableCount) bytes are"
        printError("vocoder: \(reader.name): \(bytes) not UTF-8 and left out.")
    }

    private func warn(of result: SpeechResult, _ reader: TextReader) {
        warnOfEncoding(reader)
        guard !quiet else { return }
        if !result.unknown.isEmpty {
            let symbols = result.unknown.map { symbol in
                result.substitutes[symbol].map { "\(symbol) (\($0) in its place)" } ?? symbol
            }
            printError(
                "vocoder: the voice does not know \(symbols.joined(separator: ", ")); the nearest phonemes that it knows were synthesized.")
        }
    }
}

