import SourceFilter
import Files
import MelGAN
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

/// Whole runs of the source recipe at a size where a step takes milliseconds.
@Suite struct SourceTrainerTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for index in 0..<4 {
            try folder.recording("corpus/r\(index).wav", seconds: 0.8, seed: UInt64(index), amplitude: 0.3)
        }
    }

    private func trainer(_ name: String) throws -> VocoderTrainer {
        var convention = MelConvention.melgan
        convention.bandCount = 20
        var wanted = Recipe.source.configuration(
            corpus: folder.path + "/corpus", validation: "0.25", convention: convention, upsampling: [8, 8, 2, 2], steps: 8)
        wanted.generator[MelGANConfiguration.self]!.baseChannels = 2
        wanted.generator[MelGANConfiguration.self]!.source = SourceConfiguration(
            pitch: PitchConfiguration(inputBands: 20, channels: 8, layers: 1), iterations: 1)
        wanted.discriminators = [WeightedDiscriminator(MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8))]
        (wanted.batch, wanted.segmentLength, wanted.seed, wanted.pitchSteps) = (2, 2048, 7, 3)
        wanted.schedule = TrainingSchedule(warmUpSteps: 2, discriminatorOnlySteps: 1, adversarialWarmUpSteps: 3, decaySteps: 8, maxGradientNorm: 1)
        return try VocoderTrainer(folder.path + "/" + name, beginningAs: wanted)
    }

    private let limits = RunLimits(steps: 8, interval: 3, keeps: 2, threadCount: 2)

    private func checkpoint(_ run: String) throws -> [String: Data] {
        let path = RunFolder(path: folder.path + "/" + run).checkpointPath(8)
        return try [
            Model.generatorFile, Model.pitchFile, Checkpoint.trainedFile, Model.discriminatorFile,
            Checkpoint.momentsFile, Checkpoint.stateFile,
        ].reduce(into: [:]) { $0[$1] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + $1)) }
    }

    @Test("A run with a source that is interrupted and continued ends in the same bits as one that never was")
    func resumption() throws {
        _ = try trainer("whole").train(limits, progress: .quiet) { nil }
        let expected = try checkpoint("whole")
        #expect(expected[Model.generatorFile] != expected[Checkpoint.trainedFile])
        for interruptedAt in [1, 4, 6] {
            let name = "interrupted at \(interruptedAt)"
            var asked = 0
            _ = try trainer(name).train(limits, progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
            if interruptedAt == 4 {
                // As if killed before it could save, and with what comes before the first step lost or damaged.
                let run = RunFolder(path: folder.path + "/" + name)
                try FileManager.default.removeItem(atPath: run.checkpointPath(4))
                for file in try FileManager.default.contentsOfDirectory(atPath: run.path) where file.hasPrefix("pitch-") {
                    try FileManager.default.removeItem(atPath: run.path + "/" + file)
                }
                var sources = try Data(contentsOf: URL(fileURLWithPath: run.sourceCachePath))
                sources[1000] ^= 0x40
                try sources.write(to: URL(fileURLWithPath: run.sourceCachePath))
            }
            _ = try trainer(name).train(limits, progress: .quiet) { nil }
            #expect(try checkpoint(name) == expected, "interrupted at \(interruptedAt)")
        }
        let best = try Model(at: folder.path + "/whole")
        #expect(best.pitch != nil && best.configuration.generator.source?.iterations == 1)
    }

    @Test("Batches carry the sources of their segments, with gain and silence")
    func batches() throws {
        let trainer = try trainer("run")
        let sampler = SegmentSampler(
            trainer.training, settings: .init(seed: 7, batch: 40, segmentLength: 4096), sources: trainer.source?.sources)
        let batch = sampler.batch(0)
        let source = try #require(batch.source)
        #expect(source.count == batch.audio.count)
        for item in 0..<40 {
            let range = item * 4096..<(item + 1) * 4096
            func power(_ values: [Float]) -> Float { values[range].reduce(0) { $0 + $1 * $1 } }
            let (made, recorded) = (power(source), power(batch.audio))
            // Untrained, its pitch is wrong, yet it is as loud as the recording.
            #expect(made < 4 * recorded + 1e-3 && recorded < 4 * made + 1e-3, "segment \(item): \(made), \(recorded)")
        }
    }
}
