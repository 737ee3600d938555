import Platform
import Tensors

/// Signals computed from a formula, for tests and examples: their every property is known.
///
/// Amplitudes are fractions of full scale, frequencies Hz.
public enum SyntheticSignal: Sendable, Equatable {
    /// `amplitude * sin(2 pi frequency t)`
    case sine(frequency: Double, amplitude: Double)
    /// A sine whose frequency rises linearly from the first sample to the last.
    case chirp(from: Double, to: Double, amplitude: Double)
    /// One sample of `amplitude` at `time` (seconds, rounded to the nearest sample), zeros elsewhere.
    case impulse(at: Double, amplitude: Double)
    /// Uniform in `-amplitude ... amplitude`.
    case whiteNoise(amplitude: Double, seed: UInt64)
    /// Voiced stretches, hisses and pauses of digital silence: see ``speechLikeSamples(count:sampleRate:seed:)``.
    case speechLike(seed: UInt64)

    /// - Parameters:
    ///   - duration: seconds, rounded to whole samples.
    ///   - sampleRate: Hz.
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
