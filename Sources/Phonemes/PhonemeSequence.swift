/// What is to be spoken in one breath, a sentence as a rule: phonemes, and the words they came from.
public struct PhonemeSequence: Hashable, Codable, Sendable {
    /// A word as it was written, and where its phonemes are.
    public struct Word: Hashable, Codable, Sendable {
        public var text: String
        /// Indices into ``PhonemeSequence/phonemes``; without marks, never empty.
        public var range: Range<Int>

        public init(text: String, range: Range<Int>) {
            self.text = text
            self.range = range
        }
    }

    /// Begins with ``Phoneme/start`` and ends with ``Phoneme/end`` where it came from a ``Phonemizer``.
    public var phonemes: [Phoneme]
    /// In the order of their ranges, which do not overlap. A number read as several words is one word here.
    public var words: [Word]
    /// As libespeak-ng names it: `en-us`.
    public var language: String

    public init(phonemes: [Phoneme], words: [Word], language: String) {
        self.phonemes = phonemes
        self.words = words
        self.language = language
    }

    /// Whether there is anything to hear: a phoneme that is no mark.
    public var hasSound: Bool { phonemes.contains { !$0.isMark } }
}

extension PhonemeSequence: CustomStringConvertible {
    /// The phonemes as `[[ ]]` takes them: segments joined by `_`, words and marks by spaces, without start and end.
    public var description: String {
        var text = ""
        for phoneme in phonemes where phoneme != .start && phoneme != .end {
            if !text.isEmpty { text += phoneme.isFirstOfWord || phoneme.isMark ? " " : "_" }
            text += phoneme.description
        }
        return text
    }
}
