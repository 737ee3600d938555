import Neural
import Spectra
import Tensors
import Testing

@testable import MelGAN

private let shapes = [
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [8, 8, 2, 2]),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [4, 2]),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [5, 3, 2], residualBlocks: 2),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [6], residualBlocks: 0),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [2, 2], residualBlocks: 4),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [8, 4, 2], residualBlocks: 4, subBands: .init()),
]

/// Random weights large enough for a sound to be heard; with `isTracer` no weight is negative and no bias is left, so that
/// the response to a single 1 among zeros is nowhere cancelled.
func model(_ configuration: MelGANConfiguration, isTracer: Bool = false) throws -> Model {
    var random = SplitMix64(seed: 3)
    var generator = MelGANGenerator(configuration, using: &random)
    let output = generator.output.magnitude.name
    generator.visitParameters { parameter in
        let isBias = parameter.name.hasSuffix(".bias")
        let values = parameter.value.values.map { value in
            if isTracer { return isBias ? 0 : 0.1 + abs(value) }
            // The output convolution's magnitude, small, keeps the sound from saturating.
            let isOutput = parameter.name == output
            let gain: Float = isOutput ? (configuration.subBands == nil ? 0.02 : 0.005) : value.magnitude + 0.5
            return isBias ? 0.1 * value : parameter.name.hasSuffix(".weight_g") ? gain : value
        }
        parameter.value = Tensor(values, shape: parameter.value.shape)
    }
    var convention = try MelConvention.melgan.overriding(bandCount: configuration.inputBands)
    convention.hopLength = configuration.hopLength
    return Model(
        configuration: ModelConfiguration(convention: convention, generator: configuration), generator: generator)
}

func mel(frames: Int, of model: Model) -> MelSpectrogram {
    let convention = model.configuration.convention
    var random = SplitMix64(seed: 11)
    let values = (0..<frames * convention.bandCount).map { _ in -5 * Float(random.uniform()) }
    return MelSpectrogram(values: values, convention: convention)
}

struct ReceptiveFieldTests {
    @Test("a frame changes samples within the reach alone, and the reach is tight to a frame", arguments: shapes)
    func reach(configuration: MelGANConfiguration) throws {
        let tracer = try model(configuration, isTracer: true)
        let (context, hop) = (configuration.contextFrames, configuration.hopLength)
        let frames = 2 * (context + 2) + configuration.leastFrames
        let middle = frames / 2
        var values = [Float](repeating: 0, count: frames * 3)
        values[middle * 3 + 1] = 1e-3
        let silence = MelSpectrogram(values: values, convention: tracer.configuration.convention)
        let samples = Synthesizer(tracer, chunkFrames: frames).waveform(from: silence).samples
        let first = try #require(samples.firstIndex { $0 != 0 })
        let last = try #require(samples.lastIndex { $0 != 0 })
        let before = middle - first / hop
        let after = last / hop - middle
        #expect(max(before, after) <= context, "\(before) and \(after) frames reached, \(context) claimed")
        #expect(max(before, after) >= context - 1, "\(before) and \(after) frames reached, \(context) claimed")
    }

    @Test("the shortest mels become a hop of samples a frame, from one frame on", arguments: shapes)
    func shortest(configuration: MelGANConfiguration) throws {
        let model = try model(configuration)
        let synthesizer = Synthesizer(model)
        for frames in 0...configuration.leastFrames + 1 {
            let samples = synthesizer.waveform(from: mel(frames: frames, of: model)).samples
            #expect(samples.count == frames * configuration.hopLength)
            // Bands in -1...1 may add up to more.
            let most = Float(configuration.subBands?.count ?? 1)
            #expect(samples.allSatisfy { $0.isFinite && abs($0) <= most })
        }
    }

    @Test("upsampling factors of at most 8 multiply to the hop, if there are such factors")
    func upsampling() {
        #expect(MelGANConfiguration.upsampling(forHopLength: 256) == [8, 8, 2, 2])
        for hop in 1...1200 {
            let factors = MelGANConfiguration.upsampling(forHopLength: hop)
            var rest = hop
            for prime in [2, 3, 5, 7] { while rest % prime == 0 { rest /= prime } }
            #expect((factors != nil) == (rest == 1 && hop > 1), "a hop of \(hop)")
            guard let factors else { continue }
            #expect(factors.reduce(1, *) == hop && factors.allSatisfy { (2...8).contains($0) }, "\(factors) for \(hop)")
        }
    }
}
