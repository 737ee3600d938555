import Audio
import Evaluation
import MelGAN
import Platform
import Spectra

/// The validation of a vocoder: the mel error and the artefacts of its output for the recordings kept for validation.
struct VocoderValidation {
    /// The limit of the recordings' total duration: enough for a stable error, at little cost for each validation.
    static let secondsAtMost = 30.0

    /// The model's input mels and the recordings' own mels, which differ only if a run trains on predicted mels.
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

    /// Synthesizes every recording from its mel. The error is the mean absolute difference of natural-log band magnitudes.
    func report(on model: Model) -> ValidationReport {
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
        let error = sum / Double(count) * mels[0].own.convention.compression.naturalLogPerUnit
        // The level of the loudest 10 ms of the model's output for digital silence, in dB relative to full scale.
        let silenceLevel = check.silenceLevel(of: synthesizer.waveform(from: silence.mel), probe: silence.probe)
        let scalars =
            [("validation/mel_error", error), ("validation/silence_level", silenceLevel)]
            + Artefact.Kind.allCases.map { kind in
                ("artefacts/\(kind.rawValue)", Double(artefacts.count { $0.kind == kind }))
            }
        let image = SpectrogramImage(of: sample!, reference: SpectrogramImage.reference(for: sample!))
        return ValidationReport(
            scalars: scalars, error: error, summary: "validation mel error \((Float(error) * 1000).rounded() / 1000)",
            details: Self.sentence(about: artefacts, silenceLevel), sample: sample!,
            picture: .init(tag: "validation/spectrogram", png: image.png, width: image.width, height: image.height))
    }

    /// The artefacts and the first example of them, to be appended to a sentence; empty if there are none.
    private static func sentence(about artefacts: [Artefact], _ silenceLevel: Double) -> String {
        let isLoud = silenceLevel > ArtefactCheck.silenceBound
        let silence = isLoud ? "; the output for silence is at \(Int(silenceLevel.rounded())) dBFS" : ""
        guard let first = artefacts.first else { return silence }
        return silence + "; artefacts: \([Artefact.Kind: Int].counting(artefacts).sentence) (the first: \(first))"
    }
}

extension MelConvention.Compression {
    /// The increase of the natural-log magnitude when the stored value increases by 1.
    var naturalLogPerUnit: Double {
        switch self {
        case .naturalLog: 1
        case .log10: log(10)
        // One unit is 12.5 dB.
        case .symmetricDecibel: 12.5 / 20 * log(10)
        }
    }
}
