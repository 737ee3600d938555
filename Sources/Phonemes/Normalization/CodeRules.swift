/// The rules for what is read digit by digit or letter by letter: telephone numbers, codes and addresses of the net.
extension Grammar {
    /// Parses telephone numbers: `(212) 555-0147`, `555.123.4567`, `+44 20 7946 0018`, `1-800-FLOWERS`, `111-11-1111`.
    func phone(_ cursor: inout Cursor) -> Quantity? {
        if let before = cursor.before(), cursor.isAttached, before.kind != .sign || "-./".contains(before.text) { return nil }
        let hasPlus = cursor.sign("+", spaced: nil) != nil
        var (groups, separators, isBracketed): ([String], [String], Bool) = ([], [], false)
        while true {
            let allowsSpace = hasPlus || isBracketed || groups.first?.first == "0"
            guard let group = phoneGroup(&cursor, isFirst: groups.isEmpty && !hasPlus, after: separators.last, allowsSpace, &isBracketed)
            else { break }
            groups.append(group)
            var copy = cursor
            if let sign = copy.sign(groups.count == 1 && group.count == 3 ? "-.–/" : "-.–"), copy.isAttached {
                (cursor, separators) = (copy, separators + [String(sign)])
            } else {
                separators.append(" ")
            }
        }
        guard cursor.endsQuantity, isPhone(groups, separators, hasPlus: hasPlus, isBracketed: isBracketed) else { return nil }
        if hasPlus { groups[0] = data.phrase("plus").joined(separator: " ") + " " + groups[0] }
        return .groups(groups)
    }

    /// Takes the next group of a telephone number, in parentheses or not, or letters for digits.
    private func phoneGroup(
        _ cursor: inout Cursor, isFirst: Bool, after separator: String?, _ allowsSpace: Bool, _ isBracketed: inout Bool
    ) -> String? {
        var copy = cursor
        if !isBracketed, copy.sign("(", spaced: nil) != nil, let digits = copy.digits(isFirst ? 2...5 : 1...5, spaced: false), copy.sign(")") != nil {
            _ = copy.sign("-")
            (isBracketed, cursor) = (true, copy)
            return digits
        }
        if separator == " ", copy.next?.isSpaced == true, !allowsSpace { return nil }
        if let digits = copy.digits(1...8, spaced: isFirst ? nil : copy.next?.isSpaced) {
            cursor = copy
            return digits
        }
        guard separator == "-", let letters = copy.letters(spaced: false, { $0.text == $0.text.uppercased() ? $0.text : nil })
        else { return nil }
        cursor = copy
        return letters
    }

    /// Whether groups of digits have the shape of a telephone number.
    private func isPhone(_ groups: [String], _ separators: [String], hasPlus: Bool, isBracketed: Bool) -> Bool {
        let sizes = groups.map(\.count)
        let count = sizes.reduce(0, +)
        if groups.contains(where: { !$0.isDigits }) {
            return groups.count > 2 && groups[0] == "1" && sizes[1] == 3 && groups[1].isDigits
        }
        guard groups.count > 1, count <= 16 else { return false }
        if hasPlus { return count >= 7 && sizes[0] <= 3 }
        if isBracketed { return count >= 7 && sizes.count >= 3 || count >= 9 }
        let joints = Set(separators.dropLast())
        if joints.contains("/") { return sizes == [3, 3, 4] }
        if joints == [" "] || joints.count > 1 { return groups[0].first == "0" && count >= 9 }
        if joints == ["."] { return sizes == [3, 3, 4] || groups[0].first == "0" && count >= 9 && sizes.count > 2 }
        if groups[0].count == 4, sizes.count == 3, sizes[1] <= 2 { return false }
        return [[3, 4], [3, 3, 4], [1, 3, 3, 4], [3, 2, 4]].contains(sizes) || sizes.starts(with: [3, 3, 4])
            || groups[0].first == "0" && count >= 7 && sizes[0] > 2
    }

