import Tensors
public import Platform

/// The scores of every system on every recording, and their means.
public struct Report: Codable, Equatable, Sendable {
    public struct Recording: Codable, Equatable, Sendable {
        public let name: String
        /// The length in seconds.
        public let duration: Double
        public let scores: [Score]

        public init(name: String, duration: Double, scores: [Score]) {
            self.name = name
            self.duration = duration
            self.scores = scores
        }
    }

    /// One system over all recordings.
    public struct Summary: Codable, Equatable, Sendable {
        /// The system's name.
        public let system: String
        /// The mean of each metric; one that is defined for no recording is absent.
        public let estimates: [Metric: Estimate]
        /// The distance of all its recordings at once; nil where they hold too little speech, or it was not measured.
        public let frechetDistance: FrechetDistance?
        /// The level of the loudest 10 ms of what it makes of digital silence, in dB relative to full scale; nil for folders.
        public let silenceLevel: Double?
        /// The number of artefacts of each kind in its recordings; a kind of which there is none is absent.
        public let artefactCounts: [Artefact.Kind: Int]

        private enum CodingKeys: String, CodingKey {
            case system = "contestant"
            case estimates, frechetDistance, silenceLevel, artefactCounts
        }
    }

    /// The rate in Hz at which everything was measured.
    public let sampleRate: Int
    /// The seed of the bootstrap.
    public let seed: UInt64
    public let recordings: [Recording]
    /// A summary for each system, in the order in which they first appear.
    public let summaries: [Summary]
    /// The distance of one half of the originals from the other: a system below it cannot be told from natural speech this way.
    public let frechetFloor: FrechetDistance?
    /// How each metric is computed.
    public let definitions: [Metric: String]

    /// - Parameters:
    ///   - frechetDistances: by system.
    ///   - silenceLevels: by system; dB relative to full scale.
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
        for score in recordings.flatMap(\.scores) where !names.contains(score.system) {
            names.append(score.system)
        }
        summaries = names.map { name in
            let scores = recordings.flatMap(\.scores).filter { $0.system == name }
            var estimates: [Metric: Estimate] = [:]
            for metric in Metric.all {
                estimates[metric] = Estimate(of: scores.compactMap { $0[metric] }, seed: seed)
            }
            return Summary(
                system: name, estimates: estimates, frechetDistance: frechetDistances[name],
                silenceLevel: silenceLevels[name], artefactCounts: .counting(scores.flatMap(\.artefacts)))
        }
        definitions = Dictionary(uniqueKeysWithValues: Metric.all.map { ($0, $0.definition) })
    }

    /// The report as indented JSON with sorted keys.
    public var json: Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings and finite numbers only: encoding them cannot fail.
        return try! encoder.encode(self)
    }
}

/// A mean over recordings, with its 95 % confidence interval.
public struct Estimate: Codable, Equatable, Sendable {
    public let mean: Double
    /// The bounds of the 95 % interval; nil for fewer than two recordings.
    public let low: Double?
    public let high: Double?
    /// The number of recordings for which the metric is defined.
    public let count: Int

    /// The percentile bootstrap over recordings (Efron 1979): the mean of `resampleCount` draws of as many values, with
    /// replacement; the interval leaves 2.5 % of them on either side. The same seed gives the same bounds.
    ///
    /// - Returns: nil for no values.
    public init?(of values: [Double], seed: UInt64, resampleCount: Int = 2000) {
        guard !values.isEmpty else { return nil }
        count = values.count
        mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else {
            (low, high) = (nil, nil)
            return
        }
        var generator = SplitMix64(seed: seed)
        let means = (0..<resampleCount).map { _ in
            var sum = 0.0
            for _ in values.indices { sum += values[Int.random(in: values.indices, using: &generator)] }
            return sum / Double(values.count)
        }.sorted()
        low = means[resampleCount * 25 / 1000]
        high = means[resampleCount - 1 - resampleCount * 25 / 1000]
    }
}
