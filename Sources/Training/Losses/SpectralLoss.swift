import Kernels
import Spectra
import Tensors

/// The common part of losses that differentiate through a short-time Fourier transform.
enum SpectralLoss {
    /// Computes a loss and its gradient segment by segment, in parallel.
    ///
    /// - Parameters:
    ///   - audio: `[batch, samples, 1]`, float32.
    ///   - target: The recordings, of the same shape.
    ///   - segmentLoss: Adds a segment's gradient to the array it is given, and returns the segment's loss.
    /// - Returns: The sum over segments, added in order, and the gradient with respect to `audio`.
    static func sum(
        of audio: Tensor, _ target: Tensor, segmentLoss: (_ made: [Float], _ target: [Float], inout [Float]) -> Double
    ) -> (value: Double, gradient: Tensor) {
        precondition(audio.shape == target.shape, "\(audio.shape) compared with \(target.shape)")
        let gradient = Tensor(audio.shape), time = audio.time
        func segment(_ entry: Int, of tensor: Tensor) -> UnsafeMutableBufferPointer<Float> {
            UnsafeMutableBufferPointer(start: tensor.pointer(Float.self) + entry * time, count: time)
        }
        var sums = [Double](repeating: 0, count: audio.batch)
        sums.withUnsafeMutableBufferPointer { sums in
            let sums = sums.baseAddress!
            Parallel.forEach(audio.batch) { entries in
                for entry in entries {
                    var sum = [Float](repeating: 0, count: time)
                    sums[entry] = segmentLoss(Array(segment(entry, of: audio)), Array(segment(entry, of: target)), &sum)
                    _ = sum.withUnsafeBufferPointer { segment(entry, of: gradient).update(fromContentsOf: $0) }
                }
            }
        }
        withExtendedLifetime((audio, target, gradient)) {}
        return (sums.reduce(0, +), gradient)
    }

    /// Turns a spectrogram into the gradient with respect to it, where `gradients` are those with respect to its magnitudes: the
    /// complex numbers are scaled by gradient over magnitude. At magnitude 0, which has no gradient, the result is 0.
    @inline(__always)
    static func scale(_ spectrogram: inout ComplexSpectrogram, at index: Int, gradient: Float, magnitude: Float) {
        let factor = magnitude > 1e-12 ? gradient / magnitude : 0
        spectrogram.real[index] *= factor
        spectrogram.imaginary[index] *= factor
    }
}
