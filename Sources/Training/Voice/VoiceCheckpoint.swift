import Files
import Neural
import Platform
import TextToMel

/// A voice's training frozen after a step: a voice's folder, and what else is needed to go on to the same bits.
///
/// | file | what |
/// |---|---|
/// | `voice.json`, `text.safetensors` | the ``Voice`` of the averaged weights |
/// | `aligner.safetensors` | the averaged aligner |
/// | `trained.safetensors`, `moments.safetensors` | weights and moments in training |
/// | `discriminator.safetensors` | of the mel discriminator, from its first step on; the moments are then the decoder's and the discriminator's |
/// | `state.json` | the ``RunState`` |
enum VoiceCheckpoint {
    static let alignerFile = "aligner.safetensors"
    static let discriminatorFile = "discriminator.safetensors"
    private static let discriminatorPrefix = "discriminator/"

    static func write(
        _ training: VoiceTraining, _ description: VoiceDescription, _ state: RunState, to path: String
    ) throws(FileError) {
        try replaceFolder(at: path) { beside throws(FileError) in
            try write(training.average.network, description, to: beside)
            try SafeTensors(tensors: training.networks.arrays).write(to: beside + "/" + Checkpoint.trainedFile)
            var moments = training.optimiser.arrays()
            if let melDiscriminator = training.melDiscriminator {
                moments = melDiscriminator.decoderOptimiser.arrays()
                moments.merge(melDiscriminator.discriminatorOptimiser.arrays(discriminatorPrefix)) { own, _ in own }
                try SafeTensors(tensors: melDiscriminator.discriminator.arrays).write(to: beside + "/" + discriminatorFile)
            }
            try SafeTensors(tensors: moments).write(to: beside + "/" + Checkpoint.momentsFile)
            try state.write(to: beside + "/" + Checkpoint.stateFile)
        }
    }

    /// What speaking and aligning need: the voice, and its aligner.
    static func write(_ networks: VoiceNetworks, _ description: VoiceDescription, to folder: String) throws(FileError) {
        try Voice(description, network: networks.acoustic).write(to: folder)
        try SafeTensors(tensors: networks.aligner.arrays).write(to: folder + "/" + alignerFile)
    }

    /// The networks that speaking and aligning need, from a checkpoint or a run's best.
    static func read(_ networks: inout VoiceNetworks, from path: String) throws(FileError) {
        let voice = path + "/" + Voice.weightsFile
        try networks.acoustic.load(at: voice)
        let aligner = path + "/" + alignerFile
        try networks.aligner.load(at: aligner)
    }

    /// Begins with the weights of the voice in `folder`; with those of its aligner where it still has one.
    ///
    /// - Throws: `FileError` where there is no voice, or one of other phonemes, mels or sizes.
    static func begin(
        _ training: inout VoiceTraining, _ description: VoiceDescription, with folder: String
    ) throws(FileError) {
        // A run's best has the aligner that its finished voice has not.
        let best = try? RunFolder(path: folder).textModelPath()
        let folder = if let best { best } else { try Voice.resolved(folder) }
        let other = try Voice.description(in: folder)
        for (what, isSame) in [
            ("phonemes", other.inventory == description.inventory), ("mels", other.convention == description.convention),
            ("sizes", other.network.hasSizes(of: description.network)),
        ] where !isSame {
            throw FileError(.badData, folder, "is a voice of other \(what) than this run's", [.leaveOut(.pretrainedModel)])
        }
        training.networks.acoustic.take(from: try Voice(at: folder).network)
        let aligner = folder + "/" + alignerFile
        if FileManager.default.fileExists(atPath: aligner) {
            try training.networks.aligner.load(at: aligner)
        } else if training.configuration.melDiscriminator?.start == 0 {
            throw FileError(
                .missingInput, aligner,
                "is not there, and nothing would teach one; let the discriminator begin later, or begin with a run.")
        }
        training.average = EMA(of: training.networks, decay: training.configuration.averaging)
    }

    /// Takes up the checkpoint in the folder at `path`.
    static func resume(_ training: inout VoiceTraining, from path: String) throws(FileError) -> RunState {
        let statePath = path + "/" + Checkpoint.stateFile
        let data = try contents(ofFile: statePath)
        let state: RunState
        do { state = try JSONDecoder().decode(RunState.self, from: data) } catch {
            throw FileError(
                .badData, statePath, "is no state of a training run; remove this checkpoint to go on from the one before.")
        }
        try read(&training.average.network, from: path)
        let trained = path + "/" + Checkpoint.trainedFile
        try training.networks.load(at: trained)
        let momentsPath = path + "/" + Checkpoint.momentsFile
        let moments = try SafeTensors.read(at: momentsPath).tensors
        if let plan = state.plan { training.follow(plan) }
        if let melDiscriminator = training.configuration.melDiscriminator, state.step > melDiscriminator.start {
            training.makeMelDiscriminator()
            try resume(&training.melDiscriminator!, training.networks.acoustic.decoder, state, moments, from: path)
        } else {
            try training.optimiser.resume(step: state.step, training.networks, from: moments, path: momentsPath)
        }
        return state
    }

    private static func resume(
        _ melDiscriminator: inout MelDiscriminatorTraining, _ decoder: FrameDecoder, _ state: RunState, _ moments: [String: NumericArray],
        from path: String
    ) throws(FileError) {
        let weights = path + "/" + discriminatorFile
        try melDiscriminator.discriminator.load(at: weights)
        let (step, momentsPath) = (state.step - melDiscriminator.configuration.start, path + "/" + Checkpoint.momentsFile)
        try melDiscriminator.decoderOptimiser.resume(step: step, decoder, from: moments, path: momentsPath)
        try melDiscriminator.discriminatorOptimiser.resume(
            step: step, melDiscriminator.discriminator, discriminatorPrefix, from: moments, path: momentsPath)
    }
}

extension AcousticConfiguration {
    /// Whether a network of other sizes can begin with this one's weights: all but the noise must be as large.
    fileprivate func hasSizes(of other: AcousticConfiguration) -> Bool {
        var same = self
        same.noiseChannels = other.noiseChannels
        return same == other
    }
}

extension AcousticNetwork {
    /// Takes the weights that `other` has; noise that it does not hear stays as it is.
    fileprivate mutating func take(from other: AcousticNetwork) {
        let values = Dictionary(uniqueKeysWithValues: other.parameters.map { ($0.name, $0.value) })
        visitParameters { parameter in
            if let value = values[parameter.name], value.shape == parameter.value.shape { parameter.value = value }
        }
    }
}
