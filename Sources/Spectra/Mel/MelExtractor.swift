public import Audio
import Tensors

/// Computes mel-spectrograms of a ``MelConvention`` from sound.
///
/// `mel[f, b] = compress(sum over k of W[b, k] |X[f, k]|)`, with `X` the short-time Fourier transform and `W` the
/// filterbank. Agrees within 1e-3 with the programs that ``MelConvention/presets`` are named after. Instances are immutable, so
/// threads may share one.
public final class MelExtractor: Sendable {
    public let convention: MelConvention
    public let filterbank: MelFilterbank
    let transform: ShortTimeFourierTransform

    /// - Parameters:
    ///   - convention: A convention that passes ``MelConvention/check()``.
    ///   - threadCount: The number of threads that one call uses; 1 or more.
    public init(_ convention: MelConvention, threadCount: Int = 1) {
        if let validationError = convention.validationError { preconditionFailure(validationError) }
        self.convention = convention
        filterbank = MelFilterbank(convention)
        transform = ShortTimeFourierTransform(convention, threadCount: threadCount)
    }

    /// The mel of `waveform`, `[frames, bands]`: `1 + T / hop` frames centred, `T / hop` hop-aligned, at least one.
    ///
    /// A signal shorter than the reflected padding is continued with silence first (see ``Frames``).
    ///
    /// - Precondition: `waveform` has the convention's sample rate.
    public func mel(of waveform: Waveform) -> MelSpectrogram {
        precondition(
            waveform.sampleRate == convention.sampleRate,
            "sound at \(waveform.sampleRate) Hz for a mel at \(convention.sampleRate) Hz")
        let frameCount = transform.frames.count(ofSamples: waveform.samples.count)
        let bandCount = convention.bandCount
        let values = [Float](unsafeUninitializedCapacity: frameCount * bandCount) { values, filled in
            let values = values.baseAddress!
            waveform.samples.withUnsafeBufferPointer { samples in
                Parallel.forChunks(of: frameCount, length: 64, threadCount: transform.threadCount) {
                    Workspace(transform)
                } _: { frames, work in
                    extract(frames, of: samples, into: values, work)
                }
            }
            filled = frameCount * bandCount
        }
        return MelSpectrogram(values: values, convention: convention)
    }

    /// The working memory of one thread.
    private struct Workspace: ~Copyable {
        let buffers: FourierBuffers
        /// The magnitudes of four frames.
        let magnitudes: UnsafeMutablePointer<Float>

        init(_ transform: ShortTimeFourierTransform) {
            buffers = FourierBuffers(size: transform.fftSize)
            magnitudes = .allocate(capacity: 4 * transform.binCount)
            magnitudes.initialize(repeating: 0, count: 4 * transform.binCount)
        }

        deinit { magnitudes.deallocate() }
    }

    /// Computes the rows `frames` of `values`.
    private func extract(
        _ frames: Range<Int>, of samples: UnsafeBufferPointer<Float>, into values: UnsafeMutablePointer<Float>,
        _ work: borrowing Workspace
    ) {
        let bandCount = convention.bandCount, binCount = transform.binCount
        for first in stride(from: frames.lowerBound, to: frames.upperBound, by: 4) {
            let count = min(4, frames.upperBound - first)
            for index in 0..<count {
                transform.load(first + index, of: samples, into: work.buffers)
                putMagnitudes(of: work.buffers, into: work.magnitudes + index * binCount)
            }
            filterbank.apply(to: work.magnitudes, frameCount: count, into: values + first * bandCount)
            convention.compress(values + first * bandCount, count: count * bandCount)
        }
    }

    private func putMagnitudes(of buffers: borrowing FourierBuffers, into result: UnsafeMutablePointer<Float>) {
        let real = buffers.real.baseAddress!, imaginary = buffers.imaginary.baseAddress!
        let offset = Float(convention.powerOffset), least = Float(convention.magnitudeFloor)
        @inline(__always) func magnitudes(_ real: Lanes, _ imaginary: Lanes) -> Lanes {
            let powers = Lanes(repeating: offset).addingProduct(real, real).addingProduct(imaginary, imaginary)
            let roots = powers * powers.reciprocalRoot, least = Lanes(repeating: least)
            return roots.replacing(with: least, where: roots .< least)
        }
        var k = 0
        while k + 16 <= transform.binCount {
            result.store(magnitudes(real.lanes(at: k), imaginary.lanes(at: k)), at: k)
            k += 16
        }
        while k < transform.binCount {
            result[k] = magnitudes(Lanes(repeating: real[k]), Lanes(repeating: imaginary[k]))[0]
            k += 1
        }
    }
}
