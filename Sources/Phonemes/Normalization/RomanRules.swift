/// The rule for Roman numerals.
extension Grammar {
    /// Reads Roman numerals: `Henry VIII` and `the XXI century` as ordinals, `Chapter IV` and `MCMXC` as numbers.
    func roman(_ cursor: inout Cursor) -> Quantity? {
        let before = cursor.before().flatMap { $0.kind == .letters && cursor.next!.isSpaced ? $0 : nil }
            ?? (cursor.before()?.text == "." ? cursor.before(2) : nil)
        guard let word = cursor.take(.letters) else { return nil }
        let numeral = word.text.prefix { $0.isUppercase }
        let hasEnding = numeral.count < word.text.count && data.contains("roman-endings", String(word.lower.dropFirst(numeral.count)))
        if hasEnding, numeral.count == 1, !"IVX".contains(numeral) { return nil }
        if numeral.count == 1, isEnglish, "CDLM".contains(numeral) || numeral == "X" && before.map({ data.contains("before-letter-x", $0.lower) }) ?? false { return nil }
        if numeral.isEmpty, isEnglish, word.text.count > 1, let before, data.contains("numbered", before.lower) || data.contains("counted", before.lower),
            let value = Roman.value(word.text.uppercased()), word.text == word.lower, cursor.endsQuantity
        {
            return .cardinal(NumericLiteral(integer: String(value)))
        }
        guard let value = Roman.value(String(numeral)), hasEnding || numeral.count == word.text.count else { return nil }
        let isNumbered = before.map { data.contains("numbered", $0.lower) || data.contains("counted", $0.lower) && $0.text.count > 1 } ?? false
        if data.code == "de", !isNumbered, let ordinal = germanRoman(value, before, &cursor) { return ordinal }
        let following = cursor.followingWord
        if hasEnding || following.map({ data.contains("ordinal-nouns", $0) }) ?? false {
            guard numeral.count > 1 || before?.lower == "the" || hasEnding else { return nil }
            if let before, data.contains("rulers", before.text) { return .romanOrdinal(value, hasArticle: false) }
            return .romanOrdinal(value, hasArticle: true)
        }
        let cardinal = Quantity.cardinal(NumericLiteral(integer: String(value)))
        if isNumbered { return cardinal }
        if let before, data.contains("rulers", before.text) {
            guard numeral != "I" || following.map({ data.contains("ruler-followers", $0) }) ?? (cursor.next?.kind != .letters)
            else { return nil }
            if data.code == "es", value <= 10, isWoman(before.text) { return .ordinal("\(value)a") }
            return .romanOrdinal(value, hasArticle: false)
        }
        let isAfterArticle = before.map { data.contains("determiners", $0.lower) || data.contains("function-words", $0.lower) } ?? true
        guard cursor.endsQuantity, !data.contains("spelled", String(numeral)) || !isAfterArticle else { return nil }
        if numeral.count > 1, let before, before.text.first!.isUppercase, before.text != before.text.uppercased(), value < 50 {
            return cardinal
        }
        let isNumeral = numeral.count > 3 || numeral.count == 3 && numeral.allSatisfy { "IVX".contains($0) }
        guard isNumeral else { return nil }
        return value >= 1100 && value < 2200 ? .year(value) : cardinal
    }

    /// Whether a ruler's name is a woman's.
    private func isWoman(_ name: String) -> Bool { name.hasSuffix("a") || data.contains("women", name) }

    /// A German numeral with the full stop of an ordinal: `der II. Weltkrieg`, `Ludwig XIV.`.
    private func germanRoman(_ value: Int, _ before: Lexeme?, _ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        guard copy.sign(".") != nil else { return nil }
        let isRuler = before.map { data.contains("rulers", $0.text) } ?? false
        guard isRuler || copy.followingWord.map({ data.contains("ordinal-nouns", $0) }) ?? false || value > 1 && copy.followingWord != nil else { return nil }
        let ending = isRuler ? "" : germanEnding(before: Cursor(lexemes: cursor.lexemes, index: cursor.index - 1), "")
        cursor = copy
        return .sequence((isRuler ? [.words([before.map { isWoman($0.text) } ?? false ? "die" : "der"])] : []) + [.ordinal(String(value) + ending)])
    }
}

/// Roman numerals.
enum Roman {
    private static let values: [(Int, String)] = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
        (5, "V"), (4, "IV"), (1, "I"),
    ]

    /// The value of a well-formed Roman numeral in capitals, below 4000; nil for anything else.
    static func value(_ text: String) -> Int? {
        guard (1...15).contains(text.count), text.allSatisfy({ "IVXLCDM".contains($0) }) else { return nil }
        var (rest, value) = (text[...], 0)
        for (size, letters) in values {
            while rest.hasPrefix(letters) {
                rest = rest.dropFirst(letters.count)
                value += size
            }
        }
        return rest.isEmpty && value < 4000 && roman(value) == text ? value : nil
    }

    private static func roman(_ value: Int) -> String {
        var (text, rest) = ("", value)
        for (size, letters) in values {
            while rest >= size {
                text += letters
                rest -= size
            }
        }
        return text
    }
}
