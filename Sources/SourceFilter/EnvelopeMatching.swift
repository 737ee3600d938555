import Platform
public import Spectra
import Tensors

/// Envelope matching: filters harmonics and noise so that their sum has a given mel, and keeps the phases and the fine structure
/// within the bands.
///
///     X <- X (A / |X|)^a exp(I (ln m - ln W |X|)),  then  C = G X,  X <- C + momentum (C - last C),  again
///
/// with A the expected magnitudes of harmonics and noise with the mel's envelope (those of one draw of noise vary more than what is
/// heard), m the target band magnitudes, W the filterbank, I linear interpolation between the bands' peaks, and G the inverse
/// short-time Fourier transform followed by the transform. It is the fast Griffin-Lim algorithm (Perraudin, Balazs and
/// Søndergaard 2013, carried out on samples as in ``Spectra/GriffinLim``) with magnitudes that are known by bands only: the
/// fine structure and the initial phases come from the signal itself.
///
/// The initial X of a voiced frame is `V exp(i p) + b N` and of an unvoiced frame `N`, times the ``Spectra/MelConvention/rolloff`` of
/// the bins, with V and N the spectra of harmonics and noise, p the mel's ``MinimumPhase`` and b the noise of ``VoicingBalance``.
public struct EnvelopeMatching: Sendable {
    private let frames: Frames
    private let window: [Float]
    private let threadCount: Int
    private let batched: BatchedEnvelopeMatching

    public let iterations: Int
    public let momentum: Float

    /// - Parameters:
    ///   - iterations: The number of iterations, 0 or more; each costs a transform and its inverse.
    ///   - momentum: The momentum of the iterations, 0 ..< 1.
    ///   - threadCount: The number of threads, 1 or more; it does not change the result.
    public init(_ convention: MelConvention, iterations: Int, momentum: Float, threadCount: Int = 1) {
        precondition(
            iterations >= 0 && (0..<1).contains(momentum), "\(iterations) iterations, momentum \(momentum)")
        precondition(threadCount >= 1, "\(threadCount) threads")
        self.iterations = iterations
        self.momentum = momentum
        self.threadCount = threadCount
        frames = Frames(fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        window = convention.windowSamples
        batched = BatchedEnvelopeMatching(convention, window: window)
    }

    /// The number of frames on either side that a frame's samples depend on: each iteration and the initial transform reach as far as
    /// a window does.
    public var contextFrames: Int {
        let reach = (frames.fftSize + frames.hopLength - 1) / frames.hopLength
        return (iterations + 1) * reach + reach
    }

    /// The sum of harmonics and noise with the given mel.
    ///
    /// - Parameters:
    ///   - voice: `T * hop` samples of harmonics, of unit power.
    ///   - noise: `T * hop` samples of noise, of unit power.
    ///   - voicing: For each of the `T` frames a value above 0 if it is voiced.
    ///   - logMagnitudes: Natural-log magnitudes of the bands, `[T, band]`.
    /// - Returns: `T * hop` samples.
    public func matched(voice: [Float], noise: [Float], voicing: [Float], to logMagnitudes: [Float])
        -> [Float]
    {
        guard !voice.isEmpty else { return [] }
        let frameCount = frames.count(ofSamples: voice.count)
        var run = EnvelopeMatchingRun(
            batched, BatchedFrames(frames, window: window, frameCount: frameCount), voice: voice, noise: noise,
            voicing: continued(voicing, width: 1, frameCount),
            logMagnitudes: continued(logMagnitudes, width: batched.gains.bandCount, frameCount), threadCount: threadCount)
        for iteration in 0...iterations { run.iterate(momentum: momentum, isFirst: iteration == 0) }
        return run.samples
    }

    /// `values` with the last frame repeated up to `frameCount` frames: centred framing has one frame more than the signal has hops.
    private func continued(_ values: [Float], width: Int, _ frameCount: Int) -> [Float] {
        var result = values
        while result.count < frameCount * width { result += result.suffix(width) }
        return result
    }
}

/// The amount of noise in voiced frames, and how strongly magnitudes are smoothed towards their expectation, by frequency.
///
/// Voiced speech is harmonic at low frequencies and noisy at high ones; both values change linearly from 1 to 5 kHz. They were
/// chosen by experiments on recordings, which the article "Source" of the module Training reports.
struct VoicingBalance: Sendable {
    /// The amplitude of noise in voiced frames for each bin, relative to the harmonics.
    let noise: [Float]
    /// The weight of the expectation in the log magnitude of voiced frames for each bin, 0 ... 1.
    let smoothingOfVoice: [Float]
    /// The weight of the expectation in unvoiced frames, for all bins.
    let smoothingOfNoise: Float = 0.4

    private static let ramp: (from: Double, to: Double) = (1000, 5000)
    private static let noiseInVoice: (low: Float, high: Float) = (0.1, 1.2)
    private static let smoothingInVoice: (low: Float, high: Float) = (0.05, 0.3)

    init(_ convention: MelConvention) {
        let binCount = convention.fftSize / 2 + 1
        let fractions = (0..<binCount).map { bin in
            let frequency = Double(bin) * Double(convention.sampleRate) / Double(convention.fftSize)
            return Float(max(0, min(1, (frequency - Self.ramp.from) / (Self.ramp.to - Self.ramp.from))))
        }
        func interpolated(_ ends: (low: Float, high: Float)) -> [Float] {
            fractions.map { ends.low + (ends.high - ends.low) * $0 }
        }
        noise = interpolated(Self.noiseInVoice)
        smoothingOfVoice = interpolated(Self.smoothingInVoice)
    }
}

extension MelConvention {
    /// The roll-off of resampled recordings: a factor for each bin of the transform, 1 except near the Nyquist frequency.
    ///
    /// It is the roll-off of libsoxr at very high quality, which this project resamples with, measured on recordings at 22,050 Hz:
    /// from 0.934 of the Nyquist frequency on, 150 dB per square kilohertz, down to the noise of 16-bit samples. It is 1 throughout
    /// for mels that end below it.
    var rolloff: [Float] {
        (0..<fftSize / 2 + 1).map { bin in
            guard highestFrequency >= 0.49 * Double(sampleRate) else { return 1 }
            let above = max(0, Double(2 * bin) / Double(fftSize) - 0.934)
            return Float(pow(10, -min(45, 18_200 * above * above) / 20))
        }
    }
}
