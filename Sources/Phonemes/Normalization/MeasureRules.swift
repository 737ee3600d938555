/// The rules for measures.
extension Grammar {
    /// Parses a number with a unit: `5km`, `5 km`, `3.5%`, `60 km/h`, `12 m²`, `5'10"`, `5 sq ft`, `1h 30m`, `12/kg`.
    func measure(_ cursor: inout Cursor) -> Quantity? {
        let start = cursor
        if let compound = any([feetAndInches, duration], &cursor) { return compound }
        guard let amount = amount(&cursor) else { return nil }
        if isEnglish, cursor.isAttached, let symbol = cursor.next, symbol.text.count == 1, isLabel(symbol.text, from: start, to: cursor) { return nil }
        var copy = cursor
        if let per = perUnit(&copy), copy.endsQuantity, data.units[copy.before()!.text] != nil, copy.before()!.text.count > 1 {
            cursor = copy
            return .sequence([amount, .words(data.phrase("per") + per.unit.one)])
        }
        guard var unit = unit(&cursor, after: amount), cursor.endsQuantity || isJoint(cursor) else { return nil }
        takeHyphen(&cursor)
        let isAlways = unit.unit.flag == "attribute"
        unit.isAttribute = unit.isAttribute || isAttribute(from: start, to: cursor, always: isAlways)
        return .measure(amount, unit)
    }

    /// Whether a letter right after a number makes a label of it, or a plural: `seat 12A`, `F-35s`, `747s`.
    private func isLabel(_ symbol: String, from start: Cursor, to end: Cursor) -> Bool {
        let digits = start.next?.text ?? ""
        let isPlain = end.index == start.index + 1
        let before = start.before()
        let isNamed = before.map { $0.kind == .letters && data.contains("labels", $0.lower) } ?? false
        if isNamed, "ABCDEFGHKLMNSTs".contains(symbol) { return true }
        // Thousands more often than kelvins, which a space separates.
        if symbol == "K", isPlain { return true }
        guard symbol == "s", isPlain else { return false }
        let isAfterName = before.map { before in
            if before.kind == .sign { return before.text == "-" && start.isAttached }
            return before.text.first!.isUppercase && start.index > 1
        } ?? false
        return digits.count > 2 || isAfterName
    }

    /// Parses a unit without a number where it can be nothing else: `km/h`.
    func loneUnit(_ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        guard let unit = unit(&copy, after: nil), !unit.per.isEmpty, copy.endsQuantity,
            copy.before(2)?.text == "/" || copy.before()?.kind == .digits
        else { return nil }
        guard let symbol = cursor.next?.text, data.units[symbol] != nil, symbol.count > 1 || copy.before()!.text.count < 3 else { return nil }
        cursor = copy
        return .unit(unit)
    }

    /// Takes a unit with powers and divisors; after a space only symbols that are no words.
    func unit(_ cursor: inout Cursor, after amount: Quantity?) -> UnitExpression? {
        var copy = cursor
        let hyphen = copy.next?.text == "-" && copy.after(1)?.kind == .letters ? copy.sign("-") : nil
        if hyphen != nil, copy.next!.text.count < 2 {
            guard isEnglish, "mgVWLlks".contains(copy.next!.text), copy.after(1).map({ $0.isSpaced && $0.kind == .letters }) ?? false else { return nil }
        }
        guard let first = simpleUnit(&copy, isPer: false, hasAmount: amount != nil) else { return nil }
        var result = UnitExpression(unit: first.unit, power: first.power)
        if hyphen != nil { result.isAttribute = true }
        while true {
            var next = copy
            guard next.sign("/") != nil, next.isAttached,
                let per = simpleUnit(&next, isPer: true, hasAmount: true)
            else { break }
            result.per.append(UnitExpression.PerUnit(unit: per.unit, power: per.power))
            copy = next
        }
        cursor = copy
        return result
    }

    private func simpleUnit(_ cursor: inout Cursor, isPer: Bool, hasAmount: Bool) -> (unit: LanguageData.Unit, power: Int)? {
        var copy = cursor
        var power = 1
        if let square = copy.letters({ ["sq": 2, "cu": 3][$0.lower] }) {
            _ = copy.sign(".")
            (power, cursor) = (square, copy)
        }
        guard let (unit, symbol, isSpaced) = symbol(&copy), unit.flag != "prefixed" else { return nil }
        if isSpaced, !isPer {
            switch unit.flag {
            case "attached", "per": return nil
            case "word": guard copy.sign(".") != nil || power > 1 || hasAmount && (copy.next == nil || copy.followingWord.map { data.contains("dimensions", $0) } ?? false) else { return nil }
            default: break
            }
            // A capital alone after a space is an initial as often as a unit.
            if symbol.count == 1, "AKTFHNCMSEWB".contains(symbol), let next = copy.next, next.kind != .sign || next.text == "." {
                return nil
            }
        } else if !isPer, unit.flag == "per", hasAmount, symbol != "d" {
            return nil
        }
        if let exponent = exponent(&copy, symbol) { power = exponent }
        // The full stop of an abbreviated unit, within a sentence.
        let endsWord = copy.after(1).map { $0.kind == .sign || $0.isSpaced && !$0.text.first!.isUppercase } ?? false
        if copy.next?.text == ".", copy.isAttached, endsWord, symbol.allSatisfy(\.isLetter) {
            copy.index += 1
        }
        cursor = copy
        return (unit, power)
    }

