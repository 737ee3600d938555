import Kernels
import Neural
import SourceFilter
public import Spectra
import Tensors

/// The waveform that a ``SpectralRefiner`` makes of a mel whose frames come one after the other.
///
/// Samples leave as soon as everything they depend on has come: the source looks ahead, and the refiner
/// `configuration.contextFrames` more. However the frames are divided, the samples have the bits of the whole mel's. Memory does not
/// grow with the number of frames but for the pitch of the source, 24 bytes a frame.
public struct SpectralRefinerStream: VocoderStream {
    private let layers: SpectralRefinerLayers
    private let convention: MelConvention
    private let sourceFrames: Int
    private var source: SourceStream
    /// nil where the model has none.
    private var gate: SilenceGate?
    /// The source's samples, reflected at both ends.
    private var samples: StreamBuffer
    /// The spectrum of each frame of the transform: real parts, then imaginary parts.
    private var spectra: StreamBuffer
    /// The input of the first convolution, of each block, and of the last layers.
    private var activations: [StreamBuffer]
    /// Sums of overlapping frames and of their squared windows, from sample `done` on.
    private var sums: [Float] = []
    private var squares: [Float] = []
    /// Samples passed on, but for those that the silence gate still holds.
    private var done = 0
    /// Frames of the mel taken so far.
    public private(set) var frameCount = 0

    /// The most frames of the mel taken at once, so that memory does not grow with their number.
    private static let partFrames = 1024

    init(_ layers: SpectralRefinerLayers, source: SourceStream, _ convention: MelConvention, silenceGate: Bool, sourceFrames: Int) {
        (self.layers, self.source, self.convention, self.sourceFrames) = (layers, source, convention, sourceFrames)
        let configuration = layers.configuration
        gate = silenceGate ? SilenceGate(convention) : nil
        samples = StreamBuffer(channels: 1, type: .float32, margin: configuration.padding, padding: .reflected)
        spectra = StreamBuffer(channels: 2 * configuration.binCount, type: .float32, margin: 0, padding: .zeros)
        let margin = SpectralRefinerConfiguration.kernel / 2
        activations = [StreamBuffer(channels: configuration.binCount, type: .float32, margin: margin, padding: .zeros)]
        for block in 0...configuration.blocks {
            activations.append(
                StreamBuffer(
                    channels: configuration.channels, type: .float32, margin: block < configuration.blocks ? margin : 0,
                    padding: .zeros))
        }
    }

    public mutating func push<Failure: Error>(
        _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let bands = convention.bandCount
        precondition(frames.count % bands == 0, "\(frames.count) values are no whole number of frames of \(bands)")
        precondition((contour?.frameCount ?? frames.count / bands) == frames.count / bands, "a pitch for every frame")
        for start in stride(from: 0, to: frames.count, by: Self.partFrames * bands) {
            let end = min(frames.count, start + Self.partFrames * bands)
            let part = UnsafeBufferPointer(rebasing: frames[start..<end])
            frameCount += part.count / bands
            gate?.push(part)
            source.push(part, contour: contour?[start / bands..<end / bands])
            try takeSource(atLeast: sourceFrames, sink)
        }
    }

