/// Samples at full scale, where the original has none.
struct Clipping {
    let sampleRate: Int
    /// Of full scale. A hyperbolic tangent that is driven too hard comes no nearer.
    static let bound: Float = 0.99
    /// Seconds between two of them that count as one fault.
    private static let gap = 0.05

    func artefacts(in samples: [Float], original: [Float]?) -> [Artefact] {
        let reach = sampleRate / 500
        var result: [Artefact] = []
        var last: Int?
        var first = 0
        var count = 0
        var peak: Float = 0
        func close() {
            guard let last, count > 1 || peak > 1 else { return }
            result.append(
                Artefact(
                    .clipping, from: Double(first) / Double(sampleRate),
                    to: Double(last + 1) / Double(sampleRate),
                    level: 2 * decibels(ofPower: Double(peak)),
                    detail: "\(count) sample\(count == 1 ? "" : "s")"))
        }
        for index in samples.indices where abs(samples[index]) >= Self.bound {
            if let original, isClipped(original, near: index, reach: reach) { continue }
            if let before = last, Double(index - before) > Self.gap * Double(sampleRate) {
                close()
                last = nil
            }
            if last == nil { (first, count, peak) = (index, 0, 0) }
            (last, count, peak) = (index, count + 1, max(peak, abs(samples[index])))
        }
        close()
        return result
    }

    private func isClipped(_ original: [Float], near index: Int, reach: Int) -> Bool {
        let range = (max(0, index - reach)..<index + reach + 1).clamped(to: 0..<original.count)
        return original[range].contains { abs($0) >= Self.bound }
    }
}
