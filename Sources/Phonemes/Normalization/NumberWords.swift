/// The words of numbers in a language. Numbers are strings of ASCII digits, of any length.
struct NumberWords: Sendable {
    private let data: LanguageData
    /// Whether English `and` comes before the tens and ones of a number's last hundred.
    private let saysAnd: Bool

    init(_ data: LanguageData, saysAnd: Bool = true) { (self.data, self.saysAnd) = (data, saysAnd) }

    private func small(_ value: Int) -> String { data.words("small", String(value))?.first ?? String(value) }

    /// The words of a cardinal number. A number of more than 21 digits, or with a leading zero, is read digit by digit.
    ///
    /// - Parameter isFeminine: Whether it counts something feminine, as in `una hora`.
    func cardinal(_ digits: String, isFeminine: Bool = false, isCounting: Bool = false) -> [String] {
        if digits.count > 1, digits.first == "0" || digits.count > 21 { return self.digits(digits) }
        let values = digits.map { $0.wholeNumberValue! }
        var words: [String] = []
        var start = 0
        while start < values.count {
            let length = (values.count - start - 1) % 3 + 1
            let group = values[start..<start + length].reduce(0) { 10 * $0 + $1 }
            let scale = (values.count - start - length) / 3
            start += length
            guard group > 0 || scale == 0 && words.isEmpty else { continue }
            words = joined(words, group, scale, isFeminine: isFeminine, isCounting: isCounting)
        }
        return words
    }

    /// `words` with a group of three digits and the name of its scale.
    private func joined(_ words: [String], _ group: Int, _ scale: Int, isFeminine: Bool, isCounting: Bool) -> [String] {
        var group = words + belowThousand(
            group, isLast: scale == 0, hasMore: !words.isEmpty, isFeminine: isFeminine && scale < 2,
            isCounting: isCounting || scale > 0, leading: words, isThousand: scale == 1)
        if scale == 0, data.code == "de", group.count == words.count + 1, words.last?.hasSuffix("tausend") ?? false {
            return words.dropLast() + [words.last! + group.last!]
        }
        guard scale > 0, let names = data.entry("powers", String(scale)) else { return group }
        switch (data.code, scale) {
        case ("de", 1):
            let last = group.count > words.count ? group.removeLast() : ""
            group.append((last == "eins" ? "ein" : last) + names[0][0])
        case ("de", _):
            if group.last == "ein" { group[group.count - 1] = "eine" }
            group += group.last == "eine" ? names[0] : names.last!
        case ("fr", 1), ("es", 1):
            if ["un", "uno"].contains(group.last), group.count == words.count + 1 { group.removeLast() }
            group += names[0]
        default:
            group += group.count == words.count + 1 && ["un", "uno", "one"].contains(group.last) ? names[0] : names.last!
        }
        return group
    }

    private func belowThousand(
        _ value: Int, isLast: Bool, hasMore: Bool, isFeminine: Bool, isCounting: Bool, leading: [String], isThousand: Bool
    ) -> [String] {
        let (hundreds, rest) = (value / 100, value % 100)
        switch data.code {
        case "de":
            var word = hundreds > 0 ? (hundreds == 1 ? "ein" : small(hundreds)) + "hundert" : ""
            if rest > 0 || value == 0 { word += germanTens(rest) }
            if isFeminine, value == 1 { return ["eine"] }
            if isCounting, value == 1 { return ["ein"] }
            return [word]
        case "fr":
            var words = hundreds > 0 ? (hundreds == 1 ? [] : [small(hundreds)]) + [hundreds > 1 && rest == 0 && isLast ? "cents" : "cent"] : []
            if rest > 0 || value == 0 { words += frenchTens(rest) }
            if isFeminine, let last = words.last, last == "un" || last.hasSuffix("-un") { words[words.count - 1] = last + "e" }
            return words
        case "es":
            var words: [String] = []
            if hundreds > 0 {
                words = [value == 100 ? "cien" : isFeminine && hundreds > 1 ? String(small(hundreds * 100).dropLast(2)) + "as" : small(hundreds * 100)]
            }
            if rest > 0 || value == 0 { words += spanishTens(rest) }
            if let last = words.last, last.hasSuffix("uno") {
                let stem = last.dropLast(3)
                let counting = stem == "veinti" ? "veintiún" : stem + "un"
                words[words.count - 1] = isFeminine ? stem + "una" : isCounting ? counting : last
            }
            return words
        default:
            var words = hundreds > 0 ? [small(hundreds), "hundred"] : []
            if saysAnd, isLast, rest > 0, hundreds > 0 || leading.last == "thousand" { words += data.phrase("and") }
            if rest > 0 || value == 0 { words += englishTens(rest) }
            return words
        }
    }

    private func englishTens(_ value: Int) -> [String] {
        value <= 20 ? [small(value)] : [small(value / 10 * 10)] + (value % 10 > 0 ? [small(value % 10)] : [])
    }

    private func germanTens(_ value: Int) -> String {
        if value <= 20 || value % 10 == 0 { return small(value) }
        return (value % 10 == 1 ? "ein" : small(value % 10)) + "und" + small(value / 10 * 10)
    }

