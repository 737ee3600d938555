import Audio
public import Files
public import Platform

/// What a corpus holds, what of it is used, and why the rest is not: `description` for people, `json` for programs.
public struct CorpusReport: Sendable, Equatable, Codable {
    /// Least, median and greatest of a quantity over the recordings.
    public struct Spread: Sendable, Equatable, Codable {
        public let least: Double
        public let median: Double
        public let greatest: Double

        init(_ values: [Double]) {
            let sorted = values.sorted()
            least = sorted.first ?? 0
            median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            greatest = sorted.last ?? 0
        }
    }

    public let path: String
    /// Recordings that are used.
    public let fileCount: Int
    public let trainingCount: Int
    public let validationCount: Int
    public let trainingHours: Double
    public let validationHours: Double
    /// Seconds of a recording.
    public let duration: Spread
    /// Files by their sample rate in Hz.
    public let sampleRates: [String: Int]
    /// Files by their channel count.
    public let channelCounts: [String: Int]
    /// dB relative to full scale.
    public let activeSpeechLevel: Spread
    /// Magnitude; 1 is full scale.
    public let peak: Spread
    /// dB relative to full scale.
    public let noiseFloor: Spread
    /// dB: what brings the recordings to the common level.
    public let gain: Spread
    /// Hz: the rate that training uses.
    public let sampleRate: Int
    public let unlistedCount: Int
    public let rejections: [Rejection]
    /// Ids that the validation list names and the corpus does not have.
    public let unknownValidationIdentifiers: [String]
    /// Ids of recordings left out because no predicted mel was there; nil where the recordings' own are trained on.
    public let missingMelIdentifiers: [String]?
    /// Training recordings whose sentence is spoken in validation too.
    public let sharedSentenceCount: Int

    /// - Parameters:
    ///   - set: all usable recordings of `corpus`.
    ///   - validation: the ids that are kept from training.
    public init(
        of corpus: Corpus, _ set: TrainingSet, validation: Set<String>, unknownValidationIdentifiers: [String] = [],
        missingMelIdentifiers: [String]? = nil
    ) {
        let all = set.recordings
        let judged = all.filter { validation.contains($0.id) }
        let trained = all.filter { !validation.contains($0.id) }
        func hours(_ recordings: [Recording]) -> Double {
            Double(recordings.reduce(0) { $0 + $1.sampleCount }) / Double(set.convention.sampleRate) / 3600
        }
        func count(_ keys: [Int]) -> [String: Int] { keys.reduce(into: [:]) { $0["\($1)", default: 0] += 1 } }
        path = corpus.path
        fileCount = all.count
        (trainingCount, validationCount) = (trained.count, judged.count)
        (trainingHours, validationHours) = (hours(trained), hours(judged))
        duration = Spread(all.map { Double($0.sampleCount) / Double(set.convention.sampleRate) })
        sampleRates = count(all.map(\.source.sampleRate))
        channelCounts = count(all.map(\.source.channelCount))
        activeSpeechLevel = Spread(all.map(\.level.active))
        peak = Spread(all.map(\.level.peak))
        noiseFloor = Spread(all.map(\.level.noiseFloor))
        gain = Spread(all.map { 20 * log10($0.gain) })
        sampleRate = set.convention.sampleRate
        unlistedCount = corpus.unlistedCount
        rejections = corpus.rejections + set.rejections
        self.missingMelIdentifiers = missingMelIdentifiers
        self.unknownValidationIdentifiers = unknownValidationIdentifiers
        let sentences = Dictionary(corpus.entries.map { ($0.id, $0.sentence) }) { first, _ in first }
        let spoken = Set(judged.compactMap { sentences[$0.id] })
        sharedSentenceCount = trained.count { sentences[$0.id].map(spoken.contains) ?? false }
    }

    /// The report as one JSON object with sorted keys.
    public func json() throws(FileError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) } catch {
            throw FileError(.badData, path, "the corpus report cannot be written as JSON (\(error)).")
        }
    }
}
