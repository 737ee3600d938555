import Files
import Phonemes
import Platform
import Tensors
import TextToMel

extension VoiceNetworks {
    static let alignerFile = "aligner.safetensors"
    static let discriminatorFile = "discriminator.safetensors"

    /// Writes what speaking and aligning need: the voice, and its aligner.
    func write(to folder: String, _ description: VoiceDescription) throws(FileError) {
        try Voice(description, network: acoustic).write(to: folder)
        try SafeTensors(tensors: aligner.arrays).write(to: folder + "/" + Self.alignerFile)
    }

    /// Takes the weights that ``write(to:_:)`` wrote, of a checkpoint or a run's best.
    mutating func load(in folder: String) throws(FileError) {
        let voice = folder + "/" + Voice.weightsFile
        try acoustic.load(at: voice)
        let aligner = folder + "/" + Self.alignerFile
        try self.aligner.load(at: aligner)
    }
}

extension VoiceCalibration {
    /// The calibration that a voice has; nil where it was never validated.
    init?(of voice: VoiceDescription) {
        guard let pitch = voice.pitchScale, let bands = voice.bandScales else { return nil }
        self.init(duration: voice.durationScale, pitch: pitch, bands: bands)
    }
}

extension VoiceTraining {
    /// Begins with the weights of the voice in `folder`; with those of its aligner where it still has one.
    ///
    /// Phonemes that it lacks keep their random embeddings.
    ///
    /// - Throws: `FileError` where there is no voice, or one of other mels or sizes.
    mutating func begin(with folder: String, _ description: VoiceDescription) throws(FileError) {
        let folder = try RunFolder.textModel(toBeginWith: folder)
        let other = try Voice.description(in: folder)
        for (what, isSame) in [
            ("mels", other.convention == description.convention), ("sizes", other.network.hasSizes(of: description.network)),
        ] where !isSame {
            throw FileError(.badData, folder, "is a voice of other \(what) than this run's", [.leaveOut(.pretrainedModel)])
        }
        networks.acoustic.take(from: try Voice(at: folder).network)
        let aligner = folder + "/" + VoiceNetworks.alignerFile
        if FileManager.default.fileExists(atPath: aligner) {
            try networks.aligner.load(at: aligner)
        } else if configuration.melDiscriminator?.start == 0 {
            throw FileError(
                .missingInput, aligner,
                "is not there, and nothing would teach one; let the discriminator begin later, or begin with a run.")
        }
        average = EMA(of: networks, decay: configuration.averaging)
    }
}

extension RunFolder {
    /// The folder with the text model that another run begins with: a run's best, which has the aligner that its finished voice lacks, or a voice.
    fileprivate static func textModel(toBeginWith folder: String) throws(FileError) -> String {
        if let best = try? RunFolder(path: folder).textModelPath() { return best }
        return try Voice.resolved(folder)
    }

    /// The phonemes that a run with these settings has from the first: those of its newest checkpoint, or of the voice that it begins with;
    /// nil where it begins with random weights.
    func beginning(_ configuration: VoiceRunConfiguration) throws(FileError) -> PhonemeInventory? {
        guard let from = configuration.from else { return nil }
        if let step = checkpointSteps.last { return try Voice.description(in: checkpointPath(step)).inventory }
        return try Voice.description(in: try Self.textModel(toBeginWith: from)).inventory
    }

    /// The folder of the text model: the best, or the newest where no sentence is kept for validation.
    ///
    /// - Throws: `FileError.missingInput` where nothing was trained yet.
    func textModelPath() throws(FileError) -> String {
        let candidates = [bestPath] + checkpointSteps.reversed().map(checkpointPath)
        for candidate in candidates where FileManager.default.fileExists(atPath: candidate + "/" + Voice.weightsFile) {
            return candidate
        }
        throw FileError(.missingInput, path, "holds no trained text model yet.")
    }
}

extension AcousticConfiguration {
    /// Whether a network of other sizes can begin with this one's weights: all but the phonemes and the noise must be as large.
    fileprivate func hasSizes(of other: AcousticConfiguration) -> Bool {
        var same = self
        (same.noiseChannels, same.symbols) = (other.noiseChannels, other.symbols)
        (same.speakers, same.flowBlocks) = (other.speakers, other.flowBlocks)
        return same == other
    }
}

extension AcousticNetwork {
    /// Takes the weights that `other` has; those of noise and of phonemes that it lacks stay as they are.
    fileprivate mutating func take(from other: AcousticNetwork) {
        let values = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0.value) })
        visitParameters { parameter in
            guard let value = values[parameter.name] else { return }
            if value.shape == parameter.value.shape {
                parameter.value = value
            } else if value.shape.dropFirst() == parameter.value.shape.dropFirst(), value.count < parameter.value.count {
                // The embeddings of the phonemes that come first.
                parameter.value = Tensor(value.values + parameter.value.values.dropFirst(value.count), shape: parameter.value.shape)
            }
        }
    }
}
