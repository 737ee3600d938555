import Audio
import Evaluation
import MelGAN
import Platform
import Spectra

/// Recordings kept from training, how far the mels of what a model makes of them are from their own, and what faults it
/// has.
struct Validation {
    /// Enough for a stable figure, few enough to cost little at each interval.
    static let secondsAtMost = 30.0

    /// What the model sees, and the mels of the recordings: the same but where others' mels are trained on.
    private let mels: [(seen: MelSpectrogram, own: MelSpectrogram)]
    private let originals: [Waveform]
    private let extractor: MelExtractor
    private let check: ArtefactCheck
    /// A recording between digital silences, and its mel.
    private let silence: (probe: Waveform, mel: MelSpectrogram)

    /// Takes recordings in order until there are ``secondsAtMost`` of them.
    init(_ set: TrainingSet) {
        var (mels, originals, seconds) = ([(seen: MelSpectrogram, own: MelSpectrogram)](), [Waveform](), 0.0)
        for recording in set.recordings where seconds < Self.secondsAtMost {
            mels.append((set.inputMel(of: recording), set.mel(of: recording)))
            originals.append(set.waveform(of: recording))
            seconds += Double(recording.sampleCount) / Double(set.convention.sampleRate)
        }
        self.mels = mels
        self.originals = originals
        extractor = MelExtractor(set.convention)
        check = ArtefactCheck(sampleRate: set.convention.sampleRate, hopLength: set.convention.hopLength)
        let probe = check.silenceProbe(of: originals[0])
        silence = (probe, extractor.mel(of: probe))
    }

    /// What a model is like.
    struct Judgement {
        /// The mean absolute difference of natural logarithms of band magnitudes.
        let melError: Double
        /// The first recording as the model makes it.
        let sample: Waveform
        let artefacts: [Artefact]
        /// dB relative to full scale: the loudest 10 ms of what it makes of digital silence.
        let silenceLevel: Double
    }

    func judge(_ model: Model) -> Judgement {
        let synthesizer = Synthesizer(model)
        var (sum, count) = (0.0, 0)
        var sample: Waveform?
        var artefacts: [Artefact] = []
        for (mel, original) in zip(mels, originals) {
            let waveform = synthesizer.waveform(from: mel.seen)
            artefacts += check.artefacts(in: waveform, reference: .original(original))
            if sample == nil { sample = waveform }
            let made = extractor.mel(of: waveform)
            for (value, target) in zip(made.values, mel.own.values) {
                sum += Double(abs(value - target))
                count += 1
            }
        }
        return Judgement(
            melError: sum / Double(count) * mels[0].own.convention.compression.naturalLogPerUnit, sample: sample!,
            artefacts: artefacts,
            silenceLevel: check.silenceLevel(of: synthesizer.waveform(from: silence.mel), probe: silence.probe))
    }
}

extension Validation.Judgement {
    /// Under the tags of the log: the error, and how many artefacts of each kind there are.
    var scalars: [(tag: String, value: Double)] {
        [("validation/mel_error", melError), ("validation/silence_level", silenceLevel)]
            + Artefact.Kind.allCases.map { kind in
                ("artefacts/\(kind.rawValue)", Double(artefacts.count { $0.kind == kind }))
            }
    }

    /// What is wrong, to be appended to a line, and the first example of it; empty where nothing is.
    var faults: String {
        let isLoud = silenceLevel > ArtefactCheck.silenceBound
        let silence = isLoud ? "; silence sounds at \(Int(silenceLevel.rounded())) dBFS" : ""
        guard let first = artefacts.first else { return silence }
        return silence + "; artefacts: \([Artefact.Kind: Int].counting(artefacts).sentence) (the first: \(first))"
    }
}

extension MelConvention.Compression {
    /// How much the natural logarithm of a magnitude grows while the stored value grows by 1.
    var naturalLogPerUnit: Double {
        switch self {
        case .naturalLog: 1
        case .log10: log(10)
        // 12.5 dB a unit.
        case .symmetricDecibel: 12.5 / 20 * log(10)
        }
    }
}
