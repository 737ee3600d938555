import Kernels
public import Spectra
public import Tensors

/// The mean of ``MelLoss`` over four resolutions: windows of 2048, 1024, 512 and 256 samples with 128, 80, 40 and 20 bands from 0 Hz
/// to half the sample rate, and hops of a quarter of the window.
///
/// One resolution leaves open how the energy of a window is spread over it; the short windows place onsets, the long ones
/// separate harmonics (as in the Descript Audio Codec, Kumar et al. 2023).
public struct MultiResolutionMelLoss: AudioLoss {
    private let losses: [MelLoss]

    public init(sampleRate: Int) {
        losses = [(2048, 128), (1024, 80), (512, 40), (256, 20)].map { window, bands in
            var convention = MelConvention.melgan
            convention.name = "\(window)"
            convention.sampleRate = sampleRate
            (convention.fftSize, convention.windowLength, convention.hopLength) = (window, window, window / 4)
            convention.bandCount = bands
            (convention.lowestFrequency, convention.highestFrequency) = (0, Double(sampleRate) / 2)
            return MelLoss(convention)
        }
    }

    public func callAsFunction(_ audio: Tensor, _ target: Tensor, weight: Double) -> (value: Double, gradient: Tensor) {
        let share = 1 / Double(losses.count)
        var (sum, gradient) = losses[0](audio, target, weight: weight * share)
        for loss in losses.dropFirst() {
            let other = loss(audio, target, weight: weight * share)
            sum += other.value
            Elementwise.add(other.gradient, to: gradient)
        }
        return (sum * share, gradient)
    }
}
