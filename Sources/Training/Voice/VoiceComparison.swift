import Platform
import Spectra

/// Sums over sentences of what a voice made and what was recorded.
struct VoiceComparison {
    var melDifference = 0.0
    var melCount = 0
    var durationDifference = 0.0
    var (predicted, actual) = (0.0, 0.0)
    var (phonemes, covered) = (0, 0)
    var (frames, diagonal) = (0, 0)
    var (pitchSquares, pitched) = (0.0, 0)
    private var (madePitch, recordedPitch) = (Moments(), Moments())
    private var (madeBands, recordedBands): ([Moments], [Moments])

    private var (madeFrames, recordedFrames): (MelFrames, MelFrames)

    init(_ convention: MelConvention) {
        let bands = convention.bandCount
        (madeFrames, recordedFrames) = (MelFrames(convention), MelFrames(convention))
        (madeBands, recordedBands) = (Array(repeating: Moments(), count: bands), Array(repeating: Moments(), count: bands))
    }

    mutating func add(_ made: [Float], _ recorded: [Float]) {
        for (index, (one, other)) in zip(made, recorded).enumerated() {
            melDifference += Double(abs(one - other))
            madeBands[index % madeBands.count].add(Double(one))
            recordedBands[index % madeBands.count].add(Double(other))
        }
        melCount += recorded.count
        madeFrames.add(made)
        recordedFrames.add(recorded)
    }

    mutating func add(_ alignment: AlignmentScores, _ durations: [Int]) {
        var isCovered = [Bool](repeating: false, count: alignment.phonemes)
        var frame = 0
        for (phoneme, duration) in durations.enumerated() {
            for _ in 0..<duration {
                let row = alignment.scores[frame * alignment.phonemes..<(frame + 1) * alignment.phonemes]
                let best = row.indices.max { row[$0] < row[$1] }! - row.startIndex
                isCovered[best] = true
                if abs(best - phoneme) <= 1 { diagonal += 1 }
                frame += 1
            }
        }
        frames += frame
        phonemes += alignment.phonemes
        covered += isCovered.count { $0 }
    }

    mutating func add(
        _ prediction: (durations: [Double], pitch: [Float], energy: [Float]), _ durations: [Int], _ pitch: [Float]
    ) {
        for (one, other) in zip(prediction.durations, durations) {
            durationDifference += abs(one - Double(other))
            predicted += one
            actual += Double(other)
        }
        for (one, other) in zip(prediction.pitch, pitch) where other != 0 {
            pitchSquares += Double((one - other) * (one - other))
            pitched += 1
            madePitch.add(Double(one))
            recordedPitch.add(Double(other))
        }
    }

    func score(_ convention: MelConvention, pitchDeviation: Float) -> VoiceScore {
        let hop = Double(convention.hopLength) / Double(convention.sampleRate) * 1000
        return VoiceScore(
            melError: melDifference / Double(max(1, melCount)) * convention.compression.naturalLogPerUnit,
            frameDistance: madeFrames.distance(to: recordedFrames) ?? .infinity,
            durationError: durationDifference / Double(max(1, phonemes)) * hop,
            durationRatio: predicted / max(1, actual), coverage: Double(covered) / Double(max(1, phonemes)),
            diagonality: Double(diagonal) / Double(max(1, frames)),
            pitchError: (pitchSquares / Double(max(1, pitched))).squareRoot() * Double(pitchDeviation) / log(2) * 1200,
            calibration: calibration)
    }

    private var calibration: VoiceCalibration {
        VoiceCalibration(
            duration: max(0.5, min(2, actual / max(1, predicted))),
            pitch: max(1, min(1.5, recordedPitch.deviation / max(1e-3, madePitch.deviation))),
            bands: zip(recordedBands, madeBands).map {
                Float(max(1, min(1.2, $0.deviation / max(1e-3, $1.deviation))))
            })
    }

    /// Of numbers that come one by one.
    private struct Moments {
        private var (count, sum, squares) = (0.0, 0.0, 0.0)

        mutating func add(_ value: Double) {
            (count, sum, squares) = (count + 1, sum + value, squares + value * value)
        }

        var deviation: Double {
            let mean = sum / max(1, count)
            return max(0, squares / max(1, count) - mean * mean).squareRoot()
        }
    }
}