    /// Parses numbers that a word before them shows to be codes: `your PIN is 8876`, `card ending in 1234`, `call 911`, `OR 97201`.
    func codedNumber(_ cursor: inout Cursor) -> Quantity? {
        guard let digits = cursor.next, digits.kind == .digits, digits.text.count > 2 else { return nil }
        var back = cursor
        var steps = 0
        while let before = back.before(), steps < 3, before.kind == .sign || data.contains("code-links", before.lower) {
            guard before.kind != .sign || ":#,".contains(before.text) else { return nil }
            (back.index, steps) = (back.index - 1, steps + 1)
        }
        guard let word = back.before(), word.kind == .letters else { return nil }
        cursor.index += 1
        let isState = digits.text.count == 5 && data.contains("states", word.text)
        let isCall = steps == 0 && data.contains("call-words", word.lower) && digits.text.count == 3
            && cursor.next.map { $0.kind != .letters || data.contains("function-words", $0.lower) } ?? true
        let isLinked = data.contains("code-words", word.lower) && !(cursor.before(2)?.text == ",")
        guard isState || isLinked || isCall, cursor.endsQuantity || cursor.next?.text == "-" else { return nil }
        var groups = [digits.text]
        while cursor.next?.text == "-", cursor.after(1)?.kind == .digits {
            groups.append(cursor.after(1)!.text)
            cursor.index += 2
        }
        while groups.last!.count <= 4, let next = cursor.next, next.isSpaced, next.kind == .digits, next.text.count == groups[0].count {
            groups.append(next.text)
            cursor.index += 1
        }
        return groups.count == 1 ? .digits(digits.text) : .groups(groups)
    }

    /// Parses the number of a card, four times four digits.
    func cardNumber(_ cursor: inout Cursor) -> Quantity? {
        var groups: [String] = []
        while groups.count < 4, let group = cursor.digits(4...4, spaced: groups.isEmpty ? nil : true) { groups.append(group) }
        guard groups.count == 4, cursor.endsQuantity, cursor.next?.kind != .digits else { return nil }
        return .groups(groups)
    }

    /// Parses addresses and file names: `https://example.com/a`, `www.example.org`, `someone@example.com`, `readme.txt`.
    func electronic(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign { return nil }
        var copy = cursor
        var text = ""
        while let next = copy.next, text.isEmpty || !next.isSpaced, next.kind != .given, !"\"“”()<>".contains(next.text) {
            text += next.text
            copy.index += 1
        }
        while let last = text.last, ".,;:!?'’»".contains(last) {
            text.removeLast()
            copy.index -= 1
        }
        guard copy.index > cursor.index + 1, isElectronic(text) else { return nil }
        var words: [String] = []
        let scheme = text.contains("://") ? Array(copy.lexemes[cursor.index..<copy.index].prefix { $0.text != ":" }).count : -1
        for (offset, lexeme) in copy.lexemes[cursor.index..<copy.index].enumerated() {
            if offset < scheme, lexeme.lower.hasPrefix("http") {
                words.append(data.spelled(lexeme.text))
            } else {
                words += electronicWords(lexeme)
            }
        }
        if text.hasSuffix("/"), text.count > 1, !text.contains("://") { words.removeLast() }
        cursor = copy
        return .words(words)
    }

    private func electronicWords(_ lexeme: Lexeme) -> [String] {
        let numbers = NumberWords(data)
        switch lexeme.kind {
        case .digits: return lexeme.text.hasSuffix("00")
            && lexeme.text.count < 5 ? numbers.cardinal(lexeme.text) : numbers.digits(lexeme.text)
        case .sign:
            if lexeme.text == "." { return data.phrase("dot") }
            return lexeme.text == "&" ? ["ampersand"] : data.words("signs", lexeme.text) ?? []
        default:
            if let reading = data.words("file-endings", lexeme.lower) { return reading }
            let isSpelled = isSpelledPart(lexeme.text) || data.contains("spelled-parts", lexeme.lower)
            return [isSpelled ? data.spelled(lexeme.text) : lexeme.text]
        }
    }

    /// Whether a text is an address of the net or the name of a file.
    private func isElectronic(_ text: String) -> Bool {
        guard text.contains(".") || text.contains("://"), !text.contains("..") else { return false }
        if text.contains("://") || text.lowercased().hasPrefix("www.") { return true }
        if let at = text.firstIndex(of: "@"), at != text.startIndex, text.lastIndex(of: "@") == at { return true }
        let stops = text.split(separator: ".", omittingEmptySubsequences: false)
        guard stops.count > 1, stops.allSatisfy({ !$0.isEmpty }) else { return false }
        // A host or file name is made of words joined by full stops, and the last one is short.
        let host = text.prefix { $0 != "/" && $0 != ":" }.split(separator: ".")
        guard let last = host.last, host.count > 1, (2...5).contains(last.count), last.first!.isLetter,
            last.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), !text.contains("'"), !text.contains(","), !text.contains("$")
        else { return false }
        if Abbreviations.of(language: data.code).ending(of: text, beforeNumber: false) != .always { return false }
        if last.first!.isUppercase, last.dropFirst().contains(where: \.isLowercase) { return false }
        if stops.contains(where: { $0 == "no" || $0 == "No" }), host[0].count == 2 { return false }
        return host.dropLast().contains { $0.count > 1 && $0.contains(where: \.isLetter) }
            || data.contains("file-endings", last.lowercased())
    }
}
