/// The rules for addresses, acronyms, signs, and words that mix letters, digits and signs.
extension EnglishNormalizer {
    /// Verbalizes words that mix letters, digits and signs, run by run: `COVID-19`, `MP3`, `v2.1`, `20-year-old`.
    func mixed(_ text: String) -> Verbalization? {
        var words: [String] = []
        for part in text.split(separator: "-") {
            if text.contains("-"), part.contains(where: \.isDigit), String(part) != text {
                words += isolated(part)
            } else {
                words += runs(of: part).flatMap { word(ofRun: $0, joint: "point") }
            }
        }
        return words.isEmpty ? nil : Verbalization(words)
    }

    /// Splits `text` into runs of letters, runs of digits, and single other characters.
    private func runs(of text: some StringProtocol) -> [Substring] {
        var (runs, rest) = ([Substring](), Substring(text))
        while let first = rest.first {
            let run =
                first.isDigit
                ? rest.prefix(while: \.isDigit)
                : first.isLetter ? rest.prefix { $0.isLetter || $0 == "'" } : rest.prefix(1)
            runs.append(run)
            rest = rest[run.endIndex...]
        }
        return runs
    }

    /// The words of a run.
    ///
    /// - Parameter joint: The name of a full stop between two runs: `point` or `dot`.
    private func word(ofRun run: Substring, joint: String) -> [String] {
        if run.isDigits {
            return run.count > 4 || run.first == "0" ? numbers.digits(run) : numbers.cardinal(String(run))
        }
        if run.first!.isLetter { return [isSpelled(run) ? Self.spelled(run) : String(run)] }
        switch run {
        case ".": return [joint]
        case "'", ",", ";", "(", ")", "[", "]", "{", "}", "\"": return []
        default: return [Self.signs[run] ?? String(run)]
        }
    }

    /// The names of signs in addresses and among letters and digits.
    private static let signs: [Substring: String] = [
        "/": "slash", "-": "dash", "_": "underscore", "@": "at", ":": "colon", "?": "question mark",
        "=": "equals", "&": "and",
        "#": "hash", "%": "percent", "+": "plus", "~": "tilde", "*": "star", "\\": "backslash",
        "!": "exclamation mark", "$": "dollar",
        "°": "degrees", "^": "caret", "|": "bar", "<": "less than", ">": "greater than", "′": "prime",
    ]

    /// Whether letters are spelled: known abbreviations, letters without a vowel, single letters and short words in capitals.
    private func isSpelled(_ letters: Substring) -> Bool {
        if letters.count == 1 { return true }
        let lower = letters.lowercased()
        return Self.spelledParts.contains(lower)
            || !lower.contains { "aeiouyàáâäãåæèéêëìíîïòóôöõøùúûü".contains($0) }
            || letters.count <= 3 && letters == letters.uppercased()[...]
    }

    private static let spelledParts: Set<String> = [
        "edu", "uk", "us", "eu", "io", "ai", "au", "ca", "fr", "de", "es", "ie", "nz", "it", "api",
        "url", "uri", "php", "asp", "exe", "usb", "ui", "id",
    ]

    /// Letters in a form whose names libespeak-ng pronounces: `A.B.C`, and for a single A a word that sounds like its name.
    static func spelled(_ letters: some StringProtocol) -> String {
        let letters = String(letters).filter(\.isLetter).uppercased()
        if letters.count == 1 { return letters == "A" ? "eigh" : letters.lowercased() }
        return letters.map(String.init).joined(separator: ".")
    }

