public import Audio
import Platform
import Tensors

/// The fast Griffin-Lim algorithm: computes a waveform whose spectrogram has given magnitudes.
///
/// `t[n] = G(S c[n-1] / |c[n-1]|)`, `c[n] = t[n] + momentum (t[n] - t[n-1])`, where `G` is the inverse short-time Fourier
/// transform followed by the transform and `S` the target magnitudes (Perraudin, Balazs and Søndergaard, "A fast
/// Griffin-Lim algorithm", WASPAA 2013, algorithm 1). A momentum of 0 is the algorithm of Griffin and Lim (1984).
///
/// Since the transform is linear, `c[n]` is the transform of `y = x[n] + momentum (x[n] - x[n-1])`, with `x` the samples. So no
/// spectrogram is stored: each frame of `y` is transformed, given its magnitudes, transformed back and added to the next samples
/// while it is in the first-level cache.
///
/// The initial phase is random and determined by the seed. The result does not depend on the number of threads.
public final class GriffinLim: Sendable {
    /// A waveform, and how near its spectrogram is to the wanted magnitudes.
    public struct Reconstruction: Sendable, Equatable {
        public var waveform: Waveform
        /// The spectral convergence `| |X| - S | / |S|` (Frobenius norms), with `X` the transform of the waveform: 0 if the magnitudes
        /// are exact, 1 for silence.
        public var spectralConvergence: Double
    }

    public let convention: MelConvention
    public let iterations: Int
    public let momentum: Float
    public let seed: UInt64
    private let inversion: MelInversion
    private let transform: ShortTimeFourierTransform

    /// - Parameters:
    ///   - convention: A convention that passes ``MelConvention/check()``.
    ///   - iterations: The number of iterations, 0 or more; each costs a transform and an inverse.
    ///   - momentum: The momentum, 0 ..< 2. The paper finds 0.99 best; above 1 the algorithm may not converge.
    ///   - threadCount: The number of threads that one call uses; 1 or more.
    public init(
        convention: MelConvention, iterations: Int = 60, momentum: Float = 0.99, seed: UInt64 = 0, threadCount: Int = 1
    ) {
        precondition(iterations >= 0 && (0..<2).contains(momentum), "\(iterations) iterations, momentum \(momentum)")
        self.convention = convention
        self.iterations = iterations
        self.momentum = momentum
        self.seed = seed
        inversion = MelInversion(convention, threadCount: threadCount)
        transform = ShortTimeFourierTransform(convention, threadCount: threadCount)
    }

    /// A waveform whose mel approximates `mel`: `frames * hop` samples hop-aligned, `(frames - 1) * hop` centred.
    ///
    /// - Precondition: `mel` is of this convention and its values are finite.
    public func reconstruction(of mel: MelSpectrogram) -> Reconstruction {
        reconstruction(ofMagnitudes: inversion.magnitudes(of: mel))
    }

    /// A sound whose spectrogram's magnitudes are near to `magnitudes`, `[time, fftSize / 2 + 1]`, finite, not negative.
    public func reconstruction(ofMagnitudes magnitudes: [Float]) -> Reconstruction {
        let binCount = transform.binCount
        let frameCount = magnitudes.count / binCount
        precondition(
            magnitudes.count == frameCount * binCount,
            "\(magnitudes.count) magnitudes are not frames of \(binCount) bins")
        var samples = [Float](repeating: 0, count: transform.frames.sampleCount(ofFrames: frameCount))
        guard !samples.isEmpty, magnitudes.contains(where: { $0 > 0 }) else {
            return reconstruction(samples, spectralConvergence: 0)
        }
        var (ahead, next) = (samples, samples)
        let weights = transform.inverseWeights(ofSamples: samples.count)
        for iteration in 0...iterations {
            iterate(isFirst: iteration == 0, magnitudes, weights, &samples, ahead, &next)
            swap(&ahead, &next)
        }
        return reconstruction(samples, spectralConvergence: distance(of: samples, from: magnitudes))
    }

    private func reconstruction(_ samples: [Float], spectralConvergence: Double) -> Reconstruction {
        Reconstruction(
            waveform: Waveform(samples: samples, sampleRate: convention.sampleRate),
            spectralConvergence: spectralConvergence)
    }

    /// Computes `x[n]` and the next `y` from `y`, with the phase of `y` or, in the first iteration, a random phase.
    private func iterate(
        isFirst: Bool, _ magnitudes: [Float], _ weights: [Float], _ samples: inout [Float], _ ahead: [Float],
        _ next: inout [Float]
    ) {
        let binCount = transform.binCount, frameCount = magnitudes.count / binCount, momentum = self.momentum
        let before = transform.frames.paddingBefore, range = before..<before + samples.count
        next.withUnsafeMutableBufferPointer { next in
            samples.withUnsafeMutableBufferPointer { samples in
                let next = next.baseAddress!, samples = samples.baseAddress!
                transform.overlapAdd(range, frameCount: frameCount, into: next) { frame, buffers in
                    magnitudes.withUnsafeBufferPointer { magnitudes in
                        let wanted = magnitudes.baseAddress! + frame * binCount
                        guard !isFirst else { return giveRandomPhase(to: wanted, frame: frame, buffers) }
                        ahead.withUnsafeBufferPointer { transform.load(frame, of: $0, into: buffers) }
                        giveMagnitudes(wanted, buffers)
                    }
                } finish: { stretch in
                    weights.withUnsafeBufferPointer { weights in
                        for i in stretch {
                            let sample = next[i] * weights[i]
                            next[i] = sample + momentum * (sample - samples[i])
                            samples[i] = sample
                        }
                    }
                }
            }
        }
    }

