/// Turns quantities into words, in the order and with the names that the language's data has.
struct Verbalizer: Sendable {
    let data: LanguageData
    private var numbers: NumberWords { NumberWords(data) }

    init(_ data: LanguageData) { self.data = data }

    /// The words of a quantity; `,` among them is a pause.
    func words(_ quantity: Quantity) -> [String] {
        switch quantity {
        case .cardinal(let number): return numbers.number(number)
        case .ordinal(let digits): return numbers.ordinal(digits)
        case .digits(let digits): return numbers.digits(digits)
        case .groups(let groups): return self.groups(groups)
        case .year(let year): return numbers.year(year)
        case .decade(let value): return numbers.plural(numbers.year(value))
        case .fraction(let whole, let top, let bottom): return fraction(whole, top, bottom)
        case .date(let date): return words(date)
        case .time(let time): return words(time)
        case .money(let money): return words(money)
        case .measure(let amount, let unit): return words(amount, unit)
        case .unit(let unit): return unit.unit.many + per(unit)
        case .range(let from, let to): return words(from, to)
        case .sequence(let parts): return parts.flatMap(words)
        case .words(let words): return words
        case .romanOrdinal(let value, let hasArticle):
            let isCardinal = data.code == "fr" && value > 1 && !hasArticle || data.code == "es" && value > 10
            if isCardinal { return numbers.cardinal(String(value)) }
            let ordinal = numbers.ordinal(String(value) + (data.code == "de" ? "n" : ""))
            return hasArticle || data.code != "en" ? ordinal : data.phrase("the") + ordinal
        }
    }

    private func groups(_ groups: [String]) -> [String] {
        var words: [String] = []
        for group in groups {
            if !words.isEmpty { words.append(",") }
            for part in group.split(separator: " ") {
                if part.isDigits {
                    words += part == "800" && groups.count > 2 && groups[0].count < 3
                        ? numbers.cardinal("800")
                        : numbers.digits(part)
                } else {
                    words.append(part.count > 1 || part.lowercased() == part ? String(part) : data.spelled(part))
                }
            }
        }
        return words
    }

    /// A range. What both ends have, a unit or the half of the day, is said as often as it is written.
    private func words(_ from: Quantity, _ to: Quantity) -> [String] {
        var from = from
        if case .time(var first) = from, case .time(let second) = to {
            if first.minute == 0, first.half == nil, second.half != nil { first.minute = nil }
            if first.minute == nil, first.half == nil, second.half != nil {
                return numbers.cardinal(String(first.hour)) + data.phrase("to") + words(to)
            }
            from = .time(first)
        }
        return words(from) + data.phrase("to") + words(to)
    }

    private func fraction(_ whole: NumericLiteral?, _ top: String, _ bottom: String) -> [String] {
        let numbers = NumberWords(data, saysAnd: false)
        let isOne = top == "1"
        var words = whole.map { numbers.number($0) + data.phrase("and") } ?? []
        if whole != nil, isOne, bottom == "2", let half = data.words("phrases", "a-half") { return words + half }
        words += numbers.cardinal(top, isCounting: true)
        if let names = data.entry("denominators", bottom) { return words + (isOne ? names[0] : names.last!) }
        guard data.code == "en" else { return words + data.phrase("over") + numbers.cardinal(bottom) }
        if top == bottom { return numbers.cardinal(top) + numbers.cardinal(bottom) }
        guard bottom != "1", bottom.hasSuffix("0") || Int(bottom)! > 2
        else { return words + data.phrase("over") + numbers.cardinal(bottom) }
        let ordinal = NumberWords(data, saysAnd: false).ordinal(bottom)
        return words + (isOne ? ordinal : numbers.plural(ordinal))
    }

