/// The spoken form of a word.
enum SpokenWord: Hashable {
    /// Text that libespeak-ng converts to phonemes.
    case text(String)
    /// Given phonemes.
    case phonemes([Phoneme])
}

/// A word of a sentence: its written form, its spoken form, and the pauses around it.
struct TextWord: Equatable {
    /// The written form, without the punctuation around it.
    var written: String
    /// The pause before the word, one of `, . ; : ? !`.
    var before: Character?
    /// The pause after the word, one of `, . ; : ? !`.
    var after: Character?
    /// The spoken form, which is the written one until the word is normalized.
    var spoken: [SpokenWord]
    /// Whether the spoken form was given by the text or a lexicon, so that the word is not normalized.
    var isGiven = false
    /// Whether the full stop of an abbreviation followed, which is not a pause.
    var hasStop = false
    var prosody = Prosody.plain

    init(
        _ written: String, before: Character? = nil, after: Character? = nil, prosody: Prosody = .plain
    ) {
        self.written = written
        self.before = before
        self.after = after
        spoken = [.text(written)]
        self.prosody = prosody
    }

    /// Splits a text into words, at spaces and at dashes or dots that join words without spaces.
    static func words(of text: String, prosody: Prosody = .plain) -> [TextWord] {
        var words: [TextWord] = []
        for written in text.split(whereSeparator: \.isWhitespace) {
            for (index, part) in parts(of: written).enumerated() {
                // The punctuation that joins two words is a pause.
                if index > 0, let last = words.indices.last, words[last].after == nil {
                    words[last].after = ","
                }
                append(part, prosody, to: &words)
            }
        }
        return words
    }

    /// Splits after punctuation that joins words without a space: dashes, repeated dots or hyphens, a comma between letters.
    private static func parts(of text: Substring) -> [Substring] {
        guard text.contains(where: { ".,-–—…".contains($0) }) else { return [text] }
        var parts: [Substring] = []
        var (start, index) = (text.startIndex, text.startIndex)
        while index < text.endIndex {
            let row = text[index...].prefix { $0 == text[index] && ".,-–—…".contains($0) }
            let end = row.isEmpty ? text.index(after: index) : row.endIndex
            if index > start, end < text.endIndex, joins(row, text[text.index(before: index)], text[end]) {
                parts.append(text[start..<end])
                start = end
            }
            index = end
        }
        return parts + [text[start...]]
    }

    /// Whether repetitions of one character, between two others, are a pause between words.
    private static func joins(_ row: Substring, _ before: Character, _ after: Character) -> Bool {
        switch row.first {
        case "—", "…": true
        case "–": row.count > 1 || !before.isNumber && !after.isNumber
        case ".", "-": row.count > 1
        case ",": before.isLetter && after.isLetter
        default: false
        }
    }

    /// Appends the word in `text` without its punctuation. Punctuation alone becomes the pause after the previous word.
    private static func append(_ text: Substring, _ prosody: Prosody, to words: inout [TextWord]) {
        let core = core(of: text)
        guard !core.isEmpty else {
            let mark = PauseMark.mark(of: text) ?? text.first.flatMap { PauseMark.standing[$0] }
            if let mark, let last = words.indices.last, words[last].after == nil {
                words[last].after = mark
            }
            return
        }
        let opening = text[..<core.startIndex].compactMap { PauseMark.opening[$0] }.first
        words.append(
            TextWord(
                core.unifyingApostrophes, before: opening,
                after: PauseMark.mark(of: text[core.endIndex...]), prosody: prosody))
    }

    /// The part of `text` that is spoken, without the punctuation around it.
    private static func core(of text: Substring) -> Substring {
        if Self.endingInSlash.contains(text.lowercased()) { return text }
        var core = text
        while let first = core.first, !isOpening(first, of: core) { core.removeFirst() }
        while let last = core.last, !last.isPartOfWord { core.removeLast() }
        return core
    }

    /// Whether the first character of `text` belongs to the word, as a sign before a number or an apostrophe for omitted letters.
    private static func isOpening(_ first: Character, of text: Substring) -> Bool {
        if first.isPartOfWord { return true }
        let rest = text.dropFirst()
        guard let second = rest.first else { return false }
        if second.isNumber || second.isCurrencySymbol { return "-−.~'’<>".contains(first) }
        return (first == "'" || first == "’") && elided.contains { rest.lowercased().hasPrefix($0) }
    }

    /// Abbreviations that end in a slash.
    private static let endingInSlash: Set<String> = ["w/"]

    /// The beginnings of words that are written with an apostrophe before them.
    private static let elided = ["tis", "twas", "em", "til", "cause", "bout", "round", "n'", "n’"]
}

extension StringProtocol {
    /// The text with typographic apostrophes replaced by ASCII ones.
    fileprivate var unifyingApostrophes: String {
        contains("’") ? String(map { $0 == "’" ? "'" : $0 }) : String(self)
    }
}

/// The mapping from punctuation to pause marks, which are one of `, . ; : ? !`.
enum PauseMark {
    /// The marks of characters at the end of a word.
    static let closing: [Character: Character] = [
        ",": ",", ".": ".", ";": ";", ":": ":", "?": "?", "!": "!", "…": ",", "—": ",", "–": ",",
        ")": ",", "]": ",", "-": ",",
        "、": ",", "，": ",", "。": ".", "．": ".", "；": ";", "：": ":", "？": "?", "！": "!", "।": ".",
        "؟": "?", "،": ",",
        "؛": ";", "‽": "?",
    ]
    /// The marks of characters at the beginning of a word.
    static let opening: [Character: Character] = ["(": ",", "[": ",", "—": ",", "–": ","]
    /// The marks of characters between words.
    static let standing: [Character: Character] = ["|": ",", "•": ",", "/": ","]

    /// All marks, in increasing order of weight.
    private static let all: [Character] = [",", ";", ":", ".", "!", "?"]

    /// The weight of a mark, by which one of several adjacent marks is chosen; -1 for no mark.
    static func weight(_ mark: Character) -> Int { all.firstIndex(of: mark) ?? -1 }

    /// The mark of most weight in `punctuation`. Repeated dots are a comma.
    static func mark(of punctuation: Substring) -> Character? {
        if punctuation.contains("..") { return "," }
        return punctuation.compactMap { closing[$0] }.max { weight($0) < weight($1) }
    }
}

extension Character {
    /// Whether this belongs to the word at whose edge it is: a letter, a digit, or a symbol that has a name.
    var isPartOfWord: Bool {
        if isLetter || isNumber { return true }
        if isASCII { return "%&@#+$=".contains(self) }
        if isCurrencySymbol || "§°′″".contains(self) { return true }
        return isSymbol && unicodeScalars.first!.properties.generalCategory != .modifierSymbol
    }
}
