/// What is handed to be spoken for a word.
enum SpokenWord: Hashable {
    /// As libespeak-ng reads it.
    case text(String)
    case phonemes([Phoneme])
}

/// A word of a sentence: what was written, how it is spoken, and the marks around it.
struct TextWord: Equatable {
    /// Without the punctuation around it.
    var written: String
    /// Pauses before and after, one of `, . ; : ? !`.
    var before: Character?
    var after: Character?
    /// What is said in its place; a word of nothing else stays as it was written.
    var spoken: [SpokenWord]
    /// Whether what is spoken was given with the text and is not to be read otherwise.
    var isGiven = false
    /// Whether an abbreviation's stop followed, which is no pause.
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

    /// The words of a text as written, which may be joined by dashes or dots without spaces.
    static func words(of text: String, prosody: Prosody = .plain) -> [TextWord] {
        var words: [TextWord] = []
        for written in text.split(whereSeparator: \.isWhitespace) {
            for (index, part) in parts(of: written).enumerated() {
                // What joins two words is a pause.
                if index > 0, let last = words.indices.last, words[last].after == nil {
                    words[last].after = ","
                }
                append(part, prosody, to: &words)
            }
        }
        return words
    }

    /// Splits after what joins two words without a space: dashes, rows of dots or hyphens, a comma between letters.
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

    /// Whether a row of one character between two others is a pause between words.
    private static func joins(_ row: Substring, _ before: Character, _ after: Character) -> Bool {
        switch row.first {
        case "—", "…": true
        case "–": row.count > 1 || !before.isNumber && !after.isNumber
        case ".", "-": row.count > 1
        case ",": before.isLetter && after.isLetter
        default: false
        }
    }

    /// Takes the punctuation off both ends of `text`; punctuation by itself goes to the word before.
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

    /// `text` without the punctuation before and after what is spoken.
    private static func core(of text: Substring) -> Substring {
        if Self.endingInSlash.contains(text.lowercased()) { return text }
        var core = text
        while let first = core.first, !isOpening(first, of: core) { core.removeFirst() }
        while let last = core.last, !last.isPartOfWord { core.removeLast() }
        return core
    }

    /// Whether the first character of `text` is spoken: a sign before a number, an apostrophe in the place of letters.
    private static func isOpening(_ first: Character, of text: Substring) -> Bool {
        if first.isPartOfWord { return true }
        let rest = text.dropFirst()
        guard let second = rest.first else { return false }
        if second.isNumber || second.isCurrencySymbol { return "-−.~'’<>".contains(first) }
        return (first == "'" || first == "’") && elided.contains { rest.lowercased().hasPrefix($0) }
    }

    private static let endingInSlash: Set<String> = ["w/"]

    /// What is written with an apostrophe before it.
    private static let elided = ["tis", "twas", "em", "til", "cause", "bout", "round", "n'", "n’"]
}

extension StringProtocol {
    fileprivate var unifyingApostrophes: String {
        contains("’") ? String(map { $0 == "’" ? "'" : $0 }) : String(self)
    }
}
