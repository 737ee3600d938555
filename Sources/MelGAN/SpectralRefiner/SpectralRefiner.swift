import Kernels
public import Neural
import Platform
public import SourceFilter
public import Spectra
public import Tensors

/// A network that refines the spectrum of a ``SpeechSource``: for each bin of each frame it gives a gain, a turn of the phase and a
/// level of added noise (``SpectralModification`` states the equation).
///
/// What a mel leaves open, which is how harmonics and noise are mixed and how phases lie, is open in every bin by itself, so the network works
/// in the frequency domain at the rate of frames: far fewer operations than a network at the rate of samples, as in Vocos (Siuzdak
/// 2023), whose ConvNeXt trunk this is. Vocos predicts the spectrum from nothing; here it is the source's, changed.
///
/// | layer | shape for T samples, by the default sizes |
/// |---|---|
/// | STFT of the source, window 512, step 128: log magnitudes | `[T / 128, 257]` |
/// | convolution k7 | `[T / 128, 256]` |
/// | 6 times ConvNeXt block, k7, 768 hidden channels | `[T / 128, 256]` |
/// | layer normalization, linear layer | `[T / 128, 3 * 257]` |
/// | modified spectrum, inverse STFT | `[T]` |
///
/// A frame covers the step in its middle: `T / step` frames, reflected at both ends. It has 3.04 million parameters.
public struct SpectralRefiner: Generator {
    public let configuration: SpectralRefinerConfiguration
    private(set) var input: PackedConvolution
    private(set) var blocks: [ConvNeXtBlock]
    private(set) var norm: LayerNorm
    private(set) var output: PackedConvolution

    /// The initial scale of every block's branch.
    private static let firstScale: Float = 0.2
    /// The initial standard deviation of the last layer's weights: at first the result is nearly the source.
    private static let firstDeviation: Float = 0.001

    public init(_ configuration: SpectralRefinerConfiguration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        let (bins, channels) = (configuration.binCount, configuration.channels)
        input = PackedConvolution(
            "refiner.input", from: bins, to: channels, kernel: SpectralRefinerConfiguration.kernel, using: &generator)
        blocks = []
        for block in 0..<configuration.blocks {
            blocks.append(
                ConvNeXtBlock(
                    "refiner.blocks.\(block)", channels: channels, hidden: configuration.hiddenChannels,
                    kernel: SpectralRefinerConfiguration.kernel, scale: Self.firstScale, using: &generator))
        }
        norm = LayerNorm("refiner.norm", channels: channels)
        output = PackedConvolution("refiner.output", from: channels, to: 3 * bins, using: &generator)
        // They were drawn evenly from ±1/√fan-in.
        Elementwise.scale(output.weight.value, by: Self.firstDeviation * (3 * Float(channels)).squareRoot())
    }

    public mutating func visitParameters<Failure: Error>(
        _ visit: (inout Parameter) throws(Failure) -> Void
    ) throws(Failure) {
        try input.visitParameters(visit)
        for index in blocks.indices { try blocks[index].visitParameters(visit) }
        try norm.visitParameters(visit)
        try output.visitParameters(visit)
    }

    public func vocoder(
        for model: ModelConfiguration, pitch: PitchNetwork?, precision: ScalarType, chunkFrames: Int
    ) -> SpectralRefinerVocoder {
        SpectralRefinerVocoder(self, model, pitch: pitch!)
    }

    /// Runs the refiner on the source, recorded on `tape`; it reads nothing of the mel, and its activations are float32.
    public func output(
        from mel: Tensor, source: SourceSignal?, precision: ScalarType, on tape: Tape
    ) -> GeneratorOutput {
        guard let source else { preconditionFailure("a spectral refiner without a source") }
        let refinement = SpectralRefinement(configuration, source)
        var activation = tape.convolution(Variable(refinement.input), by: input, refinement.layout)
        for block in blocks { activation = tape.block(activation, by: block, refinement.layout, dropout: nil) }
        activation = tape.normalized(activation, by: norm, refinement.layout)
        let controls = tape.convolution(activation, by: output, refinement.layout)
        return GeneratorOutput(audio: tape.audio(controls, by: refinement))
    }
}

/// The part of a training step of the ``SpectralRefiner`` that has no parameters: the source's spectra, and the audio that controls
/// make of them.
struct SpectralRefinement {
    let layout: SignalLayout
    /// The network's input, `[1, rows, bins]`.
    let input: Tensor
    private let transform: ShortTimeFourierTransform
    /// The spectrum of each segment.
    private let spectra: [ComplexSpectrogram]
    private let sampleCount: Int
    private let seed: UInt64

