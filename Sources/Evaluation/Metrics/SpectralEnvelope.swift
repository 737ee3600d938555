import Platform
import Spectra

/// The spectral envelope of speech as a cepstrum, by CheapTrick.
///
/// Morise, "CheapTrick, a spectral envelope estimator for high-quality speech synthesis" (2015), section 2: a window
/// of three periods; the power spectrum, filled below the fundamental; a moving average over 2/3 of the fundamental;
/// and a lifter `sin(pi f q) / (pi f q) * (1.3 - 0.3 cos(2 pi f q))` at quefrency `q`. Agrees with WORLD's
/// `CheapTrick`, which returns `exp` of the Fourier transform of these cepstra.
final class SpectralEnvelope {
    let sampleRate: Int
    let fftSize: Int
    private let transform: FourierTransform
    private let buffers: FourierBuffers

    /// The pitch in Hz by which unvoiced frames are analysed.
    private let unvoicedFrequency = 500.0
    /// The power added before the logarithm so that silence stays finite; WORLD adds rounding noise of -240 dB.
    private let leastPower = 1e-15

    init(sampleRate: Int) {
        self.sampleRate = sampleRate
        fftSize = Self.fftSize(sampleRate: sampleRate)
        transform = FourierTransform(size: fftSize)
        buffers = FourierBuffers(size: fftSize)
    }

    /// The FFT size that WORLD chooses for pitches down to 71 Hz, such as 1024 at 22,050 Hz.
    static func fftSize(sampleRate: Int) -> Int {
        var size = 1
        while size <= 3 * sampleRate / 71 { size *= 2 }
        return size
    }

    /// The cepstra of the log power envelopes, `[frame, fftSize / 2 + 1]`:
    /// `ln P(w) = c[0] + 2 (c[1] cos w + c[2] cos 2w + ...) + c[last] cos(last w)`.
    ///
    /// - Parameter pitch: a frame each 5 ms.
    func cepstra(of samples: [Float], pitch: PitchTrack) -> [Float] {
        let grid = AnalysisGrid(sampleCount: samples.count, sampleRate: sampleRate)
        let binCount = fftSize / 2 + 1
        var result: [Float] = []
        result.reserveCapacity(grid.frameCount * binCount)
        let lowest = 3 * Double(sampleRate) / Double(fftSize - 3)
        for frame in 0..<min(grid.frameCount, pitch.frequencies.count) {
            let frequency = pitch.frequencies[frame] > lowest ? pitch.frequencies[frame] : unvoicedFrequency
            cut(samples, around: grid.centre(ofFrame: frame), frequency: frequency)
            transform.forward(buffers)
            var power = zip(buffers.real, buffers.imaginary).map { Double($0 * $0 + $1 * $1) }
            fillBelowFundamental(&power, frequency: frequency)
            let smooth = movingAverage(power, width: frequency * 2 / 3)
            result.append(contentsOf: lifteredCepstrum(smooth, frequency: frequency))
        }
        return result
    }

    /// Three periods around `centre` under a Hann window of unit energy, without their mean, into the buffers.
    private func cut(_ samples: [Float], around centre: Int, frequency: Double) {
        let half = Int((1.5 * Double(sampleRate) / frequency).rounded())
        let window = (-half...half).map { offset in
            0.5 + 0.5 * cos(Double.pi * Double(offset) * frequency / (1.5 * Double(sampleRate)))
        }
        let norm = window.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let last = samples.count - 1
        let windowed = window.indices.map { index in
            Double(samples[max(0, min(last, centre - half + index))]) * window[index]
        }
        let mean = windowed.reduce(0, +) / window.reduce(0, +)
        buffers.samples.update(repeating: 0)
        for index in window.indices { buffers.samples[index] = Float((windowed[index] - mean * window[index]) / norm) }
    }

    /// Adds to each bin below the fundamental `f` the power at `f` minus its own frequency.
    private func fillBelowFundamental(_ power: inout [Double], frequency: Double) {
        let position = frequency * Double(fftSize) / Double(sampleRate)
        let replica = (0...Int(position)).map { interpolated(power, at: position - Double($0)) }
        for bin in replica.indices { power[bin] += replica[bin] }
    }

    /// The mean over `width` Hz around each bin, of the spectrum continued by reflection and held constant around
    /// each bin.
    private func movingAverage(_ power: [Double], width: Double) -> [Double] {
        let half = width / 2 * Double(fftSize) / Double(sampleRate)
        let margin = Int(half * 2) + 2, last = power.count - 1
        var integral = [0.0]
        integral.reserveCapacity(power.count + 2 * margin + 1)
        for bin in -margin...last + margin {
            let mirrored = bin < 0 ? -bin : bin > last ? 2 * last - bin : bin
            integral.append(integral.last! + power[mirrored])
        }
        // Bin b covers b - 1/2 ... b + 1/2.
        return power.indices.map { bin in
            let middle = Double(bin + margin) + 0.5
            return (interpolated(integral, at: middle + half) - interpolated(integral, at: middle - half)) / (2 * half)
        }
    }

    private func lifteredCepstrum(_ power: [Double], frequency: Double) -> [Float] {
        for bin in power.indices { buffers.real[bin] = Float(log(power[bin] + leastPower)) }
        buffers.imaginary.update(repeating: 0)
        transform.inverse(buffers)
        return power.indices.map { index in
            let phase = Double.pi * frequency * Double(index) / Double(sampleRate)
            let smoothing = index == 0 ? 1 : sin(phase) / phase
            let compensation = 1.3 - 0.3 * cos(2 * phase)
            return buffers.samples[index] * Float(smoothing * compensation / Double(fftSize))
        }
    }

    private func interpolated(_ values: [Double], at position: Double) -> Double {
        let index = Int(position)
        return values[index] + (position - Double(index)) * (values[index + 1] - values[index])
    }
}
