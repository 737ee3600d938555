public import Audio

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A sound whose spectrogram has given magnitudes, by the fast Griffin-Lim algorithm.
///
/// `t[n] = G(S c[n-1] / |c[n-1]|)`, `c[n] = t[n] + momentum (t[n] - t[n-1])`, where `G` is the inverse short-time Fourier
/// transform followed by the transform and `S` the wanted magnitudes (Perraudin, Balazs and Søndergaard, "A fast
/// Griffin-Lim algorithm", WASPAA 2013, algorithm 1). A momentum of 0 is Griffin and Lim's own of 1984.
///
/// The phase at the start is random and decided by the seed; the result does not depend on the number of threads.
public final class GriffinLim: Sendable {
    /// What the algorithm arrived at.
    public struct Result: Sendable, Equatable {
        public var waveform: Waveform
        /// `| |X| - S | / |S|` (Frobenius), `X` the transform of the waveform: 0 where a sound with these magnitudes was
        /// found, 1 for silence.
        public var spectralConvergence: Double
    }

    public let convention: MelConvention
    public let iterations: Int
    public let momentum: Float
    public let seed: UInt64
    private let inversion: MelInversion
    private let transform: ShortTimeFourierTransform

    /// - Parameters:
    ///   - convention: one that passes ``MelConvention/check()``.
    ///   - iterations: 0 or more; each costs a transform and an inverse.
    ///   - momentum: 0 ..< 2; the paper finds 0.99 best, and above 1 convergence is no longer to be relied upon.
    ///   - threadCount: threads that one call uses; 1 or more.
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

    /// A sound whose mel is near to `mel`: `frames * hop` samples hop-aligned, `(frames - 1) * hop` centred.
    ///
    /// - Precondition: `mel` is of this convention and its values are finite.
    public func waveform(from mel: MelSpectrogram) -> Result {
        waveform(magnitudes: inversion.magnitudes(of: mel))
    }

    /// A sound whose spectrogram's magnitudes are near to `magnitudes`, `[time, fftSize / 2 + 1]`, finite, not negative.
    public func waveform(magnitudes: [Float]) -> Result {
        let binCount = transform.binCount
        let frameCount = magnitudes.count / binCount
        precondition(
            magnitudes.count == frameCount * binCount,
            "\(magnitudes.count) magnitudes are not frames of \(binCount) bins")
        var samples = [Float](repeating: 0, count: transform.frames.sampleCount(ofFrames: frameCount))
        guard !samples.isEmpty, magnitudes.contains(where: { $0 > 0 }) else {
            return result(samples, spectralConvergence: 0)
        }
        var estimate = withRandomPhase(magnitudes, frameCount: frameCount)
        var previous = [SIMD2<Float>](repeating: .zero, count: magnitudes.count)
        for _ in 0..<iterations {
            transform.invert(estimate, into: &samples)
            project(samples, onto: magnitudes, &previous, &estimate)
        }
        transform.invert(estimate, into: &samples)
        return result(samples, spectralConvergence: distance(of: samples, from: magnitudes))
    }

    private func result(_ samples: [Float], spectralConvergence: Double) -> Result {
        Result(
            waveform: Waveform(samples: samples, sampleRate: convention.sampleRate),
            spectralConvergence: spectralConvergence)
    }

    private func withRandomPhase(_ magnitudes: [Float], frameCount: Int) -> ComplexSpectrogram {
        var generator = SeededGenerator(seed: seed)
        var result = ComplexSpectrogram(frameCount: frameCount, binCount: transform.binCount)
        for index in magnitudes.indices {
            let angle = 2 * Float.pi * Float(generator.nextFraction())
            result.real[index] = magnitudes[index] * cosf(angle)
            result.imaginary[index] = magnitudes[index] * sinf(angle)
        }
        return result
    }

    /// `estimate = S c / |c|`, where `c = t + momentum (t - previous)` and `t` is the transform of `samples`; `t` becomes
    /// the previous one.
    private func project(
        _ samples: [Float], onto magnitudes: [Float], _ previous: inout [SIMD2<Float>],
        _ estimate: inout ComplexSpectrogram
    ) {
        let binCount = transform.binCount
        let frameCount = magnitudes.count / binCount
        let momentum = self.momentum
        estimate.real.withUnsafeMutableBufferPointer { real in
            estimate.imaginary.withUnsafeMutableBufferPointer { imaginary in
                previous.withUnsafeMutableBufferPointer { previous in
                    let real = real.baseAddress!
                    let imaginary = imaginary.baseAddress!
                    let previous = previous.baseAddress!
                    transform.forEachFrame(of: samples, frameCount: frameCount) { frame, buffers in
                        let spectrum = buffers.spectrum.baseAddress!
                        for bin in 0..<binCount {
                            let value = spectrum[bin]
                            let index = frame * binCount + bin
                            let ahead = value + momentum * (value - previous[index])
                            // The least denominator is far below any audible bin: 0 / 0 becomes 0.
                            let length = max(1e-30, ahead.x * ahead.x + ahead.y * ahead.y).squareRoot()
                            let scale = magnitudes[index] / length
                            previous[index] = value
                            real[index] = scale * ahead.x
                            imaginary[index] = scale * ahead.y
                        }
                    }
                }
            }
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
                    let value = buffers.spectrum[bin]
                    let found = (value.x * value.x + value.y * value.y).squareRoot()
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
