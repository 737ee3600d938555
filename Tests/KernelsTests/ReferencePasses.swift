/// Passes over a signal `[batch, time, channels]`, as their definitions have them.
enum ReferencePasses {
    static func leakyReLU(_ value: Double, _ slope: Double) -> Double { value < 0 ? slope * value : value }

    /// One entry, padded by walking back and forth between its ends.
    static func reflectionPadded(_ signal: [[Double]], by padding: Int) -> [[Double]] {
        var result: [[Double]] = []
        var (position, direction) = (0, 1)
        for _ in 0..<padding {
            position += 1
            result.insert(signal[position], at: 0)
        }
        position = 0
        for _ in 0..<signal.count + padding {
            result.append(signal[position])
            if position == signal.count - 1 { direction = -1 }
            position += direction
        }
        return result
    }

    /// A window of 4 every 2 samples, from one before the first; the mean of what exists.
    static func averagePooled(_ signal: [Double]) -> [Double] {
        let padded: [Double?] = [nil] + signal + [nil]
        return stride(from: 0, through: padded.count - 4, by: 2).map { start in
            let present = padded[start..<start + 4].compactMap { $0 }
            return present.reduce(0, +) / Double(present.count)
        }
    }
}
