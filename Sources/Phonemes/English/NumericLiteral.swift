/// A number as it stands in English text: `-1,234.5`.
struct NumericLiteral: Equatable {
    var isNegative = false
    /// ASCII digits without separators; empty where the number begins with its point.
    var integer: String
    /// The digits after the point.
    var fraction: String?
    var isGrouped = false

    /// The number that `text` begins with, and what follows it; nil where it begins with none, or with several that points or
    /// commas join (`1.2.3`).
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

    /// `text` as a number; nil where anything else stands beside it.
    static func whole(_ text: some StringProtocol) -> NumericLiteral? {
        guard let (number, rest) = leading(text), rest.isEmpty else { return nil }
        return number
    }

    private static func takeDigits(_ rest: inout Substring) -> String {
        let digits = rest.prefix(while: \.isDigit)
        rest = rest[digits.endIndex...]
        return String(digits)
    }

    /// The value of a whole number without sign and separators, of at most nine digits.
    var plainValue: Int? {
        guard fraction == nil, !isNegative, !isGrouped, integer.count <= 9 else { return nil }
        return Int(integer)
    }

    var isOne: Bool { integer == "1" && fraction == nil }

    func spoken(_ numbers: EnglishNumbers) -> [String] {
        var words = isNegative ? ["minus"] : []
        if !integer.isEmpty { words += numbers.cardinal(integer) }
        if let fraction { words += ["point"] + numbers.each(fraction) }
        return words
    }
}

extension Character {
    /// Whether this is one of 0 to 9.
    var isDigit: Bool { isASCII && isWholeNumber }
}

extension StringProtocol {
    /// Whether this is nothing but digits, at least one.
    var isDigits: Bool { !isEmpty && allSatisfy(\.isDigit) }
}