    init(_ configuration: SpectralRefinerConfiguration, _ source: SourceSignal) {
        let transform = ShortTimeFourierTransform(
            fftSize: configuration.fftSize, windowLength: configuration.fftSize, hopLength: configuration.step, framing: .hopAligned)
        let (samples, bins) = (source.samples, configuration.binCount)
        let frames = transform.frames.count(ofSamples: samples.time)
        let layout = SignalLayout(lengths: Array(repeating: frames, count: samples.batch))
        let input = Tensor.zeros([1, layout.rowCount, bins])
        let modification = SpectralModification(binCount: bins, seed: 0)
        spectra = Parallel.map(samples.batch) { segment in
            let spectrum = transform.spectrogram(
                of: Array(UnsafeBufferPointer(start: samples.pointer(Float.self) + segment * samples.time, count: samples.time)))
            spectrum.withPlanes { real, imaginary in
                for frame in 0..<frames {
                    modification.input(
                        real + frame * bins, imaginary + frame * bins,
                        into: input.pointer(Float.self) + (layout.starts[segment] + frame) * bins)
                }
            }
            return spectrum
        }
        withExtendedLifetime((samples, input)) {}
        (self.transform, self.layout, self.input, sampleCount, seed) = (transform, layout, input, samples.time, source.noiseSeed)
    }

    private var binCount: Int { transform.binCount }

    private func modification(_ segment: Int) -> SpectralModification {
        SpectralModification(binCount: binCount, seed: SplitMix64.mixed(seed &+ UInt64(segment)))
    }

    /// The audio `[batch, samples, 1]` by controls `[1, rows, 3 * bins]`.
    func audio(_ controls: Tensor) -> Tensor {
        let result = Tensor([spectra.count, sampleCount, 1])
        _ = Parallel.map(spectra.count) { segment in
            var spectrum = spectra[segment]
            let modification = modification(segment)
            let workspace = SpectralModification.Workspace(binCount: binCount)
            spectra[segment].withPlanes { real, imaginary in
                spectrum.withMutablePlanes { outputReal, outputImaginary in
                    for frame in 0..<layout.lengths[segment] {
                        let place = frame * binCount
                        modification.modified(
                            real + place, imaginary + place, controls: row(segment, frame, of: controls), frame: frame,
                            intoReal: outputReal + place, imaginary: outputImaginary + place, workspace)
                    }
                }
            }
            let samples = transform.signal(from: spectrum, sampleCount: sampleCount)
            samples.withUnsafeBufferPointer {
                (result.pointer(Float.self) + segment * sampleCount).update(from: $0.baseAddress!, count: sampleCount)
            }
        }
        withExtendedLifetime((controls, result)) {}
        return result
    }

    /// The gradient with respect to the controls.
    func gradient(from gradient: Tensor, controls: Tensor) -> Tensor {
        let result = Tensor(controls.shape)
        layout.clearMargins(of: result)
        _ = Parallel.map(spectra.count) { segment in
            let samples = Array(
                UnsafeBufferPointer(start: gradient.pointer(Float.self) + segment * sampleCount, count: sampleCount))
            let spectrum = transform.signalAdjoint(of: samples)
            let modification = modification(segment)
            let workspace = SpectralModification.Workspace(binCount: binCount)
            spectra[segment].withPlanes { real, imaginary in
                spectrum.withPlanes { gradientReal, gradientImaginary in
                    for frame in 0..<layout.lengths[segment] {
                        let place = frame * binCount
                        modification.controlGradient(
                            real + place, imaginary + place, controls: row(segment, frame, of: controls), frame: frame,
                            gradientReal: gradientReal + place, gradientImaginary: gradientImaginary + place,
                            into: UnsafeMutablePointer(mutating: row(segment, frame, of: result)), workspace)
                    }
                }
            }
        }
        withExtendedLifetime((gradient, controls, result)) {}
        return result
    }

    private func row(_ segment: Int, _ frame: Int, of controls: Tensor) -> UnsafePointer<Float> {
        UnsafePointer(controls.pointer(Float.self)) + (layout.starts[segment] + frame) * 3 * binCount
    }
}

extension Tape {
    fileprivate func audio(_ controls: Variable, by refinement: SpectralRefinement) -> Variable {
        let result = Variable(refinement.audio(controls.value), needsGradient: true)
        record {
            guard let gradient = result.takeGradient() else { return }
            controls.accumulate(refinement.gradient(from: gradient, controls: controls.value))
        }
        return result
    }
}

extension ComplexSpectrogram {
    func withPlanes(_ body: (_ real: UnsafePointer<Float>, _ imaginary: UnsafePointer<Float>) -> Void) {
        real.withUnsafeBufferPointer { real in
            imaginary.withUnsafeBufferPointer { body(real.baseAddress!, $0.baseAddress!) }
        }
    }

    fileprivate mutating func withMutablePlanes(
        _ body: (_ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>) -> Void
    ) {
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { body(real.baseAddress!, $0.baseAddress!) }
        }
    }
}
