public import Audio
import Platform

/// YIN's candidates joined by dynamic programming: a pitch each 5 ms.
///
/// Per frame the cumulative mean normalised difference of de Cheveigné and Kawahara, "YIN, a fundamental frequency
/// estimator for speech and music" (2002), equations 6 and 8, over a window of 25 ms:
/// `d(l) = sum over j of (x[j] - x[j + l])^2`, `d'(l) = d(l) l / (d(1) + ... + d(l))`.
/// Its local minima are candidates, refined by a parabola through `d` (their step 5). Instead of a threshold within
/// the frame (their step 4), which makes octave errors, the cheapest path through all frames decides: ``PitchPath``.
public struct PitchTracker: Sendable {
    /// Hz: what is sought.
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
            of: waveform.samples, level: SpeechLevel(of: waveform.samples, sampleRate: waveform.sampleRate))
    }

    func track(of samples: [Float], level: SpeechLevel) -> PitchTrack {
        let grid = AnalysisGrid(sampleCount: samples.count, sampleRate: sampleRate)
        let audible = level.isAudible(within: 40)
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
    /// The two windows of every lag lie about the frame's centre; begun at one sample they would lag behind a
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

    /// Where the parabola through three neighbouring differences has its least value, -1 ... 1 lags from the middle.
    private func vertexOffset(_ differences: [Float], _ lag: Int) -> Double {
        let left = Double(differences[lag - 1]), middle = Double(differences[lag]), right = Double(differences[lag + 1])
        let curvature = left - 2 * middle + right
        // The normalisation tilts the curve: its minimum may be one beside that of the differences.
        return curvature > 0 ? max(-1, min(1, (left - right) / (2 * curvature))) : 0
    }
}
