public import Kernels
public import MelGAN
public import Tensors

/// The ``MultiResolutionSTFTLoss`` in each sub-band at three resolutions, between the bands that a generator makes and those of
/// the recording, averaged over bands (Yang et al. 2020, section 2.3).
///
/// The paper's transforms of 683 and 171 samples are of 684 and 172 here, which are even: the windows, which decide what is
/// compared, are the paper's.
public struct SubBandSTFTLoss: Loss {
    private let filterbank: SubBandFilterbank
    private let loss = MultiResolutionSTFTLoss([(384, 150, 30), (684, 300, 60), (172, 60, 10)])

    public init(_ filterbank: SubBandFilterbank) { self.filterbank = filterbank }

    public func accumulate(on generated: GeneratorOutput, _ audio: Tensor, weight: Double) -> Double {
        guard let bands = generated.subBands else { preconditionFailure("a sub-band loss without sub-bands") }
        let (value, gradient) = self(bands.value, audio, weight: weight)
        bands.accumulate(gradient)
        return value
    }

    /// - Parameters:
    ///   - bands: `[batch, samples / bands, bands]`, float32.
    ///   - target: The recordings, `[batch, samples, 1]`.
    ///   - weight: The factor of the gradient.
    /// - Returns: The mean loss, and its gradient with respect to `bands` times `weight`.
    public func callAsFunction(
        _ bands: Tensor, _ target: Tensor, weight: Double
    ) -> (value: Double, gradient: Tensor) {
        let (value, gradient) = loss(
            signals(bands), signals(filterbank.analysis(of: target)), weight: weight)
        return (value, joined(gradient, as: bands.shape))
    }

    /// `[batch * bands, time, 1]` from `[batch, time, bands]`: each band a signal of its own.
    private func signals(_ bands: Tensor) -> Tensor {
        let (count, time) = (bands.channels, bands.time)
        return moved(bands, to: [bands.batch * count, time, 1]) { entry, step, band in
            ((entry * count + band) * time + step, (entry * time + step) * count + band)
        }
    }

    /// The inverse of ``signals(_:)``.
    private func joined(_ signals: Tensor, as shape: [Int]) -> Tensor {
        let (time, count) = (shape[1], shape[2])
        return moved(signals, to: shape) { entry, step, band in
            ((entry * time + step) * count + band, (entry * count + band) * time + step)
        }
    }

    private func moved(
        _ tensor: Tensor, to shape: [Int], _ places: (_ entry: Int, _ step: Int, _ band: Int) -> (to: Int, from: Int)
    ) -> Tensor {
        let result = Tensor(shape), bands = filterbank.bandCount
        let time = max(tensor.time, 1)
        let (from, to) = (tensor.pointer(Float.self), result.pointer(Float.self))
        for entry in 0..<tensor.count / (time * bands) {
            for step in 0..<time {
                for band in 0..<bands {
                    let place = places(entry, step, band)
                    to[place.to] = from[place.from]
                }
            }
        }
        withExtendedLifetime((tensor, result)) {}
        return result
    }
}
