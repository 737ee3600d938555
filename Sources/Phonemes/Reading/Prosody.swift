/// How a phoneme is to be spoken differently from how the voice would speak it.
public struct Prosody: Hashable, Codable, Sendable {
    /// How many times as fast: 2 halves the durations.
    public var rate: Double
    /// Semitones by which the pitch is raised.
    public var semitones: Double

    public init(rate: Double = 1, semitones: Double = 0) {
        self.rate = rate
        self.semitones = semitones
    }

    /// As the voice speaks by itself.
    public static let plain = Prosody()

    /// This within `outer`: rates multiply, semitones add.
    public func within(_ outer: Prosody) -> Prosody {
        Prosody(rate: outer.rate * rate, semitones: outer.semitones + semitones)
    }
}
