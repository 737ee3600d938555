/// The grammar of written forms: finds quantities, and words with a reading of their own, in the lexemes of a sentence.
///
/// Each rule takes what it matches from a ``Cursor`` and returns its meaning. At each place all rules are tried, and the one that
/// explains most lexemes wins; its weight decides between equals. Rules know no words: these are in ``LanguageData``.
struct Grammar: Sendable {
    let data: LanguageData
    var isEnglish: Bool { data.code == "en" }

    /// A quantity, and the index of the lexeme after it.
    struct Match {
        var quantity: Quantity
        var end: Int
        fileprivate var score: Int
    }

    typealias Rule = (inout Cursor) -> Quantity?

    /// The best match that begins at a place; nil if the word there is spoken as it is written.
    func match(at cursor: Cursor) -> Match? {
        guard let lexeme = cursor.next, !isPlain(lexeme, cursor) else { return nil }
        var best: Match?
        func attempt(_ weight: Int, _ rule: Rule) {
            var copy = cursor
            guard let quantity = rule(&copy), copy.index > cursor.index else { return }
            let score = 10 * (copy.index - cursor.index) + weight
            if score > best?.score ?? Int.min { best = Match(quantity: quantity, end: copy.index, score: score) }
        }
        // Rules look ahead to the end of what is joined, which in long rows of characters would take a time that grows with its square.
        if !lexeme.isSpaced, cursor.isInLongRow {
            if lexeme.kind == .digits { attempt(0, bareDigits) }
            return best
        }
        switch lexeme.kind {
        case .given: return nil
        case .letters:
            attempt(9, letterA)
            attempt(9, lifeYear)
            attempt(9, betweenLengths)
            attempt(9, bookOfTheBible)
            attempt(9, readings)
            attempt(8, date)
            attempt(8, dateRange)
            attempt(7, money)
            attempt(6, codedNumber)
            attempt(6, electronic)
            attempt(5, address)
            attempt(5, roman)
            attempt(4, abbreviation)
            attempt(4, math)
            attempt(5, loneUnit)
            attempt(2, acronym)
            attempt(1, identifier)
        case .digits, .sign:
            attempt(9, readings)
            attempt(9, verse)
            attempt(9, cardNumber)
            attempt(9, hoursOfDay)
            attempt(6, numbersInARow)
            attempt(8, phone)
            attempt(8, range)
            attempt(7, date)
            attempt(7, time)
            attempt(7, money)
            attempt(6, measure)
            attempt(6, season)
            attempt(6, codedNumber)
            attempt(6, electronic)
            attempt(5, address)
            attempt(5, fraction)
            attempt(5, ordinal)
            attempt(7, decade)
            attempt(4, math)
            attempt(3, abbreviation)
            attempt(3, plainNumber)
            attempt(2, version)
            attempt(1, identifier)
            attempt(0, sign)
            attempt(-9, bareDigits)
        }
        return best
    }

    /// Whether a lexeme is a word in lower case that no rule can match, as most words of a text are.
    private func isPlain(_ lexeme: Lexeme, _ cursor: Cursor) -> Bool {
        guard lexeme.kind == .letters, lexeme.text.utf8.count > 3, lexeme.text == lexeme.lower, !data.startsForm(lexeme.lower) else { return false }
        guard let next = cursor.after(1), !next.isSpaced else { return true }
        guard next.kind == .sign, ",;:!?.)\"”".contains(next.text) else { return false }
        return cursor.after(2).map { $0.isSpaced || ",;!?.)\"”'".contains($0.text) } ?? true
    }

    /// What a rule finds at a place, which is left after it.
    func any(_ rules: [Rule], _ cursor: inout Cursor) -> Quantity? {
        for rule in rules {
            var copy = cursor
            if let quantity = rule(&copy) {
                cursor = copy
                return quantity
            }
        }
        return nil
    }
}

/// The rules for numbers.
extension Grammar {
    /// Takes a number: `1,234.5`, `10 000`, `1'000`, `.5`, and with a sign `-5`.
    ///
    /// - Parameter decimalComma: Whether a comma is a decimal point where English has a point.
    func number(_ cursor: inout Cursor, signed: Bool = false, decimalComma: Bool = false) -> NumericLiteral? {
        if isEnglish, !decimalComma, isContinental(cursor) { return self.number(&cursor, signed: signed, decimalComma: true) }
        var copy = cursor
        var number = NumericLiteral(integer: "")
        if signed, let sign = copy.next, sign.kind == .sign, "-−–+±~".contains(sign.text), isUnary(copy) {
            guard let digits = copy.after(1), !digits.isSpaced, digits.kind == .digits || digits.text == "." else { return nil }
            guard "-−–+".contains(sign.text) else { return nil }
            number.isNegative = sign.text != "+"
            copy.index += 1
        }
        let (point, group): (Character, Character) = isEnglish && !decimalComma ? (".", ",") : (",", ".")
        if let digits = copy.take(.digits) {
            number.integer = digits.text
            takeGroups(&copy, &number, group)
        } else if copy.next?.text != String(point) || copy.before().map({ ($0.kind != .sign || $0.text == ".") && copy.isAttached }) ?? false {
            return nil
        }
        // A point that is followed by three digits is no decimal point where points group.
        for decimal in isEnglish && !decimalComma ? [point] : [point, "."] where number.fraction == nil {
            var after = copy
            let isLeading = number.integer.isEmpty
            guard after.sign(String(decimal), spaced: isLeading ? nil : false) != nil,
                let fraction = after.take(.digits, spaced: false)
            else { continue }
            if decimal != point, fraction.text.count == 3, !number.integer.isEmpty { continue }
            number.fraction = fraction.text
            copy = after
        }
        guard !number.integer.isEmpty || number.fraction != nil else { return nil }
        cursor = copy
        return number
    }

