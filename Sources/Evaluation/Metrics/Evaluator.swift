public import Audio

/// Computes every ``Metric`` of waveforms against their originals; knows nothing of how they were made.
public struct Evaluator: Sendable {
    public let sampleRate: Int
    private let tools: AnalysisTools

    /// - Parameter sampleRate: Hz, of every waveform; 4000 or more.
    public init(sampleRate: Int) {
        precondition(sampleRate >= 4000, "speech at \(sampleRate) Hz; expected 4000 or more")
        self.sampleRate = sampleRate
        tools = AnalysisTools(sampleRate: sampleRate)
    }

    /// Compares each waveform with the original sample by sample from the first on, cropped to the shorter of the two.
    ///
    /// Both are scaled by the one factor that brings the original's active speech to -21 dB, so that floors mean the
    /// same for quiet and loud recordings; a difference of level between the two stays.
    ///
    /// - Parameter outputs: of any length; nothing is defined for an empty one.
    /// - Precondition: all have the evaluator's rate.
    public func scores(of outputs: [SystemOutput], against original: Waveform) -> [Score] {
        evaluations(of: outputs, against: original).map(\.score)
    }

    /// A score, and the features from which ``FrechetDistance`` is computed.
    struct ScoredOutput {
        let score: Score
        /// ``CepstralFeatures`` of the frames in which the original has speech.
        var features: [Float] = []
        /// Those of the same frames of the original.
        var originalFeatures: [Float] = []
    }

    /// The scores with the features; see ``scores(of:against:)``.
    func evaluations(of outputs: [SystemOutput], against original: Waveform) -> [ScoredOutput] {
        check(original, "the original")
        var references: [Int: (gain: Float, analysis: WaveformAnalysis)] = [:]
        return outputs.map { output in
            check(output.waveform, output.system)
            let count = min(original.samples.count, output.waveform.samples.count)
            guard count > 0 else { return ScoredOutput(score: Score(system: output.system, values: [:])) }
            let reference = references[count] ?? reference(original.samples[..<count])
            references[count] = reference
            let pair = WaveformPair(
                tools.analysis(of: output.waveform.samples[..<count], gain: reference.gain), reference.analysis, tools: tools,
                realTimeFactor: output.seconds.map { $0 / output.waveform.duration })
            let values = Dictionary(uniqueKeysWithValues: Metric.all.map { ($0, $0.value(pair)) })
            return ScoredOutput(
                score: Score(system: output.system, values: values),
                features: tools.speechFeatures(of: pair.waveform, where: pair.original),
                originalFeatures: tools.speechFeatures(of: pair.original, where: pair.original))
        }
    }

    private func reference(_ samples: ArraySlice<Float>) -> (gain: Float, analysis: WaveformAnalysis) {
        let gain = FrameLevels(of: Array(samples), sampleRate: sampleRate).normalisingGain
        return (gain, tools.analysis(of: samples, gain: gain))
    }

    private func check(_ waveform: Waveform, _ name: String) {
        precondition(
            waveform.sampleRate == sampleRate, "\(name) at \(waveform.sampleRate) Hz for an evaluator of \(sampleRate) Hz")
    }
}

/// What a system made of one recording.
public struct SystemOutput: Sendable {
    /// The system's name.
    public let system: String
    public let waveform: Waveform
    /// How long it took to make; nil where that is unknown or means nothing, as for recordings.
    public let seconds: Double?

    public init(system: String, waveform: Waveform, seconds: Double? = nil) {
        self.system = system
        self.waveform = waveform
        self.seconds = seconds
    }
}

/// The metrics of one system on one recording.
public struct Score: Codable, Equatable, Sendable {
    /// The system's name.
    public let system: String
    /// A metric that is not defined for this pair is absent: the pitch error of a whisper, anything relative to silence.
    public let values: [Metric: Double]
    /// Artefacts that were found; empty where they were not looked for.
    public internal(set) var artefacts: [Artefact] = []

    private enum CodingKeys: String, CodingKey {
        case system = "contestant"
        case values, artefacts
    }

    public subscript(metric: Metric) -> Double? { values[metric] }

    /// Keeps the finite ones of `values`.
    public init(system: String, values: [Metric: Double?]) {
        self.system = system
        self.values = values.compactMapValues { $0 }.filter { $0.value.isFinite }
    }
}
