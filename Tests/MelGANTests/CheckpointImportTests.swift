import Foundation
import Files
@testable import MelGAN
import Platform
import TestSupport
import Testing

/// A checkpoint that `Scripts/checkpoint-fixtures` made: 5 bands, 1 base channel, factors 4 and 2, 2 blocks.
private func fixture(_ name: String) throws -> String {
    try Bundle.module.golden(name)
}

private func imported(_ name: String) throws -> ImportedGenerator {
    let path = try fixture(name)
    return try importGenerator(from: TorchCheckpoint.read(at: path), path: path)
}

private func message(_ body: () throws -> Void) -> String? {
    let error = #expect(throws: FileError.self) { try body() }
    #expect(error?.kind == .badData)
    return error?.message
}

@Suite struct CheckpointImportTests {
    @Test("the shape of a generator is read from its weights")
    func architecture() throws {
        let generator = try imported("import-neurips-zip.pt")
        #expect(generator.source == .melganNeurips)
        #expect(generator.inputBands == 5 && generator.baseChannels == 1)
        #expect(generator.upsampling == [4, 2] && generator.residualBlocks == 2)
        #expect(generator.conventionName == "melgan" && generator.inputOffset == 0 && generator.inputScale == 1)
        #expect(generator.arrays["model.1.weight_v"]?.shape == [4, 5, 7])
        #expect(generator.arrays["model.3.weight_v"]?.shape == [4, 2, 8])
        #expect(generator.arrays["model.3.weight_g"]?.shape == [4, 1, 1])
        #expect(generator.arrays["model.9.shortcut.bias"]?.shape == [1])
        #expect(generator.arrays["model.12.weight_v"]?.shape == [1, 1, 7])
        #expect(generator.arrays.count == 3 * (1 + 2 * (1 + 2 * 3) + 1))
    }

    @Test(
        "the same weights are found in every spelling",
        arguments: ["import-neurips-legacy.pt", "import-parallel.pt", "import-parametrizations.pt"])
    func spellings(name: String) throws {
        #expect(try imported(name) == imported("import-neurips-zip.pt"))
    }

    @Test("seungwonpark's stacks are unrolled, and its input scaling is told")
    func seungwonpark() throws {
        let generator = try imported("import-seungwonpark.pt")
        #expect(try generator.arrays == imported("import-neurips-zip.pt").arrays)
        #expect(generator.source == .seungwonpark && generator.conventionName == "tacotron2")
        #expect(generator.inputOffset == 5 && generator.inputScale == 0.2)
        #expect(generator.upsampling == [4, 2] && generator.residualBlocks == 2)
    }

    @Test("weights without weight norm fold back to themselves, and to those with it")
    func plain() throws {
        let plain = try imported("import-plain.pt").arrays
        let normed = try imported("import-neurips-zip.pt").arrays
        #expect(plain.keys == normed.keys)
        for name in plain.keys where name.hasSuffix(".weight_v") {
            let layer = String(name.dropLast("weight_v".count))
            let (first, second) = try (folded(plain, layer), folded(normed, layer))
            #expect(zip(first, second).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(layer)")
        }
    }

    /// g v / ||v||, in double precision.
    private func folded(_ arrays: [String: NumericArray], _ layer: String) throws -> [Double] {
        let v = try #require(arrays[layer + "weight_v"])
        let g = try #require(arrays[layer + "weight_g"])
        let length = v.values.count / v.shape[0]
        return v.values.indices.map { index in
            let row = index / length
            let squares = v.values[(row * length)..<((row + 1) * length)].map { Double($0) * Double($0) }
            return Double(g.values[row]) * Double(v.values[index]) / squares.reduce(0, +).squareRoot()
        }
    }

    @Test("the generator's weights are found wherever trainers put them, and the place is told", arguments: [
        (["model"], ""), (["state_dict"], "generator."), (["state_dict"], "model_g."), (["checkpoint", "ema"], "module.netG."), ([], "vocoder."),
    ])
    func places(_ keys: [String], _ prefix: String) throws {
        for name in ["import-neurips-zip.pt", "import-seungwonpark.pt"] {
            let expected = try imported(name)
            var checkpoint = TorchCheckpoint()
            let one = NumericArray(shape: [1], values: [1])
            let original = try TorchCheckpoint.read(at: fixture(name))
            for (path, array) in original.tensors where name.contains("neurips") || path[0] == "model_g" {
                checkpoint.tensors.append((keys + [prefix + path.suffix(1).joined()], array))
            }
            checkpoint.tensors.append((keys + ["discriminator.model.disc_0.model.layer_0.1.bias"], one))
            checkpoint.tensors.append((["optimizer", "state", "0", "exp_avg"], one))
            let found = try importGenerator(from: checkpoint, path: "a")
            #expect(found.arrays == expected.arrays && found.source == expected.source)
            #expect(found.place == (keys + [prefix]).joined(separator: ".").trimmingSuffix("."))
        }
    }

