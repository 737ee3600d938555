import Audio
import MelGAN
import Spectra

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Recordings kept from training, and how far the mels of what a model makes of them are from their own.
struct Validation {
    /// Enough for a stable figure, few enough to cost little at each interval.
    static let secondsAtMost = 30.0

    /// What the model sees, and the mels of the recordings: the same but where others' mels are trained on.
    private let mels: [(seen: MelSpectrogram, own: MelSpectrogram)]
    private let extractor: MelExtractor

    /// Takes recordings in order until there are ``secondsAtMost`` of them.
    init(_ set: TrainingSet) {
        var (mels, seconds) = ([(seen: MelSpectrogram, own: MelSpectrogram)](), 0.0)
        for recording in set.recordings where seconds < Self.secondsAtMost {
            mels.append((set.inputMel(of: recording), set.mel(of: recording)))
            seconds += Double(recording.sampleCount) / Double(set.convention.sampleRate)
        }
        self.mels = mels
        extractor = MelExtractor(set.convention)
    }

    /// - Returns: the mean absolute difference of natural logarithms of band magnitudes, and the first recording as the
    ///   model makes it.
    func judge(_ model: Model) -> (melError: Double, sample: Waveform) {
        let synthesizer = Synthesizer(model)
        var (sum, count) = (0.0, 0)
        var sample: Waveform?
        for mel in mels {
            let waveform = synthesizer.waveform(from: mel.seen)
            if sample == nil { sample = waveform }
            let made = extractor.mel(of: waveform)
            for (value, target) in zip(made.values, mel.own.values) {
                sum += Double(abs(value - target))
                count += 1
            }
        }
        return (sum / Double(count) * mels[0].own.convention.compression.nepersPerUnit, sample!)
    }
}

extension MelConvention.Compression {
    /// How much the natural logarithm of a magnitude grows while the stored value grows by 1.
    var nepersPerUnit: Double {
        switch self {
        case .naturalLog: 1
        case .log10: log(10)
        // 12.5 dB a unit.
        case .symmetricDecibel: 12.5 / 20 * log(10)
        }
    }
}
