import Platform
import Tensors

/// Signals with known properties, computed from formulas, for tests and examples.
///
/// Amplitudes are fractions of full scale, frequencies are in Hz.
public enum SyntheticSignal: Sendable, Equatable {
    /// `amplitude * sin(2 pi frequency t)`
    case sine(frequency: Double, amplitude: Double)
    /// A sine whose frequency rises linearly from the first sample to the last.
    case chirp(from: Double, to: Double, amplitude: Double)
    /// One sample of `amplitude` at `time` (seconds, rounded to the nearest sample), zeros elsewhere.
    case impulse(at: Double, amplitude: Double)
    /// Uniform in `-amplitude ... amplitude`.
    case whiteNoise(amplitude: Double, seed: UInt64)
    /// Voiced syllables, hissed syllables and pauses of digital silence: see ``speechLikeSamples(count:sampleRate:seed:)``.
    case speechLike(seed: UInt64)

    /// The signal as a waveform.
    ///
    /// - Parameters:
    ///   - duration: The duration in seconds, rounded to whole samples.
    ///   - sampleRate: The sample rate in Hz.
    public func waveform(duration: Double, sampleRate: Int) -> Waveform {
        let count = Int((duration * Double(sampleRate)).rounded())
        let seconds = { (index: Int) in Double(index) / Double(sampleRate) }
        let samples: [Float]
        switch self {
        case .sine(let frequency, let amplitude):
            samples = (0..<count).map { Float(amplitude * sin(2 * .pi * frequency * seconds($0))) }
        case .chirp(let first, let last, let amplitude):
            let slope = (last - first) / seconds(count)
            samples = (0..<count).map { index in
                let time = seconds(index)
                return Float(amplitude * sin(2 * .pi * (first + slope * time / 2) * time))
            }
        case .impulse(let time, let amplitude):
            let position = Int((time * Double(sampleRate)).rounded())
            samples = (0..<count).map { $0 == position ? Float(amplitude) : 0 }
        case .whiteNoise(let amplitude, let seed):
            var generator = SplitMix64(seed: seed)
            samples = (0..<count).map { _ in Float(amplitude * generator.signedUniform()) }
        case .speechLike(let seed):
            samples = speechLikeSamples(count: count, sampleRate: sampleRate, seed: seed)
        }
        return Waveform(samples: samples, sampleRate: sampleRate)
    }
}

/// A speech-like test signal: syllables of 0.15 to 0.35 s, three in four voiced (a glottal pulse train
/// of 110 to 220 Hz that glides, through four formants of one of five vowels), the others hissed (noise through
/// one high resonance), after every third a pause of digital silence.
///
/// Resonances are Klatt's (1980) second-order sections; the glottal pulse is Rosenberg's (1971, pulse C), its
/// derivative standing in for the radiation at the lips.
func speechLikeSamples(count: Int, sampleRate: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    var samples: [Float] = []
    samples.reserveCapacity(count)
    var syllableNumber = 0
    while samples.count < count {
        let duration = 0.15 + 0.2 * generator.uniform()
        let length = Int(duration * Double(sampleRate))
        let isVoiced = generator.uniform() < 0.75
        samples +=
            isVoiced
            ? voicedSyllable(length: length, sampleRate: Double(sampleRate), &generator)
            : hissedSyllable(length: length, sampleRate: Double(sampleRate), &generator)
        syllableNumber += 1
        if syllableNumber % 3 == 0 {
            samples += [Float](repeating: 0, count: Int(0.2 * Double(sampleRate)))
        }
    }
    return Array(samples.prefix(count))
}

/// Hz: the first four formants of a, e, i, o, u.
private let vowels: [[Double]] = [
    [730, 1090, 2440, 3400], [530, 1840, 2480, 3500], [270, 2290, 3010, 3600], [570, 840, 2410, 3300],
    [300, 870, 2240, 3300],
]

private func voicedSyllable(length: Int, sampleRate: Double, _ generator: inout SplitMix64) -> [Float] {
    let formants = vowels[Int(generator.uniform() * Double(vowels.count))]
    let firstPitch = 110 + 110 * generator.uniform()
    let lastPitch = 110 + 110 * generator.uniform()
    var phase = 0.0
    var previousFlow = 0.0
    let source = (0..<length).map { index in
        phase += (firstPitch + (lastPitch - firstPitch) * Double(index) / Double(length)) / sampleRate
        if phase >= 1 { phase -= 1 }
        let flow = glottalFlow(at: phase)
        defer { previousFlow = flow }
        return flow - previousFlow + 0.002 * generator.signedUniform()
    }
    return shaped(source, resonances: formants.map { ($0, 60 + 0.03 * $0) }, sampleRate: sampleRate, peak: 0.5)
}

private func hissedSyllable(length: Int, sampleRate: Double, _ generator: inout SplitMix64) -> [Float] {
    let source = (0..<length).map { _ in generator.signedUniform() }
    let centre = min(0.4 * sampleRate, 4000 + 3000 * generator.uniform())
    return shaped(source, resonances: [(centre, 1500)], sampleRate: sampleRate, peak: 0.1)
}

/// Rosenberg's pulse C: opens over 40 % of the period, closes over 16 %, is shut for the rest.
private func glottalFlow(at phase: Double) -> Double {
    if phase < 0.4 { return 0.5 * (1 - cos(.pi * phase / 0.4)) }
    if phase < 0.56 { return cos(.pi / 2 * (phase - 0.4) / 0.16) }
    return 0
}

/// `source` through the resonances in cascade, faded over 20 ms at both ends, scaled to `peak`.
private func shaped(
    _ source: [Double], resonances: [(frequency: Double, bandwidth: Double)], sampleRate: Double, peak: Double
) -> [Float] {
    var signal = source
    for resonance in resonances where resonance.frequency < 0.45 * sampleRate {
        let radius = exp(-.pi * resonance.bandwidth / sampleRate)
        let first = 2 * radius * cos(2 * .pi * resonance.frequency / sampleRate)
        let second = -radius * radius
        var (last, beforeLast) = (0.0, 0.0)
        for index in signal.indices {
            let output = (1 - first - second) * signal[index] + first * last + second * beforeLast
            (last, beforeLast) = (output, last)
            signal[index] = output
        }
    }
    let fade = min(signal.count / 2, Int(0.02 * sampleRate))
    for index in 0..<fade {
        let gain = 0.5 * (1 - cos(.pi * Double(index) / Double(fade)))
        signal[index] *= gain
        signal[signal.count - 1 - index] *= gain
    }
    let largest = signal.reduce(1e-12) { max($0, abs($1)) }
    return signal.map { Float(peak * $0 / largest) }
}
