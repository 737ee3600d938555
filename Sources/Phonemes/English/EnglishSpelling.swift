extension EnglishNormalizer {
    /// What is written with letters and digits and signs among each other (`COVID-19`, `MP3`, `v2.1`, `20-year-old`): the runs one by one.
    func mixed(_ text: String) -> Reading? {
        var words: [String] = []
        for part in text.split(separator: "-") {
            if text.contains("-"), part.contains(where: \.isDigit), String(part) != text {
                words += alone(part)
            } else {
                words += runs(of: part).flatMap { word(ofRun: $0, joint: "point") }
            }
        }
        return words.isEmpty ? nil : Reading(words)
    }

    /// Runs of letters, of digits, and single other characters.
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

    /// - Parameter joint: What a stop between two runs is called.
    private func word(ofRun run: Substring, joint: String) -> [String] {
        if run.isDigits {
            return run.count > 4 || run.first == "0" ? numbers.each(run) : numbers.cardinal(String(run))
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

    /// Whether letters make no syllable, or are known to be spelled.
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

    /// Letters so that libespeak-ng says their names: `A.B.C`, and for a single A a word that sounds like it.
    static func spelled(_ letters: some StringProtocol) -> String {
        let letters = String(letters).filter(\.isLetter).uppercased()
        if letters.count == 1 { return letters == "A" ? "eigh" : letters.lowercased() }
        return letters.map(String.init).joined(separator: ".")
    }

    /// `https://example.com/a`, `www.example.org`, `someone@example.com`, `readme.txt`.
    func address(_ text: String) -> Reading? {
        guard isAddress(text) else { return nil }
        var rest = text[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        while rest.last == "/" { rest.removeLast() }
        let words = runs(of: rest).flatMap { word(ofRun: $0, joint: "dot") }
        return words.isEmpty
            ? nil : Reading(words.flatMap { $0.split(separator: " ").map(String.init) })
    }

    private func isAddress(_ text: String) -> Bool {
        guard text.contains(".") || text.contains("://"), !text.contains("..") else { return false }
        if text.contains("://") || text.lowercased().hasPrefix("www.") { return true }
        let stops = text.split(separator: ".", omittingEmptySubsequences: false)
        guard stops.count > 1, stops.allSatisfy({ !$0.isEmpty }) else { return false }
        if let at = text.firstIndex(of: "@"), at != text.startIndex, text.lastIndex(of: "@") == at {
            return true
        }
        // A host or a file: words with stops between, the last of them short; not letters with stops, nor numbers.
        let host = text.prefix { $0 != "/" && $0 != ":" }.split(separator: ".")
        guard let last = host.last, host.count > 1, (2...5).contains(last.count), last.first!.isLetter,
            last.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), !text.contains("'")
        else { return false }
        if Abbreviations.of(language: "en").ending(of: text, beforeNumber: false) != .always {
            return false
        }
        // Two sentences without a space between them are no address.
        if last.first!.isUppercase, last.dropFirst().contains(where: \.isLowercase) { return false }
        return host.dropLast().contains { $0.count > 1 && $0.contains(where: \.isLetter) }
    }

    /// Acronyms that libespeak-ng would not spell, and those with an s; words with signs between (`AT&T`, `and/or`).
    func letters(_ text: String) -> Reading? {
        if let end = text.firstIndex(of: "."), end != text.startIndex,
            text.dropFirst().contains(where: \.isUppercase),
            text.split(separator: ".").contains(where: { $0.count > 2 })
        {
            return Reading(text.split(separator: ".").flatMap { alone($0) })
        }
        if text.contains(where: { "&/+@_*=<>".contains($0) }), text.count > 1 { return joined(text) }
        if Self.acronyms.contains(text) { return Reading([Self.spelled(text)]) }
        let stem = text.hasSuffix("'s") ? text.dropLast(2) : text.hasSuffix("s") ? text.dropLast() : ""
        if (2...5).contains(stem.count), stem.allSatisfy({ $0.isASCII && $0.isUppercase }) {
            return Reading([String(stem) + "'s"])
        }
        return nil
    }

    private static let acronyms: Set<String> = [
        "VIP", "AM", "ETA", "IMF", "IRA", "ER", "IQ", "AKA", "EQ", "URL", "IT", "UI", "UX", "IP", "OS",
    ]

    private func joined(_ text: String) -> Reading? {
        var words: [String] = []
        for run in runs(of: text) {
            switch run {
            case "/" where text.allSatisfy({ $0.isLetter || $0 == "/" }) && text.lowercased() == "and/or":
                break
            case "*", "_", "=", "<", ">": break
            default: words += word(ofRun: run, joint: "dot")
            }
        }
        return words.isEmpty ? nil : Reading(words)
    }

    /// Signs by themselves, `#word`, `@name`.
    func symbols(at place: WordContext) -> Reading? {
        let alone = [
            "&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "±": "plus or minus",
            "@": "at", "%": "percent", "#": "number",
            "$": "dollars", "°": "degrees", "−": "minus", "≈": "about", "≠": "is not", "≤": "at most",
            "≥": "at least", "→": "to", "§": "section", "€": "euros", "£": "pounds",
        ]
        if let name = alone[place.here] { return Reading(name.split(separator: " ").map(String.init)) }
        guard place.here.count > 1 else { return nil }
        switch place.here.first {
        case "#": return Reading(["hashtag"] + self.alone(place.here.dropFirst()))
        case "@": return Reading(["at"] + self.alone(place.here.dropFirst()))
        default: return nil
        }
    }
}
