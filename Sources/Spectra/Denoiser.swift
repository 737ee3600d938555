import Platform

/// Removes steady noise (a room, a fan, a microphone's hiss) from speech, by the log-spectral amplitude estimator of least mean square error.
///
/// The noise of each bin is the minimum of its smoothed power over about three seconds before and after (minimum statistics, Martin 2001), times
/// the factor by which a minimum falls short of the mean. The gain of a bin is that of Ephraim and Malah (1985) with the decision-directed
/// signal-to-noise ratio, weighted with the probability that speech is there at all (Cohen 2002, "optimally modified"): where it is not,
/// the gain is ``floor``. What lies below 55 Hz is removed, since no voice is there.
///
/// Noise that comes and goes as speech does (breath, rustling, another voice) stays. Digital silence is no noise, and stays what it is.
public struct Denoiser: Sendable {
    public let sampleRate: Int
    /// The gain, in dB, where there is noise alone.
    public static let floor: Float = -30

    /// The smoothing of the power from frame to frame, and the ratio of the mean of noise so smoothed to its minimum, measured on recordings of rooms.
    private static let (smoothing, bias): (Float, Float) = (0.8, 2.2)
    /// The share of the last frame's speech in the signal-to-noise ratio before a frame is seen.
    private static let memory: Float = 0.97
    /// Seconds of a block of frames, of which one minimum is kept, and the blocks on either side that are searched.
    private static let (blockDuration, reach) = (0.375, 8)
    /// The power of a frame, relative to that of full scale, below which it is digital silence.
    private static let silence: Float = 1e-11

    private let stft: ShortTimeFourierTransform
    /// The gain of each bin for the removal of what lies below speech.
    private let highPass: [Float]

    public init(sampleRate: Int) {
        self.sampleRate = sampleRate
        // About 46 ms.
        var size = 256
        while size * 1000 < sampleRate * 32 { size *= 2 }
        stft = ShortTimeFourierTransform(fftSize: size, windowLength: size, hopLength: size / 4)
        highPass = (0..<stft.binCount).map { bin in
            min(1, max(0.001, (Float(bin) * Float(sampleRate) / Float(size) - 35) / 20))
        }
    }

    /// `samples`, which are at ``sampleRate``, without the noise; as many of them.
    public func denoised(_ samples: [Float]) -> [Float] {
        guard samples.count > stft.fftSize else { return samples }
        var spectrogram = stft.spectrogram(of: samples)
        let power = zip(spectrogram.real, spectrogram.imaginary).map { $0 * $0 + $1 * $1 }
        let noise = noiseBlocks(of: power)
        var state = State(binCount: stft.binCount)
        for frame in 0..<spectrogram.frameCount {
            let row = frame * stft.binCount..<(frame + 1) * stft.binCount
            gains(of: power[row], noise: noise[frame / framesPerBlock], &state)
            for (bin, index) in row.enumerated() {
                spectrogram.real[index] *= state.gain[bin]
                spectrogram.imaginary[index] *= state.gain[bin]
            }
        }
        var result = stft.signal(from: spectrogram, sampleCount: samples.count)
        // What was silent is not to hear its surroundings.
        for index in result.indices where samples[index] == 0 && index > 0 && samples[index - 1] == 0 { result[index] = 0 }
        return result
    }

    private var framesPerBlock: Int { max(1, Int(Self.blockDuration * Double(sampleRate) / Double(stft.hopLength))) }

    /// The power of the noise, `[block][bin]`.
    private func noiseBlocks(of power: [Float]) -> [[Float]] {
        let (bins, length) = (stft.binCount, framesPerBlock)
        let frameCount = power.count / bins
        // Of a Hann window, the mean power of full-scale noise.
        let quietest = Self.silence * Float(bins) * Float(stft.fftSize) * 3 / 8
        var minima = [[Float]](repeating: [], count: (frameCount + length - 1) / length)
        var smoothed: [Float] = []
        for frame in 0..<frameCount {
            let row = power[frame * bins..<(frame + 1) * bins]
            guard row.reduce(0, +) > quietest else {
                smoothed = []
                continue
            }
            if smoothed.isEmpty {
                let first = power[frame * bins..<min(frameCount, frame + 8) * bins]
                smoothed = (0..<bins).map { bin in
                    let values = stride(from: first.startIndex + bin, to: first.endIndex, by: bins).map { first[$0] }
                    return values.reduce(0, +) / Float(values.count)
                }
            }
            for (bin, value) in row.enumerated() { smoothed[bin] = Self.smoothing * smoothed[bin] + (1 - Self.smoothing) * value }
            let block = frame / length
            minima[block] = minima[block].isEmpty ? smoothed : zip(minima[block], smoothed).map(min)
        }
        return minima.indices.map { block in
            let near = minima[max(0, block - Self.reach)...min(minima.count - 1, block + Self.reach)].filter { !$0.isEmpty }
            guard let first = near.first else { return [Float](repeating: 0, count: bins) }
            let least = near.dropFirst().reduce(first) { zip($0, $1).map(min) }
            return (0..<bins).map { bin in
                Self.bias * (0.25 * least[max(0, bin - 1)] + 0.5 * least[bin] + 0.25 * least[min(bins - 1, bin + 1)])
            }
        }
    }

