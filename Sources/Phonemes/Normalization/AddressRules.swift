/// The rules for addresses: house numbers, streets, directions and states.
extension Grammar {
    /// Parses house numbers before the name of a street, and states before the code of a place: `1428 Elm St`, `CA 95051`.
    func address(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish else { return nil }
        return any([houseNumber, state, street, direction], &cursor)
    }

    private func houseNumber(_ cursor: inout Cursor) -> Quantity? {
        guard let digits = cursor.digits(2...5), digits.first != "0", isStreet(cursor) else { return nil }
        let values = digits.map { String($0) }
        if digits.hasSuffix("00"), digits.count < 5 {
            return digits.count == 4 ? .year(Int(digits)!) : .cardinal(NumericLiteral(integer: digits))
        }
        switch digits.count {
        case 2: return .cardinal(NumericLiteral(integer: digits))
        case 3:
            if values[1] == "0" { return .digits(digits) }
            return .sequence([.digits(values[0]), .cardinal(NumericLiteral(integer: String(digits.suffix(2))))])
        case 4: return .year(Int(digits)!)
        default: return .digits(digits)
        }
    }

    /// The endings of English ordinals.
    static let ordinalEndings: Set<String> = ["st", "nd", "rd", "th"]

    /// Whether a street follows: capitalized words or an ordinal, of which the last is a type of street.
    private func isStreet(_ cursor: Cursor) -> Bool {
        var copy = cursor
        for place in 0..<6 {
            guard let next = copy.next, next.isSpaced || next.kind == .letters else { return false }
            copy.index += 1
            switch next.kind {
            case .digits:
                guard copy.letters(spaced: false, { Self.ordinalEndings.contains($0.lower) ? true : nil }) != nil else { return false }
            case .letters:
                if place > 0, streetType(next) != nil || data.contains("street-words", next.lower) { return true }
                guard next.text.first!.isUppercase else { return false }
                if data.contains("directions", next.text) { _ = copy.sign(".") }
            default: return false
            }
        }
        return false
    }

    private func streetType(_ lexeme: Lexeme) -> [String]? {
        data.words("streets", lexeme.text) ?? data.words("streets", lexeme.text.prefix(1).uppercased() + lexeme.lower.dropFirst())
    }

    /// Parses a type of street after a name, which `St.` and `Dr.` before a name are not.
    private func street(_ cursor: inout Cursor) -> Quantity? {
        let isFirst = cursor.precedingWord == nil
        let before = cursor.before()
        guard let word = cursor.take(.letters), let name = streetType(word), !isFirst, let before else { return nil }
        let isOrdinal = Self.ordinalEndings.contains(before.lower)
        guard isOrdinal || before.text.first!.isUppercase && before.text.count > 1 && !data.contains("function-words", before.lower),
            
            word.text.first!.isUppercase || isOrdinal || word.text.count > 2
        else { return nil }
        let hasStop = cursor.sign(".") != nil
        if word.text.count < 4, !["Ave", "Rd", "Ln"].contains(word.text), !isOrdinal, let next = cursor.next, next.isSpaced, next.kind == .letters,
            next.text.first!.isUppercase, !data.contains("directions", next.text), !data.contains("beginners", next.lower)
        {
            // `Elm St. Turn left`, and `Mount St. Helens`.
            guard word.text == "St", hasStop, !data.contains("saints", next.lower), !data.contains("before-saints", before.lower) else { return nil }
        }
        if !hasStop, word.text.count < 3, let next = cursor.next, next.kind == .sign, next.text == "'" { return nil }
        if word.text == "Ste", cursor.next?.kind != .digits { return nil }
        return .words(name)
    }

    /// Parses a direction in an address: `1211 E Arques Ave`, `12 S 1st St`, `Main St. NW`.
    private func direction(_ cursor: inout Cursor) -> Quantity? {
        let before = cursor.before()
        guard let letters = cursor.take(.letters), let name = data.words("directions", letters.text), letters.isSpaced else { return nil }
        _ = cursor.sign(".")
        if isStreet(cursor) { return .words(name) }
        guard let before else { return nil }
        let isAfterNumber = before.kind == .digits
            && cursor.next.map { $0.kind == .digits || $0.text.first!.isUppercase } ?? false
        let isAfterStreet = before.kind == .letters && streetType(before) != nil
            || before.text == "." && cursor.before(2).flatMap { $0.kind == .letters ? streetType($0) : nil } != nil
        return isAfterNumber || isAfterStreet && letters.text.count == 2 ? .words(name) : nil
    }

    /// Parses a state after a comma or before the code of a place.
    private func state(_ cursor: inout Cursor) -> Quantity? {
        let hasComma = cursor.before()?.text == ","
            && cursor.before(2).map { $0.kind == .letters && $0.text.first!.isUppercase } ?? false
        guard let letters = cursor.take(.letters) else { return nil }
        if hasComma, let name = data.words("print-states", letters.text), cursor.sign(".") != nil { return .words(name) }
        guard let name = data.words("states", letters.text) else { return nil }
        if let next = cursor.next, next.kind == .digits, next.text.count == 5, next.isSpaced {
            cursor.index += 1
            let rest = cursor.next?.text == "-" ? cursor.after(1)?.text : nil
            if rest?.count == 4, rest!.isDigits { cursor.index += 2 }
            guard cursor.endsQuantity else { return nil }
            return .sequence([.words(name), .groups([next.text] + (rest.map { $0.isDigits ? [$0] : [] } ?? []))])
        }
        return hasComma && cursor.endsClause ? .words(name) : nil
    }
}
