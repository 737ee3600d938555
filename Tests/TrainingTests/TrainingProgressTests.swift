import Testing

@testable import Training

@Suite struct TrainingProgressTests {
    /// What a run of 100 steps of half a second shows.
    private func shown(_ style: TrainingProgress.Style, interval: Double = 10) -> [String] {
        var shown: [String] = []
        var progress = TrainingProgress(total: 100, start: 0, style: style, interval: interval, now: 0) {
            shown.append($0)
        }
        for step in 1...100 {
            progress.report(step: step, values: [("mel", 0.5124)], audioSecondsPerStep: 6, now: Double(step) / 2)
        }
        progress.finish()
        return shown
    }

    @Test("away from a terminal there is a line at intervals, with step, losses, speed and remaining time")
    func lines() {
        let lines = shown(.lines)
        #expect(lines.count == 6)
        #expect(lines[1] == "step 21/100 (21 %)  mel 0.512  12.0 s/s  ETA 40 s\n")
        #expect(lines.last == "step 100/100 (100 %)  mel 0.512  12.0 s/s  ETA 0 s\n")
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\r") })
    }

    @Test("on a terminal one line is written over, without colour where none is wanted")
    func bar() {
        let bars = shown(.bar(isColoured: false))
        #expect(bars.count == 101)
        #expect(bars.dropLast().allSatisfy { $0.hasPrefix("\r") && $0.hasSuffix("\u{1B}[K") && !$0.contains("[32m") })
        #expect(bars.last == "\n")
        #expect(shown(.bar(isColoured: true)).contains { $0.contains("[32m") })
    }

    @Test("quiet is silent")
    func quiet() {
        #expect(shown(.quiet).isEmpty)
    }

    @Test("a bar never exceeds the terminal", arguments: [1, 10, 40, 80, 200])
    func widths(_ width: Int) {
        let line = ProgressLine(
            step: 1234, total: 20_000, values: [("mel", 0.5), ("generator", 3.2)], audioRate: 142, secondsLeft: 4321)
        #expect(line.bar(width: width, isColoured: false).count < width || width == 1)
    }

    @Test("numbers are short and spans in their own units")
    func formats() {
        #expect(
            [0.01234, -1.236, 12.34, 1234.5, -0.0001, 0.99999].map(ProgressLine.significant) == [
                "0.012", "-1.24", "12.3", "1235", "0.000", "1.000",
            ])
        #expect(ProgressLine.significant(.nan) == "nan")
        #expect([48, 700, 5_970, 180_000].map(ProgressLine.span) == ["48 s", "12 min", "1 h 39 min", "2 d 2 h"])
    }
}
