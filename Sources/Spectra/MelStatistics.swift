/// The few numbers of a mel that give its convention away.
struct MelStatistics: Sendable, Equatable {
    let bandCount: Int
    let least: Float
    let greatest: Float
    /// The 5th and the 99.5th percentile.
    let low: Float
    let high: Float
    let looksStandardised: Bool
    /// How many values lie at the least one: more than a few where a floor was hit.
    private let countAtLeast: Int

    init(values: [Float], bandCount: Int) {
        let sorted = values.sorted()
        self.bandCount = bandCount
        least = sorted.first ?? 0
        greatest = sorted.last ?? 0
        let threshold = least + 1e-3 * max(1, abs(least))
        let count = sorted.prefix { $0 <= threshold }.count
        countAtLeast = count
        // Digital silence says nothing of the sound's range: the percentiles are those of the rest.
        let heard = sorted[(count > 3 && count < sorted.count ? sorted.firstIndex { $0 > threshold + 0.05 } ?? 0 : 0)...]
        low = heard.isEmpty ? 0 : heard[heard.startIndex + heard.count / 20]
        high = heard.isEmpty ? 0 : heard[heard.startIndex + min(heard.count - 1, heard.count * 995 / 1000)]
        looksStandardised = Self.looksStandardised(values, bandCount: bandCount)
    }

    /// Logarithm of the likelihood that `convention` made the mel, up to a constant; minus infinity where it cannot have.
    func score(of convention: MelConvention) -> Double {
        guard convention.bandCount == bandCount else { return -.infinity }
        let silence = convention.silence
        // Half precision rounds 11.5 by 0.004.
        let tolerance: Float = 0.01
        guard let floor = silence.min(), least >= floor - tolerance else { return -.infinity }
        if convention.compression == .symmetricDecibel && greatest > 4 + tolerance { return -.infinity }
        let top = decades(high, convention), span = top - decades(low, convention)
        // Peak-norm filters gather about 1.6 decades more than those of unit area.
        let expectedTop = convention.norm == .peak ? 1.4 : -0.2
        let reachesFloor = countAtLeast > 3 && least <= (silence.max() ?? floor) + tolerance
        let topDeviation = (top - expectedTop) / 0.5
        // What fades into digital silence passes every level on its way.
        let spanDeviation = reachesFloor ? min(0, span - 3.7) / 0.6 : (span - 3.7) / 0.6
        return (reachesFloor ? 6 : 0) - (topDeviation * topDeviation + spanDeviation * spanDeviation) / 2
    }

    /// log10 of the magnitude that `value` stands for.
    private func decades(_ value: Float, _ convention: MelConvention) -> Double {
        switch convention.compression {
        case .naturalLog: Double(value) / 2.302585
        case .log10: Double(value)
        case .symmetricDecibel: (Double(value) - 2.4) / 1.6
        }
    }

    private static func looksStandardised(_ values: [Float], bandCount: Int) -> Bool {
        let frameCount = values.count / bandCount
        guard frameCount >= 10 else { return false }
        var centred = 0
        for band in 0..<bandCount {
            var sum = 0.0, squares = 0.0
            for frame in 0..<frameCount {
                let value = Double(values[frame * bandCount + band])
                sum += value
                squares += value * value
            }
            let mean = sum / Double(frameCount)
            let deviation = max(0, squares / Double(frameCount) - mean * mean).squareRoot()
            if abs(mean) < 0.6 && deviation > 0.5 && deviation < 1.6 { centred += 1 }
        }
        return centred * 10 >= bandCount * 8
    }
}
