import Platform

/// A length of time that is written as `2h`, `90m`, `1h30m` or `45s`.
public struct TimeBudget: Codable, Equatable, Sendable, CustomStringConvertible {
    /// Above 0.
    public let seconds: Double

    /// - Precondition: `seconds` is above 0.
    public init(seconds: Double) {
        precondition(seconds > 0, "a budget of \(seconds) s")
        self.seconds = seconds
    }

    /// Reads numbers with the units h, m and s, each at most once and in this order; nil where `text` is anything else, or zero.
    public init?(_ text: String) {
        var units: [(mark: Character, seconds: Double)] = [("h", 3600), ("m", 60), ("s", 1)]
        var (sum, digits) = (0.0, "")
        for character in text {
            if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
                continue
            }
            guard let place = units.firstIndex(where: { $0.mark == character }), let number = Double(digits) else { return nil }
            sum += number * units[place].seconds
            units.removeFirst(place + 1)
            digits = ""
        }
        guard digits.isEmpty, sum > 0, sum.isFinite else { return nil }
        seconds = sum
    }

    public init(from decoder: any Decoder) throws {
        seconds = try decoder.singleValueContainer().decode(Double.self)
        guard seconds > 0, seconds.isFinite else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a budget of \(seconds) s"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }

    public var description: String { Self.summary(seconds) }

    /// A length such as `1h30m`, `12m5s` or `3.5s`: to the second, below ten seconds to the tenth.
    static func summary(_ seconds: Double) -> String {
        if seconds < 10 { return "\((max(0, seconds) * 10).rounded() / 10)s" }
        let whole = Int(seconds.rounded())
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}

/// The clock by which a session of training measures its budget, and when the session began.
public struct RunClock: Sendable {
    /// Seconds; never set back.
    let now: @Sendable () -> Double
    private let start: Double

    /// - Parameters:
    ///   - start: The reading at which the session began; now where not given.
    ///   - now: The clock.
    public init(start: Double? = nil, now: @escaping @Sendable () -> Double = { monotonicSeconds() }) {
        self.now = now
        self.start = start ?? now()
    }

    /// Seconds from the beginning of the session to a reading of the clock.
    func elapsed(at reading: Double) -> Double { reading - start }
}

/// Seconds by a clock that is never set back.
public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
