public import Tensors

/// What a generator refines, and the unit it does so in: `[batch, hop * T, 1]` each, float32.
public struct SourceSignal {
    /// Of a ``SpeechSource``.
    public let samples: Tensor
    /// By ``SourceLevel``; above 0.
    public let level: Tensor

    public init(samples: Tensor, level: Tensor) {
        precondition(samples.shape == level.shape, "samples \(samples.shape) of levels \(level.shape)")
        (self.samples, self.level) = (samples, level)
    }

    /// The samples in parts of the level.
    var relative: Tensor {
        Tensor(zip(samples.values, level.values).map { $0 / $1 }, shape: samples.shape)
    }
}