    private func words(_ date: CalendarDate) -> [String] {
        let year = date.year.map(words) ?? []
        guard let day = date.day else { return data.months[date.month - 1] + (year.isEmpty ? [] : data.phrase("of-year") + year) }
        let country = data.code == "en" ? (data.isAmerican ? "us" : "gb") : "day-first"
        let name = switch date.order {
        case .country: country
        case .dayFirst: "day-first"
        case .monthFirst: data.isAmerican ? "us" : "gb-month-first"
        }
        var words = date.weekday ?? []
        if !date.link.isEmpty, date.link != ["the"] { words += date.link }
        for part in data.words("dates", name) ?? [] {
            switch part {
            case "{month}": words += data.months[date.month - 1]
            case "{ordinal}": words += numbers.ordinal(String(day) + date.ending)
            case "{day}": words += day == 1 ? data.words("ordinals", "1") ?? numbers.cardinal("1") : numbers.cardinal(String(day))
            case "{year}" where !year.isEmpty: words += (date.hasComma ? [","] : data.phrase("of-year")) + year
            case "the" where date.link == ["the"]: break
            case "{year}": break
            default: words.append(part)
            }
        }
        return words
    }

    private func words(_ time: ClockTime) -> [String] {
        if data.code != "en" { return foreignTime(time) }
        var words = numbers.cardinal(String(time.hour))
        if let second = time.second {
            let (hour, minute, seconds) = (data.entry("phrases", "hour")!, data.entry("phrases", "minute")!, data.entry("phrases", "second")!)
            words += (time.hour == 1 ? hour[0] : hour[1]) + numbers.cardinal(String(time.minute!))
                + (time.minute == 1 ? minute[0] : minute[1])
            words += data.phrase("and") + numbers.cardinal(String(second)) + (second == 1 ? seconds[0] : seconds[1])
        } else if let minute = time.minute {
            switch minute {
            case 0 where time.half != nil: break
            case 0: words += time.hour <= 12 ? data.phrase("oclock") : data.phrase("hundred")
            case 1..<10: words += data.phrase("oh") + numbers.cardinal(String(minute))
            default: words += numbers.cardinal(String(minute))
            }
        }
        return words + (time.half.map(data.phrase) ?? []) + time.zone
    }

    /// `vierzehn Uhr dreißig`, `quatorze heures trente`, `las catorce treinta`.
    private func foreignTime(_ time: ClockTime) -> [String] {
        let isFeminine = data.code != "de"
        var words = numbers.cardinal(String(time.hour), isFeminine: isFeminine, isCounting: true)
        let hour = (time.hasClockWord ? data.entry("phrases", "clock-hour") : nil) ?? data.entry("phrases", "hour") ?? [[]]
        words += time.hour == 1 ? hour[0] : hour.last!
        if let minute = time.minute, minute > 0 || time.second != nil {
            words += (data.code == "es" ? data.phrase("and") : [])
                + numbers.cardinal(String(minute), isFeminine: data.code == "fr")
        }
        if let second = time.second { words += data.phrase("minute-second") + numbers.cardinal(String(second)) }
        return words + (time.half.map(data.phrase) ?? []) + time.zone
    }
}

/// Money and measures.
extension Verbalizer {
    private func amount(_ quantity: Quantity, isFeminine: Bool) -> [String] {
        guard case .cardinal(let number) = quantity else {
            guard case .range(let from, let to) = quantity else { return words(quantity) }
            return amount(from, isFeminine: isFeminine) + data.phrase("to") + amount(to, isFeminine: isFeminine)
        }
        return numbers.number(number, isFeminine: isFeminine, isCounting: true)
    }

    fileprivate func words(_ money: Money) -> [String] {
        let names = data.entry("currencies", money.currency) ?? [[], []]
        let isFeminine = names.count > 4 && names[4] == ["f"]
        let per = money.per.map { data.phrase("per") + $0.unit.one } ?? []
        var literal: NumericLiteral?
        if case .cardinal(let number) = money.amount { literal = number }
        if money.isAttribute { return amount(money.amount, isFeminine: false) + money.scale + money.country + names[0] }
        if let literal, money.scale.isEmpty, let parts = hundredths(literal, names, isFeminine, money.country) {
            return parts + per
        }
        let isOne = literal.map { $0.isOne && money.scale.isEmpty } ?? false
        let isVowel = data.code == "fr" && (names[1].first?.first.map { "aeiouyé".contains($0) } ?? false)
        let of = money.scale.isEmpty || money.scale == data.words("scales", "mil") || money.scale == data.words("scales", "mille")
            ? [] : isVowel ? ["d'" + names[1][0]] : data.phrase("of-scale")
        if isVowel, !of.isEmpty { return amount(money.amount, isFeminine: false) + money.scale + of + per }
        return amount(money.amount, isFeminine: isFeminine && money.scale.isEmpty) + money.scale + of
            + country(money.country, isOne ? names[0] : names[1]) + per
    }

