import Files
import Foundation
import Kernels
import Neural
import SourceFilter
import Spectra
import Tensors
import TestSupport
import Testing

@testable import MelGAN

struct SpectralRefinerTests {
    private let configuration = SpectralRefinerConfiguration(
        inputBands: 10, hopLength: 16, step: 8, channels: 16, hiddenChannels: 32, blocks: 2,
        source: SourceConfiguration(pitch: PitchConfiguration(inputBands: 10, channels: 6, layers: 2), iterations: 2))

    private var convention: MelConvention {
        var convention = try! MelConvention.melgan.overriding(bandCount: 10)
        (convention.hopLength, convention.fftSize, convention.windowLength) = (16, 64, 64)
        return convention
    }

    /// A network whose last layer is large enough that all it does shows.
    private func network(_ configuration: SpectralRefinerConfiguration? = nil) -> SpectralRefiner {
        var random = SplitMix64(seed: 4)
        var network = SpectralRefiner(configuration ?? self.configuration, using: &random)
        network.visitParameters { parameter in
            if parameter.name == "refiner.output.weight" { Elementwise.scale(parameter.value, by: 300) }
            if parameter.name.hasSuffix("ias") {
                for index in 0..<parameter.value.count { parameter.value.pointer(Float.self)[index] = 0.1 * random.normal() }
            }
        }
        return network
    }

    private func source(batch: Int, frames: Int) -> SourceSignal {
        var random = SplitMix64(seed: 2)
        let shape = [batch, frames * configuration.hopLength, 1]
        let samples = Tensor.random(shape, using: &random)
        return SourceSignal(samples: samples, level: Tensor([Float](repeating: 1, count: samples.count), shape: shape), noiseSeed: 5)
    }

    private func output(_ network: SpectralRefiner, _ source: SourceSignal, on tape: Tape = Tape(Engine())) -> Variable {
        network.audio(from: Tensor([1, 1, 1]), source: source, precision: .float32, on: tape)
    }

    private func model() -> Model {
        var random = SplitMix64(seed: 6)
        return Model(
            configuration: ModelConfiguration(convention: convention, generator: configuration), generator: network(),
            pitch: PitchNetwork(configuration.source!.pitch, using: &random))
    }

    private func mel(frames: Int) -> MelSpectrogram {
        var random = SplitMix64(seed: UInt64(frames))
        let values = (0..<frames * convention.bandCount).map { _ in Float(random.signedUniform()) - 2.5 }
        return MelSpectrogram(values: values, convention: convention)
    }

