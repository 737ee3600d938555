public import Audio
import Platform

/// A pitch tracker: YIN's candidates each 5 ms, joined by dynamic programming.
///
/// Per frame the cumulative mean normalised difference of de Cheveigné and Kawahara, "YIN, a fundamental frequency
/// estimator for speech and music" (2002), equations 6 and 8, over a window of 25 ms:
/// `d(l) = sum over j of (x[j] - x[j + l])^2`, `d'(l) = d(l) l / (d(1) + ... + d(l))`.
/// Its local minima are candidates, refined by a parabola through `d` (their step 5). Instead of a threshold within
/// the frame (their step 4), which makes octave errors, the cheapest path through all frames decides: ``PitchPath``.
public struct PitchTracker: Sendable {
    /// The frequencies in Hz that are searched.
    public let range: ClosedRange<Double>
    public let sampleRate: Int
    let shortestLag: Int
    let longestLag: Int
    let windowLength: Int
    let path: PitchPath

    /// - Parameters:
    ///   - sampleRate: Hz; at least four times the highest pitch.
    ///   - range: Hz.
    public init(sampleRate: Int, range: ClosedRange<Double> = 70...500) {
        precondition(Double(sampleRate) >= 4 * range.upperBound, "pitch up to \(range) Hz at \(sampleRate) Hz")
        self.sampleRate = sampleRate
        self.range = range
        shortestLag = Int(Double(sampleRate) / range.upperBound)
        longestLag = Int((Double(sampleRate) / range.lowerBound).rounded(.up))
        windowLength = (sampleRate / 40 + 7) / 8 * 8
        path = PitchPath(highestFrequency: range.upperBound)
    }

    /// The pitch of `waveform`, which has the tracker's rate. Frames more than 40 dB below the loud level are unvoiced.
    public func track(of waveform: Waveform) -> PitchTrack {
        precondition(
            waveform.sampleRate == sampleRate, "\(waveform.sampleRate) Hz for a pitch tracker of \(sampleRate) Hz")
        return track(
            of: waveform.samples, levels: FrameLevels(of: waveform.samples, sampleRate: waveform.sampleRate))
    }

    func track(of samples: [Float], levels: FrameLevels) -> PitchTrack {
        let grid = AnalysisGrid(sampleCount: samples.count, sampleRate: sampleRate)
        let audible = levels.isAudible(within: 40)
        let span = windowLength + longestLag + 1
        let padding = span / 2
        let padded = [Float](repeating: 0, count: padding) + samples + [Float](repeating: 0, count: span)
        var differences = [Float](repeating: 0, count: longestLag + 2)
        let candidates = (0..<grid.frameCount).map { frame -> [PitchCandidate] in
            guard audible[frame] else { return [] }
            measureDifferences(padded, at: grid.centre(ofFrame: frame), into: &differences)
            return self.candidates(differences)
        }
        return PitchTrack(frequencies: path.frequencies(through: candidates))
    }

    /// `d(1) ... d(longestLag + 1)` of the frame that begins at `start`.
    ///
    /// The two windows of every lag are centred on the frame; were both to begin at one sample, they would lag behind a
    /// gliding pitch.
    func measureDifferences(_ signal: [Float], at start: Int, into differences: inout [Float]) {
        let blocks = windowLength / 8
        signal.withUnsafeBytes { bytes in
            for lag in 1...longestLag + 1 {
                let begin = start + (longestLag + 1 - lag) / 2
                let base = bytes.baseAddress! + begin * MemoryLayout<Float>.stride
                let delayed = base + lag * MemoryLayout<Float>.stride
                var sum = SIMD8<Float>.zero
                for block in 0..<blocks {
                    let offset = block * 32
                    let difference =
                        base.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                        - delayed.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
                    sum += difference * difference
                }
                differences[lag] = sum.sum()
            }
        }
    }

    /// The local minima of the normalised difference that could be periods: those below 0.7, where noise ends.
    func candidates(_ differences: [Float]) -> [PitchCandidate] {
        var normalised = [Double](repeating: 1, count: differences.count)
        var sum = 0.0
        for lag in 1..<differences.count {
            sum += Double(differences[lag])
            normalised[lag] = sum > 0 ? Double(differences[lag]) * Double(lag) / sum : 1
        }
        var result: [PitchCandidate] = []
        for lag in max(2, shortestLag)...longestLag
        where normalised[lag] < 0.7 && normalised[lag] <= normalised[lag - 1] && normalised[lag] < normalised[lag + 1] {
            let frequency = Double(sampleRate) / (Double(lag) + vertexOffset(differences, lag))
            guard range.contains(frequency) else { continue }
            result.append(PitchCandidate(frequency: frequency, aperiodicity: normalised[lag]))
        }
        return result
    }

    /// Where the parabola through three neighbouring differences has its minimum, -1 ... 1 lags from the middle.
    private func vertexOffset(_ differences: [Float], _ lag: Int) -> Double {
        let left = Double(differences[lag - 1]), middle = Double(differences[lag]), right = Double(differences[lag + 1])
        let curvature = left - 2 * middle + right
        // The normalisation tilts the curve: its minimum may be one beside that of the differences.
        return curvature > 0 ? max(-1, min(1, (left - right) / (2 * curvature))) : 0
    }
}

/// One period that a frame may have.
struct PitchCandidate: Equatable {
    /// Hz.
    var frequency: Double
    /// 0 where the signal repeats exactly after this period, about 1 where it does not at all.
    var aperiodicity: Double
}

/// The cheapest path through the frames' candidates, where being unvoiced is one more candidate of each (Viterbi).
///
/// A voiced frame costs its aperiodicity and a little for each octave below the highest frequency, because twice a
/// period is a period too; an unvoiced frame costs a constant; a jump costs in proportion to its octaves, and so does
/// a change of voicing. These are the three terms of Boersma, "Accurate short-term analysis of the fundamental
/// frequency" (1993), section 4.
struct PitchPath: Sendable {
    let highestFrequency: Double
    /// At this cost as many frames of speech recorded in a room are called voiced as pYIN and DIO call voiced; which ones they are
    /// differs as much as between those two.
    var unvoicedCost = 0.55
    var octaveCost = 0.03
    var jumpCost = 0.9
    var voicingCost = 0.2

    init(highestFrequency: Double) {
        self.highestFrequency = highestFrequency
    }

    /// The frequency of each frame on the cheapest path, in Hz; 0 where it is unvoiced.
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
