public import Files
import Platform

/// The times of sentences, words and phonemes in synthesized speech, in samples from the beginning of the sound.
public struct SpeechTimings: Hashable, Sendable {
    /// A text, and when it is spoken.
    public struct Interval: Hashable, Sendable {
        /// The sentence or word as it was written, or the phoneme in IPA.
        public var text: String
        /// The samples in which it is spoken.
        public var range: Range<Int>

        /// Creates an interval.
        public init(text: String, range: Range<Int>) {
            self.text = text
            self.range = range
        }
    }

    /// The times of one sentence.
    public struct Sentence: Hashable, Sendable {
        /// The sentence as it was written, from the beginning of its first phoneme to the end of its last.
        public var whole: Interval
        /// The words, in order.
        public var words: [Interval]
        /// The phonemes in order, including marks and the silences at both ends.
        public var phonemes: [Interval]
    }

    /// The sample rate in Hz.
    public let sampleRate: Int
    /// The number of samples per frame. All times within a sentence are multiples of it from the beginning of the sentence.
    public let hopLength: Int
    /// The sentences, in order.
    public private(set) var sentences: [Sentence] = []
    /// The number of samples of the whole sound, which may continue after the last sentence.
    public var sampleCount = 0

    /// Creates timings without sentences, for a sample rate in Hz and a hop length in samples.
    public init(sampleRate: Int, hopLength: Int) {
        self.sampleRate = sampleRate
        self.hopLength = hopLength
    }

    /// Appends a sentence.
    ///
    /// - Parameters:
    ///   - text: The sentence as it was written.
    ///   - sequence: The phonemes of the sentence.
    ///   - durations: The number of frames of each phoneme of `sequence`.
    ///   - start: The sample at which the sentence's first frame begins.
    public mutating func append(
        _ text: String, _ sequence: PhonemeSequence, durations: [Int], start: Int
    ) {
        precondition(
            durations.count == sequence.phonemes.count,
            "\(durations.count) durations were given for \(sequence.phonemes.count) phonemes")
        var edges = [start]
        for duration in durations { edges.append(edges.last! + duration * hopLength) }
        let sentence = Sentence(
            whole: Interval(text: text, range: start..<edges.last!),
            words: sequence.words.map { word in
                Interval(
                    text: word.text, range: edges[word.range.lowerBound]..<edges[word.range.upperBound])
            },
            phonemes: sequence.phonemes.enumerated().map { index, phoneme in
                Interval(text: phoneme.description, range: edges[index]..<edges[index + 1])
            })
        sentences.append(sentence)
        sampleCount = max(sampleCount, edges.last!)
    }

    /// Converts samples to seconds.
    func seconds(_ samples: Int) -> Double { Double(samples) / Double(sampleRate) }
}

/// The file formats of timings, named by their file name extensions.
public enum TimingFormat: String, CaseIterable, Sendable {
    /// JSON with seconds and samples of every sentence, word and phoneme.
    case json
    /// SubRip subtitles.
    case srt
    /// WebVTT subtitles with the time of each word.
    case vtt
    /// A TextGrid of Praat, with tiers for sentences, words and phonemes.
    case textGrid = "TextGrid"

    /// The format that the extension of `path` names, in upper or lower case; nil for any other extension.
    public init?(path: String) {
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        guard let format = Self.allCases.first(where: { $0.rawValue.lowercased() == ending }) else {
            return nil
        }
        self = format
    }

    /// A list of all extensions for messages, such as `.json, .srt`.
    public static var endings: String { allCases.map { "." + $0.rawValue }.joined(separator: ", ") }
}

extension SpeechTimings {
    /// Writes the timings to `path`, replacing the file atomically.
    ///
    /// - Throws: `FileError`: `.cannotCreate` if the file cannot be created; `.inputOutput` if writing fails.
    public func write(to path: String, as format: TimingFormat) throws(FileError) {
        let text =
            switch format {
            case .json: TimingTable(self).json
            case .srt: Subtitles(self).subRip
            case .vtt: Subtitles(self).webVTT
            case .textGrid: TextGrid(self).text
            }
        try replaceFile(at: path, contents: Data(text.utf8))
    }
}

/// The JSON format of timings: seconds and samples of every sentence, word and phoneme.
struct TimingTable: Encodable {
    /// A sentence, a word or a phoneme.
    struct Entry: Encodable {
        let text: String
        /// The start in seconds.
        let start: Double
        /// The end in seconds.
        let end: Double
        let startSample: Int
        let endSample: Int
        var words: [Entry]?
        var phonemes: [Entry]?
    }

    let sampleRate: Int
    let hopLength: Int
    /// The duration of the sound in seconds.
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
        // Encoding strings and finite numbers cannot fail.
        return String(decoding: try! encoder.encode(self), as: UTF8.self) + "\n"
    }
}
