import Evaluation
import Kernels
import Spectra
import TextToMel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a voice says sentences that it was not taught.
public struct VoiceScore: Sendable, Equatable {
    /// Mean absolute difference of natural logarithms of band magnitudes, with the recordings' durations, pitch and energy.
    public var melError: Double
    /// Milliseconds a phoneme's predicted duration is off, on average.
    public var durationError: Double
    /// Of all predicted durations together, unscaled, to the recordings'.
    public var durationRatio: Double
    /// The share of phonemes that some frame belongs to before all others: 1 where none is skipped.
    public var coverage: Double
    /// The share of frames whose likeliest phoneme is that of the monotonic alignment or one beside it.
    public var diagonality: Double
    /// Cents: the root of the mean square of the predicted pitch of phonemes.
    public var pitchError: Double

    /// Under the tags of the log.
    var scalars: [(tag: String, value: Double)] {
        [
            ("validation/mel_error", melError), ("validation/duration_error_ms", durationError),
            ("validation/duration_ratio", durationRatio), ("validation/alignment_coverage", coverage),
            ("validation/alignment_diagonality", diagonality), ("validation/pitch_error_cents", pitchError),
        ]
    }
}

/// The sentences kept from training, and how a voice does on them.
struct VoiceValidation {
    private let utterances: [Utterance]
    private let tokens: [PhonemeTokens]
    private let set: TrainingSet

    /// Sentences judged at most: enough for a stable figure.
    static let countAtMost = 64
    private static let atOnce = 16

    init(_ corpus: VoiceCorpus, tokens: [PhonemeTokens]) {
        utterances = Array(corpus.utterances.prefix(Self.countAtMost))
        self.tokens = Array(tokens.prefix(Self.countAtMost))
        set = corpus.set
    }

    /// - Returns: The score; the first sentence's alignment as a picture; and the first sentence as the voice says it by itself.
    func judge(
        _ training: VoiceTraining, _ description: VoiceDescription
    ) -> (score: VoiceScore, alignment: PalettePicture, speech: AcousticSpeech) {
        let synthesizer = AcousticSynthesizer(Voice(description, network: training.average.network.acoustic))
        var sums = Sums()
        var picture: PalettePicture?
        for start in stride(from: 0, to: utterances.count, by: Self.atOnce) {
            let part = start..<min(utterances.count, start + Self.atOnce)
            let batch = VoiceBatch(Array(utterances[part]), tokens: Array(tokens[part]), in: set, description.statistics)
            let alignments = training.alignments(of: batch)
            let durations = alignments.map {
                MonotonicAlignment.durations($0.scores, frames: $0.frames, phonemes: $0.phonemes)
            }
            let targets = batch.targets(durations)
            var first = 0
            for (index, place) in part.enumerated() {
                let count = tokens[place].count
                let pitch = Array(targets.pitch[first..<first + count]), energy = Array(targets.energy[first..<first + count])
                first += count
                sums.add(alignments[index], durations[index])
                sums.add(synthesizer.predictions(of: tokens[place]), durations[index], pitch)
                let mel = synthesizer.mel(of: tokens[place], durations: durations[index], pitch: pitch, energy: energy)
                sums.add(mel.values, set.mel(of: utterances[place].recording, frames: utterances[place].frames))
                if picture == nil { picture = alignments[index].picture }
            }
        }
        let score = sums.score(set.convention, pitchDeviation: description.statistics.pitchDeviation)
        return (score, picture!, synthesizer.speech(of: utterances[0].sequence))
    }

    private struct Sums {
        var melDifference = 0.0
        var melCount = 0
        var durationDifference = 0.0
        var (predicted, actual) = (0.0, 0.0)
        var (phonemes, covered) = (0, 0)
        var (frames, diagonal) = (0, 0)
        var (pitchSquares, pitched) = (0.0, 0)

        mutating func add(_ made: [Float], _ recorded: [Float]) {
            for (one, other) in zip(made, recorded) { melDifference += Double(abs(one - other)) }
            melCount += recorded.count
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
            }
        }

        func score(_ convention: MelConvention, pitchDeviation: Float) -> VoiceScore {
            let hop = Double(convention.hopLength) / Double(convention.sampleRate) * 1000
            return VoiceScore(
                melError: melDifference / Double(max(1, melCount)) * convention.compression.nepersPerUnit,
                durationError: durationDifference / Double(max(1, phonemes)) * hop,
                durationRatio: predicted / max(1, actual), coverage: Double(covered) / Double(max(1, phonemes)),
                diagonality: Double(diagonal) / Double(max(1, frames)),
                pitchError: (pitchSquares / Double(max(1, pitched))).squareRoot() * Double(pitchDeviation) / log(2) * 1200)
        }
    }
}

extension AlignmentScores {
    /// How likely each frame (to the right) belongs to each phoneme (upward), the likeliest monotonic alignment beside it above.
    var picture: PalettePicture {
        let (across, down) = (2, 6)
        let durations = MonotonicAlignment.durations(scores, frames: frames, phonemes: phonemes)
        let owners = durations.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
        let width = frames * across, height = (2 * phonemes + 1) * down
        var pixels = [UInt8](repeating: 128, count: width * height)
        for y in 0..<height where y / down != phonemes {
            let isSoft = y / down > phonemes
            let phoneme = isSoft ? 2 * phonemes - y / down : phonemes - 1 - y / down
            for x in 0..<width {
                let frame = x / across
                let row = scores[frame * phonemes..<(frame + 1) * phonemes]
                let greatest = row.max()!
                let norm = row.reduce(Float(0)) { $0 + expf($1 - greatest) }
                let soft = expf(scores[frame * phonemes + phoneme] - greatest) / norm
                pixels[y * width + x] = UInt8(255 * (isSoft ? soft : owners[frame] == phoneme ? 1 : 0))
            }
        }
        return PalettePicture(pixels: pixels, width: width, height: height)
    }
}
