/// The conventions of programs whose mels and vocoders are in circulation, at the rates their authors chose.
extension MelConvention {
    /// Every preset, the default first.
    public static let presets = [melgan, tacotron2, hifigan, parallelwavegan, espnet2, vocos, coqui]

    /// The preset called `name`.
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

    /// `kan-bayashi/ParallelWaveGAN` and ESPnet 1 (`logmelfilterbank`), before the division by a voice's statistics.
    public static let parallelwavegan = MelConvention(
        name: "parallelwavegan", sampleRate: 22_050, fftSize: 1024, windowLength: 1024, hopLength: 256, bandCount: 80,
        lowestFrequency: 80, highestFrequency: 7600, scale: .slaney, norm: .area, framing: .centred,
        compression: .log10, floor: 1e-10)

    /// ESPnet 2 (`LogMelFbank`), before the division by a voice's statistics.
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
    /// This convention for sound of another rate.
    ///
    /// A highest band edge at half the rate stays there, any other stays where it is while the rate allows. From 32 kHz up
    /// frames of 1024 samples and hops of 256 are doubled, as the programs named above do at 44.1 and 48 kHz.
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

    /// This convention with some fields replaced; `nil` leaves a field as it is, but for `sampleRate`, which others follow
    /// as ``at(sampleRate:)`` says, and `fftSize`, which the window follows.
    ///
    /// - Parameters:
    ///   - sampleRate, lowestFrequency, highestFrequency: Hz.
    ///   - fftSize, windowLength, hopLength: samples.
    /// - Throws: ``MelConventionError`` where the result contradicts itself.
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
