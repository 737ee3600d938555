/// The rules for years, plain numbers and versions.
extension Grammar {
    /// Parses `2Q22`, `H1 2020`, years with an era and other years; then plain cardinals, with a sign before or a suffix after them.
    func plainNumber(_ cursor: inout Cursor) -> Quantity? {
        any([reportQuarter, eraYear, product, contextYear, prefixedNumber, suffixedNumber], &cursor)
    }

    private func reportQuarter(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let part = cursor.digits(1...1),
            let letter = cursor.letters(spaced: false, { ["Q", "H"].contains($0.text) ? $0.text : nil }), 
            let names = data.entry("phrases", letter == "Q" ? "quarter" : "half"), let index = Int(part), (1...names.count).contains(index),
            let year = cursor.digits(2...4, spaced: false), year.count != 3, cursor.endsQuantity
        else { return nil }
        return .sequence([.words(["the"] + names[index - 1] + ["of"]), .year(Int(year)! + (year.count == 2 ? 2000 : 0))])
    }

    /// Parses sizes without a unit, `5x7`.
    private func product(_ cursor: inout Cursor) -> Quantity? {
        guard case .sequence(let factors) = amount(&cursor), cursor.endsQuantity else { return nil }
        return .sequence(factors)
    }

    private func eraYear(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let digits = cursor.digits(1...4), let era = era(&cursor) else { return nil }
        return .sequence([.year(Int(digits)!), .words([era])])
    }

    /// Takes `AD`, `B.C.`, `BCE` and the like.
    func era(_ cursor: inout Cursor) -> String? {
        var copy = cursor
        guard let letters = capitals(&copy), ["AD", "BC", "BCE", "CE"].contains(letters) else { return nil }
        cursor = copy
        return data.spelled(letters)
    }

    /// Takes capitals, with full stops or without, and returns the letters.
    func capitals(_ cursor: inout Cursor) -> String? {
        guard let first = cursor.take(.letters), first.text == first.text.uppercased() else { return nil }
        if first.text.count > 1 { return first.text }
        var letters = first.text
        while cursor.sign(".") != nil {
            guard let next = cursor.letters(spaced: false, { $0.text.count == 1 ? $0.text : nil }) else { break }
            letters += next
        }
        return letters
    }

    /// Parses `'98` as a year and `2020/21` as a season.
    func season(_ cursor: inout Cursor) -> Quantity? {
        if cursor.sign("'", spaced: nil) != nil {
            guard cursor.before()!.isSpaced || cursor.index == 1, let digits = cursor.digits(2...2, spaced: false),
                cursor.endsQuantity
            else { return nil }
            return .year(Int(digits)!)
        }
        guard let first = cursor.digits(4...4), let year = Int(first), (1100..<2200).contains(year), cursor.sign("/") != nil,
            let second = cursor.digits(2...2, spaced: false), cursor.endsQuantity, Int(second) == (year + 1) % 100
        else { return nil }
        return .sequence([.year(year), .year(Int(second)!)])
    }

    /// Parses three numbers and more that hyphens join: `4-4-2`.
    func numbersInARow(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish else { return nil }
        var numbers: [Quantity] = []
        repeat {
            guard let digits = cursor.digits(1...3, spaced: numbers.isEmpty ? nil : false) else { return nil }
            numbers.append(.cardinal(NumericLiteral(integer: digits)))
        } while cursor.next?.text == "-" && cursor.isAttached && cursor.after(1)?.kind == .digits && cursor.sign("-") != nil
        guard numbers.count > 2, cursor.endsQuantity else { return nil }
        return .sequence(numbers)
    }

    /// Parses numbers of four digits as years, where they have the size of one or the word before says so.
    private func contextYear(_ cursor: inout Cursor) -> Quantity? {
        let before = cursor.precedingWord
        guard let digits = cursor.digits(4...4), let year = Int(digits), digits.first != "0", cursor.endsQuantity
        else { return nil }
        let isNamed = before.map { data.contains("year-words", $0) || data.month($0) != nil } ?? false
        if isEnglish, !digits.hasSuffix("00"), let before, data.contains("paired", before) { return .year(year) }
        guard (1100..<2100).contains(year) || isNamed && (1000..<2200).contains(year) else { return nil }
        if before == "no" || before == "number" { return nil }
        return .year(year)
    }

    /// Parses `#5`, `~20`, `<3`, `±2`, `-5`.
    private func prefixedNumber(_ cursor: inout Cursor) -> Quantity? {
        let names = ["#": "number", "~": "about", "≈": "about", "<": "less", ">": "more", "+": "plus"]
        guard let sign = cursor.sign("#~≈<>+±", spaced: nil), cursor.isAttached || "<>≈~".contains(sign) else { return nil }
        if let before = cursor.before(2), !cursor.before()!.isSpaced, before.kind != .sign { return nil }
        let words = sign == "±" ? data.words("signs", "±") ?? [] : data.phrase(names[String(sign)]!)
        guard let quantity = any([measure, money, suffixedNumber], &cursor) else { return nil }
        return words.isEmpty ? nil : .sequence([.words(words), quantity])
    }

