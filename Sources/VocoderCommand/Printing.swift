import ArgumentParser
import Files
import Phonemes
import Platform
import Spectra

/// Prints a line to standard error, where everything goes that is not data.
func printError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(2, bytes, bytes.count)
}

/// Prints an error to standard error as one sentence, which says what to do by the names of commands and options.
func printError(_ error: any Error) {
    let sentence =
        switch error {
        case let error as FileError: "\(error.path): " + error.message(wordingRemedies: \.commandLineWords)
        case let error as PhonemeError: error.finding + error.remedies.sentenceEnd(wording: \.commandLineWords)
        default: "\(error)"
        }
    printError("vocoder: " + sentence)
}

/// Prints all of `text` to standard output.
///
/// - Throws: `FileError.inputOutput` where standard output does not take it: a full disk, a closed pipe.
func printOutput(_ text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
        if count >= 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            throw FileError.writing("standard output", errno: errno)
        }
    }
}

/// Prints `value` to standard output as one line of JSON with sorted keys.
///
/// - Throws: `FileError.inputOutput` where standard output does not take it.
func printJSON(_ value: some Encodable) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Silence has no finite level.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Encoding cannot fail: only values of this program's own types are printed.
    try printOutput(String(decoding: try! encoder.encode(value), as: UTF8.self) + "\n")
}

/// Does `work` for every file; an error is printed, and the other files follow.
///
/// - Parameter summary: a sentence for the end, given how many files failed; nil prints none.
/// - Throws: the error of the only file, or one that would meet every other file too: an output that cannot be created, or a failed
///   read or write. At the end an exit code where there were errors: that of the first.
func forEachFile<File>(
    _ files: [File], summary: ((_ failures: Int) -> String)? = nil, _ work: (File) throws(FileError) -> Void
) throws {
    var failures: [FileError] = []
    for file in files {
        do throws(FileError) { try work(file) } catch {
            if files.count == 1 || [.cannotCreate, .inputOutput].contains(error.kind) { throw error }
            failures.append(error)
            printError(error)
        }
    }
    guard let first = failures.first else { return }
    if let summary { printError("vocoder: " + summary(failures.count)) }
    throw ExitCode(first.exitCode)
}

extension Remedy {
    /// What to do, by the names of commands and options, such as "give another --model".
    var commandLineWords: String {
        switch self {
        case .name(let choice): "name one with \(choice.option)"
        case .nameAnother(let choice): "give another \(choice.option)"
        case .leaveOut(let choice): "leave \(choice.option) out"
        case .trainModel: "train one with vocoder train"
        case .trainVoice: "train one with vocoder train-voice"
        case .useGriffinLim: "use --griffin-lim"
        case .trainWithoutVocoder: "train the text model alone with --no-vocoder"
        case .trainPitchNetwork: "give --pitch-steps with --restart to train one"
        case .useFloat32: "begin it with --precision float32"
        case .beginAnew: "begin anew with --restart"
        case .giveMoreTime: "give a longer --budget with --restart"
        case .lowerLearningRate: "begin anew with --restart and a lower --learning-rate"
        case .computeMel: "make a mel of it with vocoder mel"
        case .computeMelAgain(let preset, let settings):
            (["extract it again with vocoder mel RECORDING MEL.npy"] + (preset.map { ["--preset \($0)"] } ?? [])
                + settings.map(\.option)).joined(separator: " ")
        case .storeConvention: "write it as .npz with vocoder mel"
        case .stateConvention: "say whose mel it is with --preset"
        case .stateCompression(let scale): "give --compression \(scale.rawValue) if they are \(scale == .linear ? "magnitudes" : "powers")"
        case .stateLayout: "say which with " + MelLayout.allCases.map { "--layout \($0.rawValue)" }.joined(separator: " or ")
        case .stateLanguage: "set --language"
        case .stateSampleRate(let usual): "give --sample-rate" + (usual.map { "; \($0) is usual with this hop" } ?? "")
        case .stateTextColumn: "say which is with --text-column N"
        case .denySpeakers: "give --speaker-column none if they are not speakers"
        case .takeAllSpeakers: "give --speaker all for a voice of all of them"
        case .writePhonemes: "write IPA as `vocoder say --phonemes` prints it, such as h_ə_l_ˈoʊ"
        case .instruction(let words): words
        }
    }
}

extension Remedy.Choice {
    fileprivate var option: String {
        switch self {
        case .model: "--model"
        case .vocoder: "--vocoder"
        case .voice: "--voice"
        case .language: "--language"
        case .speaker: "--speaker"
        case .pretrainedModel: "--from"
        }
    }
}

extension Remedy.MelSetting {
    fileprivate var option: String {
        switch self {
        case .sampleRate(let rate): "--sample-rate \(rate)"
        case .fftSize(let size): "--fft \(size)"
        case .windowLength(let length): "--window \(length)"
        case .hopLength(let length): "--hop \(length)"
        case .bandCount(let count): "--bands \(count)"
        case .lowestFrequency(let frequency): "--fmin \(frequency)"
        case .highestFrequency(let frequency): "--fmax \(frequency)"
        }
    }
}
