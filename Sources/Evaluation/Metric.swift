/// What is measured of a waveform against its original. For all of them nearer to 0 is better.
public enum Metric: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
    /// The mean of ``SpectralDistance/convergence(of:to:)`` over three resolutions.
    case spectralConvergence
    /// The mean of ``SpectralDistance/logMagnitude(of:to:)`` over three resolutions.
    case logMagnitude
    case logSpectralDistance
    /// Of mel-cepstra over the whole band.
    case melCepstralDistortion
    /// Of mel-cepstra up to 8 kHz: comparable between mels that end there and mels that do not.
    case melCepstralDistortionTo8kHz
    case pitchMedian
    case pitchError
    case grossPitchErrors
    case voicingErrors
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
        case .melCepstralDistortion: "MCD"
        case .melCepstralDistortionTo8kHz: "MCD 8k"
        case .pitchMedian: "F0 median"
        case .pitchError: "F0 RMSE"
        case .grossPitchErrors: "F0 gross"
        case .voicingErrors: "V/UV"
        case .levelDifference: "level"
        case .realTimeFactor: "RTF"
        }
    }

    /// Empty where the number has none.
    public var unit: String {
        switch self {
        case .spectralConvergence, .realTimeFactor: ""
        case .logMagnitude: "Np"
        case .logSpectralDistance, .melCepstralDistortion, .melCepstralDistortionTo8kHz, .levelDifference: "dB"
        case .pitchMedian, .pitchError: "cents"
        case .grossPitchErrors, .voicingErrors: "%"
        }
    }

    /// Digits after the point that mean something.
    public var decimals: Int {
        switch self {
        case .spectralConvergence, .logMagnitude, .realTimeFactor: 3
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
                + "magnitudes floored at 1e-4."
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
        case .levelDifference: "Root mean square level relative to the original's."
        case .realTimeFactor: "Seconds of computing per second of sound."
        }
    }
}