    /// Fills the spectrum with `magnitudes` and random phases.
    private func giveRandomPhase(to magnitudes: UnsafePointer<Float>, frame: Int, _ buffers: borrowing FourierBuffers) {
        var generator = SplitMix64(seed: seed)
        generator.skip(frame * transform.binCount)
        for bin in 0..<transform.binCount {
            let angle = 2 * Float.pi * Float(generator.uniform())
            buffers.real[bin] = magnitudes[bin] * cosf(angle)
            buffers.imaginary[bin] = magnitudes[bin] * sinf(angle)
        }
    }

    /// Computes `S c / |c|`, with `c` in the buffers and `S` the magnitudes.
    private func giveMagnitudes(_ magnitudes: UnsafePointer<Float>, _ buffers: borrowing FourierBuffers) {
        let real = buffers.real.baseAddress!, imaginary = buffers.imaginary.baseAddress!
        // The least denominator is far below any audible bin, and makes 0 / 0 become 0.
        let least: Float = 1e-30
        @inline(__always) func scales(_ magnitudes: Lanes, _ real: Lanes, _ imaginary: Lanes) -> Lanes {
            let powers = (real * real).addingProduct(imaginary, imaginary), least = Lanes(repeating: least)
            return magnitudes * powers.replacing(with: least, where: powers .< least).reciprocalRoot
        }
        var bin = 0
        while bin + 16 <= transform.binCount {
            let scales = scales(magnitudes.lanes(at: bin), real.lanes(at: bin), imaginary.lanes(at: bin))
            real.store(scales * real.lanes(at: bin), at: bin)
            imaginary.store(scales * imaginary.lanes(at: bin), at: bin)
            bin += 16
        }
        while bin < transform.binCount {
            let scale = scales(
                Lanes(repeating: magnitudes[bin]), Lanes(repeating: real[bin]), Lanes(repeating: imaginary[bin]))[0]
            real[bin] *= scale
            imaginary[bin] *= scale
            bin += 1
        }
    }

    /// The spectral convergence of `samples`.
    private func distance(of samples: [Float], from magnitudes: [Float]) -> Double {
        let binCount = transform.binCount
        let frameCount = magnitudes.count / binCount
        let errors = [Double](unsafeUninitializedCapacity: frameCount) { errors, filled in
            let errors = errors.baseAddress!
            transform.forEachFrame(of: samples, frameCount: frameCount) { frame, buffers in
                var sum = 0.0
                for bin in 0..<binCount {
                    let (real, imaginary) = (buffers.real[bin], buffers.imaginary[bin])
                    let found = (real * real + imaginary * imaginary).squareRoot()
                    let error = Double(found - magnitudes[frame * binCount + bin])
                    sum += error * error
                }
                errors[frame] = sum
            }
            filled = frameCount
        }
        let power = magnitudes.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (errors.reduce(0, +) / power).squareRoot()
    }
}

extension GriffinLim: Vocoder {
    /// Frames that are collected: every sample depends on all of them, so the waveform is made at the end.
    public struct Stream: VocoderStream {
        private let griffinLim: GriffinLim
        private var values: [Float] = []

        fileprivate init(_ griffinLim: GriffinLim) { self.griffinLim = griffinLim }

        /// Takes frames; no sample is certain before the last of them. The pitch is ignored.
        public mutating func push<Failure: Error>(
            _ frames: UnsafeBufferPointer<Float>, contour: PitchContour?,
            _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
        ) throws(Failure) {
            values += frames
        }

        /// Makes the waveform, which is passed on whole, and returns its spectral convergence.
        @discardableResult
        public mutating func finish<Failure: Error>(
            _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
        ) throws(Failure) -> Double? {
            let mel = MelSpectrogram(values: values, convention: griffinLim.convention)
            values = []
            return try griffinLim.synthesize(mel, contour: nil, sink)
        }
    }

    public func stream() -> Stream { Stream(self) }

    /// Makes the waveform, which is passed on whole, and returns its spectral convergence. The pitch is ignored.
    @discardableResult
    public func synthesize<Failure: Error>(
        _ mel: MelSpectrogram, contour: PitchContour?, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) -> Double? {
        let result = reconstruction(of: mel)
        try result.waveform.samples.withUnsafeBufferPointer(sink)
        return result.spectralConvergence
    }
}
