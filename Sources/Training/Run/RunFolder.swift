import Audio
public import Files
import Platform

/// The folder of a training run.
///
/// | name | what |
/// |---|---|
/// | `training.json` | the ``RunConfiguration`` |
/// | `corpus.json` | the ``CorpusReport`` |
/// | `recordings.cache` | sound and mels, ready for training |
/// | `mels.cache` | mels that another model predicted, where the run trains on them |
/// | `sources.cache`, `pitch-….safetensors` | the recordings' sources, and the network that estimates F0, where the generator has a source |
/// | `start` | the model that the run began from, if any; of a voice, the networks that its adversarial phase began from |
/// | `plan.json` | the ``BudgetPlan`` made before the first step |
/// | `log.jsonl`, `events.out.tfevents…` | the ``EventLog`` |
/// | `checkpoints/step-…` | the newest few checkpoints |
/// | `best` | the model with the least ``ValidationReport/error`` |
/// | `pitch.cache`, `alignments/step-….png` | of a voice: the recordings' F0, and the first validation sentence's alignment |
/// | `samples/step-….wav` | the first validation recording, as the model makes it |
/// | `vocoder`, `voice` | of a voice: the run of its vocoder, with `mels` in it, and the finished voice |
public struct RunFolder {
    public let path: String

    public init(path: String) { self.path = path }

    // MARK: - Paths

    var configurationPath: String { path + "/training.json" }
    var corpusReportPath: String { path + "/corpus.json" }
    var cachePath: String { path + "/recordings.cache" }
    var melCachePath: String { path + "/mels.cache" }
    var pitchCachePath: String { path + "/pitch.cache" }
    var sourceCachePath: String { path + "/sources.cache" }
    /// The trained pitch network; `key` stands for what it was trained on.
    func pitchPath(_ key: String) -> String { path + "/pitch-\(key).safetensors" }
    /// The ``PretrainedCheckpoint``.
    var startPath: String { path + "/start" }
    var planPath: String { path + "/plan.json" }
    var bestPath: String { path + "/best" }
    var checkpointsPath: String { path + "/checkpoints" }
    func checkpointPath(_ step: Int) -> String { path(in: "checkpoints", step) }
    /// The finished voice of a voice's run.
    var voicePath: String { path + "/voice" }

    /// `FOLDER/step-00000123` in the run's folder.
    private func path(in folder: String, _ step: Int) -> String {
        let digits = String(step)
        return "\(path)/\(folder)/step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    // MARK: - Contents

    /// The configuration that the run in this folder was begun with; nil where there is no run.
    ///
    /// - Throws: `FileError` `.badData` where it is none, or another version's.
    public func configuration<Configuration: Decodable>(as _: Configuration.Type) throws(FileError) -> Configuration? {
        guard FileManager.default.fileExists(atPath: configurationPath) else { return nil }
        let data = try contents(ofFile: configurationPath)
        do { return try JSONDecoder().decode(Configuration.self, from: data) } catch {
            throw FileError(
                .badData, configurationPath,
                "is not the configuration of such a run of this version: it was begun by an older version or by another command, "
                    + "or the file is damaged", [.beginAnew])
        }
    }

    /// The steps of the checkpoints there are, in order.
    var checkpointSteps: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpointsPath)) ?? []
        return names.compactMap { $0.hasPrefix("step-") ? Int($0.dropFirst(5)) : nil }.sorted()
    }

    /// Removes all but the newest `count` checkpoints.
    func prune(keeping count: Int) {
        for step in checkpointSteps.dropLast(count) {
            try? FileManager.default.removeItem(atPath: checkpointPath(step))
        }
    }

    func write(_ sample: Waveform, ofStep step: Int) throws(FileError) {
        try createFolder(at: path + "/samples")
        _ = try sample.write(to: path(in: "samples", step) + ".wav")
    }

    func write(_ picture: ValidationReport.Picture, ofStep step: Int) throws(FileError) {
        guard let folder = picture.folder else { return }
        try createFolder(at: path + "/" + folder)
        try replaceFile(at: path(in: folder, step) + ".png", contents: picture.png)
    }

    /// The error of a step whose losses are not finite.
    func diverged(at step: Int) -> FileError {
        let last = checkpointSteps.last.map { "the checkpoint of step \($0) is intact" } ?? "no checkpoint was written yet"
        return FileError(
            .badData, path,
            "the losses of step \(step) are not finite; \(last)", [.lowerLearningRate])
    }

    // MARK: - Beginning

    /// Creates the folder; where `clearing`, removes what an earlier run left, unless another process trains there.
    ///
    /// - Throws: `FileError.cannotCreate` where the folder is of no run and holds what a run would replace.
    func create(clearing: Bool) throws(FileError) {
        try createFolder(at: path)
        guard FileManager.default.fileExists(atPath: configurationPath) else {
            let names = ["best", "checkpoints", "samples", "alignments", "voice", "vocoder", "log.jsonl"]
            guard let name = names.first(where: { FileManager.default.fileExists(atPath: path + "/" + $0) }) else { return }
            throw FileError(
                .cannotCreate, path, "is not the folder of a run, and holds \(name), which a run would replace; name another folder for the run.")
        }
        guard clearing else { return }
        let lock = try lock()
        try clear()
        _ = consume lock
    }

    /// Removes what an earlier run left except the caches, which are checked against the corpus.
    func clear() throws(FileError) {
        let names: Set = [
            "training.json", "corpus.json", "log.jsonl", "checkpoints", "best", "samples", "alignments", "start", "plan.json",
            "vocoder", "voice",
        ]
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: path)) ?? []
        where names.contains(name) || name.hasPrefix("events.out.tfevents") {
            do {
                if ["checkpoints", "samples", "alignments"].contains(name) {
                    // Only what runs write there.
                    let folder = path + "/" + name
                    let contents = try files.contentsOfDirectory(atPath: folder)
                    for item in contents where item.hasPrefix("step-") || item.hasPrefix(".") { try files.removeItem(atPath: folder + "/" + item) }
                    rmdir(folder)
                } else {
                    try files.removeItem(atPath: path + "/" + name)
                }
            } catch {
                throw FileError(.cannotCreate, path + "/" + name, "cannot be removed to begin anew (\(error)).")
            }
        }
    }

    /// Removes what interrupted writes left behind; the caller holds the ``lock()``.
    func removeAbandoned() {
        let files = FileManager.default
        for folder in [path, checkpointsPath, path + "/samples", path + "/alignments"] {
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? []
            where name.hasPrefix(".") && (name.contains(".partial") || name == EventLog.temporarySound) {
                try? files.removeItem(atPath: folder + "/" + name)
            }
        }
    }

    /// - Throws: `FileError` where another process trains in the folder.
    func lock() throws(FileError) -> RunLock { try RunLock(at: path + "/.lock", run: path) }
}

/// The lock of a run's folder, which one process holds; the system releases it when the process ends for any reason.
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
