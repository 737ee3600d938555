/// The rules for fractions, ordinals and decades.
extension Grammar {
    /// Parses fractions: `3/4`, `3 1/2`, `31/32nds`, `½`.
    func fraction(_ cursor: inout Cursor) -> Quantity? {
        var whole: NumericLiteral?
        var copy = cursor
        if let number = number(&copy, signed: true), number.fraction == nil, copy.next?.isSpaced ?? false,
            copy.next?.kind == .digits, copy.after(1)?.kind == .sign
        {
            whole = number
        } else {
            copy = cursor
            // `1-1/2`, which is a range only of fractions that no ruler has.
            if isEnglish, let number = number(&copy), number.fraction == nil, number.integer.count < 3, copy.sign("-") != nil, copy.isAttached,
                let top = copy.next.flatMap({ Int($0.text) }), copy.after(1)?.text == "/", let bottom = copy.after(2).flatMap({ Int($0.text) }),
                top < bottom, [2, 3, 4, 8, 16, 32].contains(bottom)
            {
                whole = number
            } else {
                copy = cursor
            }
        }
        if let next = copy.next, next.isSpaced == false, copy.before()?.text == "/" { return nil }
        guard let top = copy.digits(1...5), let slash = copy.next,
            slash.text == "⁄" || slash.text == "/", copy.sign("/⁄", spaced: nil) != nil,
            let bottom = copy.digits(1...5, spaced: slash.isSpaced), top.first != "0" || top.count == 1, bottom.first != "0"
        else { return nil }
        if slash.isSpaced, whole == nil, !isEnglish { return nil }
        if let whole, let (top, bottom) = (Int(top), Int(bottom)) as? (Int, Int), top >= bottom, whole.integer.count > 1 {
            return nil
        }
        _ = copy.letters(spaced: false) { ["th", "ths", "rd", "nd", "nds", "rds", "st"].contains($0.lower) ? true : nil }
        if let next = copy.next, !next.isSpaced, "/-".contains(next.text), copy.after(1)?.kind == .digits { return nil }
        guard copy.endsQuantity || isUnit(copy) else { return nil }
        takeHyphen(&copy)
        cursor = copy
        // A pressure of blood.
        if isEnglish, whole == nil, let top = Int(top), let bottom = Int(bottom), top > bottom, (80...250).contains(top), (40...150).contains(bottom) {
            let words = NumberWords(data, saysAnd: false)
            return .words(words.cardinal(String(top)) + data.phrase("over") + words.cardinal(String(bottom)))
        }
        return .fraction(whole: whole, top: top, bottom: bottom)
    }

    private func isUnit(_ cursor: Cursor) -> Bool { cursor.next.map { data.units[$0.text] != nil } ?? false }

    /// Parses ordinals: `21st`, `1,000th`, German `3.`, French `2e`, Spanish `1.º`.
    func ordinal(_ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        guard let number = number(&copy), number.fraction == nil else { return nil }
        switch data.code {
        case "en":
            guard copy.letters(spaced: false, { suffixes(of: number.integer).contains($0.lower) && $0.text != "D" ? true : nil }) != nil
            else { return nil }
        case "fr":
            guard copy.letters(spaced: false, { data.contains("ordinal-endings", $0.lower) ? true : nil }) != nil
            else { return nil }
        case "es":
            let hasPoint = copy.sign(".") != nil
            guard copy.isAttached,
                copy.letters(spaced: false, { ["º", "ª", "er", "o", "a"].contains($0.lower) ? true : nil }) != nil, 
                hasPoint || "ºª".contains(copy.before()!.text) || copy.before()!.text == "er"
            else { return nil }
            cursor = copy
            let ending = ["ª": "a", "a": "a", "er": "r"][copy.before()!.text] ?? ""
            return .ordinal(number.integer + ending)
        default:
            if let before = cursor.precedingWord, data.contains("numbered", before) { return nil }
            guard number.integer.count <= 3, copy.sign(".") != nil else { return nil }
            // At the end of a sentence after a word that an ordinal follows: `am 1.`.
            let isExpected = cursor.precedingWord.map { data.contains("ordinal-n", $0) || data.contains("ordinal-e", $0) } ?? false
            guard copy.next.map({ $0.isSpaced && $0.kind == .letters }) ?? isExpected else { return nil }
            cursor = copy
            return .ordinal(number.integer + germanEnding(before: cursor, number.integer))
        }
        guard copy.endsQuantity else { return nil }
        cursor = copy
        return .ordinal(number.integer + (data.code == "fr" && ["ère", "re"].contains(copy.before()!.text) ? "a" : ""))
    }

    /// The endings that English gives an ordinal.
    private func suffixes(of digits: String) -> Set<String> {
        if digits.suffix(2).first == "1", digits.count > 1 { return ["th"] }
        switch digits.last {
        case "1": return ["st"]
        case "2": return ["nd", "d"]
        case "3": return ["rd", "d"]
        default: return ["th"]
        }
    }

    /// The ending of a German ordinal, by the word before it: `der dritte`, `am dritten`.
    func germanEnding(before cursor: Cursor, _ digits: String) -> String {
        var copy = cursor
        while let before = copy.before(), before.kind != .letters, copy.index > 0 { copy.index -= 1 }
        guard let word = copy.before()?.lower else { return "r" }
        if data.contains("ordinal-n", word) { return "n" }
        if data.contains("ordinal-e", word) { return "" }
        return "r"
    }

    /// Parses decades: `1990s`, `'90s`, `80's`, `1980 s`.
    func decade(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish else { return nil }
        var copy = cursor
        let hasApostrophe = copy.sign("'", spaced: nil) != nil
        guard let digits = copy.digits(hasApostrophe ? 2...2 : 2...4), digits.count != 3, digits.last == "0", digits != "00",
            digits != "10" || hasApostrophe, 
            let value = Int(digits)
        else { return nil }
        let isYear = digits.count == 4 && value >= 1100 && value < 2200
        guard isYear || digits.count == 2 else { return nil }
        _ = copy.sign("'")
        guard copy.word("s", spaced: false) || copy.word("'s", spaced: false) || isYear && copy.word("s", spaced: true),
            copy.endsQuantity
        else { return nil }
        cursor = copy
        return .decade(value)
    }
}