    /// Verbalizes addresses and file names: `https://example.com/a`, `www.example.org`, `someone@example.com`, `readme.txt`.
    func address(_ text: String) -> Verbalization? {
        guard isAddress(text) else { return nil }
        var rest = text[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        while rest.last == "/" { rest.removeLast() }
        let words = runs(of: rest).flatMap { word(ofRun: $0, joint: "dot") }
        return words.isEmpty
            ? nil : Verbalization(words.flatMap { $0.split(separator: " ").map(String.init) })
    }

    private func isAddress(_ text: String) -> Bool {
        guard text.contains(".") || text.contains("://"), !text.contains("..") else { return false }
        if text.contains("://") || text.lowercased().hasPrefix("www.") { return true }
        let stops = text.split(separator: ".", omittingEmptySubsequences: false)
        guard stops.count > 1, stops.allSatisfy({ !$0.isEmpty }) else { return false }
        if let at = text.firstIndex(of: "@"), at != text.startIndex, text.lastIndex(of: "@") == at {
            return true
        }
        // A host or file name is made of words joined by full stops, and the last one is short. Numbers and single letters are
        // neither.
        let host = text.prefix { $0 != "/" && $0 != ":" }.split(separator: ".")
        guard let last = host.last, host.count > 1, (2...5).contains(last.count), last.first!.isLetter,
            last.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), !text.contains("'")
        else { return false }
        if Abbreviations.of(language: "en").ending(of: text, beforeNumber: false) != .always {
            return false
        }
        // Two sentences without a space between them are not an address.
        if last.first!.isUppercase, last.dropFirst().contains(where: \.isLowercase) { return false }
        return host.dropLast().contains { $0.count > 1 && $0.contains(where: \.isLetter) }
    }

    /// Verbalizes acronyms that libespeak-ng would not spell, plurals of acronyms, and words joined by signs (`AT&T`, `and/or`).
    func letters(_ text: String) -> Verbalization? {
        if let end = text.firstIndex(of: "."), end != text.startIndex,
            text.dropFirst().contains(where: \.isUppercase),
            text.split(separator: ".").contains(where: { $0.count > 2 })
        {
            return Verbalization(text.split(separator: ".").flatMap { isolated($0) })
        }
        if text.contains(where: { "&/+@_*=<>".contains($0) }), text.count > 1 { return joined(text) }
        if Self.acronyms.contains(text) { return Verbalization([Self.spelled(text)]) }
        let stem = text.hasSuffix("'s") ? text.dropLast(2) : text.hasSuffix("s") ? text.dropLast() : ""
        if (2...5).contains(stem.count), stem.allSatisfy({ $0.isASCII && $0.isUppercase }) {
            return Verbalization([String(stem) + "'s"])
        }
        return nil
    }

    private static let acronyms: Set<String> = [
        "VIP", "AM", "ETA", "IMF", "IRA", "ER", "IQ", "AKA", "EQ", "URL", "IT", "UI", "UX", "IP", "OS",
    ]

    /// Verbalizes words that are joined by signs.
    private func joined(_ text: String) -> Verbalization? {
        var words: [String] = []
        for run in runs(of: text) {
            switch run {
            case "/" where text.allSatisfy({ $0.isLetter || $0 == "/" }) && text.lowercased() == "and/or":
                break
            case "*", "_", "=", "<", ">": break
            default: words += word(ofRun: run, joint: "dot")
            }
        }
        return words.isEmpty ? nil : Verbalization(words)
    }

    /// Verbalizes single signs, and `#word` and `@name`.
    func symbols(at context: WordContext) -> Verbalization? {
        let names = [
            "&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "±": "plus or minus",
            "@": "at", "%": "percent", "#": "number",
            "$": "dollars", "°": "degrees", "−": "minus", "≈": "about", "≠": "is not", "≤": "at most",
            "≥": "at least", "→": "to", "§": "section", "€": "euros", "£": "pounds",
        ]
        if let name = names[context.word] { return Verbalization(name.split(separator: " ").map(String.init)) }
        guard context.word.count > 1 else { return nil }
        switch context.word.first {
        case "#": return Verbalization(["hashtag"] + self.isolated(context.word.dropFirst()))
        case "@": return Verbalization(["at"] + self.isolated(context.word.dropFirst()))
        default: return nil
        }
    }
}
