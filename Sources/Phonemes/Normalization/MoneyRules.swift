/// The rules for money.
extension Grammar {
    /// Parses amounts: `$5.20`, `-£3`, `US$5 million`, `$20/month`, `5€`, `€1,50`, `EUR 5`, `5 USD`, `a $5 bill`.
    func money(_ cursor: inout Cursor) -> Quantity? {
        let start = cursor
        var copy = cursor
        let isNegative = copy.next?.kind == .sign && isUnary(copy) && copy.sign("-−", spaced: nil) != nil
        guard var money = signedAmount(&copy) ?? amountBeforeSign(&copy) else { return nil }
        if isNegative, case .cardinal(var number) = money.amount {
            number.isNegative = true
            money.amount = .cardinal(number)
        }
        money.per = perUnit(&copy)
        guard copy.endsQuantity || isJoint(copy) else { return nil }
        takeHyphen(&copy)
        money.isAttribute = money.per == nil && isAttribute(from: start, to: copy)
        cursor = copy
        return .money(money)
    }

    func isJoint(_ cursor: Cursor) -> Bool { cursor.next.map { "-–—".contains($0.text) } ?? false }

    /// Takes the hyphen of `$5-bill` and `100-mile trip`, which is no pause.
    func takeHyphen(_ cursor: inout Cursor) {
        guard cursor.next?.text == "-", cursor.isAttached, let after = cursor.after(1), after.kind == .letters, !after.isSpaced
        else { return }
        cursor.index += 1
    }

    /// Takes a currency: its sign, or its code with the country.
    private func currency(_ cursor: inout Cursor) -> (key: String, country: [String])? {
        var copy = cursor
        if let letters = copy.take(.letters) {
            var code = letters.text
            if copy.sign("$") != nil { code += "$" } else if copy.next?.text == ".", copy.after(1)?.text == "S" { 
                copy.index += 2
                code += copy.before()!.text
                _ = copy.sign(".")
                guard copy.sign("$") != nil else { return nil }
                code += "$"
            }
            guard let entry = data.entry("codes", code), let key = entry[0].first else { return nil }
            cursor = copy
            return (key, entry.count > 1 ? entry[1] : [])
        }
        guard let sign = copy.take(.sign), data.contains("currencies", sign.text) else { return nil }
        cursor = copy
        return (sign.text, [])
    }

    private func signedAmount(_ cursor: inout Cursor) -> Money? {
        var copy = cursor
        guard let (key, country) = currency(&copy) else { return nil }
        let isCode = copy.before()!.kind == .letters
        guard isCode || copy.next?.kind == .digits || copy.isAttached, let first = moneyNumber(&copy) else { return nil }
        var money = Money(amount: .cardinal(first), currency: key, country: country)
        if copy.next?.text == "-", copy.isAttached, copy.after(1).map({ data.contains("scales", $0.lower) && $0.text.count > 3 }) ?? false { copy.index += 1 }
        money.scale = scale(&copy, short: true) ?? []
        // `$5USD` says the currency twice.
        if let code = copy.next, code.kind == .letters, !code.isSpaced, let entry = data.entry("codes", code.text), entry[0].first == key {
            copy.index += 1
            if entry.count > 1, money.country.isEmpty { money.country = entry[1] }
        }
        var after = copy
        if after.sign("-–") != nil, after.next?.kind == .digits, let second = moneyNumber(&after) {
            money.amount = .range(.cardinal(first), .cardinal(second))
            money.scale = scale(&after, short: true) ?? []
            copy = after
        }
        cursor = copy
        return money
    }

    /// Takes the number of an amount, whose comma before one or two digits is a decimal point.
    private func moneyNumber(_ cursor: inout Cursor) -> NumericLiteral? {
        var copy = cursor
        if isEnglish, copy.digits(1...9) != nil, copy.sign(",") != nil, copy.digits(2...2, spaced: false) != nil, copy.endsQuantity {
            return number(&cursor, decimalComma: true)
        }
        return number(&cursor)
    }

    private func amountBeforeSign(_ cursor: inout Cursor) -> Money? {
        var copy = cursor
        guard let number = moneyNumber(&copy) else { return nil }
        let scale = scale(&copy, short: true) ?? []
        if !scale.isEmpty, !isEnglish { _ = copy.sign(".") }
        guard let next = copy.next, next.kind == .letters || !next.isSpaced || !isEnglish || copy.after(1)?.kind != .digits, let (key, country) = currency(&copy),
            !(isEnglish && next.isSpaced && next.kind == .letters && next.text.count < 3)
        else { return nil }
        cursor = copy
        return Money(amount: .cardinal(number), scale: scale, currency: key, country: country)
    }

    /// Takes `/month`, `/hr`, and returns the unit.
    func perUnit(_ cursor: inout Cursor) -> UnitExpression? {
        var copy = cursor
        guard copy.sign("/") != nil, let word = copy.take(.letters, spaced: false) else { return nil }
        let unit = data.units[word.text] ?? data.units[word.lower] ?? LanguageData.Unit(one: [word.lower], many: [word.lower])
        guard unit.flag != "word" || copy.endsQuantity else { return nil }
        cursor = copy
        return UnitExpression(unit: unit)
    }

    /// Whether a quantity is an attribute of the noun after it: a determiner comes before, and a noun after.
    func isAttribute(from start: Cursor, to end: Cursor, always: Bool = false) -> Bool {
        guard isEnglish, let next = end.next, next.kind == .letters, !data.contains("function-words", next.lower),
            next.lower != "'s", next.lower != "x"
        else { return false }
        if end.before()?.text == "-" { return true }
        if always, next.isSpaced { return true }
        guard next.isSpaced, let before = start.precedingWord else { return false }
        return data.contains("determiners", before) && !next.lower.hasSuffix("ly")
    }
}
