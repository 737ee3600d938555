import Kernels
import Neural
import Spectra
import Tensors
import Testing

@testable import MelGAN

private let shapes = [
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [8, 8, 2, 2]),
    MelGANConfiguration(inputBands: 5, baseChannels: 16, upsampling: [4, 2]),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [5, 3, 2], residualBlocks: 2),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [6], residualBlocks: 0),
    MelGANConfiguration(
        inputBands: 3, baseChannels: 2, upsampling: [2, 2], residualBlocks: 4, inputOffset: 2, inputScale: 0.5),
    MelGANConfiguration(inputBands: 3, baseChannels: 2, upsampling: [8, 4, 2], residualBlocks: 4, subBands: .init()),
    MelGANConfiguration(
        inputBands: 3, baseChannels: 2, upsampling: [3], residualBlocks: 1, subBands: .init(count: 2, taps: 30, cutoff: 0.28)),
]

struct SynthesisStreamTests {
    /// The generator's own output for a mel, computed layer by layer over the whole mel.
    private func plain(_ model: Model, _ mel: MelSpectrogram) -> [Float] {
        let input = Tensor(mel.values, shape: [1, mel.frameCount, mel.bandCount])
        return model.generator.audio(from: input, precision: .float32, on: Tape(Engine())).value.values
    }

    @Test("the fast path is the generator, to the rounding of float32", arguments: shapes)
    func plainPath(configuration: MelGANConfiguration) throws {
        let model = try model(configuration)
        let mel = mel(frames: 3 * configuration.contextFrames + 40, of: model)
        let expected = plain(model, mel)
        let loudest = expected.reduce(0) { max($0, abs($1)) }
        #expect(loudest > 1e-3 && loudest < Float(configuration.subBands?.count ?? 1))
        let made = Synthesizer(model).waveform(from: mel).samples
        #expect(distance(made, expected) < 1e-5 * loudest)
    }

    @Test("bfloat16 is within the rounding of its activations", .enabled(if: Engine.hasBFloat16))
    func bfloat16() throws {
        // Wide enough that the roundings of many channels average out, as they do in a real model.
        let model = try model(MelGANConfiguration(inputBands: 10, baseChannels: 16))
        let mel = mel(frames: 60, of: model)
        let exact = Synthesizer(model).waveform(from: mel).samples
        let rough = Synthesizer(model, precision: .bfloat16).waveform(from: mel).samples
        let noise = zip(exact, rough).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let signal = exact.reduce(0) { $0 + $1 * $1 }
        #expect(!hasSameBits(exact, rough) && noise < 1e-3 * signal, "\(noise) in \(signal)")
    }

    @Test("samples have the same bits however the frames are divided", arguments: shapes, [ScalarType.float32, .bfloat16])
    func pieces(configuration: MelGANConfiguration, precision: ScalarType) throws {
        let model = try model(configuration)
        let mel = mel(frames: 3 * configuration.contextFrames + 40, of: model)
        let whole = Synthesizer(model, precision: precision, chunkFrames: mel.frameCount).waveform(from: mel).samples
        #expect(whole.count == mel.frameCount * configuration.hopLength)
        for chunkFrames in [1, 7, 32] {
            let made = Synthesizer(model, precision: precision, chunkFrames: chunkFrames).waveform(from: mel)
            #expect(hasSameBits(made.samples, whole), "pieces of \(chunkFrames) frames")
        }
        let synthesizer = Synthesizer(model, precision: precision)
        for step in [1, 5, 50] {
            #expect(hasSameBits(streamed(mel, synthesizer, step: step).samples, whole), "\(step) at a time")
        }
    }

    @Test("an asynchronous sequence has the same bits", arguments: shapes, [ScalarType.float32, .bfloat16])
    func sequence(configuration: MelGANConfiguration, precision: ScalarType) async throws {
        let model = try model(configuration)
        let mel = mel(frames: 3 * configuration.contextFrames + 40, of: model)
        let synthesizer = Synthesizer(model, precision: precision)
        var samples: [Float] = []
        for await chunk in synthesizer.samples(of: mel) { samples += chunk }
        #expect(hasSameBits(samples, synthesizer.waveform(from: mel).samples))
    }

    @Test("samples leave as soon as the receptive field is there", arguments: shapes)
    func latency(configuration: MelGANConfiguration) throws {
        let model = try model(configuration)
        let mel = mel(frames: 60 + configuration.contextFrames, of: model)
        let counts = streamed(mel, Synthesizer(model), step: 1).counts
        for (index, count) in counts.enumerated() {
            let certain = (index + 1 - configuration.contextFrames) * configuration.hopLength
            #expect(count >= max(0, certain), "\(count) samples after \(index + 1) frames")
        }
    }

    @Test("the sound does not depend on the number of threads")
    func threads() throws {
        let model = try model(shapes[1])
        let mel = mel(frames: 200, of: model)
        let threads = Parallel.threadCount
        defer { Parallel.threadCount = threads }
        let sounds = [1, 2, 3].map { count in
            Parallel.threadCount = count
            return Synthesizer(model).waveform(from: mel).samples
        }
        #expect(hasSameBits(sounds[0], sounds[1]) && hasSameBits(sounds[1], sounds[2]))
    }

    /// A function of its own, so that a failure does not print all samples.
    private func hasSameBits(_ first: [Float], _ second: [Float]) -> Bool { first == second }

    /// Pushes `step` frames at a time; the counts are of the samples there after each push.
    private func streamed(_ mel: MelSpectrogram, _ synthesizer: Synthesizer, step: Int) -> (samples: [Float], counts: [Int]) {
        var stream = synthesizer.stream()
        var (samples, counts) = ([Float](), [Int]())
        for first in stride(from: 0, to: mel.frameCount, by: step) {
            let frames = mel.values[first * mel.bandCount..<min(mel.frameCount, first + step) * mel.bandCount]
            frames.withUnsafeBufferPointer { stream.push($0) { samples += $0 } }
            counts.append(samples.count)
        }
        stream.finish { samples += $0 }
        return (samples, counts)
    }
}
