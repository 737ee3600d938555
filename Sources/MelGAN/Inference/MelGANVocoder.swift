import Kernels
import SourceFilter
public import Spectra
public import Tensors

/// A ``MelGANGenerator`` ready to run: weight norm folded, weights packed once, mels of any length in constant memory.
///
/// However a mel is divided into frames, the samples are the same. The vocoder and its streams are used by one task at a time:
/// they share the memory that bfloat16 layers compute in.
public struct MelGANVocoder: Vocoder {
    public let convention: MelConvention
    private let silenceGate: Bool
    private let network: MelGANInference
    private let source: (speech: SpeechSource, pitch: PitchLayers)?

    init(
        _ generator: MelGANGenerator, _ model: ModelConfiguration, pitch: PitchNetwork?, precision: ScalarType, chunkFrames: Int
    ) {
        let convention = model.convention
        (self.convention, silenceGate) = (convention, model.silenceGate)
        network = MelGANInference(generator, precision: precision, chunkFrames: chunkFrames)
        source = pitch.flatMap { pitch in
            generator.configuration.source.map { source in
                (SpeechSource(source, convention, threadCount: Parallel.threadCount), PitchLayers(pitch))
            }
        }
    }

    public func stream() -> MelGANStream {
        MelGANStream(
            network, source: source.map { SourceStream($0.speech, $0.pitch) }, convention, silenceGate: silenceGate)
    }

    /// Frames that a source is computed for at once when a mel is all there: so many that their context costs little.
    private static let sourceFrames = 1024

    /// Makes the waveform, `hop` samples a frame, on all threads and in memory that does not grow with the mel's length but for
    /// the mel itself.
    ///
    /// - Parameter contour: The pitch of the mel's frames, which a generator with a source follows; without one, the model
    ///   estimates it from the mel. A generator without a source ignores it.
    /// - Returns: nil: a network measures nothing of what it makes.
    @discardableResult
    public func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        let bands = convention.bandCount
        precondition(mel.bandCount == bands, "\(mel.bandCount) bands given, \(bands) expected")
        if let chunked = ChunkedSynthesis(network, mel, silenceGate: silenceGate) {
            let source = source.map { SourceStream($0.speech, $0.pitch) }
            try chunked.run(source: source, contour, step: Self.sourceFrames, sink)
        } else {
            var stream = stream()
            try mel.values.withUnsafeBufferPointer { frames throws(Failure) in
                try stream.push(frames, contour: contour, sourceFrames: Self.sourceFrames, sink)
            }
            try stream.finish(sink)
        }
        return nil
    }
}
