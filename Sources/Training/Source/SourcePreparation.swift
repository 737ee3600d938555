import Audio
import Files
import Kernels
import MelGAN
import Neural
import Tensors

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a run with a source needs before its first step: the trained pitch network, and the sources of all recordings.
///
/// Both are kept in the run's folder. What was cut off half-way begins anew, and ends in the same bits.
struct SourcePreparation {
    let pitch: PitchNetwork
    let sources: SourceCache

    /// Nil where the run has no source.
    init?(
        _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder, threadCount: Int,
        interruption: () -> Int32?, say: (String) -> Void
    ) throws(FileError) {
        guard let source = configuration.generator.source else { return nil }
        pitch = try Self.pitch(source.pitch, configuration, training, run, threadCount, interruption, say)
        sources = try SourceCache(
            of: training, source, pitch, path: run.sourceCachePath, threadCount: threadCount
        ) { done, total in
            if done == total || done % 512 == 0 { say("made the sources of \(done) of \(total) recordings") }
        }
    }

    private static func pitch(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder,
        _ threadCount: Int, _ interruption: () -> Int32?, _ say: (String) -> Void
    ) throws(FileError) -> PitchNetwork {
        let steps = configuration.pitchSteps ?? 1
        let path = run.pitchPath(key(shape, configuration, training, steps))
        if FileManager.default.fileExists(atPath: path) {
            var random = SeededGenerator(seed: 0)
            var network = PitchNetwork(shape, using: &random)
            try network.load(try SafeTensors.read(at: path).tensors, path: path)
            return network
        }
        Parallel.threadCount = threadCount
        let corpus = PitchCorpus(training, threadCount: threadCount) { done, total in
            if done == total || done % 512 == 0 { say("tracked the pitch of \(done) of \(total) recordings") }
        }
        var learner = PitchTraining(shape, on: corpus, seed: configuration.seed, steps: steps)
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
                    "pitch network, step \(step + 1) of \(steps): loss of pitch \(Float(pitch / 250)), of voicing \(Float(voicing / 250))")
                (pitch, voicing) = (0, 0)
            }
        }
        try SafeTensors(tensors: learner.network.arrays).write(to: path)
        return learner.network
    }

    /// Stands for everything that decides the network's weights, but for the machine.
    private static func key(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ steps: Int
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "pitch 1 \(steps) \(configuration.seed)"
        for part in [try? encoder.encode(shape), try? encoder.encode(training.convention), try? encoder.encode(training.levels)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for recording in training.recordings { text += "\n\(recording.id) \(recording.checksums)" }
        return String(CounterRandom.hash(text, seed: 1), radix: 16)
    }
}