    /// Whether a quotation mark before the place is open; one right after digits outside of quotation marks stands for inches.
    private func isQuoted(_ cursor: Cursor) -> Bool {
        var isOpen = false
        for (index, lexeme) in cursor.lexemes[..<cursor.index].enumerated() where lexeme.text == "\"" {
            let isInch = !isOpen && !lexeme.isSpaced && index > 0 && cursor.lexemes[index - 1].kind == .digits
            if !isInch { isOpen.toggle() }
        }
        return isOpen
    }

    /// Takes the symbol of a unit; the longest of a sign, as in `°C`.
    private func symbol(_ cursor: inout Cursor) -> (LanguageData.Unit, String, Bool)? {
        guard let first = cursor.next, first.kind != .digits, first.kind != .given else { return nil }
        if first.kind == .sign, let second = cursor.after(1), !second.isSpaced || first.text == "°", second.kind == .letters,
            let unit = data.units[first.text + second.text]
        {
            cursor.index += 2
            return (unit, first.text + second.text, first.isSpaced)
        }
        if first.kind == .letters, let second = cursor.after(1), second.text == "/", let third = cursor.after(2), let unit = data.units["\(first.text)/\(third.text)"] {
            cursor.index += 3
            return (unit, first.text, first.isSpaced)
        }
        if first.kind == .sign, "'\"".contains(first.text) {
            // After an open quotation mark, the mark closes it.
            let isClosing = first.text == "\"" && isQuoted(cursor)
            guard !first.isSpaced, !isClosing else { return nil }
        }
        let folded = first.text.replacing("μ", with: "µ").replacing("Ω", with: "Ω")
        let isLong = first.text.count > 1
        guard let unit = data.units[folded] ?? (isLong ? data.units[first.lower] ?? caseless(first.lower) ?? named(first.lower) : nil)
        else { return nil }
        cursor.index += 1
        return (unit, first.text, first.isSpaced)
    }

    /// A unit whose symbol was written in other cases, such as `mbps` or `KHZ`.
    private func caseless(_ lower: String) -> LanguageData.Unit? {
        let base = lower.dropFirst().capitalizedFirst
        for symbol in [lower.capitalizedFirst, lower.prefix(1) + base, lower.prefix(1).uppercased() + base, lower.uppercased()] {
            if lower.count > 2, let unit = data.units[symbol] { return unit }
        }
        return nil
    }

    /// A unit that is written as a word. After a hyphen it is in the singular whatever was written.
    private func named(_ lower: String) -> LanguageData.Unit? {
        data.contains("unit-words", lower) ? LanguageData.Unit(one: [lower], many: [lower]) : nil
    }

    /// Takes a power: `m²` as `m^2` or `m2`.
    private func exponent(_ cursor: inout Cursor, _ symbol: String) -> Int? {
        var copy = cursor
        let hasCaret = copy.sign("^") != nil
        let isNegative = hasCaret && copy.sign("-−") != nil
        guard copy.isAttached, let digits = copy.digits(1...1, spaced: false), let power = Int(digits),
            hasCaret || power < 4 && symbol.hasSuffix("m") || ["ft", "in", "mi", "yd"].contains(symbol) && power < 4
        else { return nil }
        cursor = copy
        return isNegative ? -power : power
    }

    /// Parses a height such as `5'10"` or `6′ 2″`.
    private func feetAndInches(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let feet = number(&cursor), cursor.sign("'′") != nil, let inches = number(&cursor),
            cursor.sign("\"″") != nil || cursor.next?.kind != .letters
        else { return nil }
        guard let foot = data.units["′"], let inch = data.units["″"], let value = Int(inches.integer), value < 12
        else { return nil }
        return .sequence([.measure(.cardinal(feet), UnitExpression(unit: foot)), .measure(.cardinal(inches), UnitExpression(unit: inch))])
    }

    /// Parses durations of two or three parts: `1h 30m`, `2h30m15s`, `3d 4h`, `5 ft 10 in`, `5 lb 3 oz`.
    private func duration(_ cursor: inout Cursor) -> Quantity? {
        var parts: [Quantity] = []
        let names = [
            "d": "d", "h": "h", "hr": "hr", "hrs": "hr", "m": "min", "min": "min", "s": "s", "sec": "sec", "ft": "ft", "in": "in", "lb": "lb",
            "lbs": "lb", "oz": "oz", "kg": "kg", "g": "g",
        ]
        let families = [["d", "h", "hr", "min", "s", "sec"], ["ft", "in"], ["lb", "oz"], ["kg", "g"]]
        var (family, place): ([String]?, Int) = (nil, -1)
        while true {
            var copy = cursor
            guard let number = number(&copy), let name = copy.letters({ names[$0.text] }), let unit = data.units[name]
            else { break }
            if family == nil { family = families.first { $0.contains(name) } }
            guard let index = family?.firstIndex(of: name), index > place else { break }
            place = index
            parts.append(.measure(.cardinal(number), UnitExpression(unit: unit)))
            cursor = copy
            // `1h30`
            if name == "h", let minutes = copy.digits(2...2, spaced: false), copy.endsQuantity, let unit = data.units["min"] {
                parts.append(.measure(.cardinal(NumericLiteral(integer: String(Int(minutes)!))), UnitExpression(unit: unit)))
                cursor = copy
                break
            }
        }
        return parts.count > 1 && cursor.endsQuantity ? .sequence(parts) : nil
    }
}

extension StringProtocol {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
