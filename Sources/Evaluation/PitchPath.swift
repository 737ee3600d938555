import Platform

/// One period that a frame might have.
struct PitchCandidate: Equatable {
    /// Hz.
    var frequency: Double
    /// 0 where the signal repeats exactly after this period, about 1 where it does not at all.
    var aperiodicity: Double
}

/// The cheapest way through the frames' candidates, one of which is always to be unvoiced (Viterbi).
///
/// A voiced frame costs its aperiodicity and a little for each octave below the highest frequency, because twice a
/// period is a period too; an unvoiced frame costs a constant; a jump costs in proportion to its octaves, and so does
/// a change of voicing. The same three terms as in Boersma, "Accurate short-term analysis of the fundamental
/// frequency" (1993), section 4.
struct PitchPath: Sendable {
    let highestFrequency: Double
    /// Of speech recorded in a room this calls as many frames voiced as pYIN and DIO do, whose own disagreement on which
    /// they are it shares.
    var unvoicedCost = 0.55
    var octaveCost = 0.03
    var jumpCost = 0.9
    var voicingCost = 0.2

    init(highestFrequency: Double) {
        self.highestFrequency = highestFrequency
    }

    /// Hz for each frame, 0 where unvoiced.
    func frequencies(through candidates: [[PitchCandidate]]) -> [Double] {
        // Choice 0 of every frame is to be unvoiced, choice c + 1 its candidate c.
        var costs = [0.0]
        var previous: [PitchCandidate] = []
        var origins: [[Int]] = []
        for frame in candidates {
            var newCosts: [Double] = [], frameOrigins: [Int] = []
            for choice in 0...frame.count {
                let candidate = choice == 0 ? nil : frame[choice - 1]
                var best = (cost: Double.infinity, origin: 0)
                for origin in costs.indices {
                    let from = origin == 0 ? nil : previous[origin - 1]
                    let cost = costs[origin] + transitionCost(from: from, to: candidate)
                    if cost < best.cost { best = (cost, origin) }
                }
                newCosts.append(best.cost + self.cost(of: candidate))
                frameOrigins.append(best.origin)
            }
            (costs, previous) = (newCosts, frame)
            origins.append(frameOrigins)
        }
        var choice = costs.indices.min { costs[$0] < costs[$1] }!
        var result = [Double](repeating: 0, count: candidates.count)
        for frame in candidates.indices.reversed() {
            if choice > 0 { result[frame] = candidates[frame][choice - 1].frequency }
            choice = origins[frame][choice]
        }
        return result
    }

    private func cost(of candidate: PitchCandidate?) -> Double {
        guard let candidate else { return unvoicedCost }
        return candidate.aperiodicity + octaveCost * log2(highestFrequency / candidate.frequency)
    }

    private func transitionCost(from: PitchCandidate?, to: PitchCandidate?) -> Double {
        switch (from, to) {
        case (nil, nil): 0
        case (let from?, let to?): jumpCost * abs(log2(to.frequency / from.frequency))
        default: voicingCost
        }
    }
}
