import SourceFilter
import Neural
import Spectra
import Tensors
import Testing

@testable import MelGAN

/// Small models with a source, whose streams are compared with the slow, obvious way.
struct SourceStreamTests {
    private static let shapes = [
        (factors: [4, 2], blocks: 1), (factors: [2, 2, 2], blocks: 3), (factors: [8], blocks: 0),
    ]

    private func model(_ shape: (factors: [Int], blocks: Int)) throws -> Model {
        var convention = try MelConvention.melgan.overriding(bandCount: 10)
        convention.hopLength = 8
        convention.fftSize = 64
        convention.windowLength = 64
        let source = SourceConfiguration(
            pitch: PitchConfiguration(inputBands: 10, channels: 6, layers: 2), iterations: 2)
        let configuration = MelGANConfiguration(
            inputBands: 10, baseChannels: 4, upsampling: shape.factors, residualBlocks: shape.blocks,
            source: source)
        var random = SplitMix64(seed: 11)
        var generator = MelGANGenerator(configuration, using: &random)
        // A last convolution near zero would hide the differences.
        generator.visitParameters { parameter in
            if parameter.value.count == 1 {
                parameter.value = Tensor([0.5], shape: parameter.value.shape)
            }
        }
        return Model(
            configuration: ModelConfiguration(convention: convention, generator: configuration),
            generator: generator,
            pitch: PitchNetwork(source.pitch, using: &random))
    }

    private func mel(frames: Int, of model: Model) -> MelSpectrogram {
        var random = SplitMix64(seed: UInt64(frames))
        let convention = model.configuration.convention
        let values = (0..<frames * convention.bandCount).map { _ in Float(random.signedUniform()) - 2.5 }
        return MelSpectrogram(values: values, convention: convention)
    }

    private func contour(frames: Int) -> PitchContour {
        PitchContour(
            frequencies: (0..<frames).map { 150 + 3 * Float($0 % 40) },
            voicing: (0..<frames).map { $0 % 20 < 14 ? 1 : 0 })
    }

    private func streamed(
        _ mel: MelSpectrogram, _ contour: PitchContour?, _ synthesizer: Synthesizer, step: Int
    ) -> [Float] {
        var stream = synthesizer.stream()
        var samples = [Float]()
        for first in stride(from: 0, to: mel.frameCount, by: step) {
            let end = min(mel.frameCount, first + step)
            mel.values[first * mel.bandCount..<end * mel.bandCount].withUnsafeBufferPointer { frames in
                stream.push(frames, contour: contour?[first..<end]) { samples += $0 }
            }
        }
        stream.finish { samples += $0 }
        return samples
    }

    /// A function of its own, so that a failure does not print all samples.
    private func hasSameBits(_ first: [Float], _ second: [Float]) -> Bool { first == second }

    @Test(
        "The fast path is the generator with its source, to the rounding of float32",
        arguments: [0, 1, 2])
    func plainPath(shape: Int) throws {
        let model = try model(Self.shapes[shape])
        for frames in [2, 150] {
            let mel = mel(frames: frames, of: model)
            let expected = PlainSynthesis(model).waveform(from: mel).samples
            let made = Synthesizer(model).waveform(from: mel).samples
            let loudest = expected.reduce(0) { max($0, abs($1)) }
            let gap = zip(made, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(made.count == frames * 8 && loudest > 1e-2)
            #expect(gap < 2e-5 * loudest, "\(gap) of \(loudest)")
        }
    }

    @Test("Samples have the same bits however the frames are divided", arguments: [0, 1, 2])
    func pieces(shape: Int) throws {
        let model = try model(Self.shapes[shape])
        let mel = mel(frames: 300, of: model)
        let contour = contour(frames: 300)
        for contour in [nil, contour] {
            let whole = Synthesizer(model, chunkFrames: 300).waveform(from: mel, contour: contour).samples
            #expect(whole.count == 2400)
            for step in [1, 5, 70, 300] {
                #expect(
                    hasSameBits(streamed(mel, contour, Synthesizer(model), step: step), whole),
                    "\(step) at a time")
            }
        }
    }

    @Test("A given pitch replaces the one that is estimated from the mel")
    func given() throws {
        let model = try model(Self.shapes[0])
        let mel = mel(frames: 90, of: model)
        let synthesizer = Synthesizer(model)
        let heard = model.pitch!.contour(of: mel)
        let own = synthesizer.waveform(from: mel).samples
        #expect(hasSameBits(synthesizer.waveform(from: mel, contour: heard).samples, own))
        #expect(
            !hasSameBits(synthesizer.waveform(from: mel, contour: contour(frames: 90)).samples, own))
    }

    @Test(
        "The sound does not depend on the number of threads, and asking for bfloat16 changes nothing")
    func threads() throws {
        let model = try model(Self.shapes[1])
        let mel = mel(frames: 200, of: model)
        let threads = Parallel.threadCount
        defer { Parallel.threadCount = threads }
        let sounds = [1, 2, 3].map { count in
            Parallel.threadCount = count
            return Synthesizer(model, precision: count == 3 ? .bfloat16 : .float32).waveform(from: mel)
                .samples
        }
        #expect(hasSameBits(sounds[0], sounds[1]) && hasSameBits(sounds[1], sounds[2]))
    }
}
