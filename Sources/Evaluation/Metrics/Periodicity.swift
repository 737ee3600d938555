import Audio
import Platform
import Spectra

/// How periodic a signal is each 10 ms, 0 ... 1: the peak of its normalised cross-correlation with itself.
///
/// At 16 kHz, `max over l of sum over j of x[j] x[j + l] / sqrt(sum of x[j]^2 sum of x[j + l]^2)` for lags of 32 ...
/// 229 samples (70 ... 500 Hz) and windows of 640 samples (40 ms), both centred on the frame, after the mean of all samples they
/// reach is subtracted (after Talkin, "A robust algorithm for pitch tracking (RAPT)", 1995). 0 where the A-weighted level
/// is below -60 dB and where the peak is negative. Periodicity and voicing are compared as in Morrison et al., "Chunked
/// autoregressive GAN" (2022), which takes both from a trained pitch network: figures are not comparable with theirs.
final class Periodicity: Sendable {
    static let sampleRate = 16_000
    static let hopLength = 160
    static let lags = 32...229
    static let windowLength = 640
    /// The A-weighted level in dB relative to a full-scale constant below which a frame counts as silence.
    static let leastLevel = -60.0
    /// The periodicity above which a frame is voiced.
    static let voicedBound: Float = 0.5

    private let transform = FourierTransform(size: 1024)
    private let window: [Float]
    /// `w_A^2` of each bin, for the mean square of a windowed frame: twice for bins that stand for two.
    private let weights: [Double]

    init() {
        let window = Window.hann.values(length: Self.windowLength)
        let energy = window.reduce(0) { $0 + $1 * $1 }
        let size = transform.size
        weights = (0..<transform.binCount).map { bin in
            let gain = aWeighting(hertz: Double(bin * Self.sampleRate) / Double(size))
            return gain * gain * (bin == 0 || bin == size / 2 ? 1 : 2) / (energy * Double(size))
        }
        self.window = window.map(Float.init)
    }

    /// A value for each 10 ms of `samples`, at 16 kHz, the first for the first sample; the signal is silent beyond its
    /// ends.
    func track(of samples: [Float]) -> [Float] {
        guard !samples.isEmpty else { return [] }
        let span = Self.windowLength + Self.lags.upperBound + 1
        let padding = [Float](repeating: 0, count: span)
        let padded = padding + samples + padding
        let buffers = FourierBuffers(size: transform.size)
        return (0...samples.count / Self.hopLength).map { frame in
            let centre = span + frame * Self.hopLength
            guard level(of: padded, centre: centre, buffers) >= Self.leastLevel else { return 0 }
            return peak(of: Array(padded[centre - span / 2..<centre - span / 2 + span]))
        }
    }

    /// The A-weighted level of the frame around sample `centre`, in dB.
    private func level(of signal: [Float], centre: Int, _ buffers: borrowing FourierBuffers) -> Double {
        let begin = centre - Self.windowLength / 2
        buffers.samples.update(repeating: 0)
        for index in 0..<Self.windowLength {
            buffers.samples[index] = signal[begin + index] * window[index]
        }
        transform.forward(buffers)
        var power = 0.0
        for bin in weights.indices {
            let real = Double(buffers.real[bin])
            let imaginary = Double(buffers.imaginary[bin])
            power += weights[bin] * (real * real + imaginary * imaginary)
        }
        return decibels(ofPower: power)
    }

    /// The largest normalised cross-correlation of two windows, one lag apart, in the middle of `frame`.
    private func peak(of frame: [Float]) -> Float {
        let mean = frame.reduce(0, +) / Float(frame.count)
        let frame = frame.map { $0 - mean }
        var energies = [0.0]
        energies.reserveCapacity(frame.count + 1)
        for value in frame { energies.append(energies.last! + Double(value) * Double(value)) }
        var best: Float = 0
        frame.withUnsafeBytes { bytes in
            for lag in Self.lags {
                let begin = (frame.count - Self.windowLength - lag) / 2
                let end = begin + Self.windowLength
                let product =
                    (energies[end] - energies[begin]) * (energies[end + lag] - energies[begin + lag])
                guard product > 0 else { continue }
                let base = bytes.baseAddress! + begin * MemoryLayout<Float>.stride
                let delayed = base + lag * MemoryLayout<Float>.stride
                var sum = SIMD16<Float>.zero
                for offset in stride(from: 0, to: Self.windowLength * MemoryLayout<Float>.stride, by: 64) {
                    sum +=
                        base.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                        * delayed.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                }
                best = max(best, sum.sum() / Float(product.squareRoot()))
            }
        }
        return min(1, best)
    }
}

/// The differences of one signal's periodicity from another's, frame by frame.
struct PeriodicityDifference: Equatable {
    /// The root of the mean square; nil where there are no frames.
    let rootMeanSquare: Double?
    /// `2 t / (2 t + p + n)` for `t` frames voiced in both, `p` in the first only, `n` in the reference only; nil where none
    /// is voiced in either.
    let voicingF1: Double?

    /// Compares the frames that both tracks have.
    init(of track: [Float], from reference: [Float]) {
        var squares = 0.0
        var both = 0
        var one = 0
        for (mine, other) in zip(track, reference) {
            squares += Double(mine - other) * Double(mine - other)
            let voiced = (mine > Periodicity.voicedBound, other > Periodicity.voicedBound)
            if voiced.0 && voiced.1 { both += 1 } else if voiced.0 || voiced.1 { one += 1 }
        }
        let count = min(track.count, reference.count)
        rootMeanSquare = count > 0 ? (squares / Double(count)).squareRoot() : nil
        voicingF1 = both + one > 0 ? Double(2 * both) / Double(2 * both + one) : nil
    }
}

/// The A-weighting of a frequency, as a factor of amplitude that is 1 at 1 kHz (IEC 61672-1).
func aWeighting(hertz: Double) -> Double {
    func response(_ frequency: Double) -> Double {
        let square = frequency * frequency
        let poles = [20.598997, 107.65265, 737.86223, 12194.217].map { square + $0 * $0 }
        return 12194.217 * 12194.217 * square * square
            / (poles[0] * (poles[1] * poles[2]).squareRoot() * poles[3])
    }
    return response(hertz) / response(1000)
}

extension Metric {
    /// Whether both waveforms are called voiced in the same frames, by ``Periodicity``.
    public static let voicingF1 = Metric(
        "voicingF1", title: "V/UV F1", decimals: 3, ideal: 1,
        definition: "F1 of the frames called voiced, their periodicity above 0.5, against the original's; 1 at best."
    ) { $0.periodicity.voicingF1 }

    public static let periodicityError = Metric(
        "periodicityError", title: "periodicity", decimals: 3,
        definition:
            "Root mean square difference of periodicity: the peak of the normalised cross-correlation at 16 kHz, lags of "
            + "70-500 Hz, 40 ms windows, 10 ms apart; 0 below -60 dB (A-weighted)."
    ) { $0.periodicity.rootMeanSquare }
}
