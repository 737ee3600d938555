import Platform
import Spectra

/// Short-time objective intelligibility (STOI): the correlation of the envelopes of third-octave bands, at best 1.
///
/// Taal et al., "An algorithm for intelligibility prediction of time-frequency weighted noisy speech" (2011): both
/// signals at 10 kHz, frames of 256 samples 128 apart under a Hann window; frames of the original more than 40 dB below
/// its loudest are removed from both; 15 bands from 150 Hz; and the mean correlation over bands and segments of 30
/// frames (384 ms) of original and other, the latter scaled to the former's energy and limited at a signal-to-distortion
/// ratio of -15 dB.
final class Intelligibility: Sendable {
    static let sampleRate = 10_000
    private static let frameLength = 256
    private static let hopLength = 128
    private static let segment = 30
    private let transform = FourierTransform(size: 512)
    /// The published window: neither end is zero.
    private let window: [Float]
    /// Bins of each third-octave band.
    private let bands: [Range<Int>]

    init() {
        window = Window.hann.values(length: Self.frameLength + 1).dropFirst().map(Float.init)
        let binWidth = Double(Self.sampleRate) / Double(transform.size)
        bands = (0..<15).map { band in
            let edges = [-1.0, 1].map { side in
                Int((150 * pow(2, (2 * Double(band) + side) / 6) / binWidth).rounded())
            }
            return edges[0]..<edges[1]
        }
    }

    /// The STOI of `samples`; nil where the speech of `original` is shorter than 30 frames.
    ///
    /// - Parameters: both at 10 kHz and equally long.
    func score(of samples: [Float], against original: [Float]) -> Double? {
        let starts = Array(
            stride(from: 0, to: max(0, original.count - Self.frameLength), by: Self.hopLength))
        let energies = starts.map { start in
            (0..<Self.frameLength).reduce(0.0) { sum, n in
                sum + Double(original[start + n] * window[n]) * Double(original[start + n] * window[n])
            }
        }
        let loudest = energies.max() ?? 0
        let kept = zip(starts, energies).filter { $0.1 > 0 && $0.1 > loudest * 1e-4 }.map(\.0)
        let frameCount = kept.count - 1
        guard loudest > 0, frameCount >= Self.segment else { return nil }
        let mine = envelopes(of: joined(samples, kept))
        let other = envelopes(of: joined(original, kept))
        var sum = 0.0
        for band in bands.indices {
            for first in 0...frameCount - Self.segment {
                let range = band * frameCount + first..<band * frameCount + first + Self.segment
                sum += Self.correlation(mine[range], other[range])
            }
        }
        return sum / Double(bands.count * (frameCount - Self.segment + 1))
    }

    /// The frames of `signal` that begin at `starts`, windowed, put one hop apart and overlap-added.
    private func joined(_ signal: [Float], _ starts: [Int]) -> [Float] {
        var result = [Float](
            repeating: 0, count: (starts.count - 1) * Self.hopLength + Self.frameLength)
        for (number, start) in starts.enumerated() {
            for n in 0..<Self.frameLength {
                result[number * Self.hopLength + n] += signal[start + n] * window[n]
            }
        }
        return result
    }

    /// The square root of each band's energy, `[band, frame]`; the last frame that would fit is left out, as in the authors' code.
    private func envelopes(of signal: [Float]) -> [Double] {
        let frameCount = (signal.count - Self.frameLength) / Self.hopLength
        var result = [Double](repeating: 0, count: bands.count * frameCount)
        let buffers = FourierBuffers(size: transform.size)
        for frame in 0..<frameCount {
            for n in 0..<Self.frameLength {
                buffers.samples[n] = signal[frame * Self.hopLength + n] * window[n]
            }
            transform.forward(buffers)
            for (band, bins) in bands.enumerated() {
                let energy = bins.reduce(0.0) { sum, bin in
                    let real = Double(buffers.real[bin])
                    let imaginary = Double(buffers.imaginary[bin])
                    return sum + real * real + imaginary * imaginary
                }
                result[band * frameCount + frame] = energy.squareRoot()
            }
        }
        return result
    }

    /// Equations 3 to 5: the correlation after scaling to the original's norm and limiting to `1 + 10^(15 / 20)` times its value.
    private static func correlation(_ mine: ArraySlice<Double>, _ other: ArraySlice<Double>) -> Double {
        func norm(_ values: some Sequence<Double>) -> Double {
            values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        func centred(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { $0 - mean }
        }
        let limit = 1 + pow(10, 15.0 / 20)
        let scale = norm(other) / (norm(mine) + 2.2e-16)
        let a = centred(zip(mine, other).map { min($0 * scale, $1 * limit) })
        let b = centred(Array(other))
        let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        return product / ((norm(a) + 2.2e-16) * (norm(b) + 2.2e-16))
    }
}

extension Metric {
    public static let intelligibility = Metric(
        "intelligibility", title: "STOI", decimals: 3, ideal: 1,
        definition:
            "STOI (Taal et al. 2011), not extended; 1 at best, and near it for any intelligible vocoder: an alarm only."
    ) { $0.tools.intelligibility.score(of: $0.waveform.narrowBand, against: $0.original.narrowBand) }
}
