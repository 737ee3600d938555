import Platform

/// Timings as JSON: seconds and samples of every sentence, word and phoneme.
struct TimingTable: Encodable {
    struct Entry: Encodable {
        let text: String
        /// Seconds.
        let start: Double
        let end: Double
        let startSample: Int
        let endSample: Int
        var words: [Entry]?
        var phonemes: [Entry]?
    }

    let sampleRate: Int
    let hopLength: Int
    let duration: Double
    let sentences: [Entry]

    init(_ timings: SpeechTimings) {
        func entry(_ interval: SpeechTimings.Interval) -> Entry {
            Entry(
                text: interval.text, start: timings.seconds(interval.range.lowerBound),
                end: timings.seconds(interval.range.upperBound),
                startSample: interval.range.lowerBound, endSample: interval.range.upperBound)
        }
        sampleRate = timings.sampleRate
        hopLength = timings.hopLength
        duration = timings.seconds(timings.sampleCount)
        sentences = timings.sentences.map { sentence in
            var whole = entry(sentence.whole)
            whole.words = sentence.words.map(entry)
            whole.phonemes = sentence.phonemes.map(entry)
            return whole
        }
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        // Strings and finite numbers encode.
        return String(decoding: try! encoder.encode(self), as: UTF8.self) + "\n"
    }
}
