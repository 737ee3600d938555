public import Audio
public import Spectra

/// Finds the artefacts that vocoders make, and when: see <doc:Artefacts>.
///
/// It sees waveforms, and of a mel only where it is silent.
public struct ArtefactCheck: Sendable {
    /// What the waveform is compared with.
    public enum Reference: Sendable {
        case original(Waveform)
        /// The mel alone, where no original is known: then artefacts are not compared with one, and levels are not checked.
        case mel(MelSpectrogram)
    }

    /// The highest level of silence, in dB relative to full scale.
    public static let silenceBound = Silence.bound

    public let sampleRate: Int
    private let lines: TonalLines

    /// - Parameters:
    ///   - sampleRate: Hz, of every waveform; the rate at which they were made, since tonal lines are at fractions of it.
    ///   - hopLength: samples of a mel frame, the product of the upsampling factors.
    public init(sampleRate: Int, hopLength: Int) {
        precondition(
            sampleRate > 0 && hopLength > 1, "a hop of \(hopLength) samples at \(sampleRate) Hz")
        self.sampleRate = sampleRate
        lines = TonalLines(sampleRate: sampleRate, hopLength: hopLength)
    }

    /// Every artefact of `waveform`, in order of kind and time.
    ///
    /// - Precondition: `waveform` and an original have the check's rate.
    public func artefacts(in waveform: Waveform, reference: Reference) -> [Artefact] {
        check(waveform)
        let samples = waveform.samples.map { $0.isFinite ? $0 : 0 }
        var original: [Float]?
        let silences: [Range<Int>]
        switch reference {
        case .original(let waveform):
            check(waveform)
            original = waveform.samples
            silences = Silence(sampleRate: sampleRate).ranges(of: waveform.samples)
        case .mel(let mel):
            silences = Silence(sampleRate: sampleRate).ranges(of: mel)
        }
        var result = lines.artefacts(in: samples, original: original)
        result += Clicks(sampleRate: sampleRate).artefacts(in: samples, original: original)
        result += Silence(sampleRate: sampleRate).artefacts(in: samples, silences: silences)
        result += Clipping(sampleRate: sampleRate).artefacts(in: samples, original: original)
        if let original {
            result += LevelDrift(sampleRate: sampleRate).artefacts(in: samples, original: original)
        }
        return result
    }

    /// The first three seconds of `original` between two half seconds of digital silence: what a vocoder makes of the mel of
    /// this shows how silent it can be.
    public func silenceProbe(of original: Waveform) -> Waveform {
        check(original)
        let silence = [Float](repeating: 0, count: sampleRate / 2)
        return Waveform(samples: silence + original.samples.prefix(3 * sampleRate) + silence, sampleRate: sampleRate)
    }

    /// The level of the loudest 10 ms of `waveform` where `probe`, of whose mel it was made, is silent: dB relative to full
    /// scale, at least -150.
    public func silenceLevel(of waveform: Waveform, probe: Waveform) -> Double {
        check(waveform)
        let silence = Silence(sampleRate: sampleRate)
        let samples = waveform.samples.map { $0.isFinite ? $0 : 1 }
        return max(-150, silence.loudest(in: samples, silences: silence.ranges(of: probe.samples)) ?? -150)
    }

    private func check(_ waveform: Waveform) {
        precondition(
            waveform.sampleRate == sampleRate,
            "\(waveform.sampleRate) Hz for a check of artefacts at \(sampleRate) Hz")
    }
}

/// One artefact in a waveform, where it is and how strong.
public struct Artefact: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
        /// A steady tone at a multiple of the frame rate, which upsampling makes and no voice does.
        case tonalLine
        /// A jump at the first or last sample, or somewhere between.
        case click
        /// Sound where the original is digital silence.
        case noiseInSilence
        case clipping
        /// Speech louder or softer than the original's, as a whole or for a while.
        case levelDrift

        /// The name in a table.
        public var title: String {
            switch self {
            case .tonalLine: "tonal line"
            case .click: "click"
            case .noiseInSilence: "noise in silence"
            case .clipping: "clipping"
            case .levelDrift: "level drift"
            }
        }
    }

    public let kind: Kind
    /// Seconds from the start of the waveform.
    public let start: Double
    public let end: Double
    /// The level in dB: of a line, a click (its height), noise and clipping (the largest sample) relative to full scale; of drift
    /// relative to the original.
    public let level: Double
    /// The frequency in Hz of a tonal line; nil for other kinds.
    public let frequency: Double?
    /// More about it, such as `2 x rate/64`, `at the end` or `17 samples`; may be empty.
    public let detail: String

    init(
        _ kind: Kind, from start: Double, to end: Double, level: Double, frequency: Double? = nil,
        detail: String = ""
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.level = level
        self.frequency = frequency
        self.detail = detail
    }
}

extension Artefact: CustomStringConvertible {
    /// `tonal line at 2756 Hz (1 x rate/8), 0.00-2.97 s, -52 dBFS`
    public var description: String {
        let place = frequency.map { " at \(fixed($0, 0)) Hz" } ?? ""
        let remark = detail.isEmpty ? "" : " (\(detail))"
        let sign = kind == .levelDrift && level > 0 ? "+" : ""
        let height = kind == .levelDrift ? "\(sign)\(fixed(level, 1)) dB" : "\(fixed(level, 0)) dBFS"
        return "\(kind.title)\(place)\(remark), \(span), \(height)"
    }

    private var span: String {
        kind == .click ? "\(fixed(start, 3)) s" : "\(fixed(start, 2))-\(fixed(end, 2)) s"
    }
}

extension [Artefact.Kind: Int] {
    /// The number of artefacts of each kind; a kind of which there is none is absent.
    package static func counting(_ artefacts: [Artefact]) -> Self {
        artefacts.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }

    /// A list such as "1 x tonal line, 2 x click", or "none".
    package var sentence: String {
        let parts = Artefact.Kind.allCases.compactMap { kind in
            self[kind].map { "\($0) x \(kind.title)" }
        }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
