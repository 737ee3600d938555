import Evaluation
import Platform
import Spectra

/// Sums, over validation sentences, of the differences between a voice's predictions and the recordings.
struct VoiceComparison {
    private var melDifference = 0.0
    private var melCount = 0
    private var durationDifference = 0.0
    private var (predictedDuration, recordedDuration) = (0.0, 0.0)
    private var (phonemes, covered) = (0, 0)
    private var (frames, diagonal) = (0, 0)
    private var (pitchSquares, pitched) = (0.0, 0)
    private var (predictedPitch, recordedPitch) = (Moments(), Moments())
    private var (predictedBands, recordedBands): ([Moments], [Moments])
    private var (predictedFrames, recordedFrames): (MelFrames, MelFrames)

    init(_ convention: MelConvention) {
        let bands = convention.bandCount
        (predictedFrames, recordedFrames) = (MelFrames(convention), MelFrames(convention))
        (predictedBands, recordedBands) = (Array(repeating: Moments(), count: bands), Array(repeating: Moments(), count: bands))
    }

    /// Adds a predicted mel and the recorded one, `[frame, band]` in the convention's units.
    mutating func add(_ predicted: [Float], _ recorded: [Float]) {
        for (index, (one, other)) in zip(predicted, recorded).enumerated() {
            melDifference += Double(abs(one - other))
            predictedBands[index % predictedBands.count].add(Double(one))
            recordedBands[index % predictedBands.count].add(Double(other))
        }
        melCount += recorded.count
        predictedFrames.add(predicted)
        recordedFrames.add(recorded)
    }

    /// Adds how an alignment's likeliest phonemes agree with the monotonic alignment.
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

    /// Adds predicted durations and pitch, and those of the recording.
    mutating func add(
        _ prediction: (durations: [Double], pitch: [Float], energy: [Float]), _ durations: [Int], _ pitch: [Float]
    ) {
        for (one, other) in zip(prediction.durations, durations) {
            durationDifference += abs(one - Double(other))
            predictedDuration += one
            recordedDuration += Double(other)
        }
        for (one, other) in zip(prediction.pitch, pitch) where other != 0 {
            pitchSquares += Double((one - other) * (one - other))
            pitched += 1
            predictedPitch.add(Double(one))
            recordedPitch.add(Double(other))
        }
    }

    /// The score over all that was added.
    ///
    /// - Parameter pitchDeviation: The standard deviation of ln F0 that pitch is in units of.
    func score(_ convention: MelConvention, pitchDeviation: Float) -> VoiceScore {
        let hop = Double(convention.hopLength) / Double(convention.sampleRate) * 1000
        return VoiceScore(
            melError: melDifference / Double(max(1, melCount)) * convention.compression.naturalLogPerUnit,
            frameDistance: predictedFrames.distance(to: recordedFrames) ?? .infinity,
            durationError: durationDifference / Double(max(1, phonemes)) * hop,
            durationRatio: predictedDuration / max(1, recordedDuration), coverage: Double(covered) / Double(max(1, phonemes)),
            diagonality: Double(diagonal) / Double(max(1, frames)),
            pitchError: (pitchSquares / Double(max(1, pitched))).squareRoot() * Double(pitchDeviation) / log(2) * 1200,
            calibration: calibration)
    }

    private var calibration: VoiceCalibration {
        VoiceCalibration(
            duration: max(0.5, min(2, recordedDuration / max(1, predictedDuration))),
            pitch: max(1, min(1.5, recordedPitch.deviation / max(1e-3, predictedPitch.deviation))),
            bands: zip(recordedBands, predictedBands).map {
                Float(max(1, min(1.2, $0.deviation / max(1e-3, $1.deviation))))
            })
    }

    /// The standard deviation of numbers that come one by one.
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

/// Frames of mels as points for a Fréchet distance: the first 20 coefficients of a DCT over the bands' natural logarithms, and their
/// differences to the next frame.
///
/// A blurred mel varies too little, over time and in all; this distance shows it where a mean error cannot.
struct MelFrames {
    private static let coefficientCount = 20
    static let dimension = 2 * coefficientCount

    private var values: [Float] = []
    private let bands: Int
    /// The DCT matrix `[coefficient, band]`, scaled from the convention's units to natural logarithms.
    private let transform: [Float]

    init(_ convention: MelConvention) {
        let bands = convention.bandCount
        self.bands = bands
        transform = (0..<Self.coefficientCount).flatMap { order in
            (0..<bands).map { band in
                let scale = ((order == 0 ? 1 : 2) / Double(bands)).squareRoot() * convention.compression.naturalLogPerUnit
                return Float(scale * cos(Double.pi * Double(order) * (Double(band) + 0.5) / Double(bands)))
            }
        }
    }

    /// Adds the frames of a mel.
    ///
    /// - Parameter mel: `[frame, band]`, in the convention's units.
    mutating func add(_ mel: [Float]) {
        let cepstra = (0..<mel.count / bands).map { frame in
            (0..<Self.coefficientCount).map { order in
                (0..<bands).reduce(Float(0)) { $0 + transform[order * bands + $1] * mel[frame * bands + $1] }
            }
        }
        for (frame, next) in zip(cepstra, cepstra.dropFirst()) { values += frame + zip(next, frame).map { $0 - $1 } }
    }

    /// The Fréchet distance; nil where there are too few frames.
    func distance(to other: MelFrames) -> Double? {
        FrechetDistance(of: values, from: other.values, dimension: Self.dimension)?.distance
    }
}
