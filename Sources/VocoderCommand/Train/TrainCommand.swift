public import ArgumentParser
import Files
import MelGAN
import Spectra
import Tensors
public import Training

enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
    case auto, float32, bfloat16

    var type: ScalarType {
        switch self {
        case .auto: Synthesizer.fastestPrecision
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }
}

extension Recipe: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a MelGAN on a folder of recordings, or go on with a run.",
        discussion: """
            CORPUS is an LJSpeech folder or metadata.csv, a list of files, or any folder of recordings. RUN holds checkpoints, \
            the best model (RUN/best, which synth and compare take as --model RUN), logs for TensorBoard and log.jsonl.

            The same command goes on where a run was stopped, to the same bits as if it never was. Ctrl-C saves first.
            """)

    @Argument(help: "The recordings.")
    var corpus: String

    @Option(name: .shortAndLong, help: "The folder of the run.")
    var output: String

    @Option(help: "Steps in all; a run goes on to this number (100000).")
    var steps: Int?

    @Option(
        help:
            "Time to spend instead, as 2h, 90m, 1h30m or 45s, preparing included, over all sessions: a short measurement of this machine decides how many steps there are and what takes part when."
    )
    var budget: TimeBudget?

    @Option(
        help:
            "What the options below start from: melgan, the paper's recipe, or source, which refines a voice made from pitch and mel, for the best sound in hours; multi-band, the fast voice in four sub-bands, or full-band, of the same paper without them."
    )
    var recipe: Recipe?

    @Option(
        help:
            "A model's or a training run's folder, or a name in Models, to go on from: its generator, and its discriminator and pitch network where it has them."
    )
    var from: String?

    @Option(
        help:
            "A folder of mels that another model predicted, by the recordings' names (.npy, .npz, .safetensors): the generator sees them, and is compared with the recordings."
    )
    var mels: String?

    @Option(help: "Segments a step (16; other recipes: 8).")
    var batch: Int?

    @Option(help: "Samples a segment, a multiple of the hop (8192; multi-band, full-band: 16384; or the multiple nearest to it).")
    var segment: Int?

    @OptionGroup(title: "Mel") var mel: MelConventionOptions
    @OptionGroup(title: "Losses") var losses: LossOptions
    @OptionGroup(title: "Course") var schedule: ScheduleOptions
    @OptionGroup(title: "Networks") var networks: NetworkOptions

    @Option(
        help:
            "A file of ids, one a line, or the share of sentences to keep from training (0.02; none where there is but one sentence)."
    )
    var validation: String?

    @Option(help: "Type of activations: auto, float32 or bfloat16; auto takes bfloat16 where it is fast.")
    var precision: PrecisionOption?

    @Option(help: "Decides the first weights and the batches (0).")
    var seed: UInt64?

    @OptionGroup var session: SessionOptions

    func validate() throws {
        try SessionOptions.validate([("--steps", steps), ("--batch", batch)])
        if budget != nil, steps != nil { throw ValidationError("--budget decides how many steps there are; leave --steps out.") }
        if budget != nil, schedule.decay ?? 0 > 0 {
            throw ValidationError("--budget decides when the learning rate has fallen; leave --decay out.")
        }
        _ = try mel.convention()
    }

    func run() throws {
        let clock = RunClock()
        Interruption.watch()
        let trainer = try session.interruptible { try preparedTrainer(clock) }
        session.say(trainer.report.description)
        let outcome = try trainer.train(session.limits(steps: stepsInAll), progress: session.style)
        if session.json { try printJSON(outcome) }
        if let code = outcome.interruption { throw ExitCode(code) }
        session.say("\(output): \(outcome.step) steps done; hear it with: vocoder synth MEL OUT.wav --model \(output)")
    }

    var stepsInAll: Int { steps ?? 100_000 }

    private func preparedTrainer(_ clock: RunClock) throws -> Trainer {
        let convention = mel.isGiven ? try mel.convention() : nil
        return try Trainer(
            in: output, restarts: session.restart, threadCount: session.threads, clock: clock
        ) { earlier throws(FileError) in
            try runConfiguration(after: earlier, convention)
        } schedule: { recipes in
            schedule.applied(to: recipes)
        } prepared: { done, total in
            if done == total || done % 200 == 0 { session.say("prepared \(done) of \(total) recordings") }
        } said: { line in
            session.say(line)
        }
    }
}