    private func frenchTens(_ value: Int) -> [String] {
        if value < 17 || value % 10 == 0 && value < 70 || value == 80 { return [small(value)] }
        let base = value >= 60 ? value / 20 * 20 : value / 10 * 10
        let rest = value - base
        let joint = rest % 10 == 1 && base != 80 ? "-et-" : "-"
        return [base == 80 ? "quatre-vingt-" + frenchTens(rest)[0] : small(base) + joint + frenchTens(rest)[0]]
    }

    private func spanishTens(_ value: Int) -> [String] {
        if value <= 30 || value % 10 == 0 { return [small(value)] }
        return [small(value / 10 * 10), "y", small(value % 10)]
    }

    /// The words of an ordinal number, of which a letter after the digits tells the ending in languages that have several.
    func ordinal(_ written: String) -> [String] {
        let digits = written.filter(\.isDigit)
        let ending = written.filter { !$0.isDigit }
        switch data.code {
        case "de": return germanOrdinal(digits, ending)
        case "fr", "es":
            if let word = data.words("ordinals", digits + ending) ?? data.words("ordinals", digits) {
                guard data.code == "es", ending == "a", let last = word.last, last.hasSuffix("o") else { return word }
                return word.dropLast() + [last.dropLast() + "a"]
            }
            let words = cardinal(digits)
            guard data.code == "fr", var last = words.last else { return words }
            if last.hasSuffix("e") { last.removeLast() }
            return words.dropLast()
                + [(last.hasSuffix("q") ? last + "u" : last.hasSuffix("f") ? last.dropLast() + "v" : last) + "ième"]
        default:
            let words = NumberWords(data, saysAnd: !data.isAmerican).cardinal(digits)
            guard let last = words.last else { return words }
            return words.dropLast()
                + [data.words("ordinals", last)?.first ?? (last.hasSuffix("y") ? last.dropLast() + "ieth" : last + "th")]
        }
    }

    private func germanOrdinal(_ digits: String, _ ending: String) -> [String] {
        let words = cardinal(digits)
        guard let last = words.last, let value = Int(digits) else { return words }
        let stem: String
        if let irregular = data.words("ordinals", String(value % 100))?.first, value % 100 < 20 {
            let part = small(value % 100)
            stem = String(last.dropLast(part.count)) + irregular
        } else {
            stem = last + (value % 100 < 20 && value % 100 > 0 ? "t" : "st")
        }
        return words.dropLast() + [stem + "e" + ending]
    }

    /// The words of a year up to 9999, such as `nineteen oh five`, `two thousand nine` or `twenty ten`.
    func year(_ year: Int) -> [String] {
        let (century, rest) = (year / 100, year % 100)
        switch data.code {
        case "en":
            if year < 10 { return data.phrase("oh") + [small(year)] }
            if year < 100 { return cardinal(String(year)) }
            if year < 1000 { return century > 0 && rest > 9 ? [small(century)] + englishTens(rest) : cardinal(String(year)) }
            if century % 10 == 0 && rest < 10 { return NumberWords(data, saysAnd: !data.isAmerican).cardinal(String(year)) }
            if rest == 0 { return englishTens(century) + ["hundred"] }
            return englishTens(century) + (rest < 10 ? data.phrase("oh") : []) + englishTens(rest)
        case "de" where (1100..<2000).contains(year):
            return [germanTens(century) + "hundert" + (rest > 0 ? germanTens(rest) : "")]
        default: return cardinal(String(year))
        }
    }

    /// The words of the digits one by one. Other characters are omitted.
    func digits(_ digits: some StringProtocol) -> [String] {
        digits.compactMap { $0.wholeNumberValue.map(small) }
    }

    /// The words of a number with its sign, decimals and scale.
    func number(_ number: NumericLiteral, isFeminine: Bool = false, isCounting: Bool = false) -> [String] {
        if saysAnd, !number.scale.isEmpty {
            return NumberWords(data, saysAnd: false).number(number, isFeminine: isFeminine, isCounting: isCounting)
        }
        var words = number.isNegative ? data.phrase("minus") : []
        if !number.integer.isEmpty {
            words += cardinal(number.integer, isFeminine: isFeminine, isCounting: isCounting && number.fraction == nil)
        }
        if let fraction = number.fraction {
            words += data.phrase("point") + (data.code == "fr" || data.code == "es" ? decimals(fraction) : digits(fraction))
        }
        return words + number.scale
    }

    /// The decimals of languages that read them as a number after their zeros.
    private func decimals(_ fraction: String) -> [String] {
        guard fraction.count < 3 else { return digits(fraction) }
        let rest = fraction.drop { $0 == "0" }
        return fraction.prefix(fraction.count - rest.count).map { _ in small(0) } + (rest.isEmpty ? [] : cardinal(String(rest)))
    }

    /// The plural of a number's words, such as `nineteen nineties`.
    func plural(_ words: [String]) -> [String] {
        guard let word = words.last else { return words }
        if word.hasSuffix("y"), !word.hasSuffix("ay") { return words.dropLast() + [word.dropLast() + "ies"] }
        return words.dropLast() + [["s", "x", "ch", "sh"].contains(where: word.hasSuffix) ? word + "es" : word + "s"]
    }
}
