public import Files
public import MelGAN
import Neural
import Platform
import SourceFilter

/// Trained networks that a run goes on from: the generator, and the discriminator and the pitch network where they are there.
///
/// A model's folder gives what lies in it. A training run's gives its newest checkpoint, whose networks have learned
/// against one another; name the run's `best` for that one's generator alone. A run keeps a copy in its own folder, so that
/// it can be taken up again whatever becomes of the model.
public struct PretrainedCheckpoint {
    /// As it was named.
    public let path: String
    public let configuration: ModelConfiguration
    let generator: AnyGenerator
    let discriminators: DiscriminatorSet?
    let pitch: PitchNetwork?

    /// Reads what is at `path`, all of it.
    ///
    /// - Throws: `FileError`: `.missingInput` where there is no model, `.badData` where its files are damaged or do not fit
    ///   one another.
    public init(at path: String) throws(FileError) {
        self.path = path
        let run = RunFolder(path: path)
        let folder: String
        // A voice's run has checkpoints of its text model alone.
        let newest = run.checkpointSteps.last.map(run.checkpointPath)
        if let newest, FileManager.default.fileExists(atPath: newest + "/" + Model.generatorFile) {
            folder = newest
        } else {
            folder = try Model.resolved(path)
        }
        let model = try Model(at: folder)
        configuration = model.configuration
        (generator, pitch) = (model.generator, model.pitch)
        let weights = folder + "/" + Model.discriminatorFile
        guard !configuration.discriminators.isEmpty, FileManager.default.fileExists(atPath: weights) else {
            discriminators = nil
            return
        }
        var unset = Unset()
        var discriminators = DiscriminatorSet(configuration.discriminators, using: &unset)
        try discriminators.load(at: weights)
        self.discriminators = discriminators
    }

    public var hasDiscriminator: Bool { discriminators != nil }

    /// Writes the networks as a model's folder.
    func write(to folder: String) throws(FileError) {
        try replaceFolder(at: folder) { beside throws(FileError) in
            let model = Model(configuration: configuration, generator: generator, pitch: pitch)
            try model.write(to: beside, description: "What this run began from: `\(path)`.\n")
            if let discriminators {
                try SafeTensors(tensors: discriminators.arrays).write(to: beside + "/" + Model.discriminatorFile)
            }
        }
    }

    /// Checks that a run of `run` can begin with these networks.
    ///
    /// - Throws: `FileError` `.badData` that says what this model is and what the run asks for.
    func check(_ run: RunConfiguration) throws(FileError) {
        func refuse(_ found: String, _ wanted: String) -> FileError {
            FileError(
                .badData, path,
                "does not fit what is asked for: it has \(found), and the run would have \(wanted); leave those options out to "
                    + "go on from it.")
        }
        if configuration.convention != run.convention {
            throw refuse("mels of \(configuration.convention.summary)", run.convention.summary)
        }
        // How a source is made does not change what weights fit.
        var wanted = run.generator
        if let source = configuration.generator.source, wanted.source?.pitch == source.pitch {
            wanted[MelGANConfiguration.self]?.source = source
        }
        if wanted != configuration.generator {
            throw refuse("a generator of \(configuration.generator.summary)", run.generator.summary)
        }
        if let discriminators, discriminators.configurations != run.discriminators {
            throw refuse("a discriminator of \(discriminators.configurations.summary)", run.discriminators.summary)
        }
    }
}

extension RunConfiguration {
    /// The configuration of a run that goes on from `start` by a recipe: shapes and mels are the model's, its pitch network
    /// stays as it is, and where the discriminator is there too nothing waits for it.
    ///
    /// - Parameter steps: in all.
    public init(
        from start: PretrainedCheckpoint, by recipe: Recipe, corpus: String, validation: String?, steps: Int
    ) {
        let model = start.configuration
        let upsampling = model.generator[MelGANConfiguration.self]?.upsampling ?? MelGANConfiguration().upsampling
        self = recipe.configuration(
            corpus: corpus, validation: validation, convention: model.convention, upsampling: upsampling, steps: steps)
        from = start.path
        generator = model.generator
        if start.hasDiscriminator { discriminators = model.discriminators }
        pitchSteps = nil
        schedule = schedule?.afterStart(hasDiscriminator: start.hasDiscriminator)
    }
}

extension TrainingSchedule {
    /// The schedule of a run whose generator is trained already: no warm-up; with a trained discriminator no wait at all.
    public func afterStart(hasDiscriminator: Bool) -> TrainingSchedule {
        var schedule = self
        schedule.warmUpSteps = 0
        if hasDiscriminator { (schedule.discriminatorOnlySteps, schedule.adversarialWarmUpSteps) = (0, 0) }
        return schedule
    }
}
