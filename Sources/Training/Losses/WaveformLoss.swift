public import Tensors

/// The relative L2 distance of waveforms:
///
///     |s - r| / max(|r|, sqrt(N) leastLevel)
///
/// with | | the Euclidean norm over all N samples of a batch, so that loud segments, which are voiced ones, count for most of it. It
/// compares phases too, which a generator can only learn where its source has the recording's (see
/// ``SourceFilter/SpeechSource/aligned(_:of:to:)``). Where the signal cannot be predicted, as in noise, its minimum is silence, so that
/// losses of magnitudes must stand beside it.
public struct WaveformLoss: AudioLoss {
    /// Root mean square, -60 dB of full scale: below it a quieter batch counts for less, or else the distance from silence
    /// would dominate every other.
    private static let leastLevel = 1e-3

    public init() {}

    public func callAsFunction(_ audio: Tensor, _ target: Tensor, weight: Double) -> (value: Double, gradient: Tensor) {
        precondition(audio.shape == target.shape, "\(audio.shape) compared with \(target.shape)")
        let gradient = Tensor(audio.shape)
        let count = audio.count
        let (made, wanted) = (audio.pointer(Float.self), target.pointer(Float.self))
        let gradients = gradient.pointer(Float.self)
        var (difference, power) = (0.0, 0.0)
        for index in 0..<count {
            let gap = Double(made[index] - wanted[index])
            difference += gap * gap
            power += Double(wanted[index]) * Double(wanted[index])
        }
        let reference = max(power, Double(count) * Self.leastLevel * Self.leastLevel)
        // At no difference the norm has no gradient.
        let scale = difference > 0 ? Float(weight / (difference * reference).squareRoot()) : 0
        for index in 0..<count { gradients[index] = scale * (made[index] - wanted[index]) }
        withExtendedLifetime((audio, target, gradient)) {}
        return ((difference / reference).squareRoot(), gradient)
    }
}
