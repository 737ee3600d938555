public import Kernels

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

    /// The finaliser of SplitMix64.
    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
