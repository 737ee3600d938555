public import Files
public import MelGAN
import Neural
import Platform
import SourceFilter

/// The trained networks that a run is fine-tuned from: a generator, and a discriminator and a pitch network if there are any.
///
/// From a model's folder they are the networks in it. From a training run's folder they are those of the newest checkpoint, which were
/// trained together; the run's `best` has a generator alone. A run keeps a copy in its own folder, so that it can be resumed even if the
/// model is changed or removed.
public struct PretrainedCheckpoint {
    /// The path or name that was given.
    public let path: String
    public let configuration: ModelConfiguration
    let generator: AnyGenerator
    let discriminators: DiscriminatorSet?
    let pitch: PitchNetwork?

    /// Reads all networks at `path`.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no model, `.badData` if its files are damaged or do not fit
    ///   together.
    public init(at path: String) throws(FileError) {
        self.path = path
        let run = RunFolder(path: path)
        let folder: String
        // The run of a voice has checkpoints of its text model only.
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

    /// Writes the networks to a model's folder.
    func write(to folder: String) throws(FileError) {
        try replaceFolder(at: folder) { beside throws(FileError) in
            let model = Model(configuration: configuration, generator: generator, pitch: pitch)
            try model.write(to: beside, description: "The pretrained model of this run: `\(path)`.\n")
            if let discriminators {
                try SafeTensors(tensors: discriminators.arrays).write(to: beside + "/" + Model.discriminatorFile)
            }
        }
    }

    /// Checks that a run with the configuration `run` can begin with these networks.
    ///
    /// - Throws: `FileError` `.badData` that says what this model is and what the run asks for.
    public func check(_ run: RunConfiguration) throws(FileError) {
        func refuse(_ found: String, _ wanted: String) -> FileError {
            FileError(
                .badData, path,
                "does not fit the options: it has \(found), and the run would have \(wanted); leave those options out to "
                    + "train it further.")
        }
        if configuration.convention != run.convention {
            throw refuse("mels of \(configuration.convention.summary)", run.convention.summary)
        }
        // The settings of the source do not change the shapes of the weights.
        var wanted = run.generator
        if let source = configuration.generator.source, wanted.source?.pitch == source.pitch {
            wanted.source = source
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
    /// The configuration of a run that fine-tunes `start` with a recipe: sizes and mels are the model's, and its pitch network
    /// is kept as it is. If it has a discriminator, all losses are used from the first step.
    ///
    /// - Parameter steps: The total number of steps.
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
    /// The schedule of a run with a pretrained generator, which has no warm-up; with a pretrained discriminator it also has no
    /// discriminator-only steps and no adversarial warm-up.
    public func afterStart(hasDiscriminator: Bool) -> TrainingSchedule {
        var schedule = self
        schedule.warmUpSteps = 0
        if hasDiscriminator { (schedule.discriminatorOnlySteps, schedule.adversarialWarmUpSteps) = (0, 0) }
        return schedule
    }
}
