import ArgumentParser
import Audio
import Files
import Spectra

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Describe sounds, mels and models.",
        discussion: "Of a mel that carries no convention the likely one is named, and how sure that is.")

    @Argument(help: "Sounds, mels (.npy, .npz, .safetensors), model folders or weights.")
    var files: [String]

    @Option(help: "The order of a mel's axes where it cannot be told: bands-first or time-first.")
    var layout: MelLayout?

    @Flag(help: "Print one JSON object a file.")
    var json = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name at least one file.") }
    }

    func run() throws {
        var failures: [FileError] = []
        for path in files {
            do throws(FileError) {
                try show(try FileDescription(of: path, layout: layout), path)
            } catch {
                if files.count == 1 || error.kind == .inputOutput { throw error }
                failures.append(error)
                printError("vocoder: \(error)")
            }
        }
        if let first = failures.first { throw ExitCode(first.exitCode) }
    }

    private func show(_ description: FileDescription, _ path: String) throws(FileError) {
        if json { return try printJSON(FileReport(path: path, description)) }
        try printOutput(path + "\n" + description.lines.map { "  \($0)\n" }.joined())
    }
}

private struct FileReport: Encodable {
    struct Mel: Encodable {
        var frames: Int
        var bands: Int
        var shape: [Int]
        var layout: String
        var type: String
        var least: Float
        var greatest: Float
        var convention: MelConvention?
        var likely: [String]
        var certainty: MelFingerprint.Certainty
        var standardised: Bool
    }

    var path: String
    var sound: SoundProperties?
    var mel: Mel?
    var model: ModelDescription?

    init(path: String, _ description: FileDescription) {
        self.path = path
        switch description {
        case .sound(let properties): sound = properties
        case .model(let described): model = described
        case .mel(let file):
            let fingerprint = file.fingerprint
            mel = Mel(
                frames: file.frameCount, bands: file.bandCount, shape: file.storedShape, layout: file.layout.rawValue,
                type: file.storedType.rawValue, least: fingerprint.least, greatest: fingerprint.greatest,
                convention: file.convention, likely: fingerprint.candidates.map(\.name), certainty: fingerprint.certainty,
                standardised: fingerprint.isStandardised)
        }
    }
}
