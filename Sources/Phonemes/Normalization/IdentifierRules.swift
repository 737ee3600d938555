/// The rules for acronyms and for mixtures of letters, digits and signs.
extension Grammar {
    /// Reads acronyms: letter by letter or as words, also with the ending of a plural.
    func acronym(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign || before.text == "'" { return nil }
        guard let word = cursor.take(.letters), cursor.endsQuantity || cursor.next?.kind == .sign else { return nil }
        var (stem, isPlural) = (word.text, false)
        if stem.count > 2, stem.hasSuffix("s"), stem.dropLast() == stem.dropLast().uppercased()[...] {
            (stem, isPlural) = (String(stem.dropLast()), true)
        }
        if data.contains("greek", stem) { return .words(data.words("greek", stem)!) }
        guard stem.count > 1, stem.allSatisfy({ $0.isLetter && $0.isASCII }), stem == stem.uppercased() else { return nil }
        guard isSpelledAcronym(stem) else { return isPlural ? .words([stem + "s"]) : nil }
        return .words([data.spelled(stem) + (isPlural ? "'s" : "")])
    }

    private func isSpelledAcronym(_ letters: String) -> Bool {
        guard isEnglish else { return false }
        if data.contains("spelled", letters) { return true }
        if data.contains("read", letters) || data.contains("capitals", letters) { return false }
        if letters.count <= 3 { return true }
        let isVowel = letters.map { "AEIOUY".contains($0) }
        if !isVowel.contains(true) { return letters.count < 7 }
        // A word has no three consonants at its start; one of four letters has no three in a row.
        let start = isVowel.prefix { !$0 }.count
        let run = isVowel.split(separator: true).map(\.count).max() ?? 0
        return start > 2 && letters.count < 6 || letters.count == 4 && run > 2 && !"HKG".contains(letters.last!)
    }

    /// Whether a part of an address or of a mixture is spelled: no vowel, a single letter, or known to be.
    func isSpelledPart(_ letters: String) -> Bool {
        if letters.count == 1 { return true }
        // Other scripts have other vowels.
        guard letters.unicodeScalars.allSatisfy({ $0.value < 0x370 || 0x1E00...0x1EFF ~= $0.value }) else { return false }
        let lower = letters.lowercased()
        return !lower.contains { "aeiouyàáâäãåæèéêëìíîïòóôöõøùúûü".contains($0) }
            || letters.count <= 3 && letters == letters.uppercased() && !data.contains("read", letters)
                && !data.contains("capitals", letters)
            || letters == letters.uppercased() && isSpelledAcronym(letters)
    }

    /// Reads mixtures of letters, digits and signs part by part: `COVID-19`, `MP3`, `B2A23C`, `f++`, `upgrade/update`.
    func identifier(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign { return nil }
        var end = cursor
        while let next = end.next, end.index == cursor.index || !next.isSpaced, next.kind != .given,
            !"\"“”()[]{}<>,;!?…—:".contains(next.text)
        {
            end.index += 1
        }
        while let last = end.before(), last.kind == .sign, end.index > cursor.index, ".'-–’".contains(last.text) {
            end.index -= 1
        }
        let parts = cursor.lexemes[cursor.index..<end.index]
        // A fraction of a unit, `3/4-inch`.
        if parts.count > 4, parts.first!.kind == .digits, "/⁄".contains(parts.dropFirst().first!.text), parts.dropFirst(3).first!.text == "-",
            parts.dropFirst(4).first!.kind == .letters
        {
            return nil
        }
        let hasDigits = parts.contains { $0.kind == .digits }
        guard parts.count > 1, parts.contains(where: { $0.kind == .letters || "@#$%&+".contains($0.text) }) else { return nil }
        guard hasDigits || parts.contains(where: { "&/+@_*=#$~%^".contains($0.text) }) else { return nil }
        var quantities: [Quantity] = []
        while cursor.index < end.index {
            // After a joint, a quantity is read as one.
            if quantities.isEmpty, let quantity = any([ordinal, decade], &cursor) {
                quantities.append(quantity)
                continue
            }
            if let before = cursor.before(), "-/–".contains(before.text), cursor.isAttached,
                let quantity = any([readings, decade, date, time, measure, ordinal, fraction], &cursor)
            {
                quantities.append(quantity)
                continue
            }
            let part = cursor.next!
            let before = cursor.before()
            cursor.index += 1
            // An ending after digits: `MP3s`, `50er`.
            if !quantities.isEmpty, before?.kind == .digits, part.lower == "s" || data.contains("number-endings", part.lower),
                part.text == part.lower, cursor.index == end.index || cursor.next?.kind == .sign
            {
                quantities.append(.words(["'" + part.text]))
                continue
            }
            let next = cursor.index < end.index ? cursor.next : nil
            quantities += self.part(
                part, hasDigits: hasDigits, isFirst: quantities.isEmpty, isAfterDigits: before?.kind == .digits, next: next)
        }
        return quantities.isEmpty ? nil : .sequence(quantities)
    }

    private func part(_ lexeme: Lexeme, hasDigits: Bool, isFirst: Bool, isAfterDigits: Bool, next: Lexeme?) -> [Quantity] {
        switch lexeme.kind {
        case .digits:
            let isRound = lexeme.text.hasSuffix("00")
            if isFirst, lexeme.text.count == 4, lexeme.text.first != "0" { return [.year(Int(lexeme.text)!)] }
            if lexeme.text.first == "0" || lexeme.text.count > 3 && !isRound {
                return [lexeme.text.count == 4 && lexeme.text.hasPrefix("20") ? .year(Int(lexeme.text)!) : .digits(lexeme.text)]
            }
            return [.words(NumberWords(data, saysAnd: false).cardinal(lexeme.text))]
        case .sign:
            if "'’^".contains(lexeme.text) || lexeme.text == "_" && !hasDigits || lexeme.text == "*" && next == nil { return [] }
            if lexeme.text == "#", isFirst { return [.words(data.phrase("hashtag"))] }
            if lexeme.text == "/", next.map({ $0.kind == .digits && isAfterDigits }) ?? true { return [] }
            if lexeme.text == "-" { return [] }
            if lexeme.text == "/", let next, data.contains("per-words", next.lower) { return [.words(data.phrase("per"))] }
            return [.words(lexeme.text == "." ? data.phrase("point") : data.words("signs", lexeme.text) ?? [])]
        default:
            if lexeme.lower == "'s" { return [.words(["'s"])] }
            if let name = data.words("signs", lexeme.text) { return [.words(name)] }
            return [.words([isSpelledPart(lexeme.text) ? data.spelled(lexeme.text) : lexeme.text])]
        }
    }
}
