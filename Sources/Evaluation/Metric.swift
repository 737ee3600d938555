/// What is measured of a waveform against its original. Nearer to ``ideal`` is better.
///
/// Parameters, and what each of them does not tell, are in <doc:Metrics>.
public enum Metric: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    /// The mean of ``SpectralDistance/convergence(of:to:)`` over three resolutions.
    case spectralConvergence
    /// The mean of ``SpectralDistance/logMagnitude(of:to:)`` over three resolutions.
    case logMagnitude
    case logSpectralDistance
    /// Of natural logarithms of 80 mel bands.
    case melDistance
    /// Of mel-cepstra over the whole band.
    case melCepstralDistortion
    /// Of mel-cepstra up to 8 kHz: comparable between mels that end there and mels that do not.
    case melCepstralDistortionTo8kHz
    case pitchMedian
    case pitchError
    case grossPitchErrors
    case voicingErrors
    /// Of ``Periodicity``: whether both call the same frames voiced.
    case voicingF1
    case periodicityError
    case intelligibility
    /// The root mean square of the waveform over the original's.
    case levelDifference
    /// Seconds of computing for a second of sound.
    case realTimeFactor

    /// For a table's head: at most 12 characters.
    public var title: String {
        switch self {
        case .spectralConvergence: "SC"
        case .logMagnitude: "log |X|"
        case .logSpectralDistance: "LSD"
        case .melDistance: "mel L1"
        case .melCepstralDistortion: "MCD"
        case .melCepstralDistortionTo8kHz: "MCD 8k"
        case .pitchMedian: "F0 median"
        case .pitchError: "F0 RMSE"
        case .grossPitchErrors: "F0 gross"
        case .voicingErrors: "V/UV"
        case .voicingF1: "V/UV F1"
        case .periodicityError: "periodicity"
        case .intelligibility: "STOI"
        case .levelDifference: "level"
        case .realTimeFactor: "RTF"
        }
    }

    /// Empty where the number has none.
    public var unit: String {
        switch self {
        case .spectralConvergence, .voicingF1, .periodicityError, .intelligibility, .realTimeFactor: ""
        case .logMagnitude, .melDistance: "Np"
        case .logSpectralDistance, .melCepstralDistortion, .melCepstralDistortionTo8kHz, .levelDifference: "dB"
        case .pitchMedian, .pitchError: "cents"
        case .grossPitchErrors, .voicingErrors: "%"
        }
    }

    /// What a copy of the original has.
    public var ideal: Double {
        switch self {
        case .voicingF1, .intelligibility: 1
        default: 0
        }
    }

    /// Digits after the point that mean something.
    public var decimals: Int {
        switch self {
        case .spectralConvergence, .logMagnitude, .melDistance, .realTimeFactor: 3
        case .voicingF1, .periodicityError, .intelligibility: 3
        case .logSpectralDistance, .melCepstralDistortion, .melCepstralDistortionTo8kHz, .levelDifference: 2
        case .pitchMedian, .pitchError, .grossPitchErrors, .voicingErrors: 1
        }
    }

    /// One sentence for a reader of the report.
    public var definition: String {
        switch self {
        case .spectralConvergence:
            "Multi-resolution STFT distance, spectral convergence: the Frobenius norm of the difference of magnitudes "
                + "over that of the original, mean of FFT/hop/window 1024/120/600, 2048/240/1200 and 512/50/240 (Hann)."
        case .logMagnitude:
            "Multi-resolution STFT distance, mean absolute difference of ln magnitudes, floored at 1e-4, same "
                + "resolutions."
        case .logSpectralDistance:
            "Log-spectral distance: mean over frames of the RMS over bins of the level difference, STFT 1024/256/1024, "
                + "magnitudes floored at 1e-4. Two independent noises of one spectrum are 7.9 dB apart."
        case .melDistance:
            "Mean absolute difference of ln mel magnitudes: 80 bands (Slaney) from 0 to half the rate, STFT 1024/256/1024 "
                + "(2048/512/2048 from 32 kHz up), floored at 1e-5."
        case .melCepstralDistortion:
            "Mel-cepstral distortion: CheapTrick envelopes every 5 ms, all-pass warped cepstra of order 24 (c0 "
                + "dropped), no time warping, frames within 60 dB of the loud level."
        case .melCepstralDistortionTo8kHz: "The same of the envelopes from 0 to 8 kHz."
        case .pitchMedian:
            "Median absolute F0 difference over frames voiced in both; YIN with dynamic programming, 70-500 Hz, "
                + "5 ms."
        case .pitchError: "Root mean square F0 difference over the same frames, gross errors included."
        case .grossPitchErrors: "Share of the same frames whose F0 is off by more than 20 %."
        case .voicingErrors: "Share of all frames that are voiced in one of the two only."
        case .voicingF1:
            "F1 of the frames called voiced, their periodicity above 0.5, against the original's; 1 at best."
        case .periodicityError:
            "Root mean square difference of periodicity: the peak of the normalised cross-correlation at 16 kHz, lags of "
                + "70-500 Hz, 40 ms windows, 10 ms apart; 0 below -60 dB (A-weighted)."
        case .intelligibility:
            "STOI (Taal et al. 2011), not extended; 1 at best, and near it for any intelligible vocoder: an alarm only."
        case .levelDifference: "Root mean square level relative to the original's."
        case .realTimeFactor: "Seconds of computing per second of sound."
        }
    }
}
