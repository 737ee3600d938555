public import Kernels
import Tensors

/// What is dropped in one step of training: a function of the seed, the step and the layer.
public struct DropoutSchedule: Sendable {
    private let base: UInt64
    /// Within blocks.
    public let blockRate: Float
    /// Within predictors.
    public let predictorRate: Float

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
