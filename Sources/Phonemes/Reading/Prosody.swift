/// How something is said, beside what.
public struct Prosody: Hashable, Codable, Sendable {
    /// What the rate of speech is multiplied by: 2 halves the durations.
    public var speed: Double
    /// Semitones that the pitch is raised by.
    public var pitch: Double

    public init(speed: Double = 1, pitch: Double = 0) {
        self.speed = speed
        self.pitch = pitch
    }

    /// As the voice speaks by itself.
    public static let plain = Prosody()

    /// This within `outer`: speeds multiply, semitones add.
    public func within(_ outer: Prosody) -> Prosody {
        Prosody(speed: outer.speed * speed, pitch: outer.pitch + pitch)
    }
}
