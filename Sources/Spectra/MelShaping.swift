#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives voice and noise the mel that they should have together, and leaves the voice its phases and what lies between the
/// bands' edges.
///
///     X <- X (A / |X|)^a exp(I (ln m - ln W |X|)),  then  C = G X,  X <- C + momentum (C - last C),  again
///
/// with A the magnitudes that voice and noise would have on average, had they the mel (noise as it is drawn is rougher than the
/// sum of what is heard), m the wanted band magnitudes, W the filterbank, I straight interpolation between the
/// bands' peaks, and G the inverse short-time Fourier transform followed by the transform. It is Griffin and Lim's algorithm
/// (the accelerated one of Perraudin, Balazs and Søndergaard 2013, carried out on samples as in ``GriffinLim``) with
/// magnitudes that are known by bands only: what is between them comes from the sound itself, and so do the first phases.
///
/// The first X of a frame is `V exp(i p) + b N` where voiced, `N` elsewhere, V and N the spectra of voice and noise, p the mel's
/// ``MinimumPhase`` and b as ``VoicingBalance`` says, times the ``MelConvention/rolloff`` of its bins.
public struct MelShaping: Sendable {
    private let transform: ShortTimeFourierTransform
    private let gains: BandGains
    private let balance: VoicingBalance
    private let rolloff: [Float]
    private let minimumPhase: MinimumPhase

    public let passes: Int
    public let momentum: Float

    /// - Parameters:
    ///   - passes: 0 or more; each costs a transform and its inverse.
    ///   - momentum: 0 ..< 1.
    ///   - threadCount: 1 or more; does not change the result.
    public init(_ convention: MelConvention, passes: Int, momentum: Float, threadCount: Int = 1) {
        precondition(
            passes >= 0 && (0..<1).contains(momentum), "\(passes) passes, momentum \(momentum)")
        self.passes = passes
        self.momentum = momentum
        transform = ShortTimeFourierTransform(convention, threadCount: threadCount)
        gains = BandGains(convention)
        balance = VoicingBalance(convention)
        rolloff = convention.rolloff
        minimumPhase = MinimumPhase(convention)
    }

    /// Frames beyond a stretch that its samples depend on: each pass reaches as far as a window does, and so does the first
    /// transform.
    public var contextFrames: Int {
        let reach = (transform.fftSize + transform.hopLength - 1) / transform.hopLength
        return (passes + 1) * reach + reach
    }

    /// - Parameters:
    ///   - voice, noise: `T * hop` samples each, of unit power.
    ///   - voicing: above 0 for voiced ones of the `T` frames.
    ///   - nepers: `[T, band]`: natural logarithms of band magnitudes.
    /// - Returns: as many samples.
    public func shaped(voice: [Float], noise: [Float], voicing: [Float], to nepers: [Float])
        -> [Float]
    {
        guard !voice.isEmpty else { return [] }
        let frameCount = transform.frames.count(ofSamples: voice.count)
        let voicing = continued(voicing, width: 1, frameCount)
        let target = gains.clamped(continued(nepers, width: gains.bandCount, frameCount))
        let average = averages(of: voice, voicing, target)
        var samples = voice
        var (ahead, next) = (samples, samples)
        let weights = transform.inverseWeights(ofSamples: voice.count)
        for pass in 0...passes {
            iterate(into: &samples, next: &next, isFirst: pass == 0, weights) { frame, buffers in
                ahead.withUnsafeBufferPointer { transform.load(frame, of: $0, into: buffers) }
                let (bin, band) = (frame * transform.binCount, frame * gains.bandCount)
                target.withUnsafeBufferPointer { target in
                    average.withUnsafeBufferPointer { average in
                        let target = target.baseAddress! + band
                        let isVoiced = voicing[frame] > 0
                        if pass == 0 {
                            if isVoiced { turn(buffers, target) }
                            add(noise, frame, isVoiced: isVoiced, to: buffers)
                            prepare(buffers, target)
                        }
                        gains.smooth(
                            buffers, towards: average.baseAddress! + bin, balance.smoothing(isVoiced: isVoiced))
                        if pass > 0 { gains.shape(buffers, to: target) }
                    }
                }
            }
            swap(&ahead, &next)
        }
        return samples
    }

