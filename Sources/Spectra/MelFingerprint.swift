/// What a mel's numbers alone say about the convention that made it: log base, scale and floor, but not the band edges.
///
/// Speech spans 2.6 to 4.7 decades between the 5th and the 99.5th percentile of its band magnitudes, and the latter lies
/// between 0.2 and 2.2 (unit-area filters; recordings with peaks from 0.1 to 1): read in the wrong base or scale it does not.
/// Where digital silence occurs the floor is proof.
public struct MelFingerprint: Sendable, Equatable {
    public enum Certainty: String, Sendable, Codable { case certain, likely, unsure }

    /// The presets whose values look so, best first; those after the first cannot be told from it. May be empty.
    public let candidates: [MelConvention]
    public let certainty: Certainty
    /// Whether the bands look divided by a voice's statistics (mean 0, deviation 1), which only the voice's owner can undo.
    public let isStandardised: Bool
    public let least: Float
    public let greatest: Float
    private let statistics: MelStatistics

    /// - Parameter values: `[time, band]`, finite, at least one frame.
    public init(values: [Float], bandCount: Int) {
        let statistics = MelStatistics(values: values, bandCount: bandCount)
        self.statistics = statistics
        least = statistics.least
        greatest = statistics.greatest
        isStandardised = statistics.looksStandardised
        let scored = MelConvention.presets.map { (convention: $0, score: statistics.score(of: $0)) }
            .filter { $0.score > -.infinity }
        let best = scored.map(\.score).max() ?? -.infinity
        let alike = scored.filter { $0.score > best - 2 }
        let others = scored.filter { $0.score <= best - 2 }.map(\.score).max() ?? -.infinity
        let bases = Set(alike.map(\.convention.compression))
        if isStandardised || best < -12 || bases.count > 1 {
            certainty = .unsure
        } else {
            certainty = best - others > 5 && best > -6 ? .certain : .likely
        }
        candidates = isStandardised ? [] : alike.sorted { $0.score > $1.score + 0.5 }.map(\.convention)
    }

    /// How well the numbers fit `convention`, relative to the best candidate: 0 as well, -5 hardly, minus infinity not at all.
    func fit(_ convention: MelConvention) -> Double {
        let best = candidates.map(statistics.score).max() ?? 0
        let score = statistics.score(of: convention)
        return score == -.infinity ? score : score - best
    }

    /// `melgan, parallelwavegan or espnet2 (likely)`
    public var summary: String {
        if isStandardised { return "divided by a voice's statistics (parallelwavegan or espnet2)" }
        guard let last = candidates.last else { return "no known convention" }
        let names = candidates.dropLast().map(\.name).joined(separator: ", ")
        return (names.isEmpty ? "" : names + " or ") + last.name + " (\(certainty.rawValue))"
    }
}
