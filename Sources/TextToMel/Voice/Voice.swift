public import Files
import Neural
import Platform

/// A voice: the acoustic model of a text-to-speech system, as its description and its network.
///
/// A model's folder holds the description in `voice.json` and the weights in `text.safetensors`.
public struct Voice {
    /// Everything that inference needs besides the weights.
    public var description: VoiceDescription
    /// The network with its weights.
    public var network: AcousticNetwork

    /// The name of the description's file in a model's folder.
    public static let descriptionFile = "voice.json"
    /// The name of the weights' file in a model's folder.
    public static let weightsFile = "text.safetensors"

    /// Combines a description with a network.
    ///
    /// - Precondition: `network` has the sizes of `description.network`.
    public init(_ description: VoiceDescription, network: AcousticNetwork) {
        precondition(
            network.configuration == description.network,
            "the network is \(network.configuration) and its description has \(description.network)")
        self.description = description
        self.network = network
    }

    /// Reads the voice in `folder`, which is a model's folder or that of a training run, as ``resolved(_:)`` finds it.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no voice; `.badData` if its files are damaged or do not match each
    ///   other.
    public init(at folder: String) throws(FileError) {
        let folder = try Self.resolved(folder)
        let description = try Self.description(in: folder)
        var unset = Unset()
        var network = AcousticNetwork(description.network, using: &unset)
        let weights = folder + "/" + Self.weightsFile
        try network.load(at: weights)
        self.init(description, network: network)
    }

    /// Reads and validates the description of the voice in `folder`.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is none; `.badData` if it is damaged or invalid.
    public static func description(in folder: String) throws(FileError) -> VoiceDescription {
        let path = folder + "/" + descriptionFile
        let data = try contents(ofFile: path)
        let description: VoiceDescription
        do { description = try JSONDecoder().decode(VoiceDescription.self, from: data) } catch {
            throw FileError(
                .badData, path, "is not a valid description of a voice; restore the file from where the voice came from.")
        }
        if let validationError = description.validationError {
            throw FileError(
                .badData, path, "cannot be used because \(validationError); restore the file from where the voice came from.")
        }
        return description
    }

    /// Finds the folder that holds the voice's files: `folder` itself, or the `voice` folder, the best checkpoint or the newest
    /// checkpoint of a training run.
    ///
    /// - Throws: `FileError`: `.missingInput` if none of them holds a voice.
    public static func resolved(_ folder: String) throws(FileError) -> String {
        let files = FileManager.default
        let checkpoints = ((try? files.contentsOfDirectory(atPath: folder + "/checkpoints")) ?? []).sorted()
        let candidates =
            [folder, folder + "/voice", folder + "/best"] + checkpoints.reversed().map { folder + "/checkpoints/" + $0 }
        for candidate in candidates where files.fileExists(atPath: candidate + "/" + weightsFile) { return candidate }
        guard files.fileExists(atPath: folder) else {
            throw FileError(.missingInput, folder, "does not exist; give the folder of a voice or of its training run.")
        }
        throw FileError(
            .missingInput, folder, "holds no voice (no \(weightsFile))", [.trainVoice])
    }

    /// Writes the voice into `folder`, which is created if needed and may hold the files of a vocoder as well.
    ///
    /// - Throws: `FileError` if the folder or a file cannot be written.
    public func write(to folder: String) throws(FileError) {
        try createFolder(at: folder)
        try SafeTensors(tensors: network.arrays).write(to: folder + "/" + Self.weightsFile)
        try description.write(to: folder + "/" + Self.descriptionFile)
    }
}
