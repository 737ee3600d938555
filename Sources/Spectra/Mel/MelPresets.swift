// The conventions of widely used programs, at the sample rates their authors chose.
extension MelConvention {
    /// Every preset, the default first.
    public static let presets = [melgan, tacotron2, hifigan, parallelwavegan, espnet2, vocos, coqui]

    /// The preset called `name`, or nil if there is none.
    public static func preset(_ name: String) -> MelConvention? { presets.first { $0.name == name } }

    /// `descriptinc/melgan-neurips` (`Audio2Mel`): the default of this project.
    public static let melgan = MelConvention(
        name: "melgan", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 0, highestFrequency: 11_025, scale: .slaney, norm: .area, framing: .hopAligned,
        compression: .log10, floor: 1e-5)

    /// `NVIDIA/tacotron2` (`TacotronSTFT`); also WaveGlow, FastSpeech 2 and `seungwonpark/melgan`.
    public static let tacotron2 = MelConvention(
        name: "tacotron2", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 0, highestFrequency: 8000, scale: .slaney, norm: .area, framing: .centred,
        compression: .naturalLog, floor: 1e-5)

    /// `jik876/hifi-gan` (`mel_spectrogram`); also Matcha-TTS and BigVGAN at 22,050 Hz.
    public static let hifigan = MelConvention(
        name: "hifigan", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 0, highestFrequency: 8000, scale: .slaney, norm: .area, framing: .hopAligned,
        powerOffset: 1e-9, compression: .naturalLog, floor: 1e-5)

    /// `kan-bayashi/ParallelWaveGAN` and ESPnet 1 (`logmelfilterbank`), before normalisation by a speaker's statistics.
    public static let parallelwavegan = MelConvention(
        name: "parallelwavegan", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 80, highestFrequency: 7600, scale: .slaney, norm: .area, framing: .centred,
        compression: .log10, floor: 1e-10)

    /// ESPnet 2 (`LogMelFbank`), before normalisation by a speaker's statistics.
    public static let espnet2 = MelConvention(
        name: "espnet2", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 80, highestFrequency: 7600, scale: .slaney, norm: .area, framing: .centred,
        magnitudeFloor: 1e-5, compression: .log10, floor: 1e-10)

    /// `gemelo-ai/vocos` (`MelSpectrogramFeatures`, after `torchaudio.transforms.MelSpectrogram`).
    public static let vocos = MelConvention(
        name: "vocos", sampleRate: 24_000, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 100,
        lowestFrequency: 0, highestFrequency: 12_000, scale: .htk, norm: .peak, framing: .centred,
        compression: .naturalLog, floor: 1e-7)

    /// `coqui-ai/TTS` (`AudioProcessor` with symmetric normalisation to 4, reference level 20 dB, least level -100 dB).
    public static let coqui = MelConvention(
        name: "coqui", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 0, highestFrequency: 11_025, scale: .slaney, norm: .area, framing: .centred,
        compression: .symmetricDecibel, floor: 1e-5)
}

extension MelConvention {
    /// This convention at another sample rate.
    ///
    /// A highest band edge at the Nyquist frequency stays there; any other stays unless it would exceed the Nyquist frequency. From
    /// 32 kHz up, frames and hops are doubled, as in the programs above at 44.1 and 48 kHz.
    public func at(sampleRate newRate: Int) -> MelConvention {
        guard newRate != sampleRate else { return self }
        var result = self
        result.sampleRate = newRate
        let isFullBand = highestFrequency * 2 == Double(sampleRate)
        result.highestFrequency = isFullBand ? Double(newRate) / 2 : min(highestFrequency, Double(newRate) / 2)
        if newRate >= 32_000 && sampleRate < 32_000 {
            result.fftSize *= 2
            result.windowLength *= 2
            result.hopLength *= 2
        }
        return result
    }

    /// This convention with some fields replaced. A field that is nil does not change, except that other fields follow `sampleRate` as
    /// in ``at(sampleRate:)`` and the window length follows `fftSize`.
    ///
    /// - Parameters:
    ///   - sampleRate, lowestFrequency, highestFrequency: Frequencies in Hz.
    ///   - fftSize, windowLength, hopLength: Lengths in samples.
    /// - Throws: ``MelConventionError`` if the resulting convention is invalid.
    public func overriding(
        sampleRate: Int? = nil, fftSize: Int? = nil, windowLength: Int? = nil, hopLength: Int? = nil,
        bandCount: Int? = nil, lowestFrequency: Double? = nil, highestFrequency: Double? = nil
    ) throws(MelConventionError) -> MelConvention {
        let base = sampleRate.flatMap { $0 > 0 ? at(sampleRate: $0) : nil } ?? self
        var result = base
        result.sampleRate = sampleRate ?? base.sampleRate
        result.fftSize = fftSize ?? base.fftSize
        result.windowLength = windowLength ?? fftSize ?? base.windowLength
        result.hopLength = hopLength ?? base.hopLength
        result.bandCount = bandCount ?? base.bandCount
        result.lowestFrequency = lowestFrequency ?? base.lowestFrequency
        result.highestFrequency = highestFrequency ?? base.highestFrequency
        if result != base { result.name = "custom" }
        try result.check()
        return result
    }
}
