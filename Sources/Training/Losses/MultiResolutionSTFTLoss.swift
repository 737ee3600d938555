import Platform
import Spectra
public import Tensors

/// The multi-resolution STFT loss (Yamamoto, Song and Kim, "Parallel WaveGAN", 2020, equations 3 to 6): spectral convergence
/// plus the L1 distance of log magnitudes,
///
///     mean over resolutions and segments of  |S - R| / |R| + mean of |ln max(S, floor) - ln max(R, floor)|
///
/// with S and R the STFT magnitudes and | | the Frobenius norm. In the denominator of the first term no bin counts for less than
/// 0.01, or else the distance from silence would dominate every other.
public struct MultiResolutionSTFTLoss: AudioLoss {
    private let transforms: [ShortTimeFourierTransform]
    /// The least magnitude of an unscaled transform.
    private static let floor: Float = 1e-4
    private static let leastReference: Float = 1e-2

    /// At the resolutions of the paper's table 1.
    public init() { self.init([(1024, 600, 120), (2048, 1200, 240), (512, 240, 50)]) }

    init(_ resolutions: [(fftSize: Int, windowLength: Int, hopLength: Int)]) {
        transforms = resolutions.map {
            ShortTimeFourierTransform(fftSize: $0.fftSize, windowLength: $0.windowLength, hopLength: $0.hopLength)
        }
    }

    public func callAsFunction(_ audio: Tensor, _ target: Tensor, weight: Double) -> (value: Double, gradient: Tensor) {
        let mean = Float(1 / Double(audio.batch * transforms.count))
        let (sum, gradient) = SpectralLoss.sum(of: audio, target) { made, target, gradient in
            transforms.reduce(0.0) { $0 + accumulate($1, made, target, mean * Float(weight), &gradient) }
        }
        return (sum * Double(mean), gradient)
    }

    /// One segment's loss at one resolution, whose gradient times `scale` is added to `gradient`.
    private func accumulate(
        _ transform: ShortTimeFourierTransform, _ samples: [Float], _ target: [Float], _ scale: Float,
        _ gradient: inout [Float]
    ) -> Double {
        let floor = Self.floor
        var spectrogram = transform.spectrogram(of: samples)
        let (made, wanted) = (spectrogram.magnitudes, transform.spectrogram(of: target).magnitudes)
        let count = made.count
        var (difference, power, logarithms) = (0.0, 0.0, 0.0)
        for index in 0..<count {
            let gap = made[index] - wanted[index], least = max(wanted[index], Self.leastReference)
            difference += Double(gap * gap)
            power += Double(least * least)
        }
        // At no difference the norm has no gradient.
        let convergence = difference > 0 ? scale / Float((difference * power).squareRoot()) : 0
        for index in 0..<count {
            let magnitude = made[index]
            let ratio = logf(max(magnitude, floor) / max(wanted[index], floor))
            logarithms += Double(abs(ratio))
            var gradient = convergence * (magnitude - wanted[index])
            if magnitude > floor, ratio != 0 { gradient += (ratio > 0 ? scale : -scale) / (Float(count) * magnitude) }
            SpectralLoss.scale(&spectrogram, at: index, gradient: gradient, magnitude: magnitude)
        }
        let own = transform.adjoint(of: spectrogram, sampleCount: samples.count)
        for index in own.indices { gradient[index] += own[index] }
        return (difference / power).squareRoot() + logarithms / Double(count)
    }
}
