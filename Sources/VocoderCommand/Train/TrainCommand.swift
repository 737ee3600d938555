public import ArgumentParser
import Files
import MelGAN
import Spectra
import Tensors
public import Training

enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16

    /// The type of activations in synthesis.
    var type: ScalarType {
        switch self {
        case .auto: Synthesizer.fastestPrecision
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }

    /// Sets the types of activations in training.
    func apply(to configuration: inout RunConfiguration) {
        switch self {
        case .auto: configuration.setFastestPrecision()
        case .float32: (configuration.precision, configuration.discriminatorPrecision) = (.float32, nil)
        case .bfloat16: (configuration.precision, configuration.discriminatorPrecision) = (.bfloat16, nil)
        }
    }
}

/// Whether something is done.
enum Switch: String, ExpressibleByArgument, CaseIterable {
    case on, off
}

extension Recipe: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a vocoder on a folder of recordings, or resume a run.",
        discussion: """
            CORPUS is an LJSpeech folder or metadata.csv, a list of files, or any folder of recordings. RUN holds checkpoints, \
            the best model (RUN/best, which synth and compare take as --model RUN), logs for TensorBoard and log.jsonl.

            In the help of options, numbers in parentheses are defaults, those of the recipe melgan first. Without options a run follows the \
            recipe refiner and begins from the model kathleen, if its mels are the run's; --recipe melgan is that of the paper.

            The same command resumes a run that was stopped, with results identical to a run without a stop. Ctrl-C saves a \
            checkpoint first.
            """)

    @Argument(help: "The recordings.")
    var corpus: String

    @Option(name: .shortAndLong, help: "The run's folder.")
    var output: String

    @Option(help: "Total steps; a resumed run continues to this number (refiner: 3000; melgan-spectral: 60000; other recipes: 100000).")
    var steps: Int?

    @Option(
        help:
            "Training time instead of steps, such as 2h, 90m, 1h30m or 45s: the total of all sessions with preparation. The number of steps and the schedule follow from a short measurement of this machine."
    )
    var budget: TimeBudget?

    @Option(
        help:
            "The recipe whose settings the options below change: refiner, a source-filter vocoder whose spectrum a network refines, for the best sound after minutes; melgan, that of the MelGAN paper, which speaks after days; melgan-spectral, the same generator trained with mel distances and discriminators of spectrograms, which speaks after hours; source, a source with a narrow MelGAN; multi-band, the fast Multi-Band MelGAN with four sub-bands; full-band, of the same paper with one band (refiner)."
    )
    var recipe: Recipe?

    @Option(
        help:
            "A pretrained model to fine-tune: a model's or training run's folder, or the name of one in Models. Its discriminator and pitch network are used too where it has them. none begins from random weights (with the recipe refiner and the mels of kathleen: kathleen)."
    )
    var from: String?

    @Option(
        help:
            "A folder of mels that another model predicted, with the recordings' file names (.npy, .npz, .safetensors): input of the generator instead of the recordings' own mels."
    )
    var mels: String?

    @Option(help: "Batch size in segments (16; melgan-spectral: 4; other recipes: 8).")
    var batch: Int?

    @Option(
        help:
            "Segment length in samples, a multiple of the hop (8192; multi-band, full-band: 16384; or the multiple nearest to it)."
    )
    var segment: Int?

    @OptionGroup(title: "Corpus") var listing: CorpusOptionGroup
    @OptionGroup(title: "Mel") var mel: MelConventionOptions
    @OptionGroup(title: "Losses") var losses: LossOptions
    @OptionGroup(title: "Schedule") var schedule: ScheduleOptions
    @OptionGroup(title: "Networks") var networks: NetworkOptions

    @Option(
        help:
            "The validation set: a file with an id on each line, or a fraction of the recordings (0.02; none where there is only one recording)."
    )
    var validation: String?

    @Option(help: "Number format of activations: auto, float32 or bfloat16; auto is the fastest for each network (auto).")
    var precision: PrecisionOption?

    @Option(help: "Seed of the initial weights and the batches (0).")
    var seed: UInt64?

    @Option(help: "Play some segments at other speeds and tilt the spectrum of some, so that the network learns more voices and microphones: on or off (off; refiner: on).")
    var augmentation: Switch?

    @OptionGroup var session: SessionOptions

    func validate() throws {
        try SessionOptions.validate([("--steps", steps), ("--batch", batch)])
        if budget != nil, steps != nil { throw ValidationError("--budget sets the number of steps; leave --steps out.") }
        if budget != nil, schedule.decay ?? 0 > 0 {
            throw ValidationError("--budget sets the decay of the learning rate; leave --decay out.")
        }
        _ = try mel.convention()
    }

    func run() throws {
        let clock = RunClock()
        Interruption.watch()
        let outcome = try session.interruptible {
            let configuration = try runConfiguration()
            let trainer = try VocoderTrainer(
                in: output, configuration, restarts: session.restart, threadCount: session.threads,
                scheduleChanges: schedule.changes, clock: clock, reporter: session.reporter)
            if let notice = startNotice(configuration) { session.say(notice) }
            session.say(trainer.report.description)
            return try trainer.train(session.limits(steps: steps ?? (configuration.recipe ?? .melgan).standardSteps))
        }
        try session.finish(outcome, interruption: outcome.interruption)
        session.say("\(output): \(outcome.step) steps done; listen with: vocoder synth MEL OUT.wav --model \(output)")
    }
}
