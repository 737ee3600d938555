public import Spectra

/// How the sound that a generator starts from is made: see ``SpeechSource``.
public struct SourceConfiguration: Codable, Hashable, Sendable {
    public var pitch: PitchConfiguration
    /// Passes of shaping; each costs a transform and its inverse, and widens what a sample depends on.
    public var passes: Int
    /// 0 ..< 1.
    public var momentum: Float
    /// Decides the noise.
    public var seed: UInt64

    public init(
        pitch: PitchConfiguration = .init(), passes: Int = 30, momentum: Float = 0.99, seed: UInt64 = 1
    ) {
        self.pitch = pitch
        self.passes = passes
        self.momentum = momentum
        self.seed = seed
    }

    /// A sentence about what cannot be; nil where there is none.
    var validationError: String? {
        if !(0...200).contains(passes) || !(0..<1).contains(momentum) {
            return "its source cannot be shaped in \(passes) passes with a momentum of \(momentum)"
        }
        return pitch.validationError
    }
}

/// Speech already, made from mel and pitch without anything learned: harmonics and noise (``Excitation``), shaped by the
/// mel (`EnvelopeMatching`). A generator refines it.
///
/// The neural source-filter models of Wang, Takaki and Yamagishi (2019) start from a bare sine; a source that has the
/// mel's own envelope leaves far less to learn.
public struct SpeechSource: Sendable {
    public let convention: MelConvention
    public let configuration: SourceConfiguration
    private let shaping: EnvelopeMatching
    private let threadCount: Int

    /// - Parameter threadCount: 1 or more; does not change the samples.
    public init(
        _ configuration: SourceConfiguration, _ convention: MelConvention, threadCount: Int = 1
    ) {
        self.configuration = configuration
        self.convention = convention
        self.threadCount = threadCount
        shaping = EnvelopeMatching(
            convention, passes: configuration.passes, momentum: configuration.momentum,
            threadCount: threadCount)
    }

    /// Frames on either side that a frame's samples depend on, its pitch aside.
    public var contextFrames: Int { shaping.contextFrames }

    /// The samples of `frames` (all of them where not given), `hop` each.
    ///
    /// Any part is the same, bit for bit, as in the whole.
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

    /// An excitation without a frame yet.
    var excitation: Excitation {
        let framing = Frames(
            fftSize: convention.fftSize, hopLength: convention.hopLength, framing: convention.framing)
        return Excitation(
            hop: convention.hopLength, centre: convention.fftSize / 2 - framing.paddingBefore,
            sampleRate: convention.sampleRate, seed: configuration.seed)
    }

    /// The samples of `kept`, by what is known: the frames `first..<end`, which either reach ``contextFrames`` beyond `kept`
    /// or to the mel's own ends.
    ///
    /// - Parameters:
    ///   - excitation: of one frame more, where `end` is not the last.
    ///   - nepers: `[end - first, band]`.
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
        let samples = shaping.shaped(
            voice: parts.voice, noise: parts.noise, voicing: seen.map(excitation.isVoiced),
            to: Array(logMagnitudes.dropFirst((seen.lowerBound - first) * bands).prefix(seen.count * bands)))
        return Array(
            samples[(kept.lowerBound - seen.lowerBound) * hop..<(kept.upperBound - seen.lowerBound) * hop]
        )
    }
}
