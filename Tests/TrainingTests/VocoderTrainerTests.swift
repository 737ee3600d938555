import Foundation
import Files
import MelGAN
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

/// Whole runs of networks so small that a step takes milliseconds.
@Suite struct TrainerTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for index in 0..<4 {
            try folder.recording("corpus/r\(index).wav", seconds: 0.8, seed: UInt64(index), amplitude: 0.3)
        }
    }

    private func configuration() -> RunConfiguration {
        var convention = MelConvention.melgan
        convention.bandCount = 20
        return RunConfiguration(
            corpus: folder.path + "/corpus", validation: "0.25", convention: convention,
            generator: MelGANConfiguration(inputBands: 20, baseChannels: 2),
            discriminators: [WeightedDiscriminator(MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8))], batch: 2, segmentLength: 2048, seed: 7)
    }

    private func trainer(
        _ name: String, restarts: Bool = false, _ change: (inout RunConfiguration) -> Void = { _ in }
    ) throws -> VocoderTrainer {
        var wanted = configuration()
        change(&wanted)
        return try VocoderTrainer(folder.path + "/" + name, beginningAs: wanted, restarts: restarts)
    }

    private func limits(_ steps: Int) -> RunLimits {
        RunLimits(steps: steps, interval: 3, keeps: 2, threadCount: 2)
    }

    /// The bytes of every file of a checkpoint that later steps depend on.
    private func checkpoint(_ run: String, _ step: Int) throws -> [String: Data] {
        let path = RunFolder(path: folder.path + "/" + run).checkpointPath(step)
        return try [Model.generatorFile, Model.discriminatorFile, Checkpoint.momentsFile, Checkpoint.stateFile]
            .reduce(into: [:]) { $0[$1] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + $1)) }
    }

    private func lines(_ run: String) throws -> [Int] {
        let text = try String(contentsOfFile: folder.path + "/\(run)/log.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object?["step"] as? Int)
        }
    }

    @Test("A run that is interrupted at any step and continued ends in the same bits as one that never was")
    func resumption() throws {
        _ = try trainer("whole").train(limits(8), progress: .quiet) { nil }
        let expected = try checkpoint("whole", 8)
        for interruptedAt in [1, 3, 5] {
            let name = "interrupted at \(interruptedAt)"
            var asked = 0
            let first = try trainer(name).train(limits(8), progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
            #expect(first.interruption == 130)
            #expect(first.step == interruptedAt)
            let second = try trainer(name).train(limits(8), progress: .quiet) { nil }
            #expect(second.step == 8)
            #expect(try checkpoint(name, 8) == expected, "interrupted at \(interruptedAt)")
            #expect(try lines(name) == lines("whole"))
        }
    }

    @Test("Steps after the last checkpoint that a kill took with it are made again, and logged once")
    func killed() throws {
        _ = try trainer("whole").train(limits(8), progress: .quiet) { nil }
        var asked = 0
        _ = try trainer("killed").train(limits(8), progress: .quiet) {
            asked += 1
            return asked > 5 ? 130 : nil
        }
        // As if the process had been killed before it could save: only the checkpoint of step 3 is there.
        try FileManager.default.removeItem(atPath: RunFolder(path: folder.path + "/killed").checkpointPath(5))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/killed/checkpoints/.step-00000006.1.partial", withIntermediateDirectories: true)
        _ = try trainer("killed").train(limits(8), progress: .quiet) { nil }
        #expect(try checkpoint("killed", 8) == checkpoint("whole", 8))
        #expect(try lines("killed") == lines("whole"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/killed/checkpoints/.step-00000006.1.partial"))
    }

    @Test("Training lowers the validation error, keeps the best model and the newest checkpoints")
    func learning() throws {
        let outcome = try trainer("run") { $0.learningRate = 2e-3 }.train(limits(30), progress: .quiet) { nil }
        let first = try #require(
            String(contentsOfFile: folder.path + "/run/log.jsonl", encoding: .utf8).split(separator: "\n")
                .first { $0.contains("validation/mel_error") })
        let object = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
        let firstError = try #require(object?["validation/mel_error"] as? Double)
        #expect(try #require(outcome.bestError) < firstError)
        // An untrained model's artefacts are counted too.
        #expect(object?["artefacts/tonalLine"] is Double && object?["artefacts/levelDrift"] as? Double ?? 0 > 0)
        #expect(object?["validation/silence_level"] as? Double ?? 1 <= 0)
        #expect(RunFolder(path: folder.path + "/run").checkpointSteps == [27, 30])
        let best = try Model(at: folder.path + "/run")
        #expect(best.configuration.steps == outcome.bestStep)
        #expect(best.configuration.convention.bandCount == 20)
    }

    @Test("A run cannot be trained by two processes at once")
    func locked() throws {
        let trainer = try trainer("run")
        let lock = try RunFolder(path: folder.path + "/run").lock()
        #expect(throws: FileError.self) { try trainer.train(limits(1), progress: .quiet) { nil } }
        _ = consume lock
        #expect(try trainer.train(limits(1), progress: .quiet) { nil }.step == 1)
    }

    @Test("A run that is being trained cannot be restarted, and keeps its files")
    func restartOfLocked() throws {
        _ = try trainer("run").train(limits(3), progress: .quiet) { nil }
        let before = try checkpoint("run", 3)
        let lock = try RunFolder(path: folder.path + "/run").lock()
        #expect(throws: FileError.self) { try trainer("run", restarts: true) }
        _ = consume lock
        #expect(try checkpoint("run", 3) == before)
    }

    @Test("Restarting removes the run and begins a new one")
    func restart() throws {
        _ = try trainer("run").train(limits(3), progress: .quiet) { nil }
        let outcome = try trainer("run", restarts: true) { $0.seed = 8 }.train(limits(2), progress: .quiet) { nil }
        #expect(outcome.step == 2)
        #expect(try lines("run").max() == 2)
    }

    @Test("Losses that are not finite end the run with a sentence, the last checkpoint intact")
    func divergence() throws {
        _ = try trainer("run").train(limits(3), progress: .quiet) { nil }
        let before = try checkpoint("run", 3)
        let run = RunFolder(path: folder.path + "/run")
        var changed = try #require(try run.configuration(as: RunConfiguration.self))
        changed.learningRate = 1e15
        let reckless = try VocoderTrainer(in: run.path, changed, threadCount: 2)
        let error = #expect(throws: FileError.self) { try reckless.train(limits(50), progress: .quiet) { nil } }
        #expect(error?.kind == .badData)
        #expect(error?.message.contains("not finite; the checkpoint of step 3 is intact") == true, "\(error?.message ?? "")")
        #expect(try checkpoint("run", 3) == before)
    }

    @Test("A run that an older version began is refused in a sentence", arguments: ["training.json", Checkpoint.stateFile])
    func olderVersion(file: String) throws {
        _ = try trainer("run").train(limits(3), progress: .quiet) { nil }
        let run = RunFolder(path: folder.path + "/run")
        let path = (file == Checkpoint.stateFile ? run.checkpointPath(3) : run.path) + "/" + file
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FileError.self) { try trainer("run").train(limits(4), progress: .quiet) { nil } }
        #expect(error?.path == path && error?.message.contains("begun by an older version") == true, "\(error?.message ?? "")")
    }

    @Test("Invalid configurations are refused before the first step", arguments: [
        "no multiple of the hop", "samples for each frame", "needs", "holds no segment", "impossible sizes",
    ])
    func invalidConfigurations(phrase: String) throws {
        let error = #expect(throws: FileError.self) {
            try trainer("run") { configuration in
                switch phrase {
                case "no multiple of the hop": configuration.segmentLength = 2000
                case "samples for each frame": configuration.generator[MelGANConfiguration.self]!.upsampling = [8, 8, 2]
                case "needs": configuration.segmentLength = 512
                case "holds no segment": configuration.batch = 0
                default: configuration.discriminators[MultiScaleConfiguration.self]!.baseChannels = 3
                }
            }
        }
        #expect(error?.message.contains(phrase) == true, "\(error?.message ?? "")")
    }
}
