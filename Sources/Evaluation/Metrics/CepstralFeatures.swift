import Platform
import Spectra

/// Mel-frequency cepstral coefficients (MFCC) with their deltas and delta-deltas.
///
/// At 16 kHz, each 10 ms: power spectra of 25 ms (Hann, FFT 512, centred), 40 bands of 0 ... 8000 Hz (Slaney's scale
/// and area), `ln max(power, 1e-10)`, 13 coefficients of the orthonormal cosine transform (Davis and Mermelstein,
/// 1980); the delta is the regression `sum over n of n (c[t + n] - c[t - n]) / 10`, n = 1, 2, ends repeated.
final class CepstralFeatures: Sendable {
    static let sampleRate = 16_000
    static let hopLength = 160
    /// The number of values in a frame.
    static let dimension = 39
    private static let order = 13
    private let transform = ShortTimeFourierTransform(
        fftSize: 512, windowLength: 400, hopLength: hopLength)
    private let filterbank: MelFilterbank
    /// `[order, band]`
    private let cosines: [Float]

    init() {
        let bandCount = 40
        filterbank = MelFilterbank(
            MelConvention(
                name: "cepstra", sampleRate: Self.sampleRate, fftSize: 512, windowLength: 400,
                hopLength: Self.hopLength,
                bandCount: bandCount, lowestFrequency: 0, highestFrequency: 8000, scale: .slaney,
                norm: .area,
                framing: .centred, compression: .naturalLog, floor: 1e-10))
        cosines = (0..<Self.order).flatMap { order in
            (0..<bandCount).map { band in
                let scale = ((order == 0 ? 1.0 : 2.0) / Double(bandCount)).squareRoot()
                return Float(
                    scale * cos(Double.pi * Double(order) * (Double(band) + 0.5) / Double(bandCount)))
            }
        }
    }

    /// The features `[frame, 39]` of `samples` at 16 kHz: a frame each 10 ms, the first on the first sample.
    func frames(of samples: [Float]) -> [Float] {
        let spectrogram = transform.spectrogram(of: samples)
        let frameCount = spectrogram.frameCount
        let bandCount = filterbank.bandCount
        let power = spectrogram.magnitudes.map { $0 * $0 }
        var bands = [Float](repeating: 0, count: bandCount)
        var cepstra = [[Float]](repeating: [], count: frameCount)
        for frame in 0..<frameCount {
            power.withUnsafeBufferPointer { power in
                bands.withUnsafeMutableBufferPointer { bands in
                    filterbank.apply(
                        to: power.baseAddress! + frame * filterbank.binCount, into: bands.baseAddress!)
                }
            }
            let logarithms = bands.map { log(max($0, 1e-10)) }
            cepstra[frame] = (0..<Self.order).map { order in
                (0..<bandCount).reduce(0) { $0 + cosines[order * bandCount + $1] * logarithms[$1] }
            }
        }
        let deltas = Self.deltas(of: cepstra)
        let deltaDeltas = Self.deltas(of: deltas)
        return (0..<frameCount).flatMap { cepstra[$0] + deltas[$0] + deltaDeltas[$0] }
    }

    private static func deltas(of frames: [[Float]]) -> [[Float]] {
        frames.indices.map { t in
            func at(_ offset: Int) -> [Float] { frames[max(0, min(frames.count - 1, t + offset))] }
            let (before2, before, after, after2) = (at(-2), at(-1), at(1), at(2))
            return before.indices.map { (after[$0] - before[$0] + 2 * (after2[$0] - before2[$0])) / 10 }
        }
    }
}
