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
public struct EnvelopeMatching: Sendable {
    private let frames: Frames
    private let window: [Float]
    private let threadCount: Int
    private let shaping: BatchedEnvelopeMatching

    public let passes: Int
    public let momentum: Float

    /// - Parameters:
    ///   - passes: 0 or more; each costs a transform and its inverse.
    ///   - momentum: 0 ..< 1.
    ///   - threadCount: 1 or more; does not change the result.
    public init(_ convention: MelConvention, passes: Int, momentum: Float, threadCount: Int = 1) {
        precondition(
            passes >= 0 && (0..<1).contains(momentum), "\(passes) passes, momentum \(momentum)")
        precondition(threadCount >= 1, "\(threadCount) threads")
        self.passes = passes
        self.momentum = momentum
        self.threadCount = threadCount
        frames = Frames(fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        window = hannWindow(length: convention.windowLength, fftSize: convention.fftSize)
        shaping = BatchedEnvelopeMatching(convention, window: window)
    }

    /// Frames beyond a stretch that its samples depend on: each pass reaches as far as a window does, and so does the first
    /// transform.
    public var contextFrames: Int {
        let reach = (frames.fftSize + frames.hopLength - 1) / frames.hopLength
        return (passes + 1) * reach + reach
    }

    /// - Parameters:
    ///   - voice, noise: `T * hop` samples each, of unit power.
    ///   - voicing: above 0 for voiced ones of the `T` frames.
    ///   - nepers: `[T, band]`: natural logarithms of band magnitudes.
    /// - Returns: as many samples.
    public func shaped(voice: [Float], noise: [Float], voicing: [Float], to logMagnitudes: [Float])
        -> [Float]
    {
        guard !voice.isEmpty else { return [] }
        let frameCount = frames.count(ofSamples: voice.count)
        var schedule = EnvelopeMatchingRun(
            shaping, BatchedFrames(frames, window: window, frameCount: frameCount), voice: voice, noise: noise,
            voicing: continued(voicing, width: 1, frameCount),
            logMagnitudes: continued(logMagnitudes, width: shaping.gains.bandCount, frameCount), threadCount: threadCount)
        for pass in 0...passes { schedule.run(momentum: momentum, isFirst: pass == 0) }
        return schedule.samples
    }

    /// Centred framing has one frame more than samples' hops: the last stands for it too.
    private func continued(_ values: [Float], width: Int, _ frameCount: Int) -> [Float] {
        var result = values
        while result.count < frameCount * width { result += result.suffix(width) }
        return result
    }
}
