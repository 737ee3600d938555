/// The rules for abbreviations, forms with a reading of their own, and signs.
extension Grammar {
    /// Finds forms with a reading of their own in the data, such as `24/7`.
    func readings(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign || before.text == "." { return nil }
        var (text, found): (String, Quantity?) = ("", nil)
        var copy = cursor
        for place in 0..<7 {
            guard let next = copy.next, place == 0 || !next.isSpaced, next.kind != .given else { break }
            text += next.text
            copy.index += 1
            guard let words = data.words("readings", text), copy.endsQuantity || copy.next?.lower == "'s" else { continue }
            (found, cursor) = (.words(words), copy)
        }
        return found
    }

    /// Expands abbreviations: `Mr.`, `e.g.`, `No. 5`, `Dr.`, `St.`, and spells letters with full stops between them, `U.S.`.
    func abbreviation(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign || "-/.'".contains(before.text) { return nil }
        return any([versus, dotted, counted, titled, listed], &cursor)
    }

    private func listed(_ cursor: inout Cursor) -> Quantity? {
        guard let first = cursor.next, first.kind != .digits else { return nil }
        let isAfterAmount = cursor.before().map { $0.kind == .digits || data.contains("amount-words", $0.lower) } ?? false
        cursor.index += 1
        var text = first.text
        if data.code == "de", text.hasSuffix("str"), text.count > 4, cursor.sign(".") != nil { return .words([text.dropLast(3) + "straße"]) }
        while let next = cursor.next, !next.isSpaced, "/°º'".contains(next.text.first!), let after = cursor.after(1), !after.isSpaced || next.text != "'" {
            guard data.entry("abbreviations", text + next.text + (after.isSpaced ? "" : after.text)) != nil else { break }
            text += next.text + (after.isSpaced ? "" : after.text)
            cursor.index += after.isSpaced ? 1 : 2
        }
        if first.kind == .sign, text.count < 2 { return nil }
        let hasStop = cursor.next?.text == "." && cursor.isAttached && cursor.after(1).map { $0.isSpaced || $0.kind == .sign } ?? true
        let lower = hasStop && text.first!.isUppercase ? data.words("abbreviations", text.lowercased()) : nil
        let amount = hasStop && isAfterAmount ? data.words("stopped-amounts", text) : nil
        guard let words = amount ?? data.words("abbreviations", text) ?? (hasStop ? data.words("stopped", text) : nil) ?? lower else {
            guard cursor.next?.text == "/", let other = cursor.after(1), !other.isSpaced,
                let words = data.words("abbreviations", text + "/" + other.text)
            else { return nil }
            cursor.index += 2
            return .words(words)
        }
        if hasStop { cursor.index += 1 }
        guard hasStop || cursor.endsQuantity else { return nil }
        return .words(words)
    }

    /// Expands the `v.` between the parties of a case, `Roe v. Wade`.
    private func versus(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let before = cursor.before(), before.text.first!.isUppercase || before.text == ".", cursor.word("v", spaced: true),
            cursor.sign(".") != nil, let next = cursor.next, next.isSpaced, next.kind == .letters, next.text.first!.isUppercase
        else { return nil }
        return .words(data.words("abbreviations", "vs") ?? [])
    }

    /// Reads the years of a life, `b. 1923`.
    func lifeYear(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let word = cursor.letters({ data.words("life", $0.text) }), cursor.sign(".") != nil || cursor.next?.isSpaced ?? false,
            let digits = cursor.digits(4...4), let year = Int(digits), (1000..<2100).contains(year), cursor.endsQuantity
        else { return nil }
        return .sequence([.words(word), .year(year)])
    }

    /// Reads the `x` between two lengths, `10 ft x 12 ft`.
    func betweenLengths(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let before = cursor.before(), data.units[before.text] != nil || "'\"′″".contains(before.text), cursor.word("x", spaced: true),
            cursor.next?.kind == .digits
        else { return nil }
        return .words(data.phrase("by"))
    }

    /// Reads a capital A that is no article: after `an`, or within a sentence before what is no title.
    func letterA(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let word = cursor.next, word.text == "A", word.isSpaced, let before = cursor.before(), before.kind == .letters
        else { return nil }
        cursor.index += 1
        if let next = cursor.next {
            guard next.kind == .sign ? ",.;:!?)".contains(next.text) : next.isSpaced && next.text.first!.isLowercase else { return nil }
        }
        return .words([data.spelled("A")])
    }

