/// Verbalizes numbers in English. Numbers are strings of ASCII digits, of any length.
struct EnglishNumbers: Sendable {
    /// Whether `and` follows hundreds, as in British English: `one hundred and five`.
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

    /// The words of a cardinal number, such as `one hundred five`. A number of more than 21 digits, or with a leading zero, is read
    /// digit by digit.
    func cardinal(_ digits: String) -> [String] {
        if digits.count > 1, digits.first == "0" { return self.digits(digits) }
        guard digits.count <= 3 * Self.scales.count else { return self.digits(digits) }
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

    /// The words of a cardinal number.
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

    /// The words of an ordinal number, such as `twenty first`.
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

    /// The words of a year up to 9999, such as `nineteen oh five`, `two thousand nine` or `twenty ten`.
    func year(_ year: Int) -> [String] {
        let (century, rest) = (year / 100, year % 100)
        if year < 1000 || century % 10 == 0 && rest < 10 { return cardinal(year) }
        if rest == 0 { return cardinal(century) + ["hundred"] }
        if rest < 10 { return cardinal(century) + ["oh", Self.small[rest]] }
        return cardinal(century) + cardinal(rest)
    }

    /// The words of the digits one by one. Other characters are omitted.
    func digits(_ digits: some StringProtocol) -> [String] {
        digits.compactMap { $0.wholeNumberValue.map { Self.small[$0] } }
    }

    /// The plural of a number's words, such as `nineteen nineties`.
    func plural(_ words: [String]) -> [String] { words.dropLast() + [Self.plural(words.last!)] }

    /// The regular plural of an English word.
    static func plural(_ word: String) -> String {
        if word.hasSuffix("y"), !word.hasSuffix("ay") { return word.dropLast() + "ies" }
        return ["s", "x", "ch", "sh"].contains(where: word.hasSuffix) ? word + "es" : word + "s"
    }
}

/// A number as it is written in English text, such as `-1,234.5`.
struct NumericLiteral: Equatable {
    var isNegative = false
    /// The ASCII digits before the decimal point, without separators; empty if the number begins with its point.
    var integer: String
    /// The digits after the decimal point.
    var fraction: String?
    /// Whether commas separate thousands.
    var isGrouped = false

    /// Parses a number at the beginning of `text`.
    ///
    /// - Returns: The number and the rest of `text`; nil if `text` begins with no number, or with several that points or commas
    ///   join (`1.2.3`).
    static func leading(_ text: some StringProtocol) -> (number: NumericLiteral, rest: Substring)? {
        var rest = Substring(text)
        var number = NumericLiteral(integer: "")
        if let sign = rest.first, "-−".contains(sign) {
            number.isNegative = true
            rest.removeFirst()
        } else if rest.first == "+" {
            rest.removeFirst()
        }
        number.integer = takeDigits(&rest)
        while rest.first == ",", !number.integer.isEmpty, number.integer.count <= 3 || number.isGrouped {
            var after = rest.dropFirst()
            let group = takeDigits(&after)
            guard group.count == 3 else { break }
            number.integer += group
            number.isGrouped = true
            rest = after
        }
        if rest.first == ".", rest.dropFirst().first?.isDigit == true {
            rest.removeFirst()
            number.fraction = takeDigits(&rest)
        }
        guard !number.integer.isEmpty || number.fraction != nil else { return nil }
        if let joint = rest.first, ".,".contains(joint), rest.dropFirst().first?.isDigit == true {
            return nil
        }
        return (number, rest)
    }

    /// The number that `text` is; nil if it contains anything else.
    static func whole(_ text: some StringProtocol) -> NumericLiteral? {
        guard let (number, rest) = leading(text), rest.isEmpty else { return nil }
        return number
    }

    private static func takeDigits(_ rest: inout Substring) -> String {
        let digits = rest.prefix(while: \.isDigit)
        rest = rest[digits.endIndex...]
        return String(digits)
    }

    /// The value of an integer; nil for a sign, separators, a fraction or more than nine digits.
    var plainValue: Int? {
        guard fraction == nil, !isNegative, !isGrouped, integer.count <= 9 else { return nil }
        return Int(integer)
    }

    var isOne: Bool { integer == "1" && fraction == nil }

    /// The words of the number, with its decimals digit by digit.
    func spoken(_ numbers: EnglishNumbers) -> [String] {
        var words = isNegative ? ["minus"] : []
        if !integer.isEmpty { words += numbers.cardinal(integer) }
        if let fraction { words += ["point"] + numbers.digits(fraction) }
        return words
    }
}

extension Character {
    /// Whether this is one of the ASCII digits 0 to 9.
    var isDigit: Bool { isASCII && isWholeNumber }
}

extension StringProtocol {
    /// Whether this consists of one or more ASCII digits.
    var isDigits: Bool { !isEmpty && allSatisfy(\.isDigit) }
}
