import Kernels
import Platform
public import Spectra
public import Tensors

/// How far the mels of generated audio are from those of the recordings, and which way to go:
///
///     mean over segments, frames and bands of |ln max(m, floor) - ln max(r, floor)|
///
/// with m and r the band magnitudes, by the convention's transform and filterbank (the mel loss of Kong et al. 2020,
/// section 2.3). The gradient goes back through the filterbank, the magnitudes and the short-time Fourier transform.
public struct MelLoss: Sendable {
    private let transform: ShortTimeFourierTransform
    private let filterbank: MelFilterbank
    private let floor: Float

    public init(_ convention: MelConvention) {
        transform = ShortTimeFourierTransform(convention)
        filterbank = MelFilterbank(convention)
        floor = Float(max(convention.floor, 1e-10))
    }

    /// - Parameters:
    ///   - audio: `[batch, samples, 1]`, float32.
    ///   - target: As many samples of the recordings.
    ///   - weight: What the gradient is multiplied by.
    /// - Returns: The distance, in nepers, and its weighted gradient with respect to `audio`.
    public func callAsFunction(
        _ audio: Tensor, _ target: Tensor, weight: Double
    ) -> (value: Double, gradient: Tensor) {
        precondition(audio.shape == target.shape, "\(audio.shape) compared with \(target.shape)")
        let gradient = Tensor(audio.shape)
        var sums = [Double](repeating: 0, count: audio.batch)
        let numbers = transform.frames.count(ofSamples: audio.time) * filterbank.bandCount * audio.batch
        sums.withUnsafeMutableBufferPointer { sums in
            let sums = sums.baseAddress!
            Parallel.forEach(audio.batch) { entries in
                for entry in entries {
                    let made = Array(segment(entry, of: audio))
                    let (sum, slope) = distance(
                        made, Array(segment(entry, of: target)), scale: Float(weight) / Float(numbers))
                    sums[entry] = sum
                    _ = slope.withUnsafeBufferPointer { segment(entry, of: gradient).update(fromContentsOf: $0) }
                }
            }
        }
        withExtendedLifetime((audio, target, gradient)) {}
        return (sums.reduce(0, +) / Double(numbers), gradient)
    }

    private func segment(_ entry: Int, of tensor: Tensor) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: tensor.pointer(Float.self) + entry * tensor.time, count: tensor.time)
    }

    /// The sum of absolute differences of one segment, and its gradient times `scale`.
    private func distance(_ samples: [Float], _ target: [Float], scale: Float) -> (sum: Double, gradient: [Float]) {
        var spectrogram = transform.spectrogram(of: samples)
        let (magnitudes, targets) = (spectrogram.magnitudes, transform.spectrogram(of: target).magnitudes)
        let (bins, bands) = (spectrogram.binCount, filterbank.bandCount)
        var (made, wanted) = ([Float](repeating: 0, count: bands), [Float](repeating: 0, count: bands))
        var slopes = [Float](repeating: 0, count: bins)
        var sum = 0.0
        for frame in 0..<spectrogram.frameCount {
            let row = frame * bins
            magnitudes.withUnsafeBufferPointer { filterbank.apply(to: $0.baseAddress! + row, into: &made) }
            targets.withUnsafeBufferPointer { filterbank.apply(to: $0.baseAddress! + row, into: &wanted) }
            for band in 0..<bands {
                let difference = log(max(made[band], floor)) - log(max(wanted[band], floor))
                sum += Double(abs(difference))
                // At the floor the distance does not depend on the magnitude.
                made[band] = made[band] <= floor || difference == 0 ? 0 : (difference > 0 ? scale : -scale) / made[band]
            }
            filterbank.applyAdjoint(to: made, into: &slopes)
            for bin in 0..<bins {
                // The magnitude has no slope at zero.
                let magnitude = magnitudes[row + bin]
                let slope = magnitude > 1e-12 ? slopes[bin] / magnitude : 0
                spectrogram.real[row + bin] *= slope
                spectrogram.imaginary[row + bin] *= slope
            }
        }
        return (sum, transform.adjoint(of: spectrogram, sampleCount: samples.count))
    }
}
