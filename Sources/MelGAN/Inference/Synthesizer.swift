public import Audio
import Kernels
public import Spectra
public import Tensors

/// A generator ready to run: weight norm folded, weights packed once, mels of any length in constant memory.
public struct Synthesizer {
    public let configuration: ModelConfiguration
    private let network: InferenceNetwork
    private let source: (speech: SpeechSource, pitch: PitchLayers)?

    /// The type of activations that this processor is fastest with.
    public static var fastestPrecision: ScalarType { Engine.hasFastBFloat16 ? .bfloat16 : .float32 }

    /// - Parameters:
    ///   - precision: Of the activations between mel and sound.
    ///   - pieceFrames: Frames computed at a time in float32. More of them occupy more memory; the samples are the same.
    public init(_ model: Model, precision: ScalarType = .float32, chunkFrames: Int = 32) {
        precondition(chunkFrames > 0, "\(chunkFrames) frames a piece")
        configuration = model.configuration
        network = InferenceNetwork(model.generator.base as! MelGANGenerator, precision: precision, chunkFrames: chunkFrames)
        let convention = configuration.convention
        source = model.pitch.flatMap { pitch in
            model.configuration.generator.source.map { source in
                (SpeechSource(source, convention, threadCount: Parallel.threadCount), PitchLayers(pitch))
            }
        }
    }

    /// A stream of its own, at its beginning.
    public func stream() -> SynthesisStream {
        SynthesisStream(
            network, source: source.map { SourceStream($0.speech, $0.pitch) }, configuration.convention)
    }

    /// Frames that a source is made for at once where all of a mel is there: so many that their context weighs little.
    private static let sourceFrames = 1024

    /// The sound of `mel`, `hop` samples a frame.
    ///
    /// - Parameter contour: The pitch of the mel's frames, for a model with a source; where not given, the model tells it from the
    ///   mel.
    /// - Precondition: The mel has the model's bands. Its convention is the caller's to check: see
    ///   `MelSpectrogram.fitted(to:)`.
    public func waveform(from mel: MelSpectrogram, contour: PitchContour? = nil) -> Waveform {
        let convention = configuration.convention
        var samples: [Float] = []
        samples.reserveCapacity(mel.frameCount * convention.hopLength)
        synthesize(mel, contour: contour) { samples += $0 }
        return Waveform(samples: samples, sampleRate: convention.sampleRate)
    }

    /// As ``waveform(from:)``, but passes the samples on, a piece after the other.
    func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour? = nil,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let bands = configuration.convention.bandCount
        precondition(mel.bandCount == bands, "\(mel.bandCount) bands given, \(bands) expected")
        guard let parted = ChunkedSynthesis(network, mel) else {
            var stream = stream()
            try mel.values.withUnsafeBufferPointer { frames throws(Failure) in
                try stream.push(frames, contour: contour, sourceFrames: Self.sourceFrames, sink)
            }
            return try stream.finish(sink)
        }
        try parted.run(source: source.map { SourceStream($0.speech, $0.pitch) }, contour, step: Self.sourceFrames, sink)
    }
}
