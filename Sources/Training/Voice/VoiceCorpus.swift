import Files
import Phonemes
import Platform
import Spectra
import TextToMel

/// The recordings of a set with their phonemes and F0, without those whose text cannot be what is said.
struct VoiceCorpus: Sendable {
    let set: TrainingSet
    let language: String
    /// In the order of the set's recordings.
    let utterances: [Utterance]
    let rejections: [Rejection]

    /// The range of the mean duration of a recording's phonemes, relative to the median of the corpus; outside of it text and audio
    /// do not match.
    static let plausiblePace = 0.45...2.5

    init(
        _ set: TrainingSet, language: String, phonemizer: Phonemizer, pitchCachePath: String, threadCount: Int,
        say: (String) -> Void
    ) throws(FileError) {
        let pitch = try PitchCache(of: set, path: pitchCachePath, threadCount: threadCount) { done, total in
            if done == total || done % 256 == 0 { say("tracked the pitch of \(done) of \(total) recordings") }
        }
        var script = LanguageScript(language: language)
        for recording in set.recordings { script.count(recording.text ?? "") }
        guard !script.isMostlyForeign else {
            throw FileError(
                .badData, set.recordings.first?.path ?? "the corpus",
                "has a text of a script that \(language) is not written in, as most have", [.nameAnother(.language)])
        }
        var (utterances, rejections) = ([Utterance](), [Rejection]())
        for (recording, frequencies) in zip(set.recordings, pitch.frequencies) {
            guard let text = recording.text, !text.isEmpty else {
                rejections.append(Rejection(recording, .noText, "the listing has no text for it"))
                continue
            }
            let sequence: PhonemeSequence
            do { sequence = try phonemizer.sequence(of: text) } catch {
                throw FileError(.badData, recording.path, "cannot be read out: \(error.finding)", error.remedies)
            }
            guard sequence.hasSound else {
                rejections.append(Rejection(recording, .noText, "nothing in its text can be spoken: \(text)"))
                continue
            }
            let frames = SilenceTrimming.frames(of: set.mel(of: recording))
            utterances.append(
                Utterance(
                    recording: recording, sequence: sequence, frames: frames, frequencies: Array(frequencies[frames])))
        }
        let paces = utterances.map(Self.pace).sorted()
        let median = paces.isEmpty ? 1 : paces[paces.count / 2]
        self.utterances = utterances.filter { utterance in
            let pace = Self.pace(utterance)
            if Self.plausiblePace.contains(pace / median), utterance.frames.count >= utterance.sequence.phonemes.count {
                return true
            }
            let hop = Double(set.convention.hopLength) / Double(set.convention.sampleRate) * 1000
            rejections.append(
                Rejection(
                    utterance.recording, .wrongText,
                    "its \(utterance.sequence.phonemes.count) phonemes would last \(Int(pace * hop)) ms each, and "
                        + "\(Int(median * hop)) ms is usual here: the text is not what is said"))
            return false
        }
        self.set = set
        self.language = language
        self.rejections = rejections
    }

    private init(_ set: TrainingSet, _ language: String, _ utterances: [Utterance], _ rejections: [Rejection]) {
        (self.set, self.language, self.utterances, self.rejections) = (set, language, utterances, rejections)
    }

    func filtered(_ isIncluded: (String) -> Bool) -> VoiceCorpus {
        VoiceCorpus(set, language, utterances.filter { isIncluded($0.id) }, rejections)
    }

    /// Frames per phoneme.
    private static func pace(_ utterance: Utterance) -> Double {
        Double(utterance.frames.count) / Double(utterance.sequence.phonemes.count)
    }

    /// The speakers of the corpus by name; nil where there is but one.
    func speakers() -> [VoiceSpeaker]? {
        let groups = Dictionary(grouping: utterances) { $0.recording.speaker ?? "" }
        guard groups.count > 1 else { return nil }
        return groups.sorted { $0.key < $1.key }.map { name, utterances in
            let voiced = utterances.flatMap(\.frequencies).filter { $0 > 0 }
            let sum = voiced.reduce(0.0) { $0 + log(Double($1)) }
            return VoiceSpeaker(name: name, pitchMean: voiced.isEmpty ? 5 : Float(sum / Double(voiced.count)))
        }
    }

    /// The means and standard deviations of the mel's bands and of ln F0 over all frames of speech; the deviation of F0 is that from each
    /// speaker's mean.
    func statistics(_ speakers: [VoiceSpeaker]?) -> VoiceStatistics {
        let means = Dictionary(uniqueKeysWithValues: (speakers ?? []).map { ($0.name, Double($0.pitchMean)) })
        var deviations = 0.0
        let bands = set.convention.bandCount
        var (sums, squares, count) = ([Double](repeating: 0, count: bands), [Double](repeating: 0, count: bands), 0.0)
        var (pitchSum, pitchSquares, voiced) = (0.0, 0.0, 0.0)
        for utterance in utterances {
            let values = set.mel(of: utterance.recording, frames: utterance.frames)
            for (index, value) in values.enumerated() {
                sums[index % bands] += Double(value)
                squares[index % bands] += Double(value) * Double(value)
            }
            count += Double(utterance.frames.count)
            for frequency in utterance.frequencies where frequency > 0 {
                let value = log(Double(frequency))
                (pitchSum, pitchSquares, voiced) = (pitchSum + value, pitchSquares + value * value, voiced + 1)
                if let mean = means[utterance.recording.speaker ?? ""] { deviations += (value - mean) * (value - mean) }
            }
        }
        func deviation(_ squares: Double, _ sum: Double, _ count: Double) -> Float {
            Float(max(1e-6, squares / count - (sum / count) * (sum / count)).squareRoot())
        }
        return VoiceStatistics(
            bandMeans: sums.map { Float($0 / count) },
            bandDeviations: zip(squares, sums).map { deviation($0, $1, count) },
            pitchMean: voiced > 0 ? Float(pitchSum / voiced) : 5,
            pitchDeviation: voiced == 0 ? 0.2 : speakers == nil ? deviation(pitchSquares, pitchSum, voiced) : deviation(deviations, 0, voiced))
    }
}