    /// Parses a number with a suffix: `5k`, `18+`, `2x`, `12c`.
    func suffixedNumber(_ cursor: inout Cursor) -> Quantity? {
        let start = cursor
        guard var number = number(&cursor, signed: true) else { return nil }
        var copy = cursor
        if let scale = scale(&copy, short: true), copy.endsQuantity {
            let letter = copy.before()!.text
            // `1.2M views`, `3M users`; `2B` alone is a code.
            let isMany = isEnglish && "MB".contains(letter) && !copy.before()!.isSpaced && (number.fraction != nil || copy.next.map { $0.isSpaced && $0.text == $0.lower && ($0.lower.hasSuffix("s") && $0.text.count > 3 || $0.lower == "people") } ?? false)
            if letter.count > 1 || "kKm".contains(letter) || isMany { (number.scale, cursor) = (scale, copy) }
        }
        copy = cursor
        if copy.word("x", spaced: false) || copy.sign("×") != nil, copy.endsQuantity, copy.next?.kind != .digits {
            cursor = copy
            return .sequence([.cardinal(number), .words(isEnglish && number.scale.isEmpty ? ["x"] : data.phrase("times"))])
        }
        if copy.sign("+") != nil, copy.endsQuantity, copy.next?.kind != .digits || copy.next!.isSpaced {
            cursor = copy
            return .sequence([.cardinal(number), .words(data.phrase("plus"))])
        }
        guard cursor.endsQuantity else { return nil }
        if number.integer.count > 1, number.integer.first == "0", number.fraction == nil { return .digits(number.integer) }
        // A long number without separators is a code.
        if number.integer.count > 9, !number.isGrouped, number.fraction == nil, start.next?.kind == .digits,
            number.integer.trimmedAtEnd({ $0 == "0" }).count > 3
        {
            return .digits(number.integer)
        }
        return counted(number, before: cursor) ?? .cardinal(number)
    }

    /// A number before the noun that it counts, where the language has other forms for it: `ein Kind`, `une page`, `veintiún años`.
    private func counted(_ number: NumericLiteral, before cursor: Cursor) -> Quantity? {
        guard !isEnglish, number.fraction == nil, number.scale.isEmpty, let noun = cursor.next, noun.isSpaced, noun.kind == .letters, noun.text.count > 2
        else { return nil }
        let isFeminine: Bool
        switch data.code {
        case "de":
            guard noun.text.first!.isUppercase, number.integer == "1" else { return nil }
            isFeminine = data.contains("feminine", noun.lower)
        case "fr":
            guard data.contains("feminine", noun.lower) else { return nil }
            isFeminine = true
        default:
            guard noun.text == noun.lower, !data.contains("no-nouns", noun.lower) else { return nil }
            let endings = ["a", "as", "dad", "dades", "ción", "ciones", "sión", "siones"]
            isFeminine = !data.contains("masculine", noun.lower) && endings.contains(where: noun.lower.hasSuffix) || data.contains("feminine", noun.lower)
        }
        return .words(NumberWords(data).number(number, isFeminine: isFeminine, isCounting: true))
    }

    /// Parses digits that belong to nothing else.
    func bareDigits(_ cursor: inout Cursor) -> Quantity? {
        guard let digits = cursor.take(.digits) else { return nil }
        return digits.text.count > 4 || digits.text.first == "0"
            ? .digits(digits.text)
            : .cardinal(NumericLiteral(integer: digits.text))
    }

    /// Parses versions, addresses of computers and section numbers: `1.2.3`, `v2.1`, `192.168.0.1`.
    func version(_ cursor: inout Cursor) -> Quantity? {
        var parts: [String] = []
        repeat {
            guard let part = cursor.digits(1...9, spaced: parts.isEmpty ? nil : false) else { return nil }
            parts.append(part)
        } while cursor.sign(".") != nil && cursor.isAttached && cursor.next!.kind == .digits
        if cursor.before()?.text == "." { cursor.index -= 1 }
        let isAddress = parts.count == 4 && parts.allSatisfy { $0.count <= 3 }
        var copy = cursor
        let port = isAddress && copy.sign(":") != nil ? copy.digits(1...5, spaced: false) : nil
        if port != nil { cursor = copy }
        guard parts.count > 2, cursor.endsQuantity else { return nil }
        let joint = data.phrase(isAddress ? "dot" : "point")
        var quantities: [Quantity] = []
        for part in parts {
            if !quantities.isEmpty { quantities.append(.words(joint)) }
            quantities.append(isAddress || part.count > 4 || part.first == "0" ? .digits(part) : .cardinal(NumericLiteral(integer: part)))
        }
        if let port { quantities += [.words(data.words("signs", ":") ?? []), .digits(port)] }
        return .sequence(quantities)
    }
}
