/// When what was spoken: sentences, and in them words and phonemes, in samples from the beginning of the sound.
public struct SpeechTimings: Hashable, Sendable {
    /// Something that sounds for a while.
    public struct Interval: Hashable, Sendable {
        public var text: String
        /// Samples; the end is the first sample after it.
        public var range: Range<Int>

        public init(text: String, range: Range<Int>) {
            self.text = text
            self.range = range
        }
    }

    public struct Sentence: Hashable, Sendable {
        /// As written, from its first phoneme's beginning to its last one's end.
        public var whole: Interval
        public var words: [Interval]
        /// All of them, marks and the silences at both ends too.
        public var phonemes: [Interval]
    }

    public let sampleRate: Int
    /// Samples of a frame; every time is a multiple of it after the beginning of its sentence.
    public let hopLength: Int
    public private(set) var sentences: [Sentence] = []
    /// Samples of the whole sound, which may go on after the last sentence.
    public var sampleCount = 0

    public init(sampleRate: Int, hopLength: Int) {
        self.sampleRate = sampleRate
        self.hopLength = hopLength
    }

    /// Adds a sentence.
    ///
    /// - Parameters:
    ///   - text: As written.
    ///   - durations: frames, of each phoneme of `sequence`.
    ///   - start: The sample with which the sentence's first frame begins.
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

    func seconds(_ samples: Int) -> Double { Double(samples) / Double(sampleRate) }
}
