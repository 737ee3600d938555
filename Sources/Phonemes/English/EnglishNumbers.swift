/// English words for numbers. Numbers are strings of ASCII digits, of any length.
struct EnglishNumbers: Sendable {
    /// Whether `one hundred and five` is said, as the British do.
    let saysAnd: Bool

    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = [
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ]
    private static let scales = [
        "", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion",
    ]

    /// `one hundred five`; a number that is too long for a name, or begins with a zero, digit by digit.
    func cardinal(_ digits: String) -> [String] {
        if digits.count > 1, digits.first == "0" { return each(digits) }
        guard digits.count <= 3 * Self.scales.count else { return each(digits) }
        let values = digits.map { $0.wholeNumberValue! }
        var words: [String] = []
        var start = 0
        while start < values.count {
            let length = (values.count - start - 1) % 3 + 1
            let group = values[start..<start + length].reduce(0) { 10 * $0 + $1 }
            let scale = (values.count - start - length) / 3
            start += length
            guard group > 0 else { continue }
            if saysAnd, scale == 0, group < 100, !words.isEmpty { words.append("and") }
            words += belowThousand(group)
            if scale > 0 { words.append(Self.scales[scale]) }
        }
        return words.isEmpty ? ["zero"] : words
    }

    func cardinal(_ value: Int) -> [String] {
        (value < 0 ? ["minus"] : []) + cardinal(String(value.magnitude))
    }

    private func belowThousand(_ value: Int) -> [String] {
        var words: [String] = []
        if value >= 100 {
            words += [Self.small[value / 100], "hundred"]
            if saysAnd, value % 100 > 0 { words.append("and") }
        }
        let rest = value % 100
        if rest >= 20 {
            words.append(Self.tens[rest / 10])
            if rest % 10 > 0 { words.append(Self.small[rest % 10]) }
        } else if rest > 0 {
            words.append(Self.small[rest])
        }
        return words
    }

    /// `twenty first`.
    func ordinal(_ digits: String) -> [String] {
        let words = cardinal(digits)
        return words.dropLast() + [Self.ordinal(ofWord: words.last!)]
    }

    private static let irregularOrdinals = [
        "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
        "nine": "ninth",
        "twelve": "twelfth",
    ]

    private static func ordinal(ofWord word: String) -> String {
        irregularOrdinals[word] ?? (word.hasSuffix("y") ? word.dropLast() + "ieth" : word + "th")
    }

    /// `nineteen oh five`, `two thousand nine`, `twenty ten`, of a number up to 9999.
    func year(_ year: Int) -> [String] {
        let (century, rest) = (year / 100, year % 100)
        if year < 1000 || century % 10 == 0 && rest < 10 { return cardinal(year) }
        if rest == 0 { return cardinal(century) + ["hundred"] }
        if rest < 10 { return cardinal(century) + ["oh", Self.small[rest]] }
        return cardinal(century) + cardinal(rest)
    }

    /// Each digit by itself; other characters are left out.
    func each(_ digits: some StringProtocol) -> [String] {
        digits.compactMap { $0.wholeNumberValue.map { Self.small[$0] } }
    }

    /// `nineteen nineties`: the words of a number as a plural.
    func plural(_ words: [String]) -> [String] { words.dropLast() + [Self.plural(words.last!)] }

    static func plural(_ word: String) -> String {
        if word.hasSuffix("y"), !word.hasSuffix("ay") { return word.dropLast() + "ies" }
        return ["s", "x", "ch", "sh"].contains(where: word.hasSuffix) ? word + "es" : word + "s"
    }
}
