public import ArgumentParser
import Files
import MelGAN
import Spectra
import Tensors
public import Training

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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

extension AdversarialObjective: ExpressibleByArgument {}
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

    @Option(help: "Steps in all; a run goes on to this number.")
    var steps = 100_000

    @Option(
        help:
            "What the options below start from: melgan, the paper's recipe, or source, which refines a voice made from pitch and mel, for the best sound in hours."
    )
    var recipe = Recipe.melgan

    @Option(help: "Segments a step (16; source: 8).")
    var batch: Int?

    @Option(help: "Samples a segment, a multiple of the hop (8192, or the multiple nearest to it).")
    var segment: Int?

    @OptionGroup(title: "Mel") var mel: MelConventionOptions

    @Option(
        help:
            "A file of ids, one a line, or the share of sentences to keep from training (0.02; none where there is but one sentence)."
    )
    var validation: String?

    @Option(help: "Type of activations: auto, float32 or bfloat16; auto takes bfloat16 where it is fast.")
    var precision: PrecisionOption?

    @Option(help: "The game: \(AdversarialObjective.allCases.map(\.rawValue).joined(separator: ", ")) (hinge).")
    var objective: AdversarialObjective?

    @Option(help: "Weight of feature matching (10; source: 2).")
    var featureMatching: Double?

    @Option(help: "Weight of a mel loss beside the paper's losses (0; source: 15); 45 is usual, and teaches much faster.")
    var melLoss: Double?

    @Option(help: "Weight of a multi-resolution spectrogram loss (0; source: 5).")
    var spectrogramLoss: Double?

    @Option(
        help:
            "Steps before the discriminator takes part, with the mel and spectrogram losses alone (0; source: a third of --steps)."
    )
    var warmUp: Int?

    @Option(help: "Steps after them in which the discriminator learns by itself (0; source: a twentieth of --steps).")
    var headStart: Int?

    @Option(help: "Steps after those over which its part in the generator's loss grows (0; source: a tenth of --steps).")
    var ramp: Int?

    @Option(help: "Steps in which the learning rate falls to a hundredth; 0 to keep it (0; source: --steps).")
    var decay: Int?

    @Option(help: "The longest gradient of the generator; 0 for any (0; source: 10).")
    var clip: Double?

    @Option(help: "Decay of an average of the generator's weights, which is then the model; 0 for none (0; source: 0.999).")
    var averaging: Double?

    @Option(help: "Adam's two decays, as 0.8,0.99 (0.5,0.9; source: 0.8,0.99).")
    var betas: String?

    @Option(help: "Steps that the source's pitch network is trained for (source: 3000).")
    var pitchSteps: Int?

    @Option(help: "Passes that shape the source by the mel (source: 30).")
    var passes: Int?

    @Option(help: "Updates of the discriminator for each of the generator (1).")
    var discriminatorSteps: Int?

    @Option(help: "Adam's (0.0001; source: 0.0005).")
    var learningRate: Double?

    @Option(help: "The generator's upsampling factors, such as 8,8,2,2; their product is the hop.")
    var upsampling: String?

    @Option(help: "Channels after the generator's first convolution (512; source: 256); each stage halves them.")
    var channels: Int?

    @Option(help: "Residual blocks a stage (3).")
    var residualBlocks: Int?

    @Option(help: "Channels of the discriminator's first layer (16) and its widest (1024; source: 256), as 16,1024.")
    var discriminatorChannels: String?

    @Option(help: "Decides the first weights and the batches (0).")
    var seed: UInt64?

    @Option(help: "Steps from one validation and checkpoint to the next.")
    var interval = 250

    @Option(help: "Checkpoints to keep, the best model aside.")
    var keep = 2

    @Option(help: "Threads; by default one for every processor.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Flag(help: "Begin anew where RUN holds a run.")
    var restart = false

    @Flag(help: "Print how it ended as one JSON object.")
    var json = false

    @Flag(name: .shortAndLong, help: "No progress; only what went wrong.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("--steps", steps), ("--interval", interval), ("--keep", keep), ("--threads", threads)] {
            if value < 1 { throw ValidationError("\(name) \(value): at least 1 was expected.") }
        }
        _ = try mel.convention()
        _ = try factors()
        _ = try widths()
        _ = try decays()
    }

    func run() throws {
        Interruption.watch()
        let style = TrainingProgress.Style.fitting(isQuiet: quiet)
        let trainer: Trainer
        do { trainer = try preparedTrainer() } catch {
            // What a signal cut off is no error of the corpus or the disk.
            guard let code = Interruption.exitCode else { throw error }
            printError("vocoder: \(error)")
            throw ExitCode(code)
        }
        if !quiet { printError(trainer.report.description) }
        let outcome = try trainer.train(
            TrainingSchedule(steps: steps, interval: interval, keeps: keep, threadCount: threads), progress: style)
        if json { try printJSON(outcome) }
        if let code = outcome.interruption { throw ExitCode(code) }
        if !quiet {
            printError("\(output): \(outcome.step) steps done; hear it with: vocoder synth MEL OUT.wav --model \(output)")
        }
    }

    private func preparedTrainer() throws -> Trainer {
        let convention = try mel.convention()
        let (upsampling, widths, betas) = (try factors(), try widths(), try decays())
        return try Trainer(in: output, restarts: restart, threadCount: threads) { earlier throws(FileError) in
            let asked = try asked(convention, upsampling, widths, betas)
            if let earlier { return try continuing(earlier, asked) }
            return asked
        } prepared: { done, total in
            if !quiet, done == total || done % 200 == 0 { printError("prepared \(done) of \(total) recordings") }
        } said: { line in
            if !quiet { printError(line) }
        }
    }

    /// The configuration that the options and the defaults describe.
    private func asked(
        _ convention: MelConvention, _ upsampling: [Int]?, _ widths: (first: Int, widest: Int)?, _ betas: [Double]?
    ) throws(FileError) -> RunConfiguration {
        let hop = convention.hopLength
        guard let factors = upsampling ?? GeneratorConfiguration.upsampling(forHopLength: hop) else {
            throw FileError(
                .badData, output, "a hop of \(hop) has a prime factor above 8; give --upsampling, or another --hop.")
        }
        var configuration = recipe.configuration(
            corpus: corpus, validation: validation, convention: convention, upsampling: factors, steps: steps)
        if let channels { configuration.generator.baseChannels = max(1, channels >> factors.count) }
        if let residualBlocks { configuration.generator.residualBlocks = residualBlocks }
        if let widths {
            configuration.discriminator.baseChannels = widths.first
            configuration.discriminator.maximumChannels = widths.widest
        }
        if let segment { configuration.segmentLength = segment }
        if let batch { configuration.batch = batch }
        if let objective { configuration.objective = objective }
        if let featureMatching { configuration.featureMatchingWeight = featureMatching }
        if let discriminatorSteps { configuration.discriminatorSteps = max(1, discriminatorSteps) }
        if let melLoss { configuration.melDistanceWeight = melLoss }
        if let spectrogramLoss { configuration.spectrogramDistanceWeight = spectrogramLoss }
        setCourse(&configuration)
        if let betas { configuration.betas = betas }
        if let averaging { configuration.averaging = averaging > 0 ? averaging : nil }
        if configuration.generator.source != nil {
            if let pitchSteps { configuration.pitchSteps = pitchSteps }
            if let passes { configuration.generator.source?.passes = passes }
        }
        if let learningRate { configuration.learningRate = learningRate }
        if let seed { configuration.seed = seed }
        configuration.precision =
            switch precision ?? .auto {
            case .auto: RunConfiguration.fastestPrecision
            case .float32: .float32
            case .bfloat16: .bfloat16
            }
        return configuration
    }

    private func setCourse(_ configuration: inout RunConfiguration) {
        var course = configuration.course ?? TrainingCourse()
        if let warmUp { course.warmUpSteps = warmUp }
        if let headStart { course.headStartSteps = headStart }
        if let ramp { course.rampSteps = ramp }
        if let decay { course.decaySteps = decay > 0 ? decay : nil }
        if let clip { course.longestGradient = clip > 0 ? clip : nil }
        if configuration.course != nil || course != TrainingCourse() { configuration.course = course }
    }

    /// The configuration of the run that is there, where no option given now says otherwise.
    private func continuing(
        _ earlier: RunConfiguration, _ asked: RunConfiguration
    ) throws(FileError) -> RunConfiguration {
        var conflicts: [String] = []
        func compare<Value: Equatable>(_ option: String, _ isGiven: Bool, _ path: KeyPath<RunConfiguration, Value>) {
            if isGiven, earlier[keyPath: path] != asked[keyPath: path] {
                conflicts.append("\(option) was \(earlier[keyPath: path])")
            }
        }
        compare("--batch", batch != nil, \.batch)
        compare("--segment", segment != nil, \.segmentLength)
        compare("--objective", objective != nil, \.objective)
        compare("--feature-matching", featureMatching != nil, \.featureMatchingWeight)
        compare("--discriminator-steps", discriminatorSteps != nil, \.discriminatorSteps)
        compare("--mel-loss", melLoss != nil, \.melDistanceWeight)
        compare("--recipe", recipe != .melgan, \.recipe)
        compare("--spectrogram-loss", spectrogramLoss != nil, \.spectrogramDistanceWeight)
        let describesCourse = [warmUp, headStart, ramp, decay].contains { $0 != nil } || clip != nil
        compare("the course", describesCourse, \.course)
        compare("--averaging", averaging != nil, \.averaging)
        compare("--betas", betas != nil, \.betas)
        compare("--pitch-steps", pitchSteps != nil, \.pitchSteps)
        compare("--passes", passes != nil, \.generator.source)
        compare("--learning-rate", learningRate != nil, \.learningRate)
        compare("--seed", seed != nil, \.seed)
        compare("--precision", precision != nil && precision != .auto, \.precision)
        compare("--validation", validation != nil, \.validation)
        let describesGenerator = upsampling != nil || channels != nil || residualBlocks != nil
        compare("the generator", describesGenerator, \.generator)
        compare("--discriminator-channels", discriminatorChannels != nil, \.discriminator)
        compare("the mel", mel.isGiven, \.convention)
        if !conflicts.isEmpty {
            throw FileError(
                .badData, output,
                "holds a run that was begun otherwise (\(conflicts.joined(separator: "; "))); leave the option out, or begin anew with --restart."
            )
        }
        var configuration = earlier
        configuration.corpus = corpus
        return configuration
    }

    private func factors() throws -> [Int]? {
        guard let upsampling else { return nil }
        let factors = upsampling.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard let known = factors as? [Int], known.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("--upsampling \(upsampling): whole numbers such as 8,8,2,2 were expected.")
        }
        return known
    }

    private func decays() throws -> [Double]? {
        guard let betas else { return nil }
        let decays = betas.split(separator: ",").compactMap { Double($0) }
        guard decays.count == 2, decays.allSatisfy({ (0..<1).contains($0) }) else {
            throw ValidationError("--betas \(betas): two numbers from 0 to 1, such as 0.8,0.99, were expected.")
        }
        return decays
    }

    private func widths() throws -> (first: Int, widest: Int)? {
        guard let discriminatorChannels else { return nil }
        let widths = discriminatorChannels.split(separator: ",").compactMap { Int($0) }
        guard widths.count == 2 else {
            throw ValidationError("--discriminator-channels \(discriminatorChannels): two numbers such as 16,1024 were expected.")
        }
        return (widths[0], widths[1])
    }
}
