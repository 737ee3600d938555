import Files
import Foundation
import Kernels
import MelGAN
import Neural
import Tensors
import TestSupport
import Testing

/// The spectrogram discriminators against the same networks in PyTorch (`Scripts/golden-melgan`).
struct SpectrogramDiscriminatorTests {
    static let configurations = [
        ("small", SpectrogramConfiguration(windows: [64, 32, 20], channels: [4, 6, 6, 5], strides: [1, 2, 2, 1])),
        ("other", SpectrogramConfiguration(windows: [48], channels: [3, 4], strides: [3, 1], binKernel: 5, negativeSlope: 0.1)),
    ]

    private func network(
        _ golden: GoldenFile, _ name: String, _ configuration: SpectrogramConfiguration
    ) throws -> SpectrogramDiscriminator {
        var unset = Unset()
        var network = SpectrogramDiscriminator(configuration, using: &unset)
        try golden.load("\(name).state.", into: &network)
        return network
    }

    @Test("Features, logits and gradients are the reference's", arguments: configurations)
    func reference(name: String, configuration: SpectrogramConfiguration) throws {
        let golden = try GoldenFile("spectrogram")
        try golden.expectReference(
            name, of: network(golden, name, configuration), outputs: configuration.windows.count, layers: configuration.channels.count,
            features: 1e-5, gradient: { 2e-5 * max(1, $0) }, audioGradient: { 1e-4 * $0 })
    }

    @Test("In bfloat16 features are those of float32, to its rounding", .enabled(if: Engine.hasBFloat16))
    func bfloat16() throws {
        let golden = try GoldenFile("spectrogram")
        let network = try network(golden, "small", Self.configurations[0].1)
        let audio = try golden.activation("small.audio")
        func outputs(_ precision: ScalarType) -> (logits: [[Float]], gradients: Gradients) {
            let tape = Tape(Engine())
            let outputs = network.outputs(of: Variable(audio), precision: precision, trains: true, on: tape)
            for output in outputs {
                #expect(output.logits.value.type == .float32 && output.features.allSatisfy { $0.value.type == precision })
                output.logits.accumulate(output.logits.value)
            }
            tape.backward()
            return (outputs.map(\.logits.value.values), tape.gradients)
        }
        let (exact, rounded) = (outputs(.float32), outputs(.bfloat16))
        for (exact, rounded) in zip(exact.logits, rounded.logits) {
            #expect(distance(exact, rounded) < 0.03 * exact.map { abs($0) }.max()!)
        }
        for (name, gradient) in exact.gradients {
            let difference = distance(gradient.values, try #require(rounded.gradients[name]).values)
            #expect(difference < 0.1 * gradient.values.map { abs($0) }.max()!, "\(name)")
        }
    }

    @Test("Silence has finite features and no gradient")
    func silence() throws {
        var random = SplitMix64(seed: 3)
        let network = SpectrogramDiscriminator(Self.configurations[0].1, using: &random)
        let tape = Tape(Engine())
        let audio = Variable(.zeros([1, 256, 1]), needsGradient: true)
        for output in network.outputs(of: audio, precision: .float32, trains: true, on: tape) {
            #expect(output.logits.value.values.allSatisfy { $0.isFinite })
            output.logits.accumulate(output.logits.value)
        }
        tape.backward()
        let gradient = try #require(audio.takeGradient())
        #expect(gradient.values.allSatisfy { $0 == 0 })
        for gradient in tape.gradients.values { #expect(gradient.values.allSatisfy { $0.isFinite }) }
    }

    @Test("The default sizes are small, impossible ones are refused, and files keep them")
    func sizes() throws {
        var unset = Unset()
        let network = SpectrogramDiscriminator(SpectrogramConfiguration(), using: &unset)
        #expect(network.parameterCount == 4 * (432 + 3456 + 2 * 6912 + 2304 + 144 + 2 * (8 + 16 * 4 + 1)))
        #expect(SpectrogramConfiguration().validationError == nil)
        #expect(SpectrogramConfiguration(windows: [30]).validationError != nil)
        #expect(SpectrogramConfiguration(windows: []).validationError != nil)
        #expect(SpectrogramConfiguration(windows: [64], channels: [4], strides: [1, 2]).validationError != nil)
        #expect(SpectrogramConfiguration(windows: [64], binKernel: 4).validationError != nil)
        let coded = try JSONEncoder().encode(Self.configurations[1].1)
        #expect(try JSONDecoder().decode(SpectrogramConfiguration.self, from: coded) == Self.configurations[1].1)
        // Operations of the first layer of one window, counted by hand: 2 * 2 * 8 * 9 * 3 weights, 33 bins, 17 frames.
        let first = SpectrogramConfiguration(windows: [64], channels: [8, 8], strides: [1, 1])
        let rest = 2.0 * 8 * 8 * 9 + 2 * 8 * 9
        #expect(first.operations(samples: 256) == (2.0 * 2 * 8 * 27 + rest) * 33 * 17)
    }
}
