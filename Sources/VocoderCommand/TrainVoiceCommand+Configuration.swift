import Files
import MelGAN
import Spectra
import TextToMel
import Training

extension TrainVoiceCommand {
    /// The configuration of the run: that of the run to resume, or the one that the options describe.
    ///
    /// - Throws: `FileError` where an option contradicts the run to resume, or the vocoder cannot be read.
    func runConfiguration() throws -> VoiceRunConfiguration {
        let convention = mel.isGiven ? try mel.convention() : nil
        if !session.restart, let earlier = try RunFolder(path: output).configuration(as: VoiceRunConfiguration.self) {
            return try continued(earlier, convention)
        }
        let model = noVocoder ? nil : try vocoderFolder()
        var mels = convention ?? .melgan
        if convention == nil, let model { mels = try PretrainedCheckpoint(at: model).configuration.convention }
        var configuration = VoiceRunConfiguration(
            corpus: corpus, validation: validation, convention: mels, steps: stepsInAll)
        if let language { configuration.language = language }
        let beginning = try textModelFolder(for: configuration)
        if let beginning { try configuration.takeSizes(ofVoiceAt: beginning) }
        apply(to: &configuration)
        configuration.addMelDiscriminator(
            at: discriminatorStart ?? VoiceRunConfiguration.melDiscriminatorStart(of: stepsInAll), of: stepsInAll)
        (configuration.from, configuration.budget, configuration.vocoder) = (beginning, budget, model)
        configuration.listing = listing.options
        configuration.denoising = listing.denoise ?? .auto
        return configuration
    }

    /// The configuration of the run to resume, where no option contradicts it.
    private func continued(
        _ earlier: VoiceRunConfiguration, _ convention: MelConvention?
    ) throws(FileError) -> VoiceRunConfiguration {
        var asked = earlier
        apply(to: &asked)
        if let convention { asked.convention = convention }
        if let validation { asked.validation = validation }
        if let budget { asked.budget = budget }
        if let given = listing.options { asked.listing = given }
        if let denoise = listing.denoise { asked.denoising = denoise }
        if let discriminatorStart { asked.melDiscriminator?.start = discriminatorStart }
        try RunConflicts(earlier, asked).refuse(output)
        if let budget = earlier.budget, steps != nil || vocoderSteps != nil {
            throw FileError(
                .badData, output,
                "holds a run that was begun with a budget of \(budget), which sets the numbers of steps; leave --steps and "
                    + "--vocoder-steps out, or begin another run from it with --from.")
        }
        var configuration = earlier
        configuration.corpus = corpus
        // The text model does not depend on the vocoder.
        if noVocoder { configuration.vocoder = nil }
        if let vocoder {
            // The model may be gone: a vocoder that is being trained does not read it again.
            configuration.vocoder = ModelLibrary.ofProgram.path(of: vocoder)
        } else if vocoderSteps != nil, earlier.vocoder == nil {
            configuration.vocoder = try vocoderFolder()
        }
        return configuration
    }

    /// Applies the options of the text model, which were validated before.
    private func apply(to configuration: inout VoiceRunConfiguration) {
        if let language { configuration.language = language }
        if let (outer, inner) = try? pair("--channels", channels) {
            (configuration.channels, configuration.hiddenChannels) = (outer, inner)
        }
        if let (encoder, decoder) = try? pair("--blocks", blocks) {
            (configuration.encoderBlocks, configuration.decoderBlocks) = (encoder, decoder)
        }
        if let batch { configuration.batch = batch }
        if let learningRate { configuration.learningRate = learningRate }
        if let seed { configuration.seed = seed }
    }

    /// The folder of the voice whose text model training begins with; nil where it begins with random weights.
    private func textModelFolder(for configuration: VoiceRunConfiguration) throws(FileError) -> String? {
        if from == "none" { return nil }
        if let from { return try ModelLibrary.ofProgram.folder(of: from) }
        guard channels == nil, blocks == nil, let folder = try? ModelLibrary.ofProgram.folder(of: Self.baseName),
            let base = try? Voice.description(in: folder), base.convention == configuration.convention,
            base.language.prefix(2) == configuration.language.prefix(2)
        else { return nil }
        session.say("the text model begins with \(Self.baseName), which was taught English by much clean speech; --from none begins without")
        return folder
    }

    private static let baseName = "base-english"

    /// The folder of the model that the vocoder begins with.
    private func vocoderFolder() throws(FileError) -> String {
        let library = ModelLibrary.ofProgram
        if vocoder == nil, library.names.isEmpty {
            throw FileError(
                .missingInput, library.folders.first ?? ModelLibrary.folderName,
                "holds no model for the voice's vocoder to begin from; name one with --vocoder, or train without with --no-vocoder."
            )
        }
        return try library.folder(of: vocoder)
    }
}
