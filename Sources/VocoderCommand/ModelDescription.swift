import Files
import MelGAN
import Platform
import Spectra

/// What a model's files say of it: its configuration, and its tensors.
struct ModelDescription: Encodable {
    struct Tensors: Encodable {
        var file: String
        var tensorCount: Int
        var parameterCount: Int
        var metadata: [String: String]
    }

    /// Where the weights lie: the folder asked about, or one in it where that is a training run's.
    var folder: String?
    var isTrainingRun = false
    var configuration: ModelConfiguration?
    var weights: [Tensors] = []

    /// The model in a folder, or the one that a training run's folder would be taken for.
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

    /// A file of weights by itself.
    init(of file: SafeTensors) {
        add(file, named: "weights")
    }

    private mutating func add(_ file: SafeTensors, named name: String) {
        weights.append(
            Tensors(
                file: name, tensorCount: file.tensors.count,
                parameterCount: file.tensors.values.reduce(0) { $0 + $1.values.count }, metadata: file.metadata))
    }

    /// A line for every part of the configuration and every file of weights.
    var lines: [String] {
        var lines = ["model" + (configuration.map { $0.steps > 0 ? ": MelGAN, \($0.steps) steps" : ": MelGAN" } ?? "")]
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