    /// The samples after a pass, by their frames' spectra, and what the next begins with.
    private func iterate(
        into samples: inout [Float], next: inout [Float], isFirst: Bool, _ weights: [Float],
        spectrum: (_ frame: Int, borrowing FourierBuffers) -> Void
    ) {
        let before = transform.frames.paddingBefore
        let range = before..<before + samples.count
        let frameCount = transform.frames.count(ofSamples: samples.count)
        let momentum = isFirst ? 0 : momentum
        next.withUnsafeMutableBufferPointer { next in
            samples.withUnsafeMutableBufferPointer { samples in
                let next = next.baseAddress!
                let samples = samples.baseAddress!
                transform.overlapAdd(range, frameCount: frameCount, into: next, spectrum: spectrum) {
                    stretch in
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

    /// Gives a frame of the voice, whose harmonics all begin at once, the phases of a vocal tract.
    private func turn(_ buffers: borrowing FourierBuffers, _ target: UnsafePointer<Float>) {
        let phases = minimumPhase.phases(of: UnsafeBufferPointer(start: target, count: gains.bandCount))
        for bin in 0..<transform.binCount {
            let (x, y) = (buffers.real[bin], buffers.imaginary[bin])
            let (cosine, sine) = (cosf(phases[bin]), sinf(phases[bin]))
            buffers.real[bin] = x * cosine - y * sine
            buffers.imaginary[bin] = x * sine + y * cosine
        }
    }

    /// Adds frame `frame` of the noise to the voice's spectrum in the buffers.
    private func add(
        _ noise: [Float], _ frame: Int, isVoiced: Bool, to buffers: borrowing FourierBuffers
    ) {
        let binCount = transform.binCount
        let real = buffers.real.baseAddress!
        let imaginary = buffers.imaginary.baseAddress!
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * binCount) { voice in
            let voice = voice.baseAddress!
            voice.initialize(from: real, count: binCount)
            (voice + binCount).initialize(from: imaginary, count: binCount)
            noise.withUnsafeBufferPointer { transform.load(frame, of: $0, into: buffers) }
            balance.noise.withUnsafeBufferPointer { balance in
                for bin in 0..<binCount {
                    let share = isVoiced ? balance[bin] : 1
                    real[bin] = voice[bin] + share * real[bin]
                    imaginary[bin] = voice[binCount + bin] + share * imaginary[bin]
                }
            }
        }
    }

    /// What the excitation leaves weak takes more than one step of shaping.
    private func prepare(_ buffers: borrowing FourierBuffers, _ target: UnsafePointer<Float>) {
        for bin in 0..<transform.binCount {
            buffers.real[bin] *= rolloff[bin]
            buffers.imaginary[bin] *= rolloff[bin]
        }
        for _ in 0..<3 { gains.shape(buffers, to: target) }
    }

    /// A of every bin.
    private func averages(of voice: [Float], _ voicing: [Float], _ target: [Float]) -> [Float] {
        let (binCount, bandCount) = (transform.binCount, gains.bandCount)
        let noise = transform.window.reduce(0) { $0 + $1 * $1 }
        let frameCount = voicing.count
        return [Float](unsafeUninitializedCapacity: frameCount * binCount) { result, filled in
            let result = result.baseAddress!
            transform.forEachFrame(of: voice, frameCount: frameCount) { frame, buffers in
                let real = buffers.real.baseAddress!
                let imaginary = buffers.imaginary.baseAddress!
                let isVoiced = voicing[frame] > 0
                for bin in 0..<binCount {
                    let power = real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
                    let share = isVoiced ? balance.noise[bin] : 1
                    (real[bin], imaginary[bin]) = ((power + share * share * noise).squareRoot(), 0)
                }
                target.withUnsafeBufferPointer { prepare(buffers, $0.baseAddress! + frame * bandCount) }
                (result + frame * binCount).initialize(from: real, count: binCount)
            }
            filled = frameCount * binCount
        }
    }

    /// Centred framing has one frame more than samples' hops: the last stands for it too.
    private func continued(_ values: [Float], width: Int, _ frameCount: Int) -> [Float] {
        var result = values
        while result.count < frameCount * width { result += result.suffix(width) }
        return result
    }
}
