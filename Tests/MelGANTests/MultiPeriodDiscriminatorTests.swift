import Audio
import Files
import Foundation
import Kernels
import MelGAN
import Neural
import Tensors
import Testing

/// The multi-period discriminator against the same network in PyTorch (`Scripts/golden-melgan`).
struct MultiPeriodDiscriminatorTests {
    static let configurations = [
        ("small", MultiPeriodConfiguration(baseChannels: 4, maximumChannels: 12, layers: 3)),
        (
            "other",
            MultiPeriodConfiguration(
                periods: [1, 4], baseChannels: 6, maximumChannels: 24, layers: 2, kernel: 3, stride: 2, negativeSlope: 0.2)
        ),
    ]

    private func network(
        _ golden: GoldenFile, _ name: String, _ configuration: MultiPeriodConfiguration
    ) throws -> MultiPeriodDiscriminator {
        var random = SplitMix64(seed: 1)
        var network = MultiPeriodDiscriminator(configuration, using: &random)
        let prefix = "\(name).state."
        let state = golden.arrays.filter { $0.key.hasPrefix(prefix) }
        try network.load(
            twoDimensional: Dictionary(uniqueKeysWithValues: state.map { (String($0.key.dropFirst(prefix.count)), $0.value) }),
            path: "multi-period.safetensors")
        return network
    }

    @Test("Features, logits and gradients are the reference's", arguments: configurations)
    func reference(name: String, configuration: MultiPeriodConfiguration) throws {
        let golden = try GoldenFile("multi-period")
        try golden.expectReference(
            name, of: network(golden, name, configuration), outputs: configuration.periods.count, layers: configuration.layers + 1,
            features: 4e-6, gradient: { _ in 4e-6 }, audioGradient: { _ in 4e-6 })
    }

    @Test("In bfloat16 features are those of float32, to its rounding", .enabled(if: Engine.hasBFloat16))
    func bfloat16() throws {
        let golden = try GoldenFile("multi-period")
        let network = try network(golden, "small", Self.configurations[0].1)
        let audio = Variable(try golden.activation("small.audio"))
        for (number, output) in network.outputs(of: audio, precision: .bfloat16, trains: false, on: Tape(Engine())).enumerated() {
            #expect(output.logits.value.type == .float32 && output.features.allSatisfy { $0.value.type == .bfloat16 })
            let expected = try golden.planes("small.feature.\(number).4")
            #expect(distance(output.logits.value.values, expected.values) < 0.1)
        }
    }

    @Test("A network that is not trained passes the same gradient on to the audio")
    func untrained() throws {
        var random = SplitMix64(seed: 2)
        let network = MultiPeriodDiscriminator(Self.configurations[0].1, using: &random)
        func gradient(trains: Bool) throws -> (audio: [Float], count: Int) {
            let tape = Tape(Engine())
            let audio = Variable(try GoldenFile("multi-period").activation("small.audio"), needsGradient: true)
            for output in network.outputs(of: audio, precision: .float32, trains: trains, on: tape) {
                output.logits.accumulate(output.logits.value)
            }
            tape.backward()
            return (try #require(audio.takeGradient()).values, tape.gradients.count)
        }
        let (trained, untrained) = (try gradient(trains: true), try gradient(trains: false))
        #expect(trained.audio == untrained.audio)
        #expect(trained.count == network.parameters.count && untrained.count == 0)
    }

    @Test("The paper's sizes have the paper's weights, and the default's about a sixteenth of them")
    func sizes() throws {
        var unset = Unset()
        let paper = MultiPeriodDiscriminator(.paper, using: &unset)
        // For each period the convolutions' weights, and a magnitude and a bias for each output.
        #expect(paper.parameterCount == 5 * (8_215_712 + 2 * (32 + 128 + 512 + 1024 + 1024 + 1)))
        let small = MultiPeriodDiscriminator(MultiPeriodConfiguration(), using: &unset)
        #expect(small.parameterCount * 15 < paper.parameterCount && small.parameterCount * 17 > paper.parameterCount)
        #expect(
            paper.parameters.first { $0.name == "discriminators.4.convs.3.weight_v" }?.value.shape == [1024, 512, 5])
        #expect(MultiPeriodConfiguration.paper.operations(samples: 8192) > 14 * MultiPeriodConfiguration().operations(samples: 8192))
        #expect(MultiPeriodConfiguration().validationError == nil)
        #expect(MultiPeriodConfiguration(kernel: 4).validationError != nil)
        let coded = try JSONEncoder().encode(MultiPeriodConfiguration.paper)
        #expect(try JSONDecoder().decode(MultiPeriodConfiguration.self, from: coded) == .paper)
    }
}
