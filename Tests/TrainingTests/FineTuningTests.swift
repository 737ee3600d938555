import SourceFilter
import Files
import MelGAN
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

/// Runs that begin from a trained model, at a size where a step takes milliseconds.
@Suite struct FineTuningTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for index in 0..<4 {
            try folder.recording("corpus/r\(index).wav", seconds: 0.8, seed: UInt64(index), amplitude: 0.3)
        }
    }

    private func plain() -> RunConfiguration {
        var convention = MelConvention.melgan
        convention.bandCount = 20
        return RunConfiguration(
            corpus: folder.path + "/corpus", validation: "0.25", convention: convention,
            generator: MelGANConfiguration(inputBands: 20, baseChannels: 2),
            discriminators: [WeightedDiscriminator(MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8))], batch: 2, segmentLength: 2048, seed: 7)
    }

    private func sourced() -> RunConfiguration {
        var wanted = plain()
        wanted.generator[MelGANConfiguration.self]!.source = SourceConfiguration(
            pitch: PitchConfiguration(inputBands: 20, channels: 8, layers: 1), iterations: 1)
        (wanted.losses["mel"], wanted.emaDecay, wanted.pitchSteps) = (15, 0.999, 3)
        return wanted
    }

    /// The configuration of a run from the one named `name`, small as that.
    private func tuned(_ name: String, _ recipe: Recipe = .melgan) throws -> RunConfiguration {
        let start = try PretrainedCheckpoint(at: folder.path + "/" + name)
        var wanted = RunConfiguration(
            from: start, by: recipe, corpus: folder.path + "/corpus", validation: "0.25", steps: 4)
        (wanted.batch, wanted.segmentLength, wanted.seed) = (2, 2048, 8)
        return wanted
    }

    @discardableResult
    private func train(
        _ name: String, _ wanted: RunConfiguration, steps: Int = 4, interruptedAt: Int = .max
    ) throws -> TrainingOutcome {
        let trainer = try VocoderTrainer(folder.path + "/" + name, beginningAs: wanted)
        var asked = 0
        return try trainer.train(
            RunLimits(steps: steps, interval: 4, keeps: 2, threadCount: 2), progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
    }

    private func arrays(_ run: String, _ step: Int, _ file: String) throws -> [String: NumericArray] {
        try SafeTensors.read(at: RunFolder(path: folder.path + "/" + run).checkpointPath(step) + "/" + file).tensors
    }

    private func farthest(_ first: [String: NumericArray], _ second: [String: NumericArray]) -> Float {
        #expect(first.keys.sorted() == second.keys.sorted())
        return first.reduce(0) { most, entry in
            zip(entry.value.values, second[entry.key]!.values).reduce(most) { max($0, abs($1.0 - $1.1)) }
        }
    }

    @Test("Both networks begin with the weights of the run's newest checkpoint, and the optimizers with moments of 0")
    func fromRun() throws {
        try train("first", plain())
        var wanted = try tuned("first")
        wanted.learningRate = 1e-9
        #expect(try train("second", wanted, steps: 1).step == 1)
        for file in [Model.generatorFile, Model.discriminatorFile] {
            #expect(try farthest(arrays("first", 4, file), arrays("second", 1, file)) < 1e-7, "\(file)")
        }
        // Adam's first step has moments of one gradient: the second is the square of what the first says.
        let moments = try arrays("second", 1, Checkpoint.momentsFile)
        for (name, first) in moments where name.hasSuffix(".first") {
            let second = moments[name.dropLast(5) + "second"]!
            for (mean, square) in zip(first.values, second.values) {
                #expect(abs(square - 0.1 * (mean / 0.5) * (mean / 0.5)) <= 1e-4 * square + 1e-30)
            }
        }
        #expect(try RunFolder(path: folder.path + "/second").configuration(as: RunConfiguration.self)?.from == folder.path + "/first")
    }

    @Test("If the model has no discriminator, it begins with random weights")
    func fromModel() throws {
        try train("first", plain())
        var wanted = try tuned("first/best")
        wanted.learningRate = 1e-9
        try train("second", wanted, steps: 1)
        let best = try SafeTensors.read(at: folder.path + "/first/best/" + Model.generatorFile).tensors
        #expect(try farthest(best, arrays("second", 1, Model.generatorFile)) < 1e-7)
        let trained = try arrays("first", 4, Model.discriminatorFile)
        #expect(try farthest(trained, arrays("second", 1, Model.discriminatorFile)) > 1e-3)
    }

    @Test("A run gives the same bits if its pretrained model has been removed")
    func resumption() throws {
        try train("first", plain())
        let wanted = try tuned("first")
        try train("whole", wanted)
        for interruptedAt in [0, 2] {
            try train("cut \(interruptedAt)", wanted, interruptedAt: interruptedAt)
        }
        try FileManager.default.removeItem(atPath: folder.path + "/first")
        for interruptedAt in [0, 2] {
            try train("cut \(interruptedAt)", wanted)
            for file in [Model.generatorFile, Model.discriminatorFile, Checkpoint.momentsFile] {
                #expect(try arrays("cut \(interruptedAt)", 4, file) == arrays("whole", 4, file), "\(interruptedAt): \(file)")
            }
        }
    }

    @Test("A pitch network is unchanged unless more steps are given, and is then trained further")
    func pitch() throws {
        try train("first", sourced())
        let first = try arrays("first", 4, Model.pitchFile)
        let wanted = try tuned("first", .source)
        #expect(wanted.pitchSteps == nil && wanted.schedule?.warmUpSteps == 0 && wanted.schedule?.adversarialWarmUpSteps == 0)
        try train("kept", wanted)
        #expect(try arrays("kept", 4, Model.pitchFile) == first)
        var more = wanted
        more.pitchSteps = 1
        try train("more", more)
        let distance = try farthest(arrays("more", 4, Model.pitchFile), first)
        #expect(distance > 0 && distance < 0.01, "\(distance)")
    }

    @Test("A model that does not fit is refused with a sentence that names both configurations")
    func misfits() throws {
        try train("first", plain(), steps: 1)
        func message(_ change: (inout RunConfiguration) -> Void) throws -> String {
            var wanted = try tuned("first")
            change(&wanted)
            let error = #expect(throws: FileError.self) { try train("second", wanted) }
            #expect(error?.kind == .badData && error?.path == folder.path + "/first")
            return error?.message ?? ""
        }
        let wider = try message { $0.generator[MelGANConfiguration.self]!.baseChannels = 4 }
        #expect(wider.contains("32 channels") && wider.contains("64 channels"), "\(wider)")
        let louder = try message { $0.convention = .hifigan }
        #expect(louder.contains("melgan") && louder.contains("hifigan"), "\(louder)")
        let judged = try message { $0.discriminators[MultiScaleConfiguration.self]!.maximumChannels = 16 }
        #expect(judged.contains("4 to 8 channels") && judged.contains("4 to 16 channels"), "\(judged)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/second/training.json"))
    }
}
