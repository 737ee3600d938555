/// The rules for fractions, ranges, telephone numbers, decades and plain numbers.
extension EnglishNormalizer {
    private static let denominators = [2: ("half", "halves"), 4: ("quarter", "quarters")]
    private static let vulgarFractions: [Character: (Int, Int)] = [
        "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5),
        "⅗": (3, 5), "⅘": (4, 5),
        "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅒": (1, 10),
    ]

    /// Verbalizes fractions, also before a unit: `3/4`, `½`, `3 1/2`, `3½`. `24/7` and `50/50` are read as two numbers.
    func fraction(at context: WordContext) -> Verbalization? {
        guard var verbalization = bareFraction(at: context) else { return nil }
        if let symbol = context.following(verbalization.count), !Self.onlyAttached.contains(symbol),
            let unit = unit(symbol[...], isOne: !verbalization.spoken.contains("and"))
        {
            verbalization.spoken += unit
            verbalization.count += 1
        }
        return verbalization
    }

    private func bareFraction(at context: WordContext) -> Verbalization? {
        if let words = fractionWords(context.word) { return Verbalization(words) }
        if let last = context.word.last, let (top, bottom) = Self.vulgarFractions[last],
            let whole = NumericLiteral.whole(context.word.dropLast())
        {
            return Verbalization(whole.spoken(numbers) + ["and"] + withArticle(top, bottom))
        }
        guard let whole = NumericLiteral.whole(context.word), whole.fraction == nil,
            let next = context.following(),
            let (top, bottom) = fractionNumbers(next), top < bottom
        else { return nil }
        return Verbalization(whole.spoken(numbers) + ["and"] + withArticle(top, bottom), count: 2)
    }

    private func fractionNumbers(_ text: String) -> (Int, Int)? {
        if text.count == 1 { return Self.vulgarFractions[text.first!] }
        let fields = text.replacing("⁄", with: "/").split(
            separator: "/", omittingEmptySubsequences: false)
        guard fields.count == 2, let top = NumericLiteral.whole(fields[0])?.plainValue,
            let bottom = NumericLiteral.whole(fields[1])?.plainValue, bottom > 0
        else { return nil }
        return (top, bottom)
    }

    private func fractionWords(_ text: String) -> [String]? {
        guard let (top, bottom) = fractionNumbers(text) else { return nil }
        if top == bottom || (top, bottom) == (24, 7) || (top, bottom) == (9, 11) {
            return numbers.cardinal(top) + numbers.cardinal(bottom)
        }
        guard bottom > 1, bottom <= 20 || [32, 64, 100, 1000].contains(bottom), top < 1000 else {
            return numbers.cardinal(top) + ["over"] + numbers.cardinal(bottom)
        }
        return numbers.cardinal(top) + denominator(bottom, isOne: top == 1)
    }

    private func withArticle(_ top: Int, _ bottom: Int) -> [String] {
        top == 1 && bottom == 2
            ? ["a", "half"] : numbers.cardinal(top) + denominator(bottom, isOne: top == 1)
    }

    private func denominator(_ value: Int, isOne: Bool) -> [String] {
        if let (one, many) = Self.denominators[value] { return [isOne ? one : many] }
        let ordinal = numbers.ordinal(String(value))
        return isOne ? ordinal : numbers.plural(ordinal)
    }

    /// Verbalizes ranges and telephone numbers: `10-20`, `1914–18`, `5-10%`; `555-1234` is read digit by digit.
    func range(at context: WordContext) -> Verbalization? {
        let text = context.word.replacing("–", with: "-").replacing("−", with: "-")
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        if let phone = phone(fields) { return Verbalization(phone) }
        guard fields.count == 2, let from = NumericLiteral.whole(fields[0]),
            let (to, rest) = NumericLiteral.leading(fields[1])
        else {
            return nil
        }
        if rest.isEmpty, let first = year(fields[0]) {
            let second = year(fields[1]) ?? to.spoken(numbers)
            return Verbalization(first + ["to"] + second)
        }
        let ending =
            rest.isEmpty
            ? context.following().flatMap { unit($0[...], isOne: false) } : unit(rest, isOne: false)
        guard rest.isEmpty || ending != nil else { return nil }
        let isApart = rest.isEmpty && ending != nil && context.following()! != "in"
        return Verbalization(
            from.spoken(numbers) + ["to"] + to.spoken(numbers)
                + (rest.isEmpty && !isApart ? [] : ending!), count: isApart ? 2 : 1)
    }

