public import Audio

/// A waveform that claims to be like an original.
public struct SystemEntry: Sendable {
    public let name: String
    public let waveform: Waveform
    /// How long it took to make; nil where that is unknown or means nothing, as for recordings.
    public let seconds: Double?

    public init(name: String, waveform: Waveform, seconds: Double? = nil) {
        self.name = name
        self.waveform = waveform
        self.seconds = seconds
    }
}

/// How one contestant compares with its original.
public struct Score: Codable, Equatable, Sendable {
    public let contestant: String
    /// What is not defined for this pair is absent: the pitch error of a whisper, anything relative to silence.
    public let values: [Metric: Double]
    /// Faults that were heard, whatever the original; none where nobody listened for them.
    public internal(set) var artefacts: [Artefact] = []

    public subscript(metric: Metric) -> Double? { values[metric] }

    /// Keeps the finite ones of `values`.
    public init(contestant: String, values: [Metric: Double?]) {
        self.contestant = contestant
        self.values = values.compactMapValues { $0 }.filter { $0.value.isFinite }
    }
}

/// A score, and the features of what was heard.
struct Judgement {
    let score: Score
    /// Of the frames in which the original speaks, as ``CepstralFeatures`` says.
    var features: [Float] = []
    /// Of the same frames of the original.
    var originalFeatures: [Float] = []
}

/// Measures waveforms against their originals; knows nothing of how they were made.
public struct Judge: Sendable {
    public let sampleRate: Int
    private let tools: AnalysisTools

    /// - Parameter sampleRate: Hz, of everything it is to judge; 4000 or more.
    public init(sampleRate: Int) {
        precondition(sampleRate >= 4000, "speech at \(sampleRate) Hz; expected 4000 or more")
        self.sampleRate = sampleRate
        tools = AnalysisTools(sampleRate: sampleRate)
    }

    /// Measures each contestant, sample against sample from the first on, cropped to the shorter of the two.
    ///
    /// Both are scaled by the one factor that brings the original's active speech to -21 dB, so that floors mean the
    /// same for quiet and loud recordings; a difference of level between the two stays.
    ///
    /// - Parameter contestants: of any length, none included: there nothing is defined.
    /// - Precondition: all have the judge's rate.
    public func scores(of contestants: [SystemEntry], against original: Waveform) -> [Score] {
        judgements(of: contestants, against: original).map(\.score)
    }

    func judgements(of contestants: [SystemEntry], against original: Waveform) -> [Judgement] {
        check(original, "the original")
        var references: [Int: (gain: Float, analysis: WaveformAnalysis)] = [:]
        return contestants.map { contestant in
            check(contestant.waveform, contestant.name)
            let count = min(original.samples.count, contestant.waveform.samples.count)
            guard count > 0 else {
                return Judgement(score: Score(contestant: contestant.name, values: [:]))
            }
            let reference = references[count] ?? reference(original.samples[..<count])
            references[count] = reference
            let analysis = tools.analysis(of: contestant.waveform.samples[..<count], gain: reference.gain)
            var values = tools.distances(of: analysis, to: reference.analysis)
            values[.realTimeFactor] = contestant.seconds.map { $0 / contestant.waveform.duration }
            return Judgement(
                score: Score(contestant: contestant.name, values: values),
                features: tools.speech(in: analysis, where: reference.analysis),
                originalFeatures: tools.speech(in: reference.analysis, where: reference.analysis))
        }
    }

    private func reference(_ samples: ArraySlice<Float>) -> (gain: Float, analysis: WaveformAnalysis) {
        let gain = SpeechLevel(of: Array(samples), sampleRate: sampleRate).normalisingGain
        return (gain, tools.analysis(of: samples, gain: gain))
    }

    private func check(_ waveform: Waveform, _ name: String) {
        precondition(
            waveform.sampleRate == sampleRate, "\(name) at \(waveform.sampleRate) Hz for a judge of \(sampleRate) Hz")
    }
}
