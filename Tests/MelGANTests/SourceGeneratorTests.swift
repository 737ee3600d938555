import SourceFilter
import Files
import Kernels
@testable import MelGAN
import Neural
import Platform
import Spectra
import Tensors
import TestSupport
import Testing

struct SourceGeneratorTests {
    private let configuration = MelGANConfiguration(
        inputBands: 6, baseChannels: 2, upsampling: [4, 2], residualBlocks: 1,
        source: SourceConfiguration(pitch: PitchConfiguration(inputBands: 6, channels: 4, layers: 1), iterations: 1))

    private func network() -> MelGANGenerator {
        var random = SplitMix64(seed: 4)
        return MelGANGenerator(configuration, using: &random)
    }

    private func numbers(_ shape: [Int], seed: UInt64) -> Tensor {
        var random = SplitMix64(seed: seed)
        return Tensor((0..<shape.reduce(1, *)).map { _ in Float(random.signedUniform()) }, shape: shape)
    }

    /// Even noise of a level that rises and falls.
    private func signal(_ shape: [Int], loudness: Float = 1) -> SourceSignal {
        let count = shape.reduce(1, *)
        return SourceSignal(
            samples: Tensor(numbers(shape, seed: 2).values.map { loudness * $0 }, shape: shape),
            level: Tensor((0..<count).map { loudness * (0.6 + 0.4 * sin(Float($0) / 9)) }, shape: shape))
    }

    @Test("An untrained generator nearly returns its source")
    func identity() {
        let (mel, source) = (numbers([2, 12, 6], seed: 1), signal([2, 96, 1]))
        let audio = network().audio(from: mel, source: source, precision: .float32, on: Tape(Engine())).value
        let gaps = zip(audio.values, source.samples.values).map { abs($0 - $1) }
        #expect(gaps.max()! < 0.2 && gaps.max()! > 0)
    }

    @Test("The output scales with the level: a source a thousandth as loud gives sound a thousandth as loud")
    func level() {
        let mel = numbers([1, 12, 6], seed: 1)
        func audio(_ loudness: Float) -> [Float] {
            network().audio(
                from: mel, source: signal([1, 96, 1], loudness: loudness), precision: .float32, on: Tape(Engine())
            ).value.values
        }
        for (loud, quiet) in zip(audio(1), audio(1e-3)) { #expect(abs(loud - 1000 * quiet) < 1e-5) }
    }

    @Test("Every stage uses the source: the audio depends on it beyond the final sum")
    func stages() {
        var network = network()
        // A last convolution near zero would hide the differences.
        network.visitParameters { parameter in
            if parameter.value.count == 1 { parameter.value = Tensor([1], shape: parameter.value.shape) }
        }
        let (mel, source) = (numbers([1, 12, 6], seed: 1), signal([1, 96, 1]))
        func refinement(_ network: MelGANGenerator) -> [Float] {
            let audio = network.audio(from: mel, source: source, precision: .float32, on: Tape(Engine())).value
            return zip(audio.values, source.samples.values).map { $0 - $1 }
        }
        let whole = refinement(network)
        #expect(network.sourceInputs.map(\.direction.value.shape) == [[4, 2, 7], [2, 1, 7]])
        for stage in 0..<2 {
            var deaf = network
            deaf.visitParameters { parameter in
                if parameter.name.hasPrefix("source.\(stage).weight_g") { parameter.value = .zeros(parameter.value.shape) }
            }
            #expect(zip(refinement(deaf), whole).contains { abs($0 - $1) > 1e-4 }, "stage \(stage)")
        }
    }

    @Test("A model with a source is read back as it was written, and synthesizes the same sound")
    func roundTrip() throws {
        var convention = try MelConvention.melgan.overriding(bandCount: 6)
        convention.hopLength = 8
        convention.fftSize = 64
        convention.windowLength = 64
        var random = SplitMix64(seed: 4)
        let model = Model(
            configuration: ModelConfiguration(convention: convention, generator: configuration), generator: network(),
            pitch: PitchNetwork(configuration.source!.pitch, using: &random))
        let folder = try ScratchFolder()
        try model.write(to: folder.path, description: "")
        let read = try Model(at: folder.path)
        #expect(read.configuration == model.configuration)
        let mel = MelSpectrogram(values: numbers([1, 30, 6], seed: 3).values, convention: convention)
        let sound = PlainSynthesis(model).waveform(from: mel)
        #expect(sound.samples.count == 240 && sound.samples.contains { abs($0) > 1e-3 })
        #expect(PlainSynthesis(read).waveform(from: mel) == sound)
        try FileManager.default.removeItem(atPath: folder.path("pitch.safetensors"))
        #expect(throws: FileError.self) { try Model(at: folder.path) }
    }

    @Test("Configurations that were written before there were sources are read as having none")
    func old() throws {
        let written = try JSONEncoder().encode(MelGANConfiguration())
        #expect(!String(decoding: written, as: UTF8.self).contains("source"))
        #expect(try JSONDecoder().decode(MelGANConfiguration.self, from: written) == MelGANConfiguration())
    }
}