    private func largest(_ first: [Float], _ second: [Float]) -> Float {
        #expect(first.count == second.count)
        return zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("The gradient of every parameter is the finite difference's")
    func gradients() throws {
        let (network, source) = (network(), source(batch: 2, frames: 6))
        var random = SplitMix64(seed: 9)
        let weights = Tensor.random(source.samples.shape, using: &random)
        let tape = Tape(Engine())
        output(network, source, on: tape).accumulate(weights)
        tape.backward()
        #expect(Set(tape.gradients.keys) == Set(network.parameters.map(\.name)))
        for parameter in network.parameters {
            expectGradient(
                try #require(tape.gradients[parameter.name]), at: parameter.value, step: 1e-3, within: 1e-2, parameter.name
            ) { moved in
                var other = network
                other.visitParameters { if $0.name == parameter.name { $0.value = moved } }
                return innerProduct(output(other, source).value, weights)
            }
        }
    }

    @Test("A signal's gradient with respect to its spectrogram is the adjoint of the inverse transform")
    func inverseAdjoint() {
        var random = SplitMix64(seed: 8)
        for (framing, count) in [(MelConvention.Framing.hopAligned, 64), (.centred, 56), (.hopAligned, 70)] {
            let transform = ShortTimeFourierTransform(fftSize: 32, windowLength: 32, hopLength: 8, framing: framing)
            let size = transform.frames.count(ofSamples: count) * transform.binCount
            let spectrum = ComplexSpectrogram(
                real: (0..<size).map { _ in random.normal() }, imaginary: (0..<size).map { _ in random.normal() },
                binCount: transform.binCount)
            let gradient = (0..<count).map { _ in random.normal() }
            let back = transform.signalAdjoint(of: gradient)
            let signal = transform.signal(from: spectrum, sampleCount: count)
            let left = zip(signal, gradient).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            let right =
                zip(spectrum.real, back.real).reduce(0.0) { $0 + Double($1.0 * $1.1) }
                + zip(spectrum.imaginary, back.imaginary).reduce(0.0) { $0 + Double($1.0 * $1.1) }
            #expect(abs(left - right) < 1e-4 * max(1, abs(left)))
        }
    }

    @Test("Before training it nearly returns its source, but for noise that is 22 dB below")
    func identity() {
        var random = SplitMix64(seed: 4)
        let (network, source) = (SpectralRefiner(configuration, using: &random), source(batch: 1, frames: 64))
        let (made, samples) = (output(network, source).value.values, source.samples.values)
        let (gap, power) = zip(made, samples).reduce((0.0, 0.0)) { sums, pair in
            (sums.0 + pow(Double(pair.0 - pair.1), 2), sums.1 + pow(Double(pair.1), 2))
        }
        let level = 10 * log10(gap / power)
        #expect(level > -30 && level < -15)
    }

    @Test("Noise depends on the seed alone, and differs between the segments of a batch")
    func noise() {
        let network = network()
        let one = source(batch: 1, frames: 8)
        let both = SourceSignal(
            samples: Tensor(one.samples.values + one.samples.values, shape: [2, 128, 1]),
            level: Tensor(one.level.values + one.level.values, shape: [2, 128, 1]), noiseSeed: 5)
        let made = output(network, both).value.values
        #expect(Array(made[..<128]) == output(network, one).value.values)
        #expect(Array(made[..<128]) != Array(made[128...]))
        let other = SourceSignal(samples: one.samples, level: one.level, noiseSeed: 6)
        #expect(output(network, other).value.values != Array(made[..<128]))
    }

    @Test("Synthesis is the training form's audio of the model's source", arguments: [1, 2, 7, 40])
    func trainingForm(frames: Int) throws {
        let (model, mel) = (model(), mel(frames: frames))
        let speech = SpeechSource(configuration.source!, convention)
        let samples = speech.samples(of: mel, try #require(model.pitch).contour(of: mel))
        let shape = [1, samples.count, 1]
        let made = Synthesizer(model).waveform(from: mel).samples
        #expect(made.count == samples.count)
        // The two draw their noise from different seeds, so it is compared without.
        var silenced = network()
        silenced.visitParameters { parameter in
            let bins = configuration.binCount
            if parameter.name == "refiner.output.bias" {
                for bin in 2 * bins..<3 * bins { parameter.value.pointer(Float.self)[bin] = -1000 }
            }
        }
        let source = SourceSignal(
            samples: Tensor(samples, shape: shape), level: Tensor([Float](repeating: 1, count: samples.count), shape: shape))
        let expected = output(silenced, source).value.values
        let quiet = Model(configuration: model.configuration, generator: silenced, pitch: model.pitch)
        let found = Synthesizer(quiet).waveform(from: mel).samples
        // The level of noise ends at -8, which is 73 dB below the source.
        #expect(largest(found, expected) < 1e-3 * expected.reduce(0) { max($0, abs($1)) })
        #expect(made != found)
    }

    @Test("However a mel comes in pieces, the samples have the same bits", arguments: [1, 3, 64, 65, 300])
    func pieces(step: Int) {
        let synthesizer = Synthesizer(model())
        for frames in [1, 2, 130, 300] {
            let mel = mel(frames: frames)
            let whole = synthesizer.waveform(from: mel).samples
            #expect(whole.count == frames * configuration.hopLength)
            var stream = synthesizer.stream()
            var samples: [Float] = []
            for first in stride(from: 0, to: frames, by: step) {
                let end = min(frames, first + step)
                mel.values[first * mel.bandCount..<end * mel.bandCount].withUnsafeBufferPointer { frames in
                    stream.push(frames) { samples += $0 }
                }
            }
            stream.finish { samples += $0 }
            #expect(samples.elementsEqual(whole), "\(frames) frames in pieces of \(step)")
        }
    }

    @Test("The number of threads changes no bit")
    func threads() {
        let before = Parallel.threadCount
        defer { Parallel.threadCount = before }
        let mel = mel(frames: 200)
        func samples(_ threads: Int) -> [Float] {
            Parallel.threadCount = threads
            return Synthesizer(model()).waveform(from: mel).samples
        }
        #expect(samples(1).elementsEqual(samples(3)))
    }

    @Test("Silence is silent, and a silent source stays silent in training")
    func silence() {
        let synthesizer = Synthesizer(model())
        let values = Array(repeatElement(convention.silence, count: 90).joined())
        let made = synthesizer.waveform(from: MelSpectrogram(values: values, convention: convention)).samples
        #expect(made.allSatisfy { $0 == 0 })
        let zeros = Tensor.zeros([1, 128, 1])
        let audio = output(network(), SourceSignal(samples: zeros, level: zeros)).value.values
        #expect(audio.allSatisfy { $0 == 0 })
    }

    @Test("Sizes: the default's parameters, steps for other hops, refusals, and files keep them")
    func sizes() throws {
        var unset = Unset()
        let network = SpectralRefiner(SpectralRefinerConfiguration(), using: &unset)
        let block = 7 * 256 + 256 + 2 * 256 * 768 + 768 + 256 + 256
        #expect(network.parameterCount == 257 * 7 * 256 + 256 + 6 * block + 512 + 256 * 771 + 771)
        #expect(SpectralRefinerConfiguration(fitting: .melgan).step == 128)
        var convention = MelConvention.melgan
        for (hop, rate, step) in [(300, 24_000, 150), (200, 16_000, 100), (275, 22_050, 275), (512, 44_100, 256), (160, 16_000, 80)] {
            (convention.hopLength, convention.sampleRate) = (hop, rate)
            let fitting = SpectralRefinerConfiguration(fitting: convention)
            #expect(fitting.step == step && fitting.validationError == nil, "hop \(hop)")
        }
        var configuration = configuration
        #expect(configuration.validationError == nil)
        configuration.step = 5
        #expect(configuration.validationError != nil)
        configuration = self.configuration
        configuration.source = nil
        #expect(configuration.validationError?.contains("no source") == true)
        configuration = self.configuration
        configuration.channels = 20
        #expect(configuration.validationError != nil)
        let coded = try JSONEncoder().encode(AnyGeneratorConfiguration(self.configuration))
        #expect(try JSONDecoder().decode(AnyGeneratorConfiguration.self, from: coded) == AnyGeneratorConfiguration(self.configuration))
        #expect(self.configuration.leastFrames == 1)
    }

    @Test("A model is written and read again, and makes the same samples")
    func files() throws {
        let folder = try ScratchFolder()
        let (model, mel) = (model(), mel(frames: 20))
        try model.write(to: folder.path + "/model", description: "A test.\n")
        let read = try Model(at: folder.path + "/model")
        #expect(read.configuration == model.configuration)
        #expect(Synthesizer(read).waveform(from: mel).samples == Synthesizer(model).waveform(from: mel).samples)
    }
}
