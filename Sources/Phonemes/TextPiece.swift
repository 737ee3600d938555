/// A stretch of text between marks of punctuation, or such a mark.
enum TextPiece: Equatable {
    /// Written words as they are handed to libespeak-ng: never empty, none of them too long for it.
    case words([String])
    /// One of `, . ; : ? !`.
    case mark(Character)

    /// More words than these in one go, or a longer word, exceed the library's own buffers and would be cut there.
    static let wordLimit = 40
    static let scalarLimit = 40

    /// The pieces of `text`, in order.
    ///
    /// A mark counts where a space or the end follows it: those within words and numbers (`3.5`, `10:30`, `e.g.`) are theirs.
    static func pieces(of text: String) -> [TextPiece] {
        var pieces: [TextPiece] = []
        var words: [String] = []
        func flush() {
            if !words.isEmpty { pieces.append(.words(words)) }
            words = []
        }
        for written in text.split(whereSeparator: \.isWhitespace) {
            var word = written[...]
            var before: Character?
            while let first = word.first, !first.isPartOfWord {
                before = before ?? PauseMark.opening[first]
                word.removeFirst()
            }
            var after: [Character] = []
            while let last = word.last, !last.isPartOfWord {
                if let mark = PauseMark.closing[last] { after.append(mark) }
                word.removeLast()
            }
            // Punctuation by itself.
            if word.isEmpty, let mark = written.compactMap({ PauseMark.closing[$0] ?? PauseMark.standing[$0] }).first {
                after = [mark]
            }
            if let before, !word.isEmpty {
                flush()
                pieces.append(.mark(before))
            }
            for part in parts(of: word) {
                if words.count == wordLimit { flush() }
                words.append(part)
            }
            if !after.isEmpty { flush() }
            for mark in after.reversed() { pieces.append(.mark(mark)) }
        }
        flush()
        return pieces
    }

    /// `word` in parts that the library takes, without what would end a C string or confuse the library.
    private static func parts(of word: Substring) -> [String] {
        var (parts, part) = ([String](), String.UnicodeScalarView())
        for scalar in word.unicodeScalars {
            if scalar.properties.generalCategory == .control { continue }
            part.append(scalar)
            if part.count == scalarLimit {
                parts.append(String(part))
                part = .init()
            }
        }
        if !part.isEmpty { parts.append(String(part)) }
        return parts
    }
}

/// Which characters make a pause, and which pause.
enum PauseMark {
    /// At the end of a word.
    static let closing: [Character: Character] = [
        ",": ",", ".": ".", ";": ";", ":": ":", "?": "?", "!": "!", "…": ",", "—": ",", "–": ",", ")": ",", "]": ",",
        "、": ",", "，": ",", "。": ".", "．": ".", "；": ";", "：": ":", "？": "?", "！": "!", "।": ".", "؟": "?", "،": ",",
        "؛": ";", "·": ".", "‽": "?",
    ]
    /// At the beginning of a word.
    static let opening: [Character: Character] = ["(": ",", "[": ",", "—": ",", "–": ","]
    /// Between words.
    static let standing: [Character: Character] = ["-": ","]
}

extension Character {
    /// Whether this is spoken, as a letter, a digit or a symbol with a name, and not punctuation around words.
    var isPartOfWord: Bool {
        if isLetter || isNumber { return true }
        if self == "_" || self == "-" { return false }
        return isSymbol || "%&@#§°'’".contains(self) && !"'’".contains(self) || "*/".contains(self) || isCurrencySymbol
    }
}
