import Platform

/// How much noise there is in a voice, and how near to its average each part of the spectrum is kept, by frequency.
///
/// A voice is harmonic below and turns into noise above; both change along one ramp, straight from 1 to 5 kHz. The numbers
/// were tried out on recordings: see the documentation of the training's source.
struct VoicingBalance: Sendable {
    /// For each bin: the amplitude of noise in voiced frames, the voice's being 1.
    let noise: [Float]
    /// How far the logarithmic magnitude is drawn towards its average, 0 not at all, 1 all the way: in voiced frames, for each bin.
    let smoothingOfVoice: [Float]
    /// In others, for all.
    let smoothingOfNoise: Float = 0.4

    private static let ramp: (from: Double, to: Double) = (1000, 5000)
    private static let noiseInVoice: (low: Float, high: Float) = (0.1, 1.2)
    private static let smoothingInVoice: (low: Float, high: Float) = (0.05, 0.3)

    init(_ convention: MelConvention) {
        let binCount = convention.fftSize / 2 + 1
        let shares = (0..<binCount).map { bin in
            let frequency = Double(bin) * Double(convention.sampleRate) / Double(convention.fftSize)
            return Float(max(0, min(1, (frequency - Self.ramp.from) / (Self.ramp.to - Self.ramp.from))))
        }
        func along(_ ends: (low: Float, high: Float)) -> [Float] {
            shares.map { ends.low + (ends.high - ends.low) * $0 }
        }
        noise = along(Self.noiseInVoice)
        smoothingOfVoice = along(Self.smoothingInVoice)
    }
}

extension MelConvention {
    /// For each bin of the transform a factor, 1 but near to half the rate, where resampled recordings fall off.
    ///
    /// The fall of libsoxr's very high quality, which our own resampling is, measured on recordings at 22,050 Hz: from 0.934 of
    /// half the rate on, 150 dB a square kilohertz, down to the 16-bit samples' own noise. Mels that end below say nothing of it.
    var rolloff: [Float] {
        (0..<fftSize / 2 + 1).map { bin in
            guard highestFrequency >= 0.49 * Double(sampleRate) else { return 1 }
            let above = max(0, Double(2 * bin) / Double(fftSize) - 0.934)
            return Float(pow(10, -min(45, 18_200 * above * above) / 20))
        }
    }
}
