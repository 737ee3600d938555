import Kernels
import Platform
import Spectra
public import Tensors

/// How far the magnitudes of generated audio are from the recordings' at three resolutions, and which way to go (Yamamoto,
/// Song and Kim, "Parallel WaveGAN", 2020, equations 3 to 6):
///
///     mean over resolutions and segments of  |S - R| / |R| + mean of |ln max(S, floor) - ln max(R, floor)|
///
/// with S and R the magnitudes of the short-time Fourier transforms and | | Frobenius' norm. In the first term's denominator no
/// bin counts for less than 0.01, or else the distance from silence would drown every other.
public struct MultiResolutionSTFTLoss: Sendable {
    private let transforms: [ShortTimeFourierTransform]
    /// Magnitude, of an unscaled transform.
    private static let floor: Float = 1e-4
    private static let leastReference: Float = 1e-2

    public init() { self.init([(1024, 600, 120), (2048, 1200, 240), (512, 240, 50)]) }

    init(_ resolutions: [(fftSize: Int, windowLength: Int, hopLength: Int)]) {
        transforms = resolutions.map {
            ShortTimeFourierTransform(fftSize: $0.fftSize, windowLength: $0.windowLength, hopLength: $0.hopLength)
        }
    }

    /// - Parameters:
    ///   - audio: `[batch, samples, 1]`, float32.
    ///   - target: As many samples of the recordings.
    ///   - weight: What the gradient is multiplied by.
    /// - Returns: The distance, and its weighted gradient with respect to `audio`.
    public func callAsFunction(
        _ audio: Tensor, _ target: Tensor, weight: Double
    ) -> (value: Double, gradient: Tensor) {
        precondition(audio.shape == target.shape, "\(audio.shape) compared with \(target.shape)")
        let gradient = Tensor(audio.shape)
        var sums = [Double](repeating: 0, count: audio.batch)
        let share = Float(1 / Double(audio.batch * transforms.count))
        sums.withUnsafeMutableBufferPointer { sums in
            let sums = sums.baseAddress!
            Parallel.forEach(audio.batch) { entries in
                for entry in entries {
                    let made = Array(segment(entry, of: audio)), wanted = Array(segment(entry, of: target))
                    var slope = [Float](repeating: 0, count: made.count)
                    for transform in transforms {
                        sums[entry] += distance(transform, made, wanted, share * Float(weight), &slope)
                    }
                    _ = slope.withUnsafeBufferPointer { segment(entry, of: gradient).update(fromContentsOf: $0) }
                }
            }
        }
        withExtendedLifetime((audio, target, gradient)) {}
        return (sums.reduce(0, +) * Double(share), gradient)
    }

    private func segment(_ entry: Int, of tensor: Tensor) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: tensor.pointer(Float.self) + entry * tensor.time, count: tensor.time)
    }

    /// One segment's distance at one resolution; its gradient times `scale` is added to `slope`.
    private func distance(
        _ transform: ShortTimeFourierTransform, _ samples: [Float], _ target: [Float], _ scale: Float,
        _ slope: inout [Float]
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
        // At no difference the norm has no slope.
        let steepness = difference > 0 ? scale / Float((difference * power).squareRoot()) : 0
        for index in 0..<count {
            let magnitude = made[index]
            let ratio = logf(max(magnitude, floor) / max(wanted[index], floor))
            logarithms += Double(abs(ratio))
            var slope = steepness * (magnitude - wanted[index])
            if magnitude > floor, ratio != 0 { slope += (ratio > 0 ? scale : -scale) / (Float(count) * magnitude) }
            // The magnitude has no slope at zero.
            let factor = magnitude > 1e-12 ? slope / magnitude : 0
            spectrogram.real[index] *= factor
            spectrogram.imaginary[index] *= factor
        }
        let gradient = transform.adjoint(of: spectrogram, sampleCount: samples.count)
        for index in gradient.indices { slope[index] += gradient[index] }
        return (difference / power).squareRoot() + logarithms / Double(count)
    }
}
