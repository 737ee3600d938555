import Platform
public import Spectra
public import Tensors

/// The L1 distance of log-mel spectrograms (the mel loss of Kong et al. 2020, section 2.3):
///
///     mean over segments, frames and bands of |ln max(m, floor) - ln max(r, floor)|
///
/// with m and r the band magnitudes of generated audio and recordings, by the convention's transform and filterbank.
public struct MelLoss: AudioLoss {
    private let transform: ShortTimeFourierTransform
    private let filterbank: MelFilterbank
    private let floor: Float

    public init(_ convention: MelConvention) {
        transform = ShortTimeFourierTransform(convention)
        filterbank = MelFilterbank(convention)
        floor = Float(max(convention.floor, 1e-10))
    }

    public func callAsFunction(_ audio: Tensor, _ target: Tensor, weight: Double) -> (value: Double, gradient: Tensor) {
        let count = transform.frames.count(ofSamples: audio.time) * filterbank.bandCount * audio.batch
        let (sum, gradient) = SpectralLoss.sum(of: audio, target) { made, target, gradient in
            accumulate(made, target, scale: Float(weight) / Float(count), &gradient)
        }
        return (sum / Double(count), gradient)
    }

    /// The sum of absolute differences of one segment, whose gradient times `scale` is added to `gradient`.
    private func accumulate(_ samples: [Float], _ target: [Float], scale: Float, _ gradient: inout [Float]) -> Double {
        var spectrogram = transform.spectrogram(of: samples)
        let (magnitudes, targets) = (spectrogram.magnitudes, transform.spectrogram(of: target).magnitudes)
        let (bins, bands) = (spectrogram.binCount, filterbank.bandCount)
        var (made, wanted) = ([Float](repeating: 0, count: bands), [Float](repeating: 0, count: bands))
        var gradients = [Float](repeating: 0, count: bins)
        var sum = 0.0
        for frame in 0..<spectrogram.frameCount {
            let row = frame * bins
            magnitudes.withUnsafeBufferPointer { filterbank.apply(to: $0.baseAddress! + row, into: &made) }
            targets.withUnsafeBufferPointer { filterbank.apply(to: $0.baseAddress! + row, into: &wanted) }
            for band in 0..<bands {
                let difference = log(max(made[band], floor)) - log(max(wanted[band], floor))
                sum += Double(abs(difference))
                // At the floor the loss does not depend on the magnitude.
                made[band] = made[band] <= floor || difference == 0 ? 0 : (difference > 0 ? scale : -scale) / made[band]
            }
            filterbank.applyAdjoint(to: made, into: &gradients)
            for bin in 0..<bins {
                SpectralLoss.scale(
                    &spectrogram, at: row + bin, gradient: gradients[bin], magnitude: magnitudes[row + bin])
            }
        }
        let own = transform.adjoint(of: spectrogram, sampleCount: samples.count)
        for index in own.indices { gradient[index] += own[index] }
        return sum
    }
}
