import Kernels
import MelGAN
import Neural
import Tensors
import Testing

/// The networks against the same networks in PyTorch (`Scripts/golden-melgan`).
struct ReferenceTests {
    @Test("The generator gives the reference's samples", arguments: [
        ("paper", MelGANConfiguration(inputBands: 6, baseChannels: 2, upsampling: [8, 8, 2, 2])),
        ("odd", MelGANConfiguration(inputBands: 10, baseChannels: 2, upsampling: [5, 3, 2])),
    ])
    func generator(name: String, configuration: MelGANConfiguration) throws {
        let golden = try GoldenFile("generator")
        var random = SplitMix64(seed: 1)
        var generator = MelGANGenerator(configuration, using: &random)
        try golden.load("\(name).state.", into: &generator)
        let audio = generator.audio(
            from: try golden.activation("\(name).mel"), precision: .float32, on: Tape(Engine()))
        let expected = try golden.activation("\(name).audio")
        #expect(audio.value.shape == expected.shape)
        #expect(distance(audio.value.values, expected.values) < 2e-6)
    }

    @Test("Every layer of every scale of the discriminator gives the reference's features", arguments: [
        ("paper", MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8)),
        ("wide", MultiScaleConfiguration(scales: 1, baseChannels: 16, layers: 1, maximumChannels: 16)),
    ])
    func discriminator(name: String, configuration: MultiScaleConfiguration) throws {
        let golden = try GoldenFile("discriminator")
        var random = SplitMix64(seed: 1)
        var discriminator = MultiScaleDiscriminator(configuration, using: &random)
        try golden.load("\(name).state.", into: &discriminator)
        let audio = Variable(try golden.activation("\(name).rate.0"))
        let outputs = discriminator.outputs(of: audio, precision: .float32, trains: false, on: Tape(Engine()))
        #expect(outputs.count == configuration.scales)
        for (scale, output) in outputs.enumerated() {
            for (layer, feature) in (output.features + [output.logits]).enumerated() {
                let expected = try golden.activation("\(name).feature.\(scale).\(layer)")
                #expect(feature.value.shape == expected.shape)
                #expect(distance(feature.value.values, expected.values) < 2e-6, "scale \(scale), layer \(layer)")
            }
        }
    }
}
