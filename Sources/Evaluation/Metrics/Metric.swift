/// A measure of how a waveform differs from its original; nearer to ``ideal`` is better.
///
/// The parameters of each, and what it does not tell, are in <doc:Metrics>. A new metric is a static constant in a file of this folder,
/// and a line in ``all``: reports, tables, pages and JSON read that list.
public struct Metric: Sendable {
    /// The key in JSON.
    public let name: String
    /// A heading of at most 12 characters.
    public let title: String
    /// The unit, empty for a pure number.
    public let unit: String
    /// Digits after the decimal point that are significant.
    public let decimals: Int
    /// What a copy of the original has.
    public let ideal: Double
    /// One sentence for a reader of the report.
    public let definition: String
    /// The metric of a waveform and its original; nil where it is not defined for them.
    let value: @Sendable (WaveformPair) -> Double?

    init(
        _ name: String, title: String, unit: String = "", decimals: Int, ideal: Double = 0, definition: String,
        value: @escaping @Sendable (WaveformPair) -> Double?
    ) {
        (self.name, self.title, self.unit, self.decimals, self.ideal) = (name, title, unit, decimals, ideal)
        (self.definition, self.value) = (definition, value)
    }

    /// Whether a higher value is better: an ideal above 0 is a maximum.
    public var isHigherBetter: Bool { ideal > 0 }

    /// Every metric, in the order of tables.
    public static let all: [Metric] = [
        .spectralConvergence,
        .logMagnitude,
        .logSpectralDistance,
        .melDistance,
        .melCepstralDistortion,
        .melCepstralDistortionTo8kHz,
        .pitchMedian,
        .pitchError,
        .grossPitchErrors,
        .voicingErrors,
        .voicingF1,
        .periodicityError,
        .intelligibility,
        .levelDifference,
        .realTimeFactor,
    ]

    /// The metric of this name in ``all``.
    init?(named name: String) {
        guard let metric = Self.all.first(where: { $0.name == name }) else { return nil }
        self = metric
    }
}

extension Metric {
    /// Seconds of computing for a second of sound.
    public static let realTimeFactor = Metric(
        "realTimeFactor", title: "RTF", decimals: 3, definition: "Seconds of computing per second of sound."
    ) { $0.realTimeFactor }
}

extension Metric: Hashable, CustomStringConvertible {
    public static func == (one: Metric, other: Metric) -> Bool { one.name == other.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    public var description: String { name }
}

/// In JSON a metric is its name, as a value and as the key of a dictionary.
extension Metric: Codable, CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public var codingKey: any CodingKey { Key(stringValue: name) }

    public init?<Other: CodingKey>(codingKey: Other) { self.init(named: codingKey.stringValue) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let metric = Metric(named: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(name) is not the name of a metric")
        }
        self = metric
    }
}
