/// The phonemes of one utterance, usually a sentence, and the words that they came from.
public struct PhonemeSequence: Hashable, Codable, Sendable {
    /// A word as it was written, and the range of its phonemes.
    public struct Word: Hashable, Codable, Sendable {
        /// The word as it was written.
        public var text: String
        /// The indices of the word's phonemes in ``PhonemeSequence/phonemes``, which are never empty and include no marks.
        public var range: Range<Int>

        /// Creates a word from its text and the range of its phonemes.
        public init(text: String, range: Range<Int>) {
            self.text = text
            self.range = range
        }
    }

    /// The segments and marks. A sequence from a ``Phonemizer`` begins with ``Phoneme/start`` and ends with ``Phoneme/end``.
    public var phonemes: [Phoneme]
    /// The words in the order of their ranges, which do not overlap. A number that is spoken as several words is one word here.
    public var words: [Word]
    /// The language as a language code of libespeak-ng, such as `en-us`.
    public var language: String

    /// Creates a sequence from phonemes and the words that they belong to.
    public init(phonemes: [Phoneme], words: [Word], language: String) {
        self.phonemes = phonemes
        self.words = words
        self.language = language
    }

    /// Whether the sequence contains a phoneme other than marks.
    public var hasSound: Bool { phonemes.contains { !$0.isMark } }
}

extension PhonemeSequence: CustomStringConvertible {
    /// The phonemes in the notation of `[[ ]]`: segments are joined by `_`, words and marks by spaces; start and end are omitted.
    public var description: String {
        var text = ""
        for phoneme in phonemes where phoneme != .start && phoneme != .end {
            if !text.isEmpty { text += phoneme.isFirstOfWord || phoneme.isMark ? " " : "_" }
            text += phoneme.description
        }
        return text
    }
}

/// One input symbol of a voice: a segment of sound, or a punctuation mark.
///
/// | field | values |
/// |---|---|
/// | `symbol` | a segment in IPA as libespeak-ng writes it, without stress (`ɑːɹ`, `tʃ`, `əl`), or one of ``marks`` |
/// | `stress` | the stress of the syllable, on its vowel; none for consonants and marks |
/// | `isFirstOfWord`, `isLastOfWord` | both true for the only segment of a word, both false for marks |
///
/// Stress and position are not part of the symbol, so that each symbol is frequent enough in an hour of speech to be learned.
public struct Phoneme: Hashable, Codable, Sendable {
    /// The stress of a syllable.
    public enum Stress: Int, Codable, CaseIterable, Comparable, Sendable {
        /// The syllable is unstressed, or the phoneme carries no stress.
        case none = 0
        /// The syllable has secondary stress.
        case secondary = 1
        /// The syllable has primary stress.
        case primary = 2

        /// Orders stresses from none to primary.
        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The segment in IPA without stress, or one of ``marks``.
    public var symbol: String
    /// The stress of the syllable whose vowel this is.
    public var stress: Stress
    /// Whether this is the first segment of a word.
    public var isFirstOfWord: Bool
    /// Whether this is the last segment of a word.
    public var isLastOfWord: Bool

    /// Creates a phoneme, by default unstressed and within a word.
    public init(
        _ symbol: String, stress: Stress = .none, isFirstOfWord: Bool = false,
        isLastOfWord: Bool = false
    ) {
        self.symbol = symbol
        self.stress = stress
        self.isFirstOfWord = isFirstOfWord
        self.isLastOfWord = isLastOfWord
    }

    /// The mark that begins a sequence; its duration is that of the initial silence.
    public static let start = Phoneme("^")
    /// The mark that ends a sequence; its duration is that of the final silence.
    public static let end = Phoneme("$")

    /// The symbols that are not sounds: start, end, and the punctuation marks, whose durations are those of pauses.
    public static let marks = ["^", "$", ",", ".", ";", ":", "?", "!"]

    /// Whether this is one of ``marks``.
    public var isMark: Bool { Self.marks.contains(symbol) }

    /// The position in the word: 0 within a word or for a mark, 1 at the beginning, 2 at the end, 3 for a word of one segment.
    public var wordPosition: Int { (isFirstOfWord ? 1 : 0) + (isLastOfWord ? 2 : 0) }

    /// The number of values of ``wordPosition``.
    public static let wordPositionCount = 4

    /// Whether this is a vowel or a syllabic consonant, which can be stressed.
    var isVowel: Bool {
        symbol.unicodeScalars.contains { scalar in
            switch scalar {
            case "a", "e", "i", "o", "u", "y", "ɐ", "ɑ", "ɒ", "æ", "ɔ", "ə", "ɚ", "ɘ", "ɛ", "ɜ", "ɝ", "ɞ", "ɤ", "ɨ", "ɪ", "ɯ", "ɵ", "ø", "œ", "ɶ", "ʉ", "ʊ",
                "ʌ", "ʏ", "ᵻ", "ᵊ", "\u{329}":
                true
            default: false
            }
        }
    }
}

extension Phoneme: CustomStringConvertible {
    /// The symbol with its stress mark before it, as in IPA: `ˈoʊ`.
    public var description: String {
        switch stress {
        case .none: symbol
        case .secondary: "ˌ" + symbol
        case .primary: "ˈ" + symbol
        }
    }
}

extension [Phoneme] {
    /// The phonemes as one word: the first and the last are flagged as its ends, and no other is.
    func asWord() -> [Phoneme] {
        var word = self
        for index in indices {
            word[index].isFirstOfWord = index == 0
            word[index].isLastOfWord = index == count - 1
        }
        return word
    }

    /// The phonemes with the stress moved from the first consonants of a syllable to its vowel, where the models expect it.
    func stressingVowels() -> [Phoneme] {
        var (phonemes, waiting) = (self, Phoneme.Stress.none)
        for index in indices {
            if phonemes[index].isVowel {
                phonemes[index].stress = Swift.max(phonemes[index].stress, waiting)
                waiting = .none
            } else if phonemes[index].stress != .none {
                waiting = phonemes[index].stress
                phonemes[index].stress = .none
            }
        }
        return phonemes
    }
}