    /// Expands abbreviations before numbers: `No. 5`, `pp. 3-5`, `Eq. (3)`, `no.1`.
    private func counted(_ cursor: inout Cursor) -> Quantity? {
        guard let word = cursor.next, word.kind != .digits, word.kind != .given else { return nil }
        cursor.index += 1
        var key = word.lower
        if cursor.next?.text == "°" || cursor.next?.text == "º" {
            key += cursor.next!.text
            cursor.index += 1
        }
        if key == "§", cursor.isAttached, cursor.next?.text == "§" {
            key = "sections"
            cursor.index += 1
        }
        guard let words = key == "sections" ? [key] : data.words("counted", key),
            word.text.count > 1 || word.text == word.lower || key.count > word.text.count
        else { return nil }
        let hasStop = cursor.sign(".") != nil
        guard hasStop || word.text.first!.isUppercase || word.kind == .sign || key.count > word.text.count || word.text.contains("º") else { return nil }
        // Letters right before digits are a formula or a name more often: `CH4`, `Ca2+`.
        if !hasStop, cursor.isAttached, cursor.next?.kind == .digits, word.text.count < 3, word.text != word.lower, word.kind == .letters { return nil }
        var copy = cursor
        if copy.sign("(", spaced: nil) != nil, let number = copy.digits(1...4, spaced: false), copy.sign(")") != nil {
            cursor = copy
            return .sequence([.words(words), .cardinal(NumericLiteral(integer: number))])
        }
        copy = cursor
        if copy.isAttached, copy.next?.kind == .digits, let number = any([range, plainNumber], &copy) {
            cursor = copy
            return .sequence([.words(words), number])
        }
        if hasStop, copy.letters(spaced: false, { ["º", "o"].contains($0.text) ? true : nil }) != nil { cursor = copy }
        _ = copy.sign("#", spaced: nil)
        guard let next = copy.next,
            next.kind == .digits || Roman.value(next.text) != nil || hasStop && next.text.count == 1 && next.text != "I" && next.text.first!.isUppercase && word.lower != "no"
        else { return nil }
        if !hasStop, word.kind == .letters, word.text.count < 3, next.kind != .digits { return nil }
        return .words(words)
    }

    /// Expands `Dr.` and `St.`, which are titles before a name, and `Ft.`.
    private func titled(_ cursor: inout Cursor) -> Quantity? {
        guard let word = cursor.take(.letters), let words = data.words("titles", word.text) else { return nil }
        let hasStop = cursor.sign(".") != nil
        guard let next = cursor.next, next.kind == .letters, next.text.first!.isUppercase, next.isSpaced || hasStop
        else { return nil }
        return .words(words)
    }

    /// Expands or spells letters with full stops between them.
    private func dotted(_ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        guard let first = copy.take(.letters), first.text.count <= 3 else { return nil }
        var parts = [first.text]
        cursor = copy
        while copy.sign(".") != nil {
            cursor = copy
            // German and Spanish write a space between the parts: `z. B.`.
            let key = parts.joined(separator: ".")
            guard let next = copy.take(.letters), next.text.count <= 3,
                !next.isSpaced || data.contains("abbreviations", "\(key).\(next.text)")
                    || data.hasPrefix("abbreviations", "\(key).\(next.text).")
            else { break }
            parts.append(next.text)
            cursor = copy
        }
        guard parts.count > 1 else { return nil }
        if cursor.before()?.text != ".", cursor.isAttached, cursor.next?.kind == .letters, cursor.next?.lower != "'s" {
            return nil
        }
        for key in [parts.joined(separator: "."), parts.joined(separator: ".").lowercased()] {
            if let words = data.words("abbreviations", key) { return .words(words) }
        }
        guard parts.allSatisfy({ $0.count == 1 || data.code != "en" && $0.count < 3 }) else { return nil }
        let isCapital = parts.allSatisfy { $0 == $0.uppercased() }
        guard isCapital || parts.count > 2 else { return nil }
        return .words([data.spelled(parts.joined())])
    }

    /// Reads a sign that stands alone, or before a word.
    func sign(_ cursor: inout Cursor) -> Quantity? {
        guard let sign = cursor.take(.sign), let words = data.words("signs", sign.text) ?? data.words("greek", sign.text)
        else { return nil }
        if "-:?!_~*\\|^′″†®©<>".contains(sign.text) { return nil }
        if sign.text == "/" {
            let isBetweenDigits = cursor.before(2)?.kind == .digits && cursor.isAttached && cursor.next?.kind == .digits
            guard sign.isSpaced || cursor.before(2)?.kind == .digits, !isBetweenDigits, cursor.next?.text != ">"
            else { return nil }
        }
        if "%$@".contains(sign.text), cursor.isAttached, cursor.next!.kind == .sign, cursor.next!.text == sign.text {
            return .words(words)
        }
        return .words(words)
    }
}
