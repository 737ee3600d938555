import ArgumentParser
import Audio
import Files
import MelGAN
import Platform
import Spectra

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Describe sounds, mels and models.",
        discussion: "For a mel whose file does not state its convention, the likely convention is named with how certain that is."
    )

    @Argument(help: "Sound files, mels (.npy, .npz, .safetensors), model folders or weight files.")
    var files: [String]

    @Option(help: "Order of a mel's axes, where the file leaves it open.")
    var layout: MelLayout?

    @Flag(help: "Print one JSON object per file.")
    var json = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("Name at least one file.") }
    }

    func run() throws {
        try forEachFile(files) { path throws(FileError) in
            try show(try FileDescription(of: path, layout: layout), path)
        }
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

/// The contents of a file or folder: a sound, a mel or a model.
enum FileDescription {
    case sound(SoundProperties)
    case mel(MelFile)
    case model(ModelDescription)

    /// - Throws: `FileError` where it is none of these or damaged.
    init(of path: String, layout: MelLayout?) throws(FileError) {
        if path == "-" {
            self = .sound(try AudioFile(at: path).properties)
            return
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw FileError.missing(path, expected: "there is no such file or folder.")
        }
        if isFolder {
            self = .model(try ModelDescription(ofFolder: path))
            return
        }
        switch MelFormat(ending: path) {
        case .npy, .npz: self = .mel(try MelFile(at: path, layout: layout))
        case .safetensors:
            let file = try SafeTensors.read(at: path)
            self =
                file.tensors["mel"] != nil && file.tensors.count == 1
                ? .mel(try MelFile(at: path, layout: layout)) : .model(ModelDescription(of: file))
        case nil: self = .sound(try AudioFile(at: path).properties)
        }
    }

    /// The lines that `info` prints.
    var lines: [String] {
        switch self {
        case .sound(let sound): Self.lines(of: sound)
        case .mel(let mel): Self.lines(of: mel)
        case .model(let model): model.lines
        }
    }

    private static func lines(of sound: SoundProperties) -> [String] {
        var lines = [
            "sound: \(sound.container), \(sound.encoding)",
            "\(format(sound.duration)) s (\(sound.frameCount) samples), \(sound.sampleRate) Hz, "
                + "\(sound.channelCount) \(sound.channelCount == 1 ? "channel" : "channels")",
        ]
        lines.append(
            sound.peak > 0
                ? "peak \(format(sound.peakDecibels)) dB, RMS \(format(sound.rootMeanSquareDecibels)) dB re full scale"
                : "digital silence")
        if sound.clippedSampleCount > 0 { lines.append("\(sound.clippedSampleCount) clipped samples") }
        lines += sound.findings
        return lines
    }

    private static func lines(of mel: MelFile) -> [String] {
        let shape = mel.storedShape.map(String.init).joined(separator: ", ")
        let fingerprint = mel.fingerprint
        var lines = [
            "mel: \(mel.frameCount) frames of \(mel.bandCount) bands, stored [\(shape)] \(mel.layout.rawValue) "
                + "\(mel.storedType.rawValue)",
            "values \(fingerprint.least) to \(fingerprint.greatest)",
        ]
        if let convention = mel.convention {
            lines.append(
                "states its convention: \(convention.valueSummary), \(convention.sampleRate) Hz, hop \(convention.hopLength), "
                    + "transform \(convention.fftSize), bands from \(convention.lowestFrequency) to "
                    + "\(convention.highestFrequency) Hz")
        } else {
            lines.append("states no convention; looks like \(fingerprint.summary)")
        }
        return lines
    }
}

/// `value` with two decimals.
func format(_ value: Double) -> String {
    let hundredths = Int((abs(value) * 100).rounded())
    let fraction = hundredths % 100
    return (value < 0 && hundredths > 0 ? "-" : "") + "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}

/// The description of a model: its configuration, and the tensors in its files.
struct ModelDescription: Encodable {
    struct Tensors: Encodable {
        var file: String
        var tensorCount: Int
        var parameterCount: Int
        var metadata: [String: String]
    }

    /// The folder of the weights: the one that was named, or a folder in it where that is a training run's.
    var folder: String?
    var isTrainingRun = false
    var configuration: ModelConfiguration?
    var weights: [Tensors] = []

    /// The model in a folder, or the one that a training run's folder stands for.
    ///
    /// - Throws: `FileError` where there is none, or its files are damaged.
    init(ofFolder path: String) throws(FileError) {
        let folder = try Model.resolved(path)
        self.folder = folder
        isTrainingRun = folder != path
        configuration = try Model.configuration(in: folder)
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        for name in names where name.hasSuffix(".safetensors") && !name.hasPrefix(".") {
            add(try SafeTensors.read(at: folder + "/" + name), named: name)
        }
    }

    /// The tensors of a file of weights alone.
    init(of file: SafeTensors) {
        add(file, named: "weights")
    }

    private mutating func add(_ file: SafeTensors, named name: String) {
        weights.append(
            Tensors(
                file: name, tensorCount: file.tensors.count,
                parameterCount: file.tensors.values.reduce(0) { $0 + $1.values.count }, metadata: file.metadata))
    }

    /// The lines that are printed: one for every part of the configuration and every file of weights.
    var lines: [String] {
        var lines = ["model" + (configuration.map { ": \($0.generator.kind)" + ($0.steps > 0 ? ", \($0.steps) steps" : "") } ?? "")]
        if isTrainingRun, let folder { lines[0] += ", of the training run's \(folder)" }
        if let configuration {
            lines.append("mels: \(configuration.convention.summary)")
            lines.append("generator: \(configuration.generator.summary)")
            if !configuration.discriminators.isEmpty {
                lines.append("discriminators: \(configuration.discriminators.summary)")
            }
        }
        for file in weights {
            lines.append("\(file.file): \(file.tensorCount) tensors, \(file.parameterCount) numbers")
            lines += file.metadata.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.prefix(300))" }
        }
        return lines
    }
}
