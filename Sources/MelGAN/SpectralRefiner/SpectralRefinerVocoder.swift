import Kernels
import Neural
import SourceFilter
public import Spectra
import Tensors

/// A ``SpectralRefiner`` with its source, ready to run: mel to waveform in float32.
public struct SpectralRefinerVocoder: Vocoder {
    public let convention: MelConvention
    private let silenceGate: Bool
    private let layers: SpectralRefinerLayers
    private let source: (speech: SpeechSource, pitch: PitchLayers)

    init(_ refiner: SpectralRefiner, _ model: ModelConfiguration, pitch: PitchNetwork) {
        guard let source = refiner.configuration.source else { preconditionFailure("a spectral refiner without a source") }
        let convention = model.convention
        (self.convention, silenceGate) = (convention, model.silenceGate)
        layers = SpectralRefinerLayers(refiner)
        self.source = (SpeechSource(source, convention, threadCount: Parallel.threadCount), PitchLayers(pitch))
    }

    /// Frames that the source is computed for at once: in a stream, and where a mel is all there, so that its context costs little.
    private static let (streamFrames, wholeFrames) = (64, 1024)

    public func stream() -> SpectralRefinerStream { stream(sourceFrames: Self.streamFrames) }

    private func stream(sourceFrames: Int) -> SpectralRefinerStream {
        SpectralRefinerStream(
            layers, source: SourceStream(source.speech, source.pitch), convention, silenceGate: silenceGate, sourceFrames: sourceFrames)
    }

    @discardableResult
    public func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        let bands = convention.bandCount
        precondition(mel.bandCount == bands, "\(mel.bandCount) bands given, \(bands) expected")
        var stream = stream(sourceFrames: Self.wholeFrames)
        try mel.values.withUnsafeBufferPointer { frames throws(Failure) in
            try stream.push(frames, contour: contour, sink)
        }
        return try stream.finish(sink)
    }
}

/// The layers of a ``SpectralRefiner`` with their weights packed.
final class SpectralRefinerLayers {
    let configuration: SpectralRefinerConfiguration
    let input: SequenceConvolution
    let blocks: [ConvNeXtPass]
    let output: SequenceConvolution
    private let normWeight: [Float]
    private let normBias: [Float]
    let transform: FourierTransform
    /// The Hann window.
    let window: [Float]

    init(_ refiner: SpectralRefiner) {
        configuration = refiner.configuration
        input = refiner.input.prepared()
        blocks = refiner.blocks.map { $0.prepared() }
        output = refiner.output.prepared()
        (normWeight, normBias) = (refiner.norm.weight.value.values, refiner.norm.bias.value.values)
        transform = FourierTransform(size: configuration.fftSize)
        window = Window.hann.samples(length: configuration.fftSize, fftSize: configuration.fftSize)
    }

    /// Normalizes rows in place.
    func normalize(_ count: Int, _ rows: Rows) {
        Parallel.forEach(count, grain: 16) { range in
            for row in range {
                LayerNormalization.normalize(rows.base + row * rows.stride, weight: normWeight, bias: normBias)
            }
        }
    }
}
