import SourceFilter
import Audio
import Kernels
import Neural
import Spectra
import Tensors

@testable import MelGAN

/// Synthesis as in training: the generator on a tape, with the whole mel at once. It is the slow, obvious reference for the
/// fast path.
struct PlainSynthesis {
    private let model: Model
    private let engine: Engine

    init(_ model: Model) {
        self.model = model
        engine = Engine(primitiveLimit: 256)
    }

    /// Synthesizes `mel`, `hop` samples for each frame.
    ///
    /// - Precondition: `mel` has the model's bands and convention.
    func waveform(from mel: MelSpectrogram) -> Waveform {
        let convention = model.configuration.convention
        let frames = mel.frameCount
        guard frames > 0 else { return Waveform(samples: [], sampleRate: convention.sampleRate) }
        // Reflection needs a few frames: the shortest mels are followed by silence, which is cut off again.
        let mel = mel.padded(
            before: 0, after: max(0, model.configuration.generator.leastFrames - frames))
        let input = Tensor(mel.values, shape: [1, mel.frameCount, mel.bandCount])
        var last: Float?
        let source = source(of: mel).map { samples in
            SourceSignal(
                samples: Tensor(samples, shape: [1, samples.count, 1]),
                level: Tensor(SourceLevel(convention).samples(of: mel.logMagnitudes, after: &last), shape: [1, samples.count, 1]))
        }
        let audio = model.generator.audio(
            from: input, source: source, precision: .float32, on: Tape(engine))
        return Waveform(
            samples: Array(audio.value.values.prefix(frames * convention.hopLength)),
            sampleRate: convention.sampleRate)
    }

    /// The source that the generator refines; nil if it has none.
    func source(of mel: MelSpectrogram) -> [Float]? {
        guard let configuration = model.configuration.generator.source, let pitch = model.pitch else {
            return nil
        }
        return SpeechSource(configuration, model.configuration.convention)
            .samples(of: mel, pitch.contour(of: mel))
    }
}
