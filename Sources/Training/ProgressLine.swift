/// Steps a second, over the last minute or so.
struct StepRate {
    private(set) var stepsPerSecond = 0.0
    private var step: Int
    private var time: Double
    /// Seconds over which an older rate loses two thirds of its weight.
    private static let memory = 30.0

    init(step: Int, time: Double) {
        self.step = step
        self.time = time
    }

    mutating func note(step: Int, time: Double) {
        let elapsed = time - self.time
        guard step > self.step, elapsed > 0 else { return }
        let rate = Double(step - self.step) / elapsed
        let weight = stepsPerSecond == 0 ? 1 : min(1, elapsed / Self.memory)
        stepsPerSecond += weight * (rate - stepsPerSecond)
        (self.step, self.time) = (step, time)
    }
}

/// What one look at a training run shows.
struct ProgressLine {
    /// What is trained, where that is one thing of several.
    var label: String?
    let step: Int
    let total: Int
    let values: [(name: String, value: Double)]
    /// Seconds of audio trained on per second.
    let audioRate: Double
    let secondsLeft: Double?

    /// `step 1200/20000 (6 %)  mel 0.512  generator 3.21  142 s/s  ETA 1 h 12 min`
    var text: String {
        "\(label.map { $0 + ", " } ?? "")step \(step)/\(total) (\(total > 0 ? step * 100 / total : 100) %)  \(details)"
    }

    /// The text with a bar between step and details, cut to `width` columns.
    func bar(width: Int, isColoured: Bool) -> String {
        let head = "\(label.map { $0 + " " } ?? "")\(step)/\(total) "
        let tail = " " + details
        let room = max(0, min(30, width - 1 - head.count - tail.count))
        let filled = total > 0 ? min(room, step * room / total) : room
        let done = String(repeating: "━", count: filled)
        let left = String(repeating: "─", count: room - filled)
        let drawn = isColoured && room > 0 ? "\u{1B}[32m\(done)\u{1B}[0m\(left)" : done + left
        return String(head.prefix(max(0, width - 1))) + drawn
            + String(tail.prefix(max(0, width - 1 - head.count - room)))
    }

    private var details: String {
        var parts = values.map { "\($0.name) \(Self.significant($0.value))" }
        parts.append("\(Self.significant(audioRate)) s/s")
        if let secondsLeft { parts.append("ETA \(Self.span(secondsLeft))") }
        return parts.joined(separator: "  ")
    }

    /// Three significant digits or so, never in powers of ten where that can be helped.
    static func significant(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 1 ? 2 : 3
        let scale = [1.0, 10, 100, 1000][digits]
        let rounded = (abs(value) * scale).rounded()
        guard rounded < 1e15 else { return "\(value)" }
        let whole = Int(rounded)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = "\(whole % Int(scale))"
        return "\(sign)\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `48 s`, `12 min`, `1 h 12 min`, `2 d 3 h`.
    static func span(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "unknown" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<100: return "\(whole) s"
        case ..<5_970: return "\((whole + 30) / 60) min"
        case ..<172_800: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
        }
    }
}
