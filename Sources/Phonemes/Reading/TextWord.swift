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

    /// Splits at dashes and rows of dots that join words, and between words and pictures.
    private static func parts(of text: Substring) -> [Substring] {
        guard
            text.contains(where: {
                $0 == "—" || $0 == "–" || $0 == "…" || $0 == "." || $0 == "-" || $0 == ","
            })
        else { return [text] }
        let characters = Array(text)
        var (parts, start, index) = ([Substring](), 0, 0)
        while index < characters.count {
            var end = index
            while end < characters.count, characters[end] == characters[index],
                ".-—–…".contains(characters[index])
            { end += 1 }
            let joins =
                characters[index] == "—" || characters[index] == "…"
                || end - index > 1 && ".-–".contains(characters[index])
            let isDash =
                characters[index] == "–" && end == index + 1 && !isBetweenNumbers(characters, index)
            let isComma = characters[index] == "," && isBetweenLetters(characters, index)
            if joins || isDash || isComma, index > start, end < characters.count || isComma {
                let stop = max(end, index + 1)
                parts.append(
                    text[
                        text.index(
                            text.startIndex, offsetBy: start)..<text.index(text.startIndex, offsetBy: stop)])
                start = stop
            }
            index = max(end, index + 1)
        }
        if start < characters.count { parts.append(text.dropFirst(start)) }
        return parts
    }

    private static func isBetweenNumbers(_ characters: [Character], _ index: Int) -> Bool {
        index > 0 && index + 1 < characters.count
            && (characters[index - 1].isNumber || characters[index + 1].isNumber)
    }

    private static func isBetweenLetters(_ characters: [Character], _ index: Int) -> Bool {
        index > 0 && index + 1 < characters.count && characters[index - 1].isLetter
            && characters[index + 1].isLetter
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
