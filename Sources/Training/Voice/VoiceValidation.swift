import Audio
import Evaluation
import Phonemes
import Spectra
import Tensors
import TextToMel

/// How well a voice's text model does on sentences kept for validation.
public struct VoiceScore: Sendable, Equatable {
    /// Mean absolute difference of natural logarithms of band magnitudes, with the recordings' durations, pitch and energy.
    public var melError: Double
    /// The Fréchet distance of ``MelFrames`` to the recordings', with the recordings' durations, pitch and energy: how unlike they
    /// are as a whole. Infinite where there are too few frames.
    public var frameDistance: Double
    /// The mean absolute error of phonemes' predicted durations, in milliseconds.
    public var durationError: Double
    /// The ratio of the sum of all predicted durations, without calibration, to the recordings'.
    public var durationRatio: Double
    /// The fraction of phonemes that are the likeliest of some frame: 1 where none is skipped.
    public var coverage: Double
    /// The fraction of frames whose likeliest phoneme is that of the monotonic alignment or one beside it.
    public var diagonality: Double
    /// The root mean square error of phonemes' predicted pitch, in cents.
    public var pitchError: Double
    /// The factors that the predictions of this voice are to be multiplied by.
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

/// The factors by which predictions are multiplied so that they vary as much as recordings do: a network that minimises its error
/// predicts something near the mean where it is uncertain.
public struct VoiceCalibration: Sendable, Equatable, Codable {
    /// The ratio of the recordings' durations to the predicted ones.
    public var duration: Double
    /// The ratio of the standard deviation of the recordings' pitch to that of the predicted pitch, at most 1.5.
    public var pitch: Double
    /// The same ratio of each mel band, at most 1.2.
    public var bands: [Float]
}

/// The sentences kept for validation, and how well a voice does on them.
struct VoiceValidation {
    private let utterances: [Utterance]
    private let tokens: [PhonemeTokens]
    private let set: TrainingSet

    /// Sentences taken at most: enough for a stable figure.
    static let countAtMost = 64
    private static let batchSize = 16

    init(_ corpus: VoiceCorpus, tokens: [PhonemeTokens]) {
        utterances = Array(corpus.utterances.prefix(Self.countAtMost))
        self.tokens = Array(tokens.prefix(Self.countAtMost))
        set = corpus.set
    }

    /// The first sentence as a voice speaks it, by Griffin-Lim.
    func sample(of voice: Voice) -> Waveform {
        let speech = AcousticSynthesizer(voice).speech(of: utterances[0].sequence)
        let griffinLim = GriffinLim(
            convention: set.convention, iterations: 30, momentum: 0.99, seed: 0, threadCount: Parallel.threadCount)
        return griffinLim.waveform(from: speech.mel)
    }

    /// - Parameters:
    ///   - description: The voice's, without calibration.
    ///   - noiseScale: The factor of the decoder's noise; nil for none.
    /// - Returns: The score, and the first sentence's alignment as a picture.
    func score(
        of training: VoiceTraining, _ description: VoiceDescription, noiseScale: Double?
    ) -> (score: VoiceScore, alignment: PalettePicture) {
        var description = description
        description.noiseScale = noiseScale
        let synthesizer = AcousticSynthesizer(Voice(description, network: training.average.network.acoustic))
        var sums = VoiceComparison(set.convention)
        var picture: PalettePicture?
        for start in stride(from: 0, to: utterances.count, by: Self.batchSize) {
            let part = start..<min(utterances.count, start + Self.batchSize)
            let batch = VoiceBatch(Array(utterances[part]), tokens: Array(tokens[part]), in: set, description)
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
