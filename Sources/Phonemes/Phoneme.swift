/// One unit of what a voice speaks: a segment of sound, or a mark of punctuation.
///
/// | field | values |
/// |---|---|
/// | `symbol` | a segment in IPA as libespeak-ng writes it, without stress (`ɑːɹ`, `tʃ`, `əl`), or one of ``marks`` |
/// | `stress` | of the syllable whose vowel this is; none for consonants and marks |
/// | `isFirstOfWord`, `isLastOfWord` | both for the only segment of a word, neither for marks |
///
/// Stress and position stand apart from the symbol so that an hour of speech has each symbol often enough to learn from.
public struct Phoneme: Hashable, Codable, Sendable {
    public enum Stress: Int, Codable, CaseIterable, Sendable {
        case none = 0
        case secondary = 1
        case primary = 2
    }

    public var symbol: String
    public var stress: Stress
    public var isFirstOfWord: Bool
    public var isLastOfWord: Bool

    public init(
        _ symbol: String, stress: Stress = .none, isFirstOfWord: Bool = false,
        isLastOfWord: Bool = false
    ) {
        self.symbol = symbol
        self.stress = stress
        self.isFirstOfWord = isFirstOfWord
        self.isLastOfWord = isLastOfWord
    }

    /// The mark that opens every sequence and owns the silence before it.
    public static let start = Phoneme("^")
    /// The mark that closes every sequence and owns the silence after it.
    public static let end = Phoneme("$")

    /// The symbols that are no sound: start and end, and the punctuation that owns the pauses.
    public static let marks = ["^", "$", ",", ".", ";", ":", "?", "!"]

    public var isMark: Bool { Self.marks.contains(symbol) }

    /// 0 within a word or for a mark, 1 at a word's beginning, 2 at its end, 3 for a word of one segment.
    public var wordPosition: Int { (isFirstOfWord ? 1 : 0) + (isLastOfWord ? 2 : 0) }

    /// The number of values ``wordPosition`` has.
    public static let wordPositionCount = 4
}

extension Phoneme: CustomStringConvertible {
    /// The symbol with its stress before it, as in IPA: `ˈoʊ`.
    public var description: String {
        switch stress {
        case .none: symbol
        case .secondary: "ˌ" + symbol
        case .primary: "ˈ" + symbol
        }
    }
}
