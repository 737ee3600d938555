/// Formats timings as a TextGrid of Praat in its long text format, whose tiers have no gaps: silence is an interval without text.
struct TextGrid {
    private let timings: SpeechTimings

    init(_ timings: SpeechTimings) { self.timings = timings }

    /// The content of the file.
    var text: String {
        let tiers = [
            ("sentences", timings.sentences.map(\.whole)),
            ("words", timings.sentences.flatMap(\.words)),
            ("phonemes", timings.sentences.flatMap(\.phonemes)),
        ]
        var text = """
            File type = "ooTextFile"
            Object class = "TextGrid"

            xmin = 0
            xmax = \(seconds(timings.sampleCount))
            tiers? <exists>
            size = \(tiers.count)
            item []:

            """
        for (index, (name, intervals)) in tiers.enumerated() {
            text += tier(index + 1, name, filled(intervals))
        }
        return text
    }

    private func tier(_ number: Int, _ name: String, _ intervals: [SpeechTimings.Interval]) -> String {
        var text = """
                item [\(number)]:
                    class = "IntervalTier"
                    name = "\(name)"
                    xmin = 0
                    xmax = \(seconds(timings.sampleCount))
                    intervals: size = \(intervals.count)

            """
        for (index, interval) in intervals.enumerated() {
            text += """
                        intervals [\(index + 1)]:
                            xmin = \(seconds(interval.range.lowerBound))
                            xmax = \(seconds(interval.range.upperBound))
                            text = "\(interval.text.replacing("\"", with: "\"\""))"

                """
        }
        return text
    }

    /// The intervals with empty ones in the gaps, from the beginning to the end of the sound; intervals of length 0 are omitted.
    private func filled(_ intervals: [SpeechTimings.Interval]) -> [SpeechTimings.Interval] {
        var (filled, end) = ([SpeechTimings.Interval](), 0)
        for interval in intervals where !interval.range.isEmpty {
            if interval.range.lowerBound > end {
                filled.append(.init(text: "", range: end..<interval.range.lowerBound))
            }
            filled.append(interval)
            end = interval.range.upperBound
        }
        if end < timings.sampleCount {
            filled.append(.init(text: "", range: end..<timings.sampleCount))
        }
        return filled
    }

    private func seconds(_ samples: Int) -> String {
        samples == 0 ? "0" : "\(timings.seconds(samples))"
    }
}