    /// The digits of a telephone number: `555-1234`, `1-800-555-1234`, `+44-20-7946-0018`.
    private func phone(_ fields: [Substring]) -> [String]? {
        var fields = fields
        let isInternational = fields[0].first == "+"
        if isInternational { fields[0].removeFirst() }
        guard fields.allSatisfy(\.isDigits) else { return nil }
        let isLocal = fields.count == 2 && fields[0].count == 3 && fields[1].count == 4
        guard isLocal || fields.count >= 3 || isInternational else { return nil }
        return (isInternational ? ["plus"] : []) + fields.flatMap { numbers.digits($0) }
    }

    /// The words of a year from 1100 to 2099, written without a separator; nil for any other text.
    private func year(_ text: some StringProtocol) -> [String]? {
        guard text.count == 4, text.isDigits, let value = Int(text), (1100..<2100).contains(value)
        else { return nil }
        return numbers.year(value)
    }

    /// Verbalizes decades: `1990s`, `'90s`, and `80s`, which are not seconds.
    func decade(_ text: String) -> Verbalization? {
        let digits = text.drop { $0 == "'" }.prefix(while: \.isDigit)
        guard ["s", "'s"].contains(text.drop { $0 == "'" }.dropFirst(digits.count)),
            let value = Int(digits), value % 10 == 0
        else { return nil }
        if digits.count == 2, value > 10 { return Verbalization(numbers.plural(numbers.cardinal(value))) }
        return year(digits).map { Verbalization(numbers.plural($0)) }
    }

    /// Verbalizes the other numbers: `1984`, `1,234`, `3.5`, `-5`, `007`, `21st`, `1990s`, `'90s`, `18+`, `#5`.
    func plainNumber(at context: WordContext) -> Verbalization? {
        var text = context.word[...]
        var before: [String] = []
        switch text.first {
        case "#": before = ["number"]
        case "~", "≈": before = ["about"]
        case "<": before = ["less", "than"]
        case ">": before = ["more", "than"]
        case "±": before = ["plus", "or", "minus"]
        case "§": before = ["section"]
        default: break
        }
        if !before.isEmpty || text.first == "'" { text.removeFirst() }
        guard let (number, rest) = NumericLiteral.leading(text) else { return nil }
        return wordsAfter(number, rest).map { Verbalization(before + $0) }
    }

    /// The words of a number and of the suffix directly after it; nil for an unknown suffix.
    private func wordsAfter(_ number: NumericLiteral, _ rest: Substring) -> [String]? {
        let isWhole = number.fraction == nil && !number.isNegative
        switch rest.lowercased() {
        case "":
            if isWhole, !number.isGrouped, let year = year(number.integer) { return year }
            return number.spoken(numbers)
        case "st", "nd", "rd", "th": return isWhole ? numbers.ordinal(number.integer) : nil
        case "s", "'s":
            guard isWhole else { return nil }
            return numbers.plural(year(number.integer) ?? numbers.cardinal(number.integer))
        case "+": return number.spoken(numbers) + ["plus"]
        case "x", "×": return number.spoken(numbers) + ["times"]
        case "k": return number.spoken(numbers) + ["thousand"]
        case "m": return number.spoken(numbers) + ["million"]
        case "bn": return number.spoken(numbers) + ["billion"]
        default: return nil
        }
    }
}