    @discardableResult
    public mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        guard frameCount > 0 else { return nil }
        // Reflection needs a few frames: the shortest mels are followed by silence, which is cut off again.
        let (total, least) = (frameCount * convention.hopLength, layers.configuration.leastFrames)
        var passed = 0
        func cut(_ samples: UnsafeBufferPointer<Float>) throws(Failure) {
            let part = UnsafeBufferPointer(rebasing: samples.prefix(total - passed))
            passed += part.count
            if !part.isEmpty { try sink(part) }
        }
        passed = min(done, total)
        if frameCount < least {
            let missing = least - frameCount
            let silence = Array(repeatElement(convention.silence, count: missing).joined())
            let contour = source.unvoiced(missing)
            try silence.withUnsafeBufferPointer { frames throws(Failure) in try push(frames, contour: contour, cut) }
        }
        source.finish()
        try takeSource(atLeast: 1, cut)
        samples.finish()
        try advance(cut)
        return nil
    }

    /// Takes what the source has made.
    private mutating func takeSource<Failure: Error>(
        atLeast least: Int, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        while let made = source.next(atLeast: least) {
            made.withUnsafeBufferPointer { samples.append($0) }
            try advance(sink)
        }
    }

    /// Computes all that can be computed, layer by layer, and passes on the samples that are done.
    private mutating func advance<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        analyse()
        let input = layers.input
        run(layer: 0) { count, rows, output in input.runOnAllThreads(count, input: rows, output: output) }
        for (index, block) in layers.blocks.enumerated() {
            run(layer: index + 1) { count, rows, output in block.runOnAllThreads(count, input: rows, output: output) }
        }
        synthesize()
        try passOn(sink)
    }

    /// Transforms the source's frames.
    private mutating func analyse() {
        let (fftSize, step, bins) = (layers.configuration.fftSize, layers.configuration.step, layers.configuration.binCount)
        // A frame covers the samples from `frame * step - padding` on.
        let ready = samples.ready(reachingRight: fftSize - layers.configuration.padding - 1)
        let (first, end) = (spectra.end, samples.hasEnded ? samples.end / step : (ready.upperBound + step - 1) / step)
        if first < end {
            spectra.makeRoom(upTo: end)
            activations[0].makeRoom(upTo: end)
            let modification = SpectralModification(binCount: bins, seed: 0)
            let (from, spectra, activations) = (
                samples.rows(from: first * step - layers.configuration.padding).base, self.spectra.rows(from: first).base,
                self.activations[0].rows(from: first).base
            )
            let layers = layers
            Parallel.forEach(end - first, grain: 8) { frames in
                let buffers = FourierBuffers(size: fftSize)
                for frame in frames {
                    for index in 0..<fftSize { buffers.samples[index] = from[frame * step + index] * layers.window[index] }
                    layers.transform.forward(buffers)
                    let real = spectra + frame * 2 * bins
                    real.update(from: buffers.real.baseAddress!, count: bins)
                    (real + bins).update(from: buffers.imaginary.baseAddress!, count: bins)
                    modification.input(UnsafePointer(real), UnsafePointer(real + bins), into: activations + frame * bins)
                }
            }
            self.spectra.extend(to: end)
            self.activations[0].extend(to: end)
            samples.consume(to: end * step)
        }
        if samples.hasEnded { activations[0].finish() }
    }

    /// Runs the first convolution or a block on the rows whose neighbours are all there.
    ///
    /// - Parameter body: Computes `count` rows; its input begins half a kernel before the first.
    private mutating func run(layer index: Int, _ body: (_ count: Int, _ input: Rows, _ output: Rows) -> Void) {
        let reach = SpectralRefinerConfiguration.kernel / 2
        let ready = activations[index].ready(reachingRight: reach)
        if !ready.isEmpty {
            activations[index + 1].makeRoom(upTo: ready.upperBound)
            body(
                ready.count, activations[index].rows(from: ready.lowerBound - reach), activations[index + 1].rows(from: ready.lowerBound))
            activations[index].consume(to: ready.upperBound)
            activations[index + 1].extend(to: ready.upperBound)
        }
        if activations[index].hasEnded { activations[index + 1].finish() }
    }

    /// Runs the last layers, and adds the modified frames to the sums.
    private mutating func synthesize() {
        let (configuration, last) = (layers.configuration, activations.count - 1)
        let (fftSize, step, bins, padding) = (configuration.fftSize, configuration.step, configuration.binCount, configuration.padding)
        let ready = activations[last].ready(reachingRight: 0)
        guard !ready.isEmpty else { return }
        let (controls, signals) = (Tensor([1, ready.count, 3 * bins]), Tensor([1, ready.count, fftSize]))
        let rows = activations[last].rows(from: ready.lowerBound)
        let spectra = UnsafePointer(self.spectra.rows(from: ready.lowerBound).base)
        let layers = layers, seed = configuration.source?.seed ?? 0
        layers.normalize(ready.count, rows)
        layers.output.runOnAllThreads(
            ready.count, input: rows, output: Rows(controls.pointer(Float.self), stride: 3 * bins))
        Parallel.forEach(ready.count, grain: 8) { range in
            let modification = SpectralModification(binCount: bins, seed: seed)
            let buffers = FourierBuffers(size: fftSize)
            let workspace = SpectralModification.Workspace(binCount: bins)
            for frame in range {
                let real = spectra + frame * 2 * bins
                modification.modified(
                    real, real + bins, controls: UnsafePointer(controls.pointer(Float.self)) + frame * 3 * bins,
                    frame: ready.lowerBound + frame, intoReal: buffers.real.baseAddress!,
                    imaginary: buffers.imaginary.baseAddress!, workspace)
                layers.transform.inverse(buffers)
                let signal = signals.pointer(Float.self) + frame * fftSize
                for index in 0..<fftSize { signal[index] = buffers.samples[index] * layers.window[index] }
            }
        }
        // Overlapping frames are added in order.
        let missing = ready.upperBound * step - padding + fftSize - step - done - sums.count
        sums += repeatElement(0, count: max(0, missing))
        squares += repeatElement(0, count: max(0, missing))
        for frame in 0..<ready.count {
            let start = (ready.lowerBound + frame) * step - padding - done
            let signal = signals.pointer(Float.self) + frame * fftSize
            for index in max(0, -start)..<fftSize {
                sums[start + index] += signal[index]
                squares[start + index] += layers.window[index] * layers.window[index]
            }
        }
        withExtendedLifetime((controls, signals)) {}
        activations[last].consume(to: ready.upperBound)
        self.spectra.consume(to: ready.upperBound)
    }

    /// Passes on the samples that no later frame reaches.
    private mutating func passOn<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        let configuration = layers.configuration
        // Frames of the transform that are part of the sums.
        let last = activations[activations.count - 1]
        let hasEnded = last.hasEnded && last.next == last.end
        let end = hasEnded ? samples.end : last.next * configuration.step - configuration.padding
        let count = end - done
        guard count > 0 else { return }
        let range = done..<end, size = Float(configuration.fftSize)
        for index in 0..<count { sums[index] /= squares[index] * size }
        sums.withUnsafeMutableBufferPointer { gate?.apply(to: $0.baseAddress!, range) }
        done = end
        let passed = Array(sums[0..<count])
        sums.removeFirst(count)
        squares.removeFirst(count)
        try passed.withUnsafeBufferPointer(sink)
    }
}
