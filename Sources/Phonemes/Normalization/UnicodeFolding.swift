/// Folds the many ways in which Unicode writes the same character: the first step of text normalization.
///
/// Characters are composed (NFC). Ligatures, letter-like, full-width, enclosed, squared and mathematical characters become the letters
/// and digits that they stand for (as NFKC has it); a superscript becomes `^` and a digit, a fraction becomes digits and a fraction
/// slash. Typographic apostrophes and backticks become ASCII ones. A letter with a diacritic that the language's spelling does not
/// use becomes its base letter.
struct UnicodeFolding: Sendable {
    private let table: LanguageData
    /// The letters with diacritics of the language; nil keeps all.
    private let letters: Set<Character>?

    /// Creates the folding of a language, of which `data` has the letters.
    init(_ data: LanguageData?) {
        table = LanguageData.unicode
        letters = data.map { Set($0.words("letters", "letters")?.joined() ?? "") }
    }

    /// The text with every character folded; ASCII is returned as it is.
    func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "`") }) { return text }
        var result = ""
        for character in text { append(character, to: &result) }
        return result
    }

    private func append(_ character: Character, to result: inout String) {
        if character.isASCII {
            if character == "`" { return result.append(result.last?.isLetter ?? false ? "'" : "“") }
            return result.append(character)
        }
        // The colour of an emoji's skin and the mark of its form are not read.
        if character.unicodeScalars.count > 1, character.unicodeScalars.contains(where: Self.isVariation) {
            let scalars = character.unicodeScalars.filter { !Self.isVariation($0) }
            if let plain = String(String.UnicodeScalarView(scalars)).first { return append(plain, to: &result) }
        }
        let key = String(character)
        if let word = table.words("fractions", key)?.first {
            return result += (result.last?.isDecimalDigit ?? false ? " " : "") + word
        }
        if let digit = table.words("superscripts", key)?.first {
            let isPower = result.last.map { $0.isLetter || $0.isNumber || $0 == ")" } ?? false
            return result += (isPower && !isInExponent(result) ? "^" : "") + digit
        }
        if let text = table.words("characters", key)?.first ?? table.words("subscripts", key)?.first { return result += text }
        switch character {
        case "’", "‘", "ʼ", "ʹ", "＇", "´", "‛": result.append("'")
        case "‐", "‑", "⁃": result.append("-")
        default: appendLetter(character, to: &result)
        }
    }

    private static func isVariation(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0xFE0F || scalar.value == 0xFE0E || (0x1F3FB...0x1F3FF).contains(scalar.value)
    }

    private func isInExponent(_ text: String) -> Bool {
        let digits = text.reversed().prefix { $0.isDigit || $0 == "-" }
        return !digits.isEmpty && text.dropLast(digits.count).last == "^"
    }

    private func appendLetter(_ character: Character, to result: inout String) {
        let scalars = character.unicodeScalars
        let value = scalars.first!.value
        if scalars.count == 1 {
            switch value {
            case 0xFF01...0xFF5E: return result.unicodeScalars.append(Unicode.Scalar(value - 0xFEE0)!)
            case 0x1D400...0x1D6A3:
                let place = (value - 0x1D400) % 52
                return result.unicodeScalars.append(Unicode.Scalar(place < 26 ? 65 + place : 71 + place)!)
            case 0x1D7CE...0x1D7FF: return result.unicodeScalars.append(Unicode.Scalar(48 + (value - 0x1D7CE) % 10)!)
            default: break
            }
        }
        // Beyond Latin, Greek and Cyrillic the marks are vowels.
        guard let letters, character.isLetter, Self.latin.contains(value) || (0x1E00...0x1EFF).contains(value) || scalars.count > 1 && value < 0x530
        else { return result.append(Self.composed(character)) }
        let composed = Self.composed(character)
        if letters.contains(composed) { return result.append(composed) }
        result += Self.base(composed, letters)
    }

    private static let latin: ClosedRange<UInt32> = 0x41...0x24F

    /// The character as one scalar where Unicode has it. Characters are equal if they are so canonically, whatever their scalars.
    private static func composed(_ character: Character) -> Character {
        guard character.unicodeScalars.count > 1, let index = precomposed.firstIndex(of: character) else { return character }
        return precomposed[index]
    }

    /// The letters of Latin, Greek and Cyrillic that Unicode has as one scalar.
    private static let precomposed = Set(
        [UInt32(0xC0)...0x24F, 0x370...0x4FF, 0x1E00...0x1EFF].joined().compactMap { Unicode.Scalar($0).map(Character.init) })

    /// Letters that no decomposition has.
    private static let strokes: [Character: String] = [
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "ng", "Ŋ": "Ng",
        "þ": "th", "Þ": "Th", "ð": "th", "Ð": "Th", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ŧ": "t", "ſ": "s", "ə": "e", "ẞ": "SS",
    ]

    /// The letter without diacritics, which are tried one by one from the last.
    private static func base(_ character: Character, _ letters: Set<Character>) -> String {
        if let text = strokes[character] { return text }
        if character.unicodeScalars.count > 1 {
            let scalars = character.unicodeScalars.filter { !$0.properties.isDiacritic && $0.properties.generalCategory != .nonspacingMark }
            return String(String.UnicodeScalarView(scalars))
        }
        return bases[character] ?? String(character)
    }

    /// The base letter of each letter with diacritics: the ASCII letter with which it makes the same character.
    private static let bases: [Character: String] = {
        var bases: [Character: String] = [:]
        let marks = (UInt32(0x300)...0x338).compactMap(Unicode.Scalar.init)
        var stems = "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ".map { (String($0), String($0)) }
        for _ in 0..<2 {
            var found: [(String, String)] = []
            for (base, stem) in stems {
                for mark in marks {
                    let character = Character(stem + String(Character(mark)))
                    guard let index = precomposed.firstIndex(of: character), bases[character] == nil else { continue }
                    bases[precomposed[index]] = base
                    found.append((base, String(precomposed[index])))
                }
            }
            stems = found
        }
        return bases
    }()
}
