import Kernels
public import Spectra
public import Tensors

/// A model of any kind of generator, ready to run.
///
/// However a mel is divided into frames, the samples are the same. A synthesizer and its streams are used by one task at a time.
public struct Synthesizer: Vocoder {
    public let configuration: ModelConfiguration
    private let base: any Vocoder

    /// The type of activations that this processor is fastest with.
    public static var fastestPrecision: ScalarType { Engine.hasFastBFloat16 ? .bfloat16 : .float32 }

    /// - Parameters:
    ///   - precision: The type of the activations between mel and waveform.
    ///   - chunkFrames: Frames computed at a time in float32. More of them occupy more memory; the samples are the same.
    public init(_ model: Model, precision: ScalarType = .float32, chunkFrames: Int = 32) {
        precondition(chunkFrames > 0, "chunks of \(chunkFrames) frames")
        configuration = model.configuration
        base = model.generator.base.vocoder(
            for: model.configuration, pitch: model.pitch, precision: precision, chunkFrames: chunkFrames)
    }

    public var convention: MelConvention { configuration.convention }

    public func stream() -> SynthesisStream { SynthesisStream(of: base) }

    @discardableResult
    public func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        try base.synthesize(mel, contour: contour, sink)
    }
}

/// A stream of a ``Synthesizer``.
public struct SynthesisStream: VocoderStream {
    private var base: any VocoderStream

    fileprivate init(of vocoder: some Vocoder) { base = vocoder.stream() }

    public mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        try base.push(frames, contour: contour, sink)
    }

    @discardableResult
    public mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        try base.finish(sink)
    }
}
