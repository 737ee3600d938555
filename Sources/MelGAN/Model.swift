import Audio
public import Files
import Neural
import Platform
public import SourceFilter

/// A generator with its configuration, and the folder they live in: `config.json`, `generator.safetensors`, with a source
/// `pitch.safetensors`, `MODEL.md`.
public struct Model {
    public var configuration: ModelConfiguration
    public var generator: AnyGenerator
    /// Tells the pitch of a mel, where the generator has a source; nil otherwise.
    public var pitch: PitchNetwork?

    public static let configurationFile = "config.json"
    public static let generatorFile = "generator.safetensors"
    public static let pitchFile = "pitch.safetensors"
    public static let discriminatorFile = "discriminator.safetensors"
    public static let descriptionFile = "MODEL.md"

    /// - Precondition: `generator` was made from `configuration.generator`, `pitch` from the source's in it.
    public init(configuration: ModelConfiguration, generator: AnyGenerator, pitch: PitchNetwork? = nil) {
        precondition(
            generator.configuration == configuration.generator,
            "a generator \(generator.configuration) for \(configuration.generator)")
        precondition(
            pitch?.configuration == configuration.generator.source?.pitch, "a pitch network of another configuration")
        self.configuration = configuration
        self.generator = generator
        self.pitch = pitch
    }

    /// A model of one kind of generator.
    public init(configuration: ModelConfiguration, generator: some Generator, pitch: PitchNetwork? = nil) {
        self.init(configuration: configuration, generator: AnyGenerator(generator), pitch: pitch)
    }

    /// Reads the model in `folder`: a model's folder, or a training run's, whose best weights so far it takes.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is no model, `.badData` where its files are damaged or do not
    ///   fit one another.
    public init(at folder: String) throws(FileError) {
        let folder = try Self.resolved(folder)
        let configuration = try Self.configuration(in: folder)
        var unset = Unset()
        var generator = configuration.generator.network(using: &unset)
        let weights = folder + "/" + Self.generatorFile
        try generator.load(at: weights)
        var pitch = configuration.generator.source.map { PitchNetwork($0.pitch, using: &unset) }
        let pitchWeights = folder + "/" + Self.pitchFile
        try pitch?.load(at: pitchWeights)
        self.init(configuration: configuration, generator: generator, pitch: pitch)
    }

    /// The configuration of the model in `folder`, checked.
    public static func configuration(in folder: String) throws(FileError) -> ModelConfiguration {
        let path = folder + "/" + configurationFile
        let data = try contents(ofFile: path)
        let configuration: ModelConfiguration
        do { configuration = try JSONDecoder().decode(ModelConfiguration.self, from: data) } catch let error as ModelConfiguration.UnknownGenerator {
            throw FileError(
                .badData, path,
                "cannot be used: it is a model of the kind \(error.kind), not \(generatorKinds.map { ModelConfiguration.kindPrefix + $0.kind }.joined(separator: " or ")).")
        } catch {
            throw FileError(
                .badData, path, "is not the configuration of a vocoder model; restore it from where the model came from.")
        }
        if let validationError = configuration.validationError {
            throw FileError(.badData, path, "cannot be used: \(validationError).")
        }
        return configuration
    }

    /// The folder that holds the weights: `folder` itself, or a training run's `best`, or its newest checkpoint; of a voice's
    /// run its `voice`, or what its `vocoder` has come to.
    public static func resolved(_ folder: String) throws(FileError) -> String {
        let files = FileManager.default
        if files.fileExists(atPath: folder + "/" + generatorFile) { return folder }
        let checkpoints = ((try? files.contentsOfDirectory(atPath: folder + "/checkpoints")) ?? []).sorted()
        let candidates = ["voice", "best"] + checkpoints.reversed().map { "checkpoints/" + $0 }
        for candidate in candidates where files.fileExists(atPath: "\(folder)/\(candidate)/\(generatorFile)") {
            return folder + "/" + candidate
        }
        if files.fileExists(atPath: folder + "/vocoder"), let vocoder = try? resolved(folder + "/vocoder") { return vocoder }
        guard files.fileExists(atPath: folder) else {
            throw FileError(.missingInput, folder, "there is no such model; give the folder of a model or of a training run.")
        }
        throw FileError(
            .missingInput, folder, "holds no model (no \(generatorFile)); give the folder of a model or of a training run.")
    }

    /// Writes the model into `folder`, which is created where it does not exist, and then removed where writing fails.
    public func write(to folder: String, description: String) throws(FileError) {
        let isNew = !FileManager.default.fileExists(atPath: folder)
        do throws(FileError) {
            try createFolder(at: folder)
            try SafeTensors(tensors: generator.arrays).write(to: folder + "/" + Self.generatorFile)
            if let pitch { try SafeTensors(tensors: pitch.arrays).write(to: folder + "/" + Self.pitchFile) }
            try replaceFile(at: folder + "/" + Self.descriptionFile, contents: Data(description.utf8))
            try configuration.write(to: folder + "/" + Self.configurationFile)
        } catch {
            if isNew { try? FileManager.default.removeItem(atPath: folder) }
            throw error
        }
    }
}
