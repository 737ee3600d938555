public import Tensors

/// How far generated samples are from the recordings', and which way to go:
///
///     |s - r| / max(|r|, sqrt(N) leastLevel)
///
/// with | | the Euclidean norm over all N samples of a batch: loud segments, which are voiced ones, count for most of it. It
/// asks for phases too, which a generator can only learn where its source has the recording's (see
/// ``MelGAN/SpeechSource/aligned(_:of:to:)``). Of what cannot be foretold, such as noise, it asks for silence, so that distances of
/// magnitudes must stand beside it.
public struct WaveformLoss: Sendable {
    /// Root mean square, -60 dB of full scale: below it a quieter batch counts for less, or else the distance from silence
    /// would drown every other.
    private static let leastLevel = 1e-3

    public init() {}

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
        let count = audio.count
        let (made, wanted) = (audio.pointer(Float.self), target.pointer(Float.self))
        let slopes = gradient.pointer(Float.self)
        var (difference, power) = (0.0, 0.0)
        for index in 0..<count {
            let gap = Double(made[index] - wanted[index])
            difference += gap * gap
            power += Double(wanted[index]) * Double(wanted[index])
        }
        let reference = max(power, Double(count) * Self.leastLevel * Self.leastLevel)
        // At no difference the norm has no slope.
        let steepness = difference > 0 ? Float(weight / (difference * reference).squareRoot()) : 0
        for index in 0..<count { slopes[index] = steepness * (made[index] - wanted[index]) }
        withExtendedLifetime((audio, target, gradient)) {}
        return ((difference / reference).squareRoot(), gradient)
    }
}
