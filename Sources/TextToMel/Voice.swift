public import Files
public import Neural
import Platform

/// A voice's description and its network, and where they live in a model's folder: `voice.json`, `text.safetensors`.
public struct Voice {
    public var description: VoiceDescription
    public var network: AcousticNetwork

    public static let descriptionFile = "voice.json"
    public static let weightsFile = "text.safetensors"

    /// - Precondition: `network` was made from `description.network`.
    public init(_ description: VoiceDescription, network: AcousticNetwork) {
        precondition(
            network.configuration == description.network, "a network \(network.configuration) for \(description.network)")
        self.description = description
        self.network = network
    }

    /// Reads the voice in `folder`: a model's folder, or a run's of `vocoder train-voice`, whose best weights so far it takes.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is no voice, `.badData` where its files are damaged or do not fit one
    ///   another.
    public init(at folder: String) throws(FileError) {
        let folder = try Self.resolved(folder)
        let description = try Self.description(in: folder)
        var unset = Unset()
        var network = AcousticNetwork(description.network, using: &unset)
        let weights = folder + "/" + Self.weightsFile
        try network.load(at: weights)
        self.init(description, network: network)
    }

    /// The description of the voice in `folder`, checked.
    public static func description(in folder: String) throws(FileError) -> VoiceDescription {
        let path = folder + "/" + descriptionFile
        let data = try contents(ofFile: path)
        let description: VoiceDescription
        do { description = try JSONDecoder().decode(VoiceDescription.self, from: data) } catch {
            throw FileError(.badData, path, "is not the description of a voice; restore it from where the voice came from.")
        }
        if let validationError = description.validationError {
            throw FileError(.badData, path, "cannot be used: \(validationError).")
        }
        return description
    }

    /// The folder that holds the voice: `folder` itself, or a training run's `voice`, its `best`, or its newest checkpoint.
    public static func resolved(_ folder: String) throws(FileError) -> String {
        let files = FileManager.default
        let checkpoints = ((try? files.contentsOfDirectory(atPath: folder + "/checkpoints")) ?? []).sorted()
        let candidates =
            [folder, folder + "/voice", folder + "/best"] + checkpoints.reversed().map { folder + "/checkpoints/" + $0 }
        for candidate in candidates where files.fileExists(atPath: candidate + "/" + weightsFile) { return candidate }
        guard files.fileExists(atPath: folder) else {
            throw FileError(.missingInput, folder, "there is no such voice; give the folder of a model or of a training run.")
        }
        throw FileError(
            .missingInput, folder, "holds no voice (no \(weightsFile)); train one with vocoder train-voice.")
    }

    /// Writes the voice into `folder`, which may hold a vocoder's files too.
    public func write(to folder: String) throws(FileError) {
        try createFolder(at: folder)
        try SafeTensors(tensors: network.arrays).write(to: folder + "/" + Self.weightsFile)
        try description.write(to: folder + "/" + Self.descriptionFile)
    }
}
