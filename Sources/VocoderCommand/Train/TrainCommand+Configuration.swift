import Files
import MelGAN
import Platform
import Spectra
import Training

extension TrainCommand {
    /// The configuration to train by: that of the run that is there, or the one that recipe, model and options describe.
    ///
    /// - Throws: `FileError` where an option contradicts the run that is there, or the model to begin from cannot be read.
    func runConfiguration() throws -> RunConfiguration {
        let convention = mel.isGiven ? try mel.convention() : nil
        if !session.restart, let earlier = try RunFolder(path: output).configuration(as: RunConfiguration.self) {
            return try continued(earlier, convention)
        }
        var configuration: RunConfiguration
        if let start {
            configuration = try begun(PretrainedCheckpoint(at: ModelLibrary.ofProgram.folder(of: start)), convention)
        } else {
            configuration = try standard(convention ?? .melgan)
        }
        // A budget decides this too.
        if budget != nil { configuration.pitchSteps = nil }
        (configuration.budget, configuration.mels, configuration.listing) = (budget, mels, listing.options)
        configuration.denoising = listing.denoise
        apply(to: &configuration)
        try networks.check(configuration)
        configuration.seed = seed ?? 0
        (precision ?? .auto).apply(to: &configuration)
        return configuration
    }

    /// The value of `--from` that asks for random weights.
    private static let noStart = "none"
    /// The model that runs of the default recipe begin from, if they can.
    private static let standardStart = "kathleen"

    /// The model that was asked for; nil for none.
    private var start: String? { from == Self.noStart ? nil : from }

    /// The configuration of a run that no model was named for: it begins from the model that the package brings where that has the run's
    /// generator and mels, otherwise from random weights.
    private func standard(_ convention: MelConvention) throws -> RunConfiguration {
        let fresh = try fresh(convention)
        guard from == nil, fresh.recipe == .standard, let folder = try? ModelLibrary.ofProgram.folder(of: Self.standardStart),
            let start = try? PretrainedCheckpoint(at: folder), let begun = try? begun(start, convention)
        else { return fresh }
        var asked = begun
        apply(to: &asked)
        return (try? start.check(asked)) == nil ? fresh : begun
    }

    /// A sentence about the model that a run begins from without having been asked to; nil where it begins from none, or was asked.
    func startNotice(_ configuration: RunConfiguration) -> String? {
        guard from == nil, let model = configuration.from else { return nil }
        return "begins from \(URL(fileURLWithPath: model).lastPathComponent); --from \(Self.noStart) would begin from random weights"
    }

    /// The configuration of the recipe, without a pretrained model.
    private func fresh(_ convention: MelConvention) throws(FileError) -> RunConfiguration {
        let hop = convention.hopLength
        let recipe = recipe ?? .standard
        guard let factors = (try? networks.factors()) ?? recipe.upsampling(forHopLength: hop) else {
            let bands = recipe == .multiBand ? ", or is no multiple of the sub-bands" : ""
            throw FileError(
                .badData, output, "a hop of \(hop) has a prime factor above 8\(bands); give --upsampling, or another --hop.")
        }
        return recipe.configuration(
            corpus: corpus, validation: validation, convention: convention, upsampling: factors, steps: steps ?? recipe.standardSteps)
    }

    /// The configuration of a run that fine-tunes a pretrained model.
    private func begun(_ start: PretrainedCheckpoint, _ convention: MelConvention?) throws(FileError) -> RunConfiguration {
        let generator = start.configuration.generator
        let recipe = recipe ?? Recipe(fitting: generator)
        guard recipe.fits(generator) else {
            throw FileError(
                .badData, start.path,
                "has a generator of \(generator.summary), which the recipe \(recipe.rawValue) cannot train; "
                    + "leave --recipe out, or give \(Recipe(fitting: generator).rawValue).")
        }
        var configuration = RunConfiguration(
            from: start, by: recipe, corpus: corpus, validation: validation, steps: steps ?? recipe.standardSteps)
        if let convention { configuration.convention = convention }
        return configuration
    }

    /// The configuration of the run that is there, where no option given now says otherwise.
    private func continued(
        _ earlier: RunConfiguration, _ convention: MelConvention?
    ) throws(FileError) -> RunConfiguration {
        var asked = earlier
        apply(to: &asked)
        if let convention { asked.convention = convention }
        if let recipe { asked.recipe = recipe }
        if let mels { asked.mels = mels }
        if let budget { asked.budget = budget }
        if let validation { asked.validation = validation }
        if let given = listing.options { asked.listing = given }
        if let denoise = listing.denoise { asked.denoising = denoise }
        // The model may be gone, or have learned more; nothing of it is read again.
        if let from { asked.from = from == Self.noStart ? nil : (try? ModelLibrary.ofProgram.folder(of: from)) ?? from }
        if let seed { asked.seed = seed }
        if let precision, precision != .auto { precision.apply(to: &asked) }
        try RunConflicts(earlier, asked).refuse(output)
        if let budget = earlier.budget, steps != nil {
            throw FileError(
                .badData, output,
                "holds a run that was begun with a budget of \(budget), which determines the number of steps; leave --steps out, "
                    + "or continue from it in another run with --from.")
        }
        var configuration = earlier
        configuration.corpus = corpus
        return configuration
    }

    /// Sets what was given of networks, losses and schedule.
    private func apply(to configuration: inout RunConfiguration) {
        networks.apply(to: &configuration)
        losses.apply(to: &configuration)
        schedule.apply(to: &configuration)
        if let augmentation { configuration.augmentation = augmentation == .on ? SegmentAugmentation() : nil }
        if let segment { configuration.segmentLength = segment }
        if let batch { configuration.batch = batch }
    }
}
