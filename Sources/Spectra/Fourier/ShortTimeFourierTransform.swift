import Tensors

/// The short-time Fourier transform, its least-squares inverse and its adjoint.
///
/// `X[f, k] = sum over n of w[n] p[f * hop + n] exp(-2 pi i k n / fftSize)`, with `w` the window and `p` the signal padded as ``Frames``
/// defines.
/// Agrees with `torch.stft` and `librosa.stft` (reflect padding). Instances are immutable: threads may share one.
/// Results do not depend on the number of threads.
public final class ShortTimeFourierTransform: Sendable {
    public let frames: Frames
    /// The window centred in the transform, `fftSize` values.
    public let window: [Float]
    /// The number of threads that one call uses.
    public let threadCount: Int
    let transform: FourierTransform

    public var fftSize: Int { frames.fftSize }
    public var hopLength: Int { frames.hopLength }
    public var binCount: Int { transform.binCount }

    /// - Parameters:
    ///   - fftSize: The length of a frame in samples; even.
    ///   - windowLength: The length of the window in samples; at most `fftSize`.
    ///   - hopLength: The samples from one frame to the next; at most `fftSize`.
    ///   - window: The shape of the window.
    ///   - threadCount: The number of threads; 1 or more.
    public init(
        fftSize: Int, windowLength: Int, hopLength: Int, framing: MelConvention.Framing = .centred,
        window: Window = .hann, threadCount: Int = 1
    ) {
        precondition(threadCount >= 1, "\(threadCount) threads")
        frames = Frames(fftSize: fftSize, hopLength: hopLength, framing: framing)
        self.window = window.samples(length: windowLength, fftSize: fftSize)
        transform = FourierTransform(size: fftSize)
        self.threadCount = threadCount
    }

    /// The transform that mels of `convention` are computed from.
    public convenience init(_ convention: MelConvention, threadCount: Int = 1) {
        self.init(
            fftSize: convention.fftSize, windowLength: convention.windowLength, hopLength: convention.hopLength,
            framing: convention.framing, window: convention.window, threadCount: threadCount)
    }

    /// The complex spectrogram of `samples`, `[frames.count(ofSamples:), binCount]`.
    public func spectrogram(of samples: [Float]) -> ComplexSpectrogram {
        var result = ComplexSpectrogram(frameCount: frames.count(ofSamples: samples.count), binCount: binCount)
        transform(samples, into: &result)
        return result
    }

    /// Computes ``spectrogram(of:)`` into existing memory.
    ///
    /// - Precondition: `result` has the shape of the spectrogram of `samples`.
    public func transform(_ samples: [Float], into result: inout ComplexSpectrogram) {
        let frameCount = frames.count(ofSamples: samples.count), binCount = self.binCount
        precondition(
            result.frameCount == frameCount && result.binCount == binCount,
            "[\(result.frameCount), \(result.binCount)] for a spectrogram of [\(frameCount), \(binCount)]")
        result.real.withUnsafeMutableBufferPointer { real in
            result.imaginary.withUnsafeMutableBufferPointer { imaginary in
                let real = real.baseAddress!, imaginary = imaginary.baseAddress!
                forEachFrame(of: samples, frameCount: frameCount) { frame, buffers in
                    let row = frame * binCount
                    (real + row).update(from: buffers.real.baseAddress!, count: binCount)
                    (imaginary + row).update(from: buffers.imaginary.baseAddress!, count: binCount)
                }
            }
        }
    }

    /// Calls `body` with every frame's number and its buffers, which hold its spectrum and whose samples are free for use,
    /// from several threads at once, each frame once.
    func forEachFrame(
        of samples: [Float], frameCount: Int, _ body: (Int, borrowing FourierBuffers) -> Void
    ) {
        samples.withUnsafeBufferPointer { samples in
            Parallel.forChunks(of: frameCount, length: 64, threadCount: threadCount) {
                FourierBuffers(size: fftSize)
            } _: { frames, buffers in
                for frame in frames {
                    load(frame, of: samples, into: buffers)
                    body(frame, buffers)
                }
            }
        }
    }

    /// Fills the buffers with frame `frame` of `samples` under the window and with its spectrum.
    @inline(__always) func load(
        _ frame: Int, of samples: UnsafeBufferPointer<Float>, into buffers: borrowing FourierBuffers
    ) {
        window.withUnsafeBufferPointer { window in
            frames.cut(frame, of: samples, window: window.baseAddress!, into: buffers.samples.baseAddress!)
        }
        transform.forward(buffers)
    }
}

/// A complex spectrogram: two `[time, bin]` planes, row-major.
public struct ComplexSpectrogram: Sendable, Equatable {
    public let frameCount: Int
    /// The number of bins, `fftSize / 2 + 1`.
    public let binCount: Int
    /// The real parts, `[frameCount, binCount]`.
    public var real: [Float]
    /// The imaginary parts, `[frameCount, binCount]`.
    public var imaginary: [Float]

    /// A spectrogram of zeros.
    public init(frameCount: Int, binCount: Int) {
        self.frameCount = frameCount
        self.binCount = binCount
        real = [Float](repeating: 0, count: frameCount * binCount)
        imaginary = real
    }

    /// - Precondition: both planes hold `frameCount` frames of `binCount` bins.
    public init(real: [Float], imaginary: [Float], binCount: Int) {
        precondition(
            real.count == imaginary.count && real.count % binCount == 0,
            "\(real.count) real and \(imaginary.count) imaginary parts are not frames of \(binCount) bins")
        frameCount = real.count / binCount
        self.binCount = binCount
        self.real = real
        self.imaginary = imaginary
    }

    /// The magnitudes `|X|`, `[time, bin]`.
    public var magnitudes: [Float] {
        let count = real.count
        return [Float](unsafeUninitializedCapacity: count) { result, filled in
            for i in 0..<count {
                result[i] = (real[i] * real[i] + imaginary[i] * imaginary[i]).squareRoot()
            }
            filled = count
        }
    }
}
