import ArgumentParser
import Files
import Spectra
import Training

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct TrainVoiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-voice",
        abstract: "Train a voice that turns text into mels, on recordings with their text, or go on with a run.",
        discussion: """
            CORPUS is an LJSpeech folder or metadata.csv, or a listing with lines like file.wav|text or file.wav|speaker|text. \
            RUN holds checkpoints, the best voice (RUN/best), alignments as pictures, samples by Griffin-Lim, logs for \
            TensorBoard and log.jsonl. Which sounds are when is learned from the recordings; nothing needs to be aligned before.

            The same command goes on where a run was stopped, to the same bits as if it never was. Ctrl-C saves first.
            """)

    @Argument(help: "The recordings and their text.")
    var corpus: String

    @Option(name: .shortAndLong, help: "The folder of the run.")
    var output: String

    @Option(help: "Steps in all; a run goes on to this number. The learning rate falls over those it was begun with.")
    var steps = 12_000

    @Option(help: "The language of the text, as espeak-ng names it (en-us).")
    var language: String?

    @Option(help: "Sentences a step (16).")
    var batch: Int?

    @OptionGroup(title: "Mel") var mel: MelConventionOptions

    @Option(
        help:
            "A file of ids, one a line, or the share of sentences to keep from training (0.02; none where there is but one sentence)."
    )
    var validation: String?

    @Option(help: "A voice's folder, or a run's, whose weights to begin with; its phonemes must be the corpus's.")
    var from: String?

    @Option(help: "Adam's, at its highest (0.001).")
    var learningRate: Double?

    @Option(
        help:
            "The step from which a discriminator of mels teaches the decoder, so that it does not blur (half of the steps; none where it is not below them)."
    )
    var adversaryFrom: Int?

    @Option(help: "Channels of the network and within its blocks (256,768), both in sixteens.")
    var channels: String?

    @Option(help: "Blocks of the encoder and of the decoder (4,6).")
    var blocks: String?

    @Option(help: "Decides the first weights, the batches and what is dropped (0).")
    var seed: UInt64?

    @Option(help: "Steps from one validation and checkpoint to the next.")
    var interval = 250

    @Option(help: "Checkpoints to keep, the best voice aside.")
    var keep = 2

    @Option(help: "Threads; by default one for every processor.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(
        help:
            "A folder to write mels of all recordings to, as the best voice makes them with the recordings' own durations and pitch, for vocoder train --mels."
    )
    var writeMels: String?

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
        if let adversaryFrom, adversaryFrom < 0 {
            throw ValidationError("--adversary-from \(adversaryFrom): at least 0 was expected.")
        }
        if let batch, batch < 1 { throw ValidationError("--batch \(batch): at least 1 was expected.") }
        _ = try mel.convention()
        if let (outer, inner) = try pair("--channels", channels), outer % 16 != 0 || inner % 16 != 0 {
            throw ValidationError("--channels \(outer),\(inner): multiples of 16 were expected.")
        }
        _ = try pair("--blocks", blocks)
    }

    func run() throws {
        Interruption.watch()
        let style = TrainingProgress.Style.fitting(isQuiet: quiet)
        let trainer: VoiceTrainer
        do { trainer = try preparedTrainer() } catch {
            // What a signal cut off is no error of the corpus or the disk.
            guard let code = Interruption.exitCode else { throw error }
            printError("vocoder: \(error)")
            throw ExitCode(code)
        }
        if !quiet { printError(trainer.report.description) }
        let outcome = try trainer.train(
            TrainingSchedule(steps: steps, interval: interval, keeps: keep, threadCount: threads), progress: style)
        if outcome.interruption == nil, let writeMels {
            let count = try trainer.writeMels(to: writeMels) { done, total in
                if !quiet, done == total || done % 320 == 0 { printError("wrote \(done) of \(total) mels") }
            }
            if !quiet { printError("\(writeMels): \(count) mels as long as their recordings") }
        }
        if json { try printJSON(outcome) }
        if let code = outcome.interruption { throw ExitCode(code) }
        if !quiet { printError("\(output): \(outcome.step) steps done") }
    }

    private func preparedTrainer() throws -> VoiceTrainer {
        let convention = try mel.convention()
        let (channels, blocks) = (try pair("--channels", channels), try pair("--blocks", blocks))
        return try VoiceTrainer(in: output, restarts: restart, threadCount: threads) { earlier throws(FileError) in
            let asked = asked(convention, channels, blocks)
            if let earlier { return try continuing(earlier, asked) }
            return asked
        } said: { line in
            if !quiet { printError(line) }
        }
    }

    /// The configuration that the options and the defaults describe.
    private func asked(
        _ convention: MelConvention, _ channels: (Int, Int)?, _ blocks: (Int, Int)?
    ) -> VoiceRunConfiguration {
        var configuration = VoiceRunConfiguration(
            corpus: corpus, validation: validation, language: language ?? "en-us", convention: convention, steps: steps)
        if let channels { (configuration.channels, configuration.hiddenChannels) = channels }
        if let blocks { (configuration.encoderBlocks, configuration.decoderBlocks) = blocks }
        if let batch { configuration.batch = batch }
        if let learningRate { configuration.learningRate = learningRate }
        if let seed { configuration.seed = seed }
        configuration.from = from
        configuration.bringInAdversary(at: adversaryFrom ?? max(1, steps / 2), of: steps)
        return configuration
    }

    /// The configuration of the run that is there, where no option given now says otherwise.
    private func continuing(
        _ earlier: VoiceRunConfiguration, _ asked: VoiceRunConfiguration
    ) throws(FileError) -> VoiceRunConfiguration {
        var conflicts: [String] = []
        func compare<Value: Equatable>(_ option: String, _ isGiven: Bool, _ path: KeyPath<VoiceRunConfiguration, Value>) {
            if isGiven, earlier[keyPath: path] != asked[keyPath: path] {
                conflicts.append("\(option) was \(earlier[keyPath: path])")
            }
        }
        compare("--language", language != nil, \.language)
        compare("--batch", batch != nil, \.batch)
        compare("--learning-rate", learningRate != nil, \.learningRate)
        compare("--seed", seed != nil, \.seed)
        compare("--validation", validation != nil, \.validation)
        compare("--channels", channels != nil, \.channels)
        compare("--channels", channels != nil, \.hiddenChannels)
        compare("--blocks", blocks != nil, \.encoderBlocks)
        compare("--blocks", blocks != nil, \.decoderBlocks)
        compare("--adversary-from", adversaryFrom != nil, \.adversary?.start)
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

    private func pair(_ option: String, _ text: String?) throws -> (Int, Int)? {
        guard let text else { return nil }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let first = numbers[0], let second = numbers[1], first > 0, second > 0 else {
            throw ValidationError("\(option) \(text): two numbers such as 256,768 were expected.")
        }
        return (first, second)
    }
}
