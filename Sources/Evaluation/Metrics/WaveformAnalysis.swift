import Audio
import Platform
import Spectra

/// A waveform and its original, both analysed: what every ``Metric`` is computed from.
struct WaveformPair {
    let waveform: WaveformAnalysis
    let original: WaveformAnalysis
    /// What analysed them.
    let tools: AnalysisTools
    /// Seconds of computing for a second of the waveform; nil where that is unknown.
    let realTimeFactor: Double?
    let pitch: PitchDifference
    let periodicity: PeriodicityDifference

    init(_ waveform: WaveformAnalysis, _ original: WaveformAnalysis, tools: AnalysisTools, realTimeFactor: Double?) {
        (self.waveform, self.original, self.tools, self.realTimeFactor) = (waveform, original, tools, realTimeFactor)
        pitch = PitchDifference(of: waveform.pitch, from: original.pitch)
        periodicity = PeriodicityDifference(of: waveform.periodicity, from: original.periodicity)
    }
}

/// The analyses of one waveform that metrics share.
struct WaveformAnalysis {
    /// The samples, scaled as the original is.
    let samples: [Float]
    let levels: FrameLevels
    let pitch: PitchTrack
    /// `|X|` at each of ``SpectralDistance/resolutions``.
    let magnitudes: [[Float]]
    /// `|X|` at ``SpectralDistance/logSpectral``.
    let logSpectralMagnitudes: [Float]
    /// Mel-cepstra of the whole band, `[frame, order]`.
    let cepstra: [Float]
    /// Mel-cepstra of 0 ... 8 kHz, `[frame, order]`.
    let lowBandCepstra: [Float]
    /// log10, `[frame, band]`.
    let mel: [Float]
    let periodicity: [Float]
    /// Samples at the rate of ``Intelligibility``.
    let narrowBand: [Float]
    /// ``CepstralFeatures``, `[frame, feature]`.
    let features: [Float]
    /// The mean square.
    let power: Double
}

/// The Fourier transforms and tables for one sampling rate.
struct AnalysisTools: Sendable {
    let sampleRate: Int
    let tracker: PitchTracker
    let transforms: [ShortTimeFourierTransform]
    let logSpectralTransform: ShortTimeFourierTransform
    let fullBand: MelCepstrum
    let lowBand: MelCepstrum
    let melExtractor: MelExtractor
    let periodicity = Periodicity()
    let intelligibility = Intelligibility()
    let features = CepstralFeatures()

    init(sampleRate: Int) {
        self.sampleRate = sampleRate
        tracker = PitchTracker(sampleRate: sampleRate)
        transforms = SpectralDistance.resolutions.map(\.transform)
        logSpectralTransform = SpectralDistance.logSpectral.transform
        let length = SpectralEnvelope.fftSize(sampleRate: sampleRate) / 2 + 1
        fullBand = MelCepstrum(
            sampleRate: sampleRate, cepstrumLength: length, highestFrequency: Double(sampleRate) / 2)
        lowBand = MelCepstrum(sampleRate: sampleRate, cepstrumLength: length, highestFrequency: 8000)
        melExtractor = MelExtractor(MelConvention.melgan.at(sampleRate: sampleRate))
    }

    /// Analyses `samples` multiplied by `gain`.
    ///
    /// - Parameter samples: one or more.
    func analysis(of samples: ArraySlice<Float>, gain: Float) -> WaveformAnalysis {
        let samples = samples.map { $0 * gain }
        let levels = FrameLevels(of: samples, sampleRate: sampleRate)
        let pitch = tracker.track(of: samples, levels: levels)
        let cepstra = SpectralEnvelope(sampleRate: sampleRate).cepstra(of: samples, pitch: pitch)
        let waveform = Waveform(samples: samples, sampleRate: sampleRate)
        let wideBand = waveform.resampled(to: Periodicity.sampleRate).samples
        return WaveformAnalysis(
            samples: samples, levels: levels, pitch: pitch,
            magnitudes: transforms.map { $0.spectrogram(of: samples).magnitudes },
            logSpectralMagnitudes: logSpectralTransform.spectrogram(of: samples).magnitudes,
            cepstra: fullBand.coefficients(of: cepstra), lowBandCepstra: lowBand.coefficients(of: cepstra),
            mel: melExtractor.mel(of: waveform).values, periodicity: periodicity.track(of: wideBand),
            narrowBand: waveform.resampled(to: Intelligibility.sampleRate).samples,
            features: features.frames(of: wideBand),
            power: samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count))
    }

    /// The features of the frames in which the original has speech: within 40 dB of its loud level.
    func speechFeatures(of analysis: WaveformAnalysis, where original: WaveformAnalysis) -> [Float] {
        let isAudible = original.levels.isAudible(within: 40)
        let dimension = CepstralFeatures.dimension
        // Features are 10 ms apart, levels 5 ms.
        let frames = (0..<analysis.features.count / dimension).filter {
            2 * $0 < isAudible.count && isAudible[2 * $0]
        }
        return frames.flatMap { analysis.features[$0 * dimension..<($0 + 1) * dimension] }
    }
}

extension SpectralDistance.Resolution {
    fileprivate var transform: ShortTimeFourierTransform {
        ShortTimeFourierTransform(fftSize: fftSize, windowLength: windowLength, hopLength: hopLength)
    }
}
