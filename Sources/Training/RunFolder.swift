import Files
import MelGAN
import Platform

/// Held by the one process that trains in a folder; the system lets go of it when the process ends, however that be.
struct RunLock: ~Copyable {
    private let descriptor: Int32

    init(at path: String, run: String) throws(FileError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path, "cannot be created (\(String(cString: strerror(errno)))).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw FileError(.cannotCreate, run, "is being trained by another process; wait for it or stop it first.")
        }
    }

    deinit { close(descriptor) }
}

/// The folder of a training run.
///
/// | name | what |
/// |---|---|
/// | `training.json` | the ``RunConfiguration`` |
/// | `corpus.json` | the ``CorpusReport`` |
/// | `recordings.cache` | sound and mels, ready for training |
/// | `mels.cache` | mels that another model predicted, where the run trains on them |
/// | `sources.cache`, `pitch-….safetensors` | sources and the network that hears their pitch, where the recipe has them |
/// | `start` | the model that the run began from, where there was one; of a voice, the networks that training with a discriminator began from |
/// | `plan.json` | how a budget is to be spent, as it was planned before the first step |
/// | `log.jsonl`, `events.out.tfevents…` | the ``EventLog`` |
/// | `checkpoints/step-…` | the newest few checkpoints |
/// | `best` | the model with the least validation error; of a voice with a discriminator, the least distance of frames |
/// | `pitch.cache`, `alignments/step-….png` | of a voice: its pitch, and the first validation sentence's alignment |
/// | `samples/step-….wav` | the first validation recording, as the model makes it |
/// | `vocoder`, `voice` | of a voice: its vocoder's run, with `mels` in it, and all of it, ready to speak |
struct RunFolder {
    let path: String

    var configurationPath: String { path + "/training.json" }
    var corpusReportPath: String { path + "/corpus.json" }
    var cachePath: String { path + "/recordings.cache" }
    var melCachePath: String { path + "/mels.cache" }
    var sourceCachePath: String { path + "/sources.cache" }
    /// The trained pitch network; `key` stands for what it was trained on.
    func pitchPath(_ key: String) -> String { path + "/pitch-\(key).safetensors" }
    /// The ``PretrainedCheckpoint``.
    var startPath: String { path + "/start" }
    var bestPath: String { path + "/best" }
    var checkpointsPath: String { path + "/checkpoints" }

    func checkpointPath(_ step: Int) -> String { "\(checkpointsPath)/step-\(padded(step))" }
    var pitchCachePath: String { path + "/pitch.cache" }
    func alignmentPath(_ step: Int) -> String { "\(path)/alignments/step-\(padded(step)).png" }
    func samplePath(_ step: Int) -> String { "\(path)/samples/step-\(padded(step)).wav" }

    private func padded(_ step: Int) -> String {
        let digits = String(step)
        return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The steps of the checkpoints there are, in order.
    var checkpointSteps: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpointsPath)) ?? []
        return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5)) : nil }.sorted()
    }

    /// Removes what writes that were cut off left behind. Only for who holds the ``lock()``.
    func removeAbandoned() {
        let files = FileManager.default
        for folder in [path, checkpointsPath] {
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
            where name.hasPrefix(".") && name.contains(".partial") {
                try? files.removeItem(atPath: folder + "/" + name)
            }
        }
    }

    /// Removes all but the newest `count` checkpoints.
    func prune(keeping count: Int) {
        for step in checkpointSteps.dropLast(count) {
            try? FileManager.default.removeItem(atPath: checkpointPath(step))
        }
    }

    /// What is thrown where the losses of a step are no numbers any more.
    func diverged(at step: Int) -> FileError {
        let last = checkpointSteps.last.map { "the checkpoint of step \($0) is intact" } ?? "no checkpoint was written yet"
        return FileError(
            .badData, path,
            "the losses of step \(step) are not finite; \(last)", [.lowerLearningRate])
    }

    func lock() throws(FileError) -> RunLock { try RunLock(at: path + "/.lock", run: path) }

    /// What an earlier run in this folder was begun with; nil where there was none.
    func configuration<Configuration: Decodable>(
        as _: Configuration.Type = RunConfiguration.self
    ) throws(FileError) -> Configuration? {
        guard FileManager.default.fileExists(atPath: configurationPath) else { return nil }
        let data = try contents(ofFile: configurationPath)
        do { return try JSONDecoder().decode(Configuration.self, from: data) } catch {
            throw FileError(
                .badData, configurationPath,
                "is not the configuration of a training run",
                [.instruction("restore it"), .beginAnew])
        }
    }

    /// Removes what an earlier run left, but for the recordings' cache, which checks itself.
    func clear() throws(FileError) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: path)) ?? []
        where [
            "training.json", "corpus.json", "log.jsonl", "checkpoints", "best", "samples", "alignments", "start", "plan.json",
        ].contains(name)
            || name.hasPrefix("events.out.tfevents")
        {
            do { try files.removeItem(atPath: path + "/" + name) } catch {
                throw FileError(.cannotCreate, path + "/" + name, "cannot be removed to begin anew (\(error)).")
            }
        }
    }
}
