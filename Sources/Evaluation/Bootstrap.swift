import Tensors

/// A mean over recordings, and how far it can be trusted.
public struct Estimate: Codable, Equatable, Sendable {
    public let mean: Double
    /// The bounds of the 95 % interval; nil for fewer than two recordings, which say nothing of the others.
    public let low: Double?
    public let high: Double?
    /// Recordings for which the metric is defined.
    public let count: Int

    /// The percentile bootstrap over recordings (Efron 1979): the mean of `resampleCount` draws of as many values, with
    /// replacement; the interval leaves 2.5 % of them on either side. The same seed gives the same bounds.
    ///
    /// nil for no values.
    public init?(of values: [Double], seed: UInt64, resampleCount: Int = 2000) {
        guard !values.isEmpty else { return nil }
        count = values.count
        mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else {
            (low, high) = (nil, nil)
            return
        }
        var generator = SplitMix64(seed: seed)
        let means = (0..<resampleCount).map { _ in
            var sum = 0.0
            for _ in values.indices { sum += values[Int.random(in: values.indices, using: &generator)] }
            return sum / Double(values.count)
        }.sorted()
        low = means[resampleCount * 25 / 1000]
        high = means[resampleCount - 1 - resampleCount * 25 / 1000]
    }
}
