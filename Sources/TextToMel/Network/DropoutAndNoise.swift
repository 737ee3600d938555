import Tensors
import Kernels

/// The dropout masks of one training step, each a function of the seed, the step and the layer.
///
/// Masks do not depend on the order of calls, so a resumed run draws the same ones as a run that was never interrupted.
public struct DropoutSchedule: Sendable {
    private let base: UInt64
    /// The dropout rate within ConvNeXt blocks.
    public let blockRate: Float
    /// The dropout rate within the duration, pitch and energy predictors.
    public let predictorRate: Float

    /// Creates the schedule of one step.
    ///
    /// - Parameters:
    ///   - seed: The seed of the run.
    ///   - step: The number of the training step.
    ///   - blockRate: The dropout rate within ConvNeXt blocks, from 0 up to but not including 1.
    ///   - predictorRate: The dropout rate within predictors, from 0 up to but not including 1.
    public init(seed: UInt64, step: Int, blockRate: Float = 0.1, predictorRate: Float = 0.3) {
        base = Self.mixed(seed ^ Self.mixed(UInt64(truncatingIfNeeded: step)))
        self.blockRate = blockRate
        self.predictorRate = predictorRate
    }

    func dropout(_ rate: Float, layer: Int) -> Dropout {
        Dropout(rate: rate, key: UInt32(truncatingIfNeeded: Self.mixed(base &+ UInt64(layer)) >> 32))
    }

    /// The first number of SplitMix64 whose state is `value`.
    static func mixed(_ value: UInt64) -> UInt64 { SplitMix64.mixed(value &+ SplitMix64.increment) }
}

/// Approximately Gaussian noise of mean 0 and standard deviation 1 (before scaling), independent for each frame and channel.
///
/// The decoder makes the roughness of fricatives from it. The noise is a function of key, signal, frame and channel, so that a
/// sentence sounds the same each time. Each value is the sum of four uniform 16-bit integers, which is exact: the noise has the
/// same bits on every machine.
public struct FrameNoise: Sendable, Equatable {
    let key: UInt64
    /// The factor that the noise is multiplied by.
    let scale: Float

    /// Creates the noise of `key`, multiplied by `scale`.
    public init(key: UInt64, scale: Float = 1) { (self.key, self.scale) = (key, scale) }

    /// The noise of one signal, `[frames, channels]`, row-major.
    func values(signal: Int, frames: Int, channels: Int) -> [Float] {
        let base = DropoutSchedule.mixed(key ^ DropoutSchedule.mixed(UInt64(signal)))
        // The sum of four uniform integers from 0..<65536 has the mean 131070 and the standard deviation 65536 / √3.
        let factor = scale * 1.732_050_8 / 65_536
        return (0..<frames * channels).map { index in
            let bits = DropoutSchedule.mixed(base &+ UInt64(index))
            let sum = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)
            return Float(Int(sum) - 131_070) * factor
        }
    }
}
