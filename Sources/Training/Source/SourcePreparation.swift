import Audio
import Files
import Kernels
import MelGAN
import Neural
import Platform
import SourceFilter
import Spectra
import Tensors

/// The preparation of a run with a source-filter generator: the trained pitch network and the sources of all recordings.
///
/// Both are stored in the run's folder. An interrupted preparation begins anew and ends in the same bits.
struct SourcePreparation {
    let pitch: PitchNetwork
    /// The number of steps that the pitch network was trained for in this run; nil if it comes from the pretrained checkpoint.
    let pitchSteps: Int?
    let sources: SourceCache

    /// Prepares the source; nil if the run's generator has none.
    init?(
        _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder, threadCount: Int,
        _ clock: RunClock, _ reporter: TrainingReporter
    ) throws(FileError) {
        guard let source = configuration.generator.source else { return nil }
        (pitch, pitchSteps) = try Self.pitch(
            source.pitch, configuration, training, run, threadCount, clock, reporter)
        sources = try SourceCache(
            of: training, source, pitch, isAligned: configuration.alignsSources, path: run.sourceCachePath,
            threadCount: threadCount, progress: reporter.counter("made the sources of", "recordings", every: 512))
    }

    private static func pitch(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ run: RunFolder,
        _ threadCount: Int, _ clock: RunClock, _ reporter: TrainingReporter
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
        let corpus = PitchCorpus(
            training, threadCount: threadCount,
            progress: reporter.counter("tracked the pitch of", "recordings", every: 512))
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
            if let code = reporter.interruption() {
                throw FileError(
                    .inputOutput, run.path,
                    "was interrupted (\(code)) while its pitch network was trained, which begins anew next time.")
            }
            let losses = learner.step(step)
            (pitch, voicing) = (pitch + losses.pitch, voicing + losses.voicing)
            if (step + 1) % 250 == 0 {
                reporter.say(
                    "pitch network, step \(step + 1) of \(steps): loss of pitch \(Float(pitch / 250)), of voicing \(Float(voicing / 250))"
                )
                (pitch, voicing) = (0, 0)
            }
        }
        let path = run.pitchPath(key(shape, configuration, training, steps, start))
        try SafeTensors(tensors: learner.network.arrays).write(to: path)
        return (learner.network, steps)
    }

    /// The recipe's number of steps, or as many as a tenth of the budget has time for, by the measured time of a few steps.
    private static func stepsWithin(_ budget: TimeBudget, _ learner: PitchTraining, _ clock: RunClock) -> Int {
        var learner = learner
        _ = learner.step(0)
        let start = clock.now()
        for _ in 0..<2 { _ = learner.step(0) }
        let seconds = max(1e-6, (clock.now() - start) / 2)
        return max(20, min(Recipe.pitchSteps, Int(min(1e6, budget.seconds / 10 / seconds))))
    }

    /// A hash of everything that determines the network's weights, apart from the machine.
    private static func key(
        _ shape: PitchConfiguration, _ configuration: RunConfiguration, _ training: TrainingSet, _ steps: Int,
        _ start: PitchNetwork?
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = "pitch 2 \(steps) \(configuration.seed)"
        for part in [try? encoder.encode(shape), try? encoder.encode(training.convention), try? encoder.encode(training.loudness)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for recording in training.recordings { text += "\n\(recording.id) \(recording.checksums)" }
        for parameter in start?.parameters ?? [] { text += "\n\(parameter.name) \(parameter.value.values.checksum)" }
        return String(SplitMix64.hash(text, seed: 1), radix: 16)
    }
}

/// The ``SourceFilter/SpeechSource`` of every recording of a set, with the F0 that the network estimates from its mel: computed once, stored on
/// disk, memory-mapped, and checked like the cache of the recordings.
public struct SourceCache: Sendable {
    private let tensors: RecordingTensors

    /// The sources of `set`, from the cache at `path` if it is complete and of the same pitch network and configuration.
    ///
    /// - Parameter isAligned: Whether the sources are aligned with the phases of the recordings.
    init(
        of set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork, isAligned: Bool, path: String,
        threadCount: Int,
        progress: (_ done: Int, _ total: Int) -> Void
    ) throws(FileError) {
        let source = SpeechSource(configuration, set.convention)
        tensors = try RecordingTensors(
            of: set.recordings, at: path, key: Self.key(set, configuration, pitch, isAligned), blockLength: 16 * threadCount,
            what: "sources", progress: progress
        ) { block throws(FileError) in Self.sources(of: block, in: set, source, pitch, isAligned, threadCount) }
    }

    private static func sources(
        of recordings: [Recording], in set: TrainingSet, _ source: SpeechSource, _ pitch: PitchNetwork, _ isAligned: Bool,
        _ threadCount: Int
    ) -> [[Float]] {
        // The network uses threads of another pool, so its contours are computed first, one after the other.
        let mels = recordings.map(set.inputMel(of:))
        let contours = mels.map { pitch.contour(of: $0) }
        return Array(recordings.indices).parallelMap(threadCount: threadCount) { index in
            var contour = contours[index]
            if isAligned {
                contour = source.aligned(contour, of: mels[index], to: set.waveform(of: recordings[index]).samples)
            }
            return source.samples(of: mels[index], contour)
        }
    }

    private static func key(
        _ set: TrainingSet, _ configuration: SourceConfiguration, _ pitch: PitchNetwork, _ isAligned: Bool
    ) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var text = isAligned ? "aligned sources 3" : "sources 3"
        for part in [try? encoder.encode(configuration), try? encoder.encode(set.convention)] {
            text += "\n" + String(decoding: part ?? Data(), as: UTF8.self)
        }
        for parameter in pitch.parameters { text += "\n\(parameter.name) \(parameter.value.values.checksum)" }
        for recording in set.recordings { text += "\n\(recording.id) \(recording.checksums)" }
        if let predicted = set.predicted { text += "\n\(predicted.key)" }
        return "\(SplitMix64.hash(text, seed: 1))-\(SplitMix64.hash(text, seed: 2))"
    }

    /// The samples of the range, with silence beyond the end.
    func samples(of recording: Recording, in range: Range<Int>) -> [Float] { tensors.values(of: recording, in: range) }
}