    @Test("of several generators one is taken, no average, and the others are named")
    func severalGenerators() throws {
        let tensors = try TorchCheckpoint.read(at: fixture("import-neurips-zip.pt")).tensors
        var checkpoint = TorchCheckpoint()
        for place in ["swa", "generator_weights", "another_network"] {
            checkpoint.tensors += tensors.map { ([place] + $0.path, $0.array) }
        }
        // Another network whose first layer has the same name.
        checkpoint.tensors.append((["enc", "model.1.weight"], NumericArray(shape: [1, 1, 1], values: [1])))
        let found = try importGenerator(from: checkpoint, path: "a")
        #expect(found.place == "another_network" && found.otherPlaces == ["generator_weights", "swa"])
    }

    @Test("a generator of another kind is named as what it is")
    func otherKinds() throws {
        let one = NumericArray(shape: [1], values: [1])
        let hifigan = ["generator.ups.0.weight_g": one, "generator.resblocks.0.convs1.0.bias": one]
        #expect(message { _ = try importGenerator(from: hifigan, path: "a") }?.contains("HiFi-GAN") == true)
        #expect(message { _ = try importGenerator(from: ["model.encoder.bias": one], path: "a") }?.contains("'model.encoder.bias'") == true)
    }

    @Test("a row of zeros without weight norm gives no NaN")
    func zeroRow() throws {
        let zeros = NumericArray(shape: [2, 1, 2], values: [0, 0, 3, 4])
        let arrays = try weightNormArrays(of: ["a.weight": zeros], path: "a")
        #expect(arrays["a.weight_g"]?.values == [0, 5])
        #expect(arrays["a.weight_v"]?.values == [1, 1, 3, 4])
    }

    @Test("a missing, an unexpected and a misshapen weight are named")
    func incomplete() throws {
        let arrays = try imported("import-neurips-zip.pt").arrays
        func refusal(_ change: (inout [String: NumericArray]) -> Void) -> String? {
            var changed = arrays
            change(&changed)
            return message { _ = try importGenerator(from: changed, path: "a") }
        }
        #expect(refusal { $0["model.4.block.2.bias"] = nil }?.contains("missing 'model.4.block.2.bias'") == true)
        #expect(refusal { $0["model.1.extra"] = $0["model.1.bias"] }?.contains("unexpected 'model.1.extra'") == true)
        let misshapen = refusal { $0["model.7.bias"] = NumericArray(shape: [2], values: [0, 0]) }
        #expect(misshapen?.contains("'model.7.bias' of shape [2] where [1] was expected") == true)
        #expect(refusal { $0["model.1.weight_v"] = nil }?.contains("'model.1.weight_v' is missing") == true)
        #expect(refusal { $0["model.1.bias"]!.values[0] = .nan }?.contains("NaN") == true)
    }

    @Test("each single weight is needed")
    func everyWeight() throws {
        let arrays = try imported("import-neurips-zip.pt").arrays
        for name in arrays.keys {
            var fewer = arrays
            fewer[name] = nil
            #expect(throws: FileError.self, "\(name)") { try importGenerator(from: fewer, path: "a") }
        }
    }

    @Test("other checkpoints are refused by what they are")
    func others() throws {
        #expect(message { _ = try imported("import-parallelwavegan.pkl") }?.contains("ParallelWaveGAN") == true)
        let one = NumericArray(shape: [1], values: [1])
        let discriminator = ["model.disc_0.model.layer_0.1.bias": one]
        #expect(message { _ = try importGenerator(from: discriminator, path: "a") }?.contains("discriminator") == true)
        #expect(
            message { _ = try importGenerator(from: ["encoder.bias": one], path: "a") }?.contains("'encoder.bias'")
                == true)
        #expect(message { _ = try importGenerator(from: TorchCheckpoint(), path: "a") }?.contains("no tensors") == true)
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
