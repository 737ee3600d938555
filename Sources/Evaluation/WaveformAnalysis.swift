import Audio
import Platform
import Spectra

/// All that the metrics need of one waveform, measured once.
struct WaveformAnalysis {
    let level: SpeechLevel
    let pitch: PitchTrack
    /// `|X|` at each of ``SpectralDistance/resolutions``.
    let magnitudes: [[Float]]
    /// `|X|` at ``SpectralDistance/logSpectral``.
    let logSpectralMagnitudes: [Float]
    /// Of the whole band, `[frame, order]`.
    let cepstra: [Float]
    /// Of 0 ... 8 kHz, `[frame, order]`.
    let lowBandCepstra: [Float]
    /// log10, `[frame, band]`.
    let mel: [Float]
    let periodicity: [Float]
    /// At the rate of ``Intelligibility``.
    let narrowBand: [Float]
    /// ``CepstralFeatures``.
    let features: [Float]
    /// The mean square.
    let power: Double
}

/// What is computed once for a sampling rate: Fourier transforms and tables.
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

    /// Analyses `samples` multiplied by `gain`; one sample or more.
    func analysis(of samples: ArraySlice<Float>, gain: Float) -> WaveformAnalysis {
        let samples = samples.map { $0 * gain }
        let level = SpeechLevel(of: samples, sampleRate: sampleRate)
        let pitch = tracker.track(of: samples, level: level)
        let cepstra = SpectralEnvelope(sampleRate: sampleRate).cepstra(of: samples, pitch: pitch)
        let waveform = Waveform(samples: samples, sampleRate: sampleRate)
        let wideBand = waveform.resampled(to: Periodicity.sampleRate).samples
        return WaveformAnalysis(
            level: level, pitch: pitch,
            magnitudes: transforms.map { $0.spectrogram(of: samples).magnitudes },
            logSpectralMagnitudes: logSpectralTransform.spectrogram(of: samples).magnitudes,
            cepstra: fullBand.coefficients(of: cepstra), lowBandCepstra: lowBand.coefficients(of: cepstra),
            mel: melExtractor.mel(of: waveform).values, periodicity: periodicity.track(of: wideBand),
            narrowBand: waveform.resampled(to: Intelligibility.sampleRate).samples,
            features: features.frames(of: wideBand),
            power: samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count))
    }

    /// Every metric but the real-time factor.
    func distances(of analysis: WaveformAnalysis, to original: WaveformAnalysis) -> [Metric: Double?] {
        var convergence: [Double?] = [], logMagnitude: [Double?] = []
        for (mine, other) in zip(analysis.magnitudes, original.magnitudes) {
            convergence.append(SpectralDistance.convergence(of: mine, to: other))
            logMagnitude.append(SpectralDistance.logMagnitude(of: mine, to: other))
        }
        let isMeasured = original.level.isAudible(within: 60)
        let pitch = PitchDifference(of: analysis.pitch, from: original.pitch)
        let periodicity = PeriodicityDifference(of: analysis.periodicity, from: original.periodicity)
        return [
            .spectralConvergence: mean(convergence),
            .logMagnitude: mean(logMagnitude),
            .logSpectralDistance: SpectralDistance.decibels(
                of: analysis.logSpectralMagnitudes, to: original.logSpectralMagnitudes,
                binCount: logSpectralTransform.binCount),
            .melDistance: SpectralDistance.absoluteDifference(of: analysis.mel, to: original.mel).map {
                $0 * M_LN10
            },
            .melCepstralDistortion: fullBand.distortion(
                of: analysis.cepstra, to: original.cepstra, where: isMeasured),
            .melCepstralDistortionTo8kHz: lowBand.distortion(
                of: analysis.lowBandCepstra, to: original.lowBandCepstra, where: isMeasured),
            .pitchMedian: pitch.medianCents,
            .pitchError: pitch.rootMeanSquareCents,
            .grossPitchErrors: pitch.grossErrorRate.map { 100 * $0 },
            .voicingErrors: pitch.voicingErrorRate.map { 100 * $0 },
            .voicingF1: periodicity.voicingF1,
            .periodicityError: periodicity.rootMeanSquare,
            .intelligibility: intelligibility.score(of: analysis.narrowBand, against: original.narrowBand),
            .levelDifference: analysis.power == original.power ? 0 : decibels(ofPower: analysis.power / original.power),
        ]
    }

    /// The features of the frames in which the original speaks: within 40 dB of its loud level.
    func speech(in analysis: WaveformAnalysis, where original: WaveformAnalysis) -> [Float] {
        let isAudible = original.level.isAudible(within: 40)
        let dimension = CepstralFeatures.dimension
        // Features lie 10 ms apart, levels 5 ms.
        let frames = (0..<analysis.features.count / dimension).filter {
            2 * $0 < isAudible.count && isAudible[2 * $0]
        }
        return frames.flatMap { analysis.features[$0 * dimension..<($0 + 1) * dimension] }
    }

    /// nil where one of them is.
    private func mean(_ values: [Double?]) -> Double? {
        let defined = values.compactMap { $0 }
        return defined.count == values.count ? defined.reduce(0, +) / Double(values.count) : nil
    }
}

extension SpectralDistance.Resolution {
    fileprivate var transform: ShortTimeFourierTransform {
        ShortTimeFourierTransform(fftSize: fftSize, windowLength: windowLength, hopLength: hopLength)
    }
}
