public import Platform

/// Every contestant's scores on every recording, and their means.
public struct Report: Codable, Equatable, Sendable {
    public struct Recording: Codable, Equatable, Sendable {
        public let name: String
        /// Seconds.
        public let duration: Double
        public let scores: [Score]

        public init(name: String, duration: Double, scores: [Score]) {
            self.name = name
            self.duration = duration
            self.scores = scores
        }
    }

    /// One contestant over all recordings.
    public struct Summary: Codable, Equatable, Sendable {
        public let contestant: String
        /// A metric that is defined for no recording is absent.
        public let estimates: [Metric: Estimate]
        /// Of all its recordings at once; nil where they hold too little speech, or it was not measured.
        public let frechetDistance: FrechetDistance?
        /// dB relative to full scale: the loudest 10 ms of what it makes of digital silence; nil for folders.
        public let silenceLevel: Double?
        /// How many artefacts of each kind its recordings have; a kind of which there is none is absent.
        public let artefactCounts: [Artefact.Kind: Int]
    }

    /// Hz, at which everything was measured.
    public let sampleRate: Int
    /// Of the bootstrap.
    public let seed: UInt64
    public let recordings: [Recording]
    /// In the order in which the contestants first appear.
    public let summaries: [Summary]
    /// From one half of the originals to the other: a contestant below it cannot be told from natural speech this way.
    public let frechetFloor: FrechetDistance?
    /// How each metric is computed.
    public let definitions: [Metric: String]

    /// - Parameters:
    ///   - frechetDistances: by contestant.
    ///   - silenceLevels: by contestant; dB relative to full scale.
    public init(
        recordings: [Recording], sampleRate: Int, seed: UInt64,
        frechetDistances: [String: FrechetDistance] = [:],
        frechetFloor: FrechetDistance? = nil, silenceLevels: [String: Double] = [:]
    ) {
        self.sampleRate = sampleRate
        self.seed = seed
        self.recordings = recordings
        self.frechetFloor = frechetFloor
        var names: [String] = []
        for score in recordings.flatMap(\.scores) where !names.contains(score.contestant) {
            names.append(score.contestant)
        }
        summaries = names.map { name in
            let scores = recordings.flatMap(\.scores).filter { $0.contestant == name }
            var estimates: [Metric: Estimate] = [:]
            for metric in Metric.allCases {
                estimates[metric] = Estimate(of: scores.compactMap { $0[metric] }, seed: seed)
            }
            return Summary(
                contestant: name, estimates: estimates, frechetDistance: frechetDistances[name],
                silenceLevel: silenceLevels[name], artefactCounts: .counting(scores.flatMap(\.artefacts)))
        }
        definitions = Dictionary(uniqueKeysWithValues: Metric.allCases.map { ($0, $0.definition) })
    }

    /// JSON, indented, keys in order.
    public var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings and finite numbers only: encoding them cannot fail.
        return try! encoder.encode(self)
    }
}
