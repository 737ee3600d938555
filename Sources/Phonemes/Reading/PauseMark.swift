/// Which characters make a pause, and which pause: one of `, . ; : ? !`.
enum PauseMark {
    /// At the end of a word.
    static let closing: [Character: Character] = [
        ",": ",", ".": ".", ";": ";", ":": ":", "?": "?", "!": "!", "…": ",", "—": ",", "–": ",",
        ")": ",", "]": ",", "-": ",",
        "、": ",", "，": ",", "。": ".", "．": ".", "；": ";", "：": ":", "？": "?", "！": "!", "।": ".",
        "؟": "?", "،": ",",
        "؛": ";", "‽": "?",
    ]
    /// At the beginning of a word.
    static let opening: [Character: Character] = ["(": ",", "[": ",", "—": ",", "–": ","]
    /// Between words.
    static let standing: [Character: Character] = ["|": ",", "•": ",", "/": ","]

    /// From the lightest to the weightiest.
    static let all: [Character] = [",", ";", ":", ".", "!", "?"]

    static func weight(_ mark: Character) -> Int { all.firstIndex(of: mark) ?? -1 }

    /// The weightiest mark of `punctuation`; a row of dots is a short pause.
    static func mark(of punctuation: Substring) -> Character? {
        if punctuation.contains("..") { return "," }
        return punctuation.compactMap { closing[$0] }.max { weight($0) < weight($1) }
    }
}

extension Character {
    /// Whether this is spoken wherever it stands at a word's edge: a letter, a digit, or a symbol that has a name.
    var isPartOfWord: Bool {
        if isLetter || isNumber { return true }
        if isASCII { return "%&@#+$=".contains(self) }
        if isCurrencySymbol || "§°′″".contains(self) { return true }
        return isSymbol && unicodeScalars.first!.properties.generalCategory != .modifierSymbol
    }
}
