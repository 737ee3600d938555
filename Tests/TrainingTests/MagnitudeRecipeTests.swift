import Foundation
import Files
import MelGAN
import Neural
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

/// Whole runs of the multi-band and the full-band recipe, at a size where a step takes milliseconds.
@Suite struct MagnitudeRecipeTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        for index in 0..<4 {
            try folder.recording("corpus/r\(index).wav", seconds: 0.8, seed: UInt64(index), amplitude: 0.3)
        }
    }

    private func train(_ recipe: Recipe, _ name: String, steps: Int = 60, interruptedAt: Int = .max) throws -> TrainingOutcome {
        var convention = MelConvention.melgan
        convention.bandCount = 20
        var wanted = recipe.configuration(
            corpus: folder.path + "/corpus", validation: "0.25", convention: convention,
            upsampling: try #require(recipe.upsampling(forHopLength: 256)), steps: 60)
        wanted.generator[MelGANConfiguration.self]!.baseChannels = 2
        wanted.discriminators[MultiScaleConfiguration.self]!.baseChannels = 4
        wanted.discriminators[MultiScaleConfiguration.self]!.maximumChannels = 8
        (wanted.batch, wanted.segmentLength, wanted.seed, wanted.learningRate) = (2, 4096, 7, 1e-2)
        let trainer = try VocoderTrainer(folder.path + "/" + name, beginningAs: wanted)
        var asked = 0
        return try trainer.train(
            RunLimits(steps: steps, interval: 15, keeps: 2, threadCount: 2), progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
    }

    private func logged(_ run: String, _ tag: String) throws -> [Double] {
        try String(contentsOfFile: folder.path + "/\(run)/log.jsonl", encoding: .utf8).split(separator: "\n").compactMap {
            (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?[tag] as? Double
        }
    }

    @Test("The losses fall, and the model synthesizes a hop of samples for each frame", arguments: [Recipe.multiBand, .fullBand])
    func learning(recipe: Recipe) throws {
        _ = try train(recipe, "run")
        for tag in ["loss/spectrogram"] + (recipe == .multiBand ? ["loss/sub_band"] : []) {
            let values = try logged("run", tag)
            let (first, last) = (values.prefix(15).reduce(0, +), values.suffix(15).reduce(0, +))
            #expect(values.count == 60 && last < 0.95 * first, "\(tag): \(first), then \(last)")
        }
        // No feature matching, and the discriminator only from a fifth on.
        #expect(try logged("run", "loss/feature_matching").allSatisfy { $0 == 0 })
        #expect(try logged("run", "loss/discriminator").map { $0 > 0 } == (0..<60).map { $0 >= 12 })
        let model = try Model(at: folder.path + "/run")
        #expect(model.configuration.generator[MelGANConfiguration.self]?.residualBlocks == 4)
        #expect((model.configuration.generator.subBands?.count == 4) == (recipe == .multiBand))
        let mel = MelSpectrogram(values: [Float](repeating: -2, count: 30 * 20), convention: model.configuration.convention)
        #expect(Synthesizer(model).waveform(from: mel).samples.count == 30 * 256)
        #expect(Recipe(fitting: model.configuration.generator) == recipe)
    }

    @Test("An interrupted run ends in the same bits")
    func resumption() throws {
        func weights(_ name: String) throws -> Data {
            try contents(ofFile: RunFolder(path: folder.path + "/" + name).checkpointPath(12) + "/" + Checkpoint.trainedFile)
        }
        _ = try train(.multiBand, "whole", steps: 12)
        _ = try train(.multiBand, "cut", steps: 12, interruptedAt: 8)
        _ = try train(.multiBand, "cut", steps: 12)
        #expect(try weights("cut") == weights("whole"))
    }

    @Test("Generators of the paper's sizes: 2.5 and 4.7 million numbers")
    func sizes() throws {
        for (recipe, least, most) in [(Recipe.multiBand, 2_500_000, 2_560_000), (.fullBand, 4_650_000, 4_750_000)] {
            let configuration = recipe.configuration(
                corpus: "c", validation: nil, convention: .melgan,
                upsampling: try #require(recipe.upsampling(forHopLength: 256)), steps: 10)
            var unset = Unset()
            let count = configuration.generator.network(using: &unset).parameterCount
            #expect((least...most).contains(count), "\(recipe): \(count)")
        }
        #expect(Recipe.multiBand.upsampling(forHopLength: 250) == nil)
    }
}
