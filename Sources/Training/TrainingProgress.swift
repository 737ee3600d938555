import Platform

/// Tells on standard error how training gets on: a bar on a terminal, a line now and then elsewhere, nothing if quiet.
public struct TrainingProgress {
    /// Where and how progress is shown.
    public enum Style: Sendable, Equatable {
        case quiet
        case lines
        /// One line that is written over, in colour or not.
        case bar(isColoured: Bool)

        /// What suits standard error and the environment (`NO_COLOR`, `TERM`).
        public static func fitting(isQuiet: Bool) -> Style {
            if isQuiet { return .quiet }
            let environment = ProcessInfo.processInfo.environment
            guard isatty(2) == 1, environment["TERM"] != "dumb" else { return .lines }
            return .bar(isColoured: (environment["NO_COLOR"] ?? "").isEmpty)
        }
    }

    /// The step that training ends with.
    public var total: Int
    public let style: Style
    /// What is trained, where that is one thing of several.
    private let label: String?
    /// Seconds between two lines; a bar is redrawn ten times a second at the most.
    private let interval: Double
    private let write: (String) -> Void
    private var lastShown: Double?
    private var rate: StepRate
    private var isBarShown = false

    /// - Parameters:
    ///   - start: the step that training begins after.
    ///   - label: What is trained, where that is one thing of several.
    ///   - interval: seconds between two lines where there is no terminal.
    ///   - now: seconds by a clock that ``report(step:values:audioSecondsPerStep:now:)`` goes by too.
    ///   - write: takes what is to be shown; standard error by default.
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

    /// Shows that `step` is done. Most calls show nothing, and cost nothing.
    ///
    /// - Parameters:
    ///   - values: losses and the like, in the order shown.
    ///   - audioSecondsPerStep: seconds of audio that a step trains on.
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

    /// Leaves the last state of the bar standing, and begins a new line.
    public mutating func finish() {
        if isBarShown { write("\n") }
        isBarShown = false
    }
}

/// Writes `text` to standard error as far as that takes it.
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

/// Seconds by a clock that is never set back.
public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Columns of the terminal on standard error; 80 where it does not say.
private func terminalWidth() -> Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
}
