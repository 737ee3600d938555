/// Formats timings as subtitles, one for each sentence; a long sentence is split between words.
struct Subtitles {
    private struct Cue {
        var range: Range<Int>
        var words: [SpeechTimings.Interval]
        var text: String
    }

    private let timings: SpeechTimings
    /// The most characters of a subtitle: two lines of 42, as players show them.
    private static let longestText = 84

    init(_ timings: SpeechTimings) { self.timings = timings }

    /// The subtitles in SubRip format.
    var subRip: String {
        cues.enumerated().map { index, cue in
            "\(index + 1)\n\(time(cue.range.lowerBound, ",")) --> \(time(cue.range.upperBound, ","))\n\(cue.text)\n"
        }.joined(separator: "\n")
    }

    /// The subtitles in WebVTT format (https://www.w3.org/TR/webvtt1/), with the time before every word but the first.
    var webVTT: String {
        "WEBVTT\n"
            + cues.map { cue in
                let words = cue.words.enumerated().map { index, word in
                    (index == 0 ? "" : "<\(time(word.range.lowerBound, "."))>") + escaped(word.text)
                }
                let text = words.isEmpty ? escaped(cue.text) : words.joined(separator: " ")
                return
                    "\n\(time(cue.range.lowerBound, ".")) --> \(time(cue.range.upperBound, "."))\n\(text)\n"
            }.joined()
    }

    private var cues: [Cue] {
        timings.sentences.flatMap { sentence -> [Cue] in
            let text = sentence.whole.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard text.count > Self.longestText, !sentence.words.isEmpty else {
                return [
                    Cue(range: sentence.whole.range, words: punctuated(sentence.words, as: text), text: text)
                ]
            }
            return parts(of: punctuated(sentence.words, as: text), within: sentence.whole.range)
        }
    }

    /// The words with their punctuation in `text`; unchanged if they do not occur there in this order.
    private func punctuated(_ words: [SpeechTimings.Interval], as text: String) -> [SpeechTimings
        .Interval]
    {
        var (punctuated, rest) = (words, text[...])
        var starts: [String.Index] = []
        for word in words {
            guard let found = rest.firstRange(of: word.text) else { return words }
            // A mark right before a word, as an opening quotation mark, is its own; one within a word belongs to the part before it.
            let gap = rest[..<found.lowerBound]
            starts.append(gap.lastIndex(where: \.isWhitespace).map { gap.index(after: $0) } ?? found.lowerBound)
            rest = rest[found.upperBound...]
        }
        guard !starts.isEmpty else { return words }
        starts[0] = text.startIndex
        for index in words.indices {
            let end = index + 1 < starts.count ? starts[index + 1] : text.endIndex
            punctuated[index].text = String(text[starts[index]..<end].trimmedAtEnd(\.isWhitespace))
        }
        return punctuated
    }

    /// Splits the words of a long sentence into subtitles, each of which ends where the next begins.
    private func parts(of words: [SpeechTimings.Interval], within range: Range<Int>) -> [Cue] {
        var cues: [Cue] = []
        for word in words {
            if let last = cues.last, last.text.count + 1 + word.text.count <= Self.longestText {
                cues[cues.count - 1].words.append(word)
                cues[cues.count - 1].text += " " + word.text
            } else {
                cues.append(Cue(range: word.range, words: [word], text: word.text))
            }
        }
        for index in cues.indices {
            let start = index == 0 ? range.lowerBound : cues[index].words[0].range.lowerBound
            let end =
                index + 1 < cues.count ? cues[index + 1].words[0].range.lowerBound : range.upperBound
            cues[index].range = start..<end
        }
        return cues
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// The time of a sample to the nearest millisecond, such as `00:00:01,250`.
    private func time(_ sample: Int, _ separator: String) -> String {
        let milliseconds = (sample * 1000 + timings.sampleRate / 2) / timings.sampleRate
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (seconds, minutes) = (milliseconds / 1000, milliseconds / 60_000)
        return
            "\(padded(minutes / 60, 2)):\(padded(minutes % 60, 2)):\(padded(seconds % 60, 2))\(separator)\(padded(milliseconds % 1000, 3))"
    }
}