    /// Whether a number has full stops between its thousands and a decimal comma, `1.234,56`.
    private func isContinental(_ cursor: Cursor) -> Bool {
        var copy = cursor
        guard copy.digits(1...3) != nil else { return false }
        var count = 0
        while copy.sign(".") != nil, copy.digits(3...3, spaced: false) != nil { count += 1 }
        return count > 0 && copy.before()?.kind == .digits && copy.sign(",") != nil && copy.digits(1...2, spaced: false) != nil && copy.endsQuantity
    }

    /// Whether a sign at the place stands before its number, not between two.
    func isUnary(_ cursor: Cursor) -> Bool {
        guard let before = cursor.before(), cursor.isAttached else { return true }
        return before.kind == .sign && "([{$€£¥=<>~*/^\"“'?!,;:".contains(before.text)
    }

    /// Takes groups of three digits after a separator, which is the same each time.
    private func takeGroups(_ cursor: inout Cursor, _ number: inout NumericLiteral, _ group: Character) {
        guard number.integer.count <= 3, number.integer.first != "0" else { return }
        for separator in [String(group), "'", " "] {
            var copy = cursor
            var digits = number.integer
            while true {
                var next = copy
                if separator != " " { guard next.sign(separator) != nil else { break } }
                guard let three = next.digits(3...3, spaced: separator == " "),
                    separator != " "
                        || next.next.map({ $0.isSpaced || $0.kind == .sign && $0.text != "/" || data.units[$0.text] != nil }) ?? true
                else { break }
                digits += three
                copy = next
            }
            // A fourth digit after the last group, or another number after a space, shows that these were no groups.
            guard digits.count > number.integer.count, copy.next?.kind != .digits else { continue }
            (number.integer, number.isGrouped, cursor) = (digits, true, copy)
            return
        }
    }

    /// Takes a number with a scale such as `million` or `bn` after it, which `letters` allows to be short.
    func scaledNumber(_ cursor: inout Cursor, short: Bool, decimalComma: Bool = false) -> NumericLiteral? {
        guard var number = number(&cursor, signed: true, decimalComma: decimalComma) else { return nil }
        if let scale = scale(&cursor, short: short) { number.scale = scale }
        return number
    }

    /// Takes the name of a scale; `short` allows `k`, `bn` and single letters.
    func scale(_ cursor: inout Cursor, short: Bool) -> [String]? {
        cursor.letters(stop: !isEnglish) { lexeme in
            guard let words = data.words("scales", lexeme.lower) else { return nil }
            let isName = lexeme.text.count > 3
            guard isName || short, !lexeme.isSpaced || isName || lexeme.text.count > 1 || "bB".contains(lexeme.text)
            else { return nil }
            return words
        }
    }

    /// An amount before a unit: a fraction, a number, a range of numbers, or lengths multiplied (`2x8`).
    func amount(_ cursor: inout Cursor) -> Quantity? {
        if let fraction = any([fraction], &cursor) { return fraction }
        let decimalComma = isEnglish && hasDecimalComma(cursor)
        guard let first = scaledNumber(&cursor, short: false, decimalComma: decimalComma) else { return nil }
        var copy = cursor
        if copy.sign("-–−", spaced: nil) != nil, copy.before()!.isSpaced == (copy.next?.isSpaced ?? true),
            let second = scaledNumber(&copy, short: false, decimalComma: decimalComma)
        {
            cursor = copy
            return .range(.cardinal(first), .cardinal(second))
        }
        var product: [Quantity] = [.cardinal(first)]
        while true {
            var next = cursor
            guard next.sign("×", spaced: nil) != nil || next.word("x"), let factor = number(&next),
                !next.isAttached || next.next!.kind != .letters || data.units[next.next!.text] != nil || next.next!.text == "x"
            else { break }
            product += [.words(data.phrase("x")), .cardinal(factor)]
            cursor = next
        }
        return product.count == 1 ? product[0] : .sequence(product)
    }

    /// Whether English text has a decimal comma here: one or two digits follow it, then no other digit.
    private func hasDecimalComma(_ cursor: Cursor) -> Bool {
        var copy = cursor
        _ = copy.sign("-−", spaced: nil)
        guard copy.digits(1...6) != nil, copy.sign(",") != nil, copy.digits(1...2, spaced: false) != nil else { return false }
        return copy.next?.text != "," && copy.next?.text != "."
    }
}
