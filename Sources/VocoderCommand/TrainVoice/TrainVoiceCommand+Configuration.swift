import Files
import MelGAN
import Spectra
import Training

extension TrainVoiceCommand {
    /// The configuration to train by: that of the run that is there, or the one that the options describe.
    ///
    /// - Parameter convention: The mel's, where it was given.
    /// - Throws: `FileError` where an option contradicts the run that is there, or the vocoder cannot be read.
    func runConfiguration(
        after earlier: VoiceRunConfiguration?, _ convention: MelConvention?
    ) throws(FileError) -> VoiceRunConfiguration {
        if let earlier { return try continued(earlier, convention) }
        let model = noVocoder ? nil : try vocoderFolder()
        var mels = convention ?? .melgan
        if convention == nil, let model { mels = try PretrainedCheckpoint(at: model).configuration.convention }
        var configuration = VoiceRunConfiguration(
            corpus: corpus, validation: validation, convention: mels, steps: stepsInAll)
        apply(to: &configuration)
        configuration.bringInAdversary(
            at: adversaryFrom ?? VoiceRunConfiguration.adversaryStart(of: stepsInAll), of: stepsInAll)
        (configuration.from, configuration.budget, configuration.vocoder) = (from, budget, model)
        return configuration
    }

    /// The configuration of the run that is there, where no option given now says otherwise.
    private func continued(
        _ earlier: VoiceRunConfiguration, _ convention: MelConvention?
    ) throws(FileError) -> VoiceRunConfiguration {
        var asked = earlier
        apply(to: &asked)
        if let convention { asked.convention = convention }
        if let validation { asked.validation = validation }
        if let budget { asked.budget = budget }
        if let adversaryFrom { asked.adversary?.start = adversaryFrom }
        try RunConflicts(earlier, asked).refuse(output)
        if let budget = earlier.budget, steps != nil || vocoderSteps != nil {
            throw FileError(
                .badData, output,
                "holds a run that was begun with a budget of \(budget), which decides how many steps there are; leave --steps and "
                    + "--vocoder-steps out, or go on from it in a run of its own with --from.")
        }
        var configuration = earlier
        configuration.corpus = corpus
        // The text model does not depend on it.
        if noVocoder { configuration.vocoder = nil }
        if let vocoder {
            // Where it has begun the model may be gone, and is not read again.
            configuration.vocoder = (try? ModelLibrary.ofProgram.folder(of: vocoder)) ?? vocoder
        } else if vocoderSteps != nil, earlier.vocoder == nil {
            configuration.vocoder = try vocoderFolder()
        }
        return configuration
    }

    /// Sets what was given of the text model; everything was validated before.
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

    /// The folder of the model that the vocoder is to begin from.
    private func vocoderFolder() throws(FileError) -> String {
        let library = ModelLibrary.ofProgram
        if vocoder == nil, library.names.isEmpty {
            throw FileError(
                .missingInput, library.folders.first ?? ModelLibrary.folderName,
                "holds no model for the voice's vocoder to begin from; name one with --vocoder, or leave it out with --no-vocoder."
            )
        }
        return try library.folder(of: vocoder)
    }
}