    /// What one frame leaves to the next.
    private struct State {
        /// The power of speech relative to that of noise, as estimated in the last frame.
        var speech: [Float]
        /// The signal-to-noise ratio, smoothed over frames.
        var ratio: [Float]
        var gain: [Float]
        var isFirst = true

        init(binCount: Int) {
            speech = [Float](repeating: 0, count: binCount)
            (ratio, gain) = (speech, speech)
        }
    }

    /// Computes the gains of a frame into `state`.
    private func gains(of power: ArraySlice<Float>, noise: [Float], _ state: inout State) {
        let bins = stft.binCount
        var (prior, posterior) = ([Float](repeating: 0, count: bins), [Float](repeating: 0, count: bins))
        for bin in 0..<bins {
            posterior[bin] = min(1000, power[power.startIndex + bin] / max(noise[bin], 1e-20))
            let above = max(posterior[bin] - 1, 0)
            prior[bin] = max(0.003, state.isFirst ? above : Self.memory * state.speech[bin] + (1 - Self.memory) * above)
            // Loud speech is not to be remembered for longer than soft.
            state.ratio[bin] = state.isFirst ? min(3, prior[bin]) : 0.7 * state.ratio[bin] + 0.3 * min(3, prior[bin])
        }
        let presence = zip(smoothedOverBins(state.ratio, Self.narrow), smoothedOverBins(state.ratio, Self.wide)).map { near, wide in
            min(0.98, max(0.02, Self.share(of: near) * Self.share(of: wide)))
        }
        let floor = Self.floor * log(10) / 20
        for bin in 0..<bins {
            let ratio = prior[bin]
            let weight = ratio / (1 + ratio)
            let v = weight * posterior[bin]
            let logGain = min(0, log(weight) + 0.5 * exponentialIntegral(max(v, 1e-8)))
            let probability = 1 / (1 + (1 - presence[bin]) / presence[bin] * (1 + ratio) * exp(-v))
            state.speech[bin] = exp(2 * logGain) * posterior[bin]
            state.gain[bin] = exp(logGain * probability + floor * (1 - probability)) * highPass[bin]
        }
        state.isFirst = false
    }

    /// From 0 at a ratio of -10 dB to 1 at -5 dB.
    private static func share(of ratio: Float) -> Float { min(1, max(0, (10 * log10(ratio) + 10) / 5)) }

    /// Hann windows over the bins next to one, and over those around it.
    private static let (narrow, wide) = (window(reach: 1), window(reach: 15))
    private static func window(reach: Int) -> [Float] {
        (-reach...reach).map { 1 + cos(Float.pi * Float($0) / Float(reach + 1)) }
    }

    /// The means of the bins under a window around each.
    private func smoothedOverBins(_ values: [Float], _ window: [Float]) -> [Float] {
        let reach = window.count / 2
        return values.indices.map { bin in
            var (sum, weights) = (Float(0), Float(0))
            for other in max(0, bin - reach)...min(values.count - 1, bin + reach) {
                sum += window[other - bin + reach] * values[other]
                weights += window[other - bin + reach]
            }
            return sum / weights
        }
    }
}

/// The exponential integral E1, to 1e-4 of its value (Abramowitz and Stegun, 5.1.53 and 5.1.54).
///
/// - Precondition: `x` is above 0.
func exponentialIntegral(_ x: Float) -> Float {
    if x <= 1 {
        return -log(x) - 0.577_215_66 + x * (0.999_991_93 + x * (-0.249_910_55 + x * (0.055_199_68 + x * (-0.009_760_04 + x * 0.001_078_57))))
    }
    return exp(-x) / x * (x * x + 2.334_733 * x + 0.250_621) / (x * x + 3.330_657 * x + 1.681_534)
}
