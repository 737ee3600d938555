/// Keeps samples within ±1 without clipping: the level falls before a peak that is too high, and rises again after it.
///
/// With d[n] = max(0, 1 - 1/|x[n]|) and a reach of L samples (5 ms), the gain is
///
/// g[n] = 1 - (sum over k in n - L...n of max d[k...k + L]) / (L + 1)
///
/// Every maximum of the sum has d[n] in its range, so |g[n] x[n]| <= 1. Where no sample within 2 L exceeds 1 the gain is exactly 1
/// and the samples keep their bits. However the samples are divided into chunks, the result is the same.
public struct PeakLimiter: Sendable {
    private let reach: Int
    /// Samples that have come and not left, and d of each.
    private var samples: [Float] = []
    private var depths: [Float] = []
    /// The maxima of the last `reach` samples that have left.
    private var maxima: [Float] = []
    /// How many samples were beyond full scale.
    public private(set) var limitedSampleCount = 0
    /// How many samples have come.
    public private(set) var sampleCount = 0

    /// - Parameter sampleRate: In Hz.
    public init(sampleRate: Int) { reach = max(1, sampleRate / 200) }

    /// Takes samples and passes on those whose gain is known: all but the last 5 ms.
    public mutating func push<Failure: Error>(
        _ new: UnsafeBufferPointer<Float>, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        sampleCount += new.count
        samples += new
        for sample in new {
            let magnitude = abs(sample)
            if magnitude > 1 { limitedSampleCount += 1 }
            depths.append(magnitude > 1 ? 1 - 1 / magnitude : 0)
        }
        try pass(samples.count - reach, sink)
    }

    /// Passes on the rest.
    public mutating func finish<Failure: Error>(
        _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        try pass(samples.count, sink)
    }

    private mutating func pass<Failure: Error>(
        _ count: Int, _ sink: (UnsafeBufferPointer<Float>) throws(Failure) -> Void
    ) throws(Failure) {
        guard count > 0 else { return }
        var output = Array(samples[..<count])
        if depths.contains(where: { $0 > 0 }) || maxima.contains(where: { $0 > 0 }) {
            for index in 0..<count {
                maxima.append(depths[index...min(index + reach, depths.count - 1)].max()!)
                let window = maxima.suffix(reach + 1)
                let sum = window.reduce(0, +)
                // Rounding may leave the last bit beyond full scale.
                if sum > 0 { output[index] = max(-1, min(1, output[index] * (1 - sum / Float(reach + 1)))) }
            }
            maxima.removeFirst(max(0, maxima.count - reach))
        }
        samples.removeFirst(count)
        depths.removeFirst(count)
        try output.withUnsafeBufferPointer { buffer throws(Failure) in try sink(buffer) }
    }
}

extension Waveform {
    /// The waveform within ±1; see ``PeakLimiter``.
    public func limited() -> Waveform {
        var limiter = PeakLimiter(sampleRate: sampleRate)
        var output: [Float] = []
        output.reserveCapacity(samples.count)
        samples.withUnsafeBufferPointer { limiter.push($0) { output += $0 } }
        limiter.finish { output += $0 }
        return Waveform(samples: output, sampleRate: sampleRate)
    }
}
