public import Spectra

/// The configuration of a ``SpeechSource``.
public struct SourceConfiguration: Codable, Hashable, Sendable {
    public var pitch: PitchConfiguration
    /// Iterations of envelope matching; each costs a transform and its inverse, and widens the context of a sample.
    public var iterations: Int
    /// The momentum of the iterations, 0 ..< 1.
    public var momentum: Float
    /// The seed of the noise.
    public var seed: UInt64

    private enum CodingKeys: String, CodingKey {
        case pitch, iterations = "passes", momentum, seed
    }

    public init(
        pitch: PitchConfiguration = .init(), iterations: Int = 30, momentum: Float = 0.99, seed: UInt64 = 1
    ) {
        self.pitch = pitch
        self.iterations = iterations
        self.momentum = momentum
        self.seed = seed
    }

    /// A sentence about an impossible value, or nil if there is none.
    package var validationError: String? {
        if !(0...200).contains(iterations) || !(0..<1).contains(momentum) {
            return "its source cannot be matched to the mel in \(iterations) iterations with a momentum of \(momentum)"
        }
        return pitch.validationError
    }
}

/// Speech computed from mel and F0 without a learned generator: harmonics and noise (``Excitation``) with the mel's envelope
/// (``EnvelopeMatching``). A generator refines it.
///
/// The neural source-filter models of Wang, Takaki and Yamagishi (2019) start from a bare sine; a source that has the
/// mel's own envelope leaves far less to learn.
public struct SpeechSource: Sendable {
    public let convention: MelConvention
    public let configuration: SourceConfiguration
    private let envelopeMatching: EnvelopeMatching
    private let threadCount: Int

    /// - Parameter threadCount: The number of threads, 1 or more; it does not change the samples.
    public init(
        _ configuration: SourceConfiguration, _ convention: MelConvention, threadCount: Int = 1
    ) {
        self.configuration = configuration
        self.convention = convention
        self.threadCount = threadCount
        envelopeMatching = EnvelopeMatching(
            convention, iterations: configuration.iterations, momentum: configuration.momentum,
            threadCount: threadCount)
    }

    /// The number of frames on either side that a frame's samples depend on, apart from F0.
    public var contextFrames: Int { envelopeMatching.contextFrames }

    /// The samples of `frames` (by default all frames), `hop` each.
    ///
    /// Any range has the same bits as in the whole.
    ///
    /// - Precondition: `contour` has the frames of `mel`, which is of the source's convention.
    public func samples(of mel: MelSpectrogram, _ contour: PitchContour, frames: Range<Int>? = nil)
        -> [Float]
    {
        precondition(
            contour.frameCount == mel.frameCount,
            "\(contour.frameCount) pitches for \(mel.frameCount) frames")
        var excitation = excitation
        excitation.append(contour)
        return samples(
            of: frames ?? 0..<mel.frameCount, excitation, mel.logMagnitudes[...], from: 0, to: mel.frameCount)
    }

    /// An excitation without frames.
    var excitation: Excitation {
        let framing = Frames(
            fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        return Excitation(
            hop: convention.hopLength, centre: convention.fftSize / 2 - framing.paddingBefore,
            sampleRate: convention.sampleRate, seed: configuration.seed)
    }

    /// The samples of `kept` from the known frames `first..<end`, which reach ``contextFrames`` beyond `kept` or to the mel's ends.
    ///
    /// - Parameters:
    ///   - excitation: The excitation, with one more frame if the mel goes on after `end`.
    ///   - logMagnitudes: Natural-log magnitudes of the bands, `[end - first, band]`.
    func samples(
        of kept: Range<Int>, _ excitation: Excitation, _ logMagnitudes: ArraySlice<Float>, from first: Int,
        to end: Int
    ) -> [Float] {
        guard !kept.isEmpty else { return [] }
        let (hop, bands) = (convention.hopLength, convention.bandCount)
        let seen =
            max(first, kept.lowerBound - contextFrames)..<min(end, kept.upperBound + contextFrames)
        let parts = excitation.parts(
            seen.lowerBound * hop..<seen.upperBound * hop, threadCount: threadCount)
        let samples = envelopeMatching.matched(
            voice: parts.voice, noise: parts.noise, voicing: seen.map(excitation.isVoiced),
            to: Array(logMagnitudes.dropFirst((seen.lowerBound - first) * bands).prefix(seen.count * bands)))
        return Array(
            samples[(kept.lowerBound - seen.lowerBound) * hop..<(kept.upperBound - seen.lowerBound) * hop]
        )
    }
}
