import Platform

/// Shows on standard error how training goes: a bar on a terminal, a line every 15 seconds elsewhere, nothing if quiet.
public struct TrainingProgress {
    /// Where and how progress is shown.
    public enum Style: Sendable, Equatable {
        case quiet
        case lines
        /// One line that is written over, in colour or not.
        case bar(isColoured: Bool)

        /// The style that suits standard error and the environment (`NO_COLOR`, `TERM`).
        public static func fitting(isQuiet: Bool) -> Style {
            if isQuiet { return .quiet }
            let environment = ProcessInfo.processInfo.environment
            guard isatty(2) == 1, environment["TERM"] != "dumb" else { return .lines }
            return .bar(isColoured: (environment["NO_COLOR"] ?? "").isEmpty)
        }
    }

    /// Steps in all.
    public var total: Int
    public let style: Style
    /// What is trained, where that is one of several things.
    private let label: String?
    /// Seconds between two lines; a bar is redrawn ten times a second at the most.
    private let interval: Double
    private let write: (String) -> Void
    private var lastShown: Double?
    private var rate: StepRate
    private var isBarShown = false

    /// - Parameters:
    ///   - total: Steps in all.
    ///   - start: Steps that were done before.
    ///   - label: What is trained, where that is one of several things.
    ///   - interval: Seconds between two lines where there is no terminal.
    ///   - now: Seconds, by the same clock as in ``report(step:values:audioSecondsPerStep:now:)``.
    ///   - write: Takes what is to be shown; standard error by default.
    public init(
        total: Int, start: Int, style: Style, label: String? = nil, interval: Double = 15, now: Double = monotonicSeconds(),
        write: @escaping (String) -> Void = writeToStandardError
    ) {
        self.total = total
        (self.style, self.label) = (style, label)
        self.interval = style == .lines ? interval : 0.1
        self.write = write
        rate = StepRate(step: start, time: now)
    }

    /// Shows that `step` steps are done. Most calls show nothing, and cost nothing.
    ///
    /// - Parameters:
    ///   - values: Losses and the like, in the order shown.
    ///   - audioSecondsPerStep: Seconds of audio that a step trains on.
    public mutating func report(
        step: Int, values: @autoclosure () -> [(name: String, value: Double)], audioSecondsPerStep: Double,
        now: Double = monotonicSeconds()
    ) {
        rate.note(step: step, time: now)
        guard style != .quiet else { return }
        if let lastShown, now - lastShown < interval, step != total { return }
        lastShown = now
        let line = ProgressLine(
            label: label, step: step, total: total, values: values(), audioRate: rate.stepsPerSecond * audioSecondsPerStep,
            secondsLeft: rate.stepsPerSecond > 0 ? Double(total - step) / rate.stepsPerSecond : nil)
        switch style {
        case .quiet: break
        case .lines: write(line.text + "\n")
        case .bar(let isColoured):
            write("\r" + line.bar(width: terminalWidth(), isColoured: isColoured) + "\u{1B}[K")
            isBarShown = true
        }
    }

    /// Shows a sentence on a line of its own, above the bar.
    public mutating func say(_ sentence: String) {
        guard style != .quiet else { return }
        write((isBarShown ? "\r\u{1B}[K" : "") + sentence + "\n")
        isBarShown = false
        lastShown = nil
    }

    /// Ends the line of the bar, which stays visible.
    public mutating func finish() {
        if isBarShown { write("\n") }
        isBarShown = false
    }
}

/// Writes `text` to standard error; what standard error does not take is lost.
public func writeToStandardError(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
        var done = 0
        while done < bytes.count {
            let written = write(2, bytes.baseAddress! + done, bytes.count - done)
            if written < 0, errno != EINTR { return }
            done += max(0, written)
        }
    }
}

/// Columns of the terminal on standard error; 80 where that is unknown.
private func terminalWidth() -> Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
}

/// Steps per second, averaged over the last minute or so.
struct StepRate {
    private(set) var stepsPerSecond = 0.0
    private var step: Int
    private var time: Double
    /// The time constant of the exponential average, in seconds.
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

/// One line about the state of a training run.
struct ProgressLine {
    /// What is trained, where that is one of several things.
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

    /// The text with a bar between step and details, at most `width` columns.
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

    /// About three significant digits, without an exponent below 1e15.
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
