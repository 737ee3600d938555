public import Audio
public import Spectra

/// Looks for the faults that vocoders make, and says what and when: see <doc:Artefacts>.
///
/// It hears waveforms, and of a mel only where it is silent.
public struct ArtefactCheck: Sendable {
    /// What the waveform was to be.
    public enum Reference: Sendable {
        case original(Waveform)
        /// Nothing but a mel is known: what is found is not compared with an original, and levels are not checked.
        case mel(MelSpectrogram)
    }

    /// dB relative to full scale: silence may be no louder.
    public static let silenceBound = Silence.bound

    public let sampleRate: Int
    private let lines: TonalLines

    /// - Parameters:
    ///   - sampleRate: Hz, of everything it is to check; at which it was made, for lines lie at multiples of it.
    ///   - hopLength: samples of a mel frame, the product of the upsampling factors.
    public init(sampleRate: Int, hopLength: Int) {
        precondition(
            sampleRate > 0 && hopLength > 1, "a hop of \(hopLength) samples at \(sampleRate) Hz")
        self.sampleRate = sampleRate
        lines = TonalLines(sampleRate: sampleRate, hopLength: hopLength)
    }

    /// Every fault of `waveform`, in order of kind and time.
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

    /// The first three seconds of `original` between two half seconds of digital silence: what a vocoder makes of its
    /// mel shows how silent it can be.
    public func silenceProbe(of original: Waveform) -> Waveform {
        check(original)
        let silence = [Float](repeating: 0, count: sampleRate / 2)
        return Waveform(samples: silence + original.samples.prefix(3 * sampleRate) + silence, sampleRate: sampleRate)
    }

    /// dB relative to full scale: the loudest 10 ms of `waveform` where `probe`, which it imitates, is silent; at least
    /// -150.
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
