import Files
import MelGAN
import Neural
import Platform
import Tensors

/// What a run with a source needs before its first step: the trained pitch network, and the sources of all recordings.
///
/// Both are kept in the run's folder. What was cut off half-way begins anew, and ends in the same bits.
struct SourcePreparation {
    let pitch: PitchNetwork
    /// Steps that the pitch network was trained for here; nil where it is the starting point's.
    let pitchSteps: Int?
    let sources: SourceCache

    /// Nil where the run has no source.
    init?(
        _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder, threadCount: Int,
        _ clock: RunClock, interruption: () -> Int32?, say: (String) -> Void
    ) throws(FileError) {
        guard let source = configuration.generator.source else { return nil }
        (pitch, pitchSteps) = try Self.pitch(
            source.pitch, configuration, training, run, threadCount, clock, interruption, say)
        sources = try SourceCache(
            of: training, source, pitch, isAligned: configuration.alignsSources, path: run.sourceCachePath,
            threadCount: threadCount
        ) { done, total in
            if done == total || done % 512 == 0 { say("made the sources of \(done) of \(total) recordings") }
        }
    }

    private static func pitch(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder,
        _ threadCount: Int, _ clock: RunClock, _ interruption: () -> Int32?, _ say: (String) -> Void
    ) throws(FileError) -> (network: PitchNetwork, steps: Int?) {
        let start = configuration.from == nil ? nil : try PretrainedCheckpoint(at: run.startPath).pitch
        if let start, configuration.pitchSteps == nil { return (start, nil) }
        if let steps = configuration.pitchSteps {
            let path = run.pitchPath(key(shape, configuration, training, steps, start))
            if FileManager.default.fileExists(atPath: path) {
                var random = SplitMix64(seed: 0)
                var network = PitchNetwork(shape, using: &random)
                try network.load(at: path)
                return (network, steps)
            }
        }
        Parallel.threadCount = threadCount
        let corpus = PitchCorpus(training, threadCount: threadCount) { done, total in
            if done == total || done % 512 == 0 { say("tracked the pitch of \(done) of \(total) recordings") }
        }
        let steps: Int
        if let known = configuration.pitchSteps {
            steps = known
        } else {
            guard let budget = configuration.budget else {
                throw FileError(.badData, run.startPath, "has no pitch network", [.trainPitchNetwork])
            }
            steps = stepsWithin(budget, PitchTraining(shape, on: corpus, seed: configuration.seed, steps: 1), clock)
        }
        var learner = PitchTraining(shape, on: corpus, from: start, seed: configuration.seed, steps: steps)
        var (pitch, voicing) = (0.0, 0.0)
        for step in 0..<steps {
            if let code = interruption() {
                throw FileError(
                    .inputOutput, run.path,
                    "was interrupted (\(code)) while its pitch network was trained, which begins anew next time.")
            }
            let losses = learner.step(step)
            (pitch, voicing) = (pitch + losses.pitch, voicing + losses.voicing)
            if (step + 1) % 250 == 0 {
                say(
                    "pitch network, step \(step + 1) of \(steps): loss of pitch \(Float(pitch / 250)), of voicing \(Float(voicing / 250))"
                )
                (pitch, voicing) = (0, 0)
            }
        }
        let path = run.pitchPath(key(shape, configuration, training, steps, start))
        try SafeTensors(tensors: learner.network.arrays).write(to: path)
        return (learner.network, steps)
    }

    /// As many as the recipe has, or what a tenth of the budget has time for, by the time that a few take.
    private static func stepsWithin(_ budget: TimeBudget, _ learner: PitchTraining, _ clock: RunClock) -> Int {
        var learner = learner
        _ = learner.step(0)
        let start = clock.now()
        for _ in 0..<2 { _ = learner.step(0) }
        let seconds = max(1e-6, (clock.now() - start) / 2)
        return max(20, min(Recipe.pitchSteps, Int(min(1e6, budget.seconds / 10 / seconds))))
    }

    /// Stands for everything that decides the network's weights, but for the machine.
    private static func key(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ steps: Int,
        _ start: PitchNetwork?
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "pitch 2 \(steps) \(configuration.seed)"
        for part in [try? encoder.encode(shape), try? encoder.encode(training.convention), try? encoder.encode(training.levels)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for recording in training.recordings { text += "\n\(recording.id) \(recording.checksums)" }
        for parameter in start?.parameters ?? [] { text += "\n\(parameter.name) \(parameter.value.values.checksum)" }
        return String(SplitMix64.hash(text, seed: 1), radix: 16)
    }
}