    private func country(_ country: [String], _ name: [String]) -> [String] { data.code == "en" ? country + name : name + country }

    /// An amount whose two decimals are hundredths with a name: five dollars, twenty cents.
    private func hundredths(_ number: NumericLiteral, _ names: [[String]], _ isFeminine: Bool, _ country: [String]) -> [String]? {
        guard var fraction = number.fraction, names.count > 3, !names[2].isEmpty else { return nil }
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        if fraction.count == 1 { fraction += "0" }
        guard fraction.count == 2 else { return nil }
        var whole = number
        whole.fraction = nil
        let cents = String(Int(fraction)!)
        let small = cents == "0" ? [] : numbers.cardinal(cents, isCounting: true) + (cents == "1" ? names[2] : names[3])
        if number.integer.allSatisfy({ $0 == "0" }), cents != "0" {
            return (number.isNegative ? data.phrase("minus") : []) + small
        }
        let large = numbers.number(whole, isFeminine: isFeminine, isCounting: true)
            + self.country(country, whole.isOne ? names[0] : names[1])
        // Other languages leave the name of the smaller coin out after the larger one.
        let rest = data.code == "en" || small.isEmpty ? small : numbers.cardinal(cents)
        return large + (small.isEmpty ? [] : data.phrase("and-cents") + rest)
    }

    fileprivate func words(_ amount: Quantity, _ unit: UnitExpression) -> [String] {
        var isOne = amount.isOne
        if case .fraction(let whole, let top, _) = amount, whole == nil, data.code == "en" {
            return fractional(amount, unit, isOne: top == "1")
        }
        if data.code == "fr", case .cardinal(let number) = amount, number.integer == "0" || number.integer == "1" {
            isOne = number.scale.isEmpty
        }
        let name = isOne || unit.isAttribute ? unit.unit.one : unit.unit.many
        return self.amount(amount, isFeminine: unit.unit.flag == "f") + powered(name, unit.power) + per(unit)
    }

    /// A part of a unit: three quarters of a mile, half a mile is left to who writes it.
    private func fractional(_ amount: Quantity, _ unit: UnitExpression, isOne: Bool) -> [String] {
        let name = powered(unit.unit.one, unit.power) + per(unit)
        return words(amount)
            + (unit.isAttribute ? name : data.phrase("of") + [name.first.map { "aeiou".contains($0.first!) && !$0.hasPrefix("eu") ? "an" : "a" } ?? "a"] + name)
    }

    private func powered(_ name: [String], _ power: Int) -> [String] {
        switch power {
        case 1: return name
        case 2, 3:
            let word = data.phrase(power == 2 ? "square" : "cubic")
            return data.code == "de" ? [(word.first ?? "") + (name.first ?? "").lowercased()] + name.dropFirst()
                : data.code == "en" ? word + name : name + word.map { name.last!.hasSuffix("s") ? $0 + "s" : $0 }
        default: return name + data.phrase("power")
            + numbers.number(NumericLiteral(isNegative: power < 0, integer: String(power.magnitude)))
        }
    }

    fileprivate func per(_ unit: UnitExpression) -> [String] {
        unit.per.flatMap { per in
            // A second squared comes after its noun, a meter squared before it.
            data.code == "en" && per.power > 1 && per.unit.one.first == "second"
                ? data.phrase("per") + per.unit.one + data.phrase(per.power == 2 ? "squared" : "cubed") : data.phrase("per")
                    + powered(per.unit.one, per.power)
        }
    }
}
