import Audio
import Evaluation
import Phonemes
import Spectra
import Tensors
import TextToMel

/// How a voice says sentences that it was not taught.
public struct VoiceScore: Sendable, Equatable {
    /// Mean absolute difference of natural logarithms of band magnitudes, with the recordings' durations, pitch and energy.
    public var melError: Double
    /// The Fréchet distance of ``MelFrames`` to the recordings', likewise: how unlike they are as a whole. Infinite where there are
    /// too few frames to tell.
    public var frameDistance: Double
    /// Milliseconds a phoneme's predicted duration is off, on average.
    public var durationError: Double
    /// Of all predicted durations together, unscaled, to the recordings'.
    public var durationRatio: Double
    /// The share of phonemes that some frame belongs to before all others: 1 where none is skipped.
    public var coverage: Double
    /// The share of frames whose likeliest phoneme is that of the monotonic alignment or one beside it.
    public var diagonality: Double
    /// Cents: the root of the mean square of what the predicted pitch of phonemes is off by.
    public var pitchError: Double
    /// What the predictions of this voice are to be multiplied by.
    public var calibration: VoiceCalibration

    /// Under the tags of the log.
    var scalars: [(tag: String, value: Double)] {
        [
            ("validation/mel_error", melError), ("validation/frame_distance", frameDistance),
            ("validation/duration_error_ms", durationError),
            ("validation/duration_ratio", durationRatio), ("validation/alignment_coverage", coverage),
            ("validation/alignment_diagonality", diagonality), ("validation/pitch_error_cents", pitchError),
        ]
    }
}

/// What predictions are multiplied by so that they vary as much as recordings do: a network that minimises its error says
/// something near the mean where it does not know.
public struct VoiceCalibration: Sendable, Equatable, Codable {
    /// The recordings' duration to the predicted ones'.
    public var duration: Double
    /// The recordings' deviation of pitch to the predicted one's, at most 1.5.
    public var pitch: Double
    /// The recordings' deviation of each band to the predicted one's, at most 1.2.
    public var bands: [Float]
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

    /// The first sentence as a voice says it, by Griffin-Lim.
    func sample(of voice: Voice) -> Waveform {
        let speech = AcousticSynthesizer(voice).speech(of: utterances[0].sequence)
        let griffinLim = GriffinLim(
            convention: set.convention, iterations: 30, momentum: 0.99, seed: 0, threadCount: Parallel.threadCount)
        return griffinLim.waveform(from: speech.mel)
    }

    /// - Parameters:
    ///   - description: The voice's, not calibrated.
    ///   - noiseScale: What the decoder hears.
    /// - Returns: The score, and the first sentence's alignment as a picture.
    func judge(
        _ training: VoiceTraining, _ description: VoiceDescription, noiseScale: Double?
    ) -> (score: VoiceScore, alignment: PalettePicture) {
        var description = description
        description.noiseScale = noiseScale
        let synthesizer = AcousticSynthesizer(Voice(description, network: training.average.network.acoustic))
        var sums = VoiceComparison(set.convention)
        var picture: PalettePicture?
        for start in stride(from: 0, to: utterances.count, by: Self.atOnce) {
            let part = start..<min(utterances.count, start + Self.atOnce)
            let batch = VoiceBatch(Array(utterances[part]), tokens: Array(tokens[part]), in: set, description.statistics)
            let alignments = training.alignments(of: batch)
            let durations = alignments.map(\.durations)
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
        return (score, picture!)
    }
}
