/// The rules for formulas.
extension Grammar {
    /// Parses formulas: `7-3=4`, `x^2`, `p < 0.05`, `f(x) = 2x`, `2*8`, `10^-3`, `1e-5`, `π≈3.14`.
    func math(_ cursor: inout Cursor) -> Quantity? {
        if cursor.isAttached, let before = cursor.before(), before.kind != .sign || ".@#".contains(before.text) { return nil }
        let start = cursor
        guard var quantities = operand(&cursor) else { return nil }
        var operators = ""
        while true {
            var copy = cursor
            guard let sign = copy.next, sign.kind == .sign else { break }
            let isUnequal = sign.text == "!" && copy.after(1).map { $0.text == "=" && !$0.isSpaced } ?? false
            guard let words = data.words("math", isUnequal ? "≠" : sign.text) else { break }
            copy.index += isUnequal ? 2 : 1
            if let second = copy.next, "<>=".contains(sign.text), second.text == "=", !second.isSpaced { copy.index += 1 }
            guard let next = operand(&copy) else { break }
            let isSpaced = sign.isSpaced
            if isSpaced != (copy.lexemes[cursor.index + 1].isSpaced), !"=+-−<>!".contains(sign.text) { break }
            let isTwice = cursor.after(1)?.text == "=" && "<>".contains(sign.text)
            quantities.append(.words(isTwice ? data.words("math", sign.text == "<" ? "≤" : "≥") ?? words : words))
            quantities += next
            operators += isUnequal ? "≠" : sign.text
            cursor = copy
        }
        let hasPower = cursor.index > start.index
            && cursor.lexemes[start.index..<cursor.index].contains { $0.text == "^" || $0.text == "√" }
            || isExponential(start, cursor)
        let isFormula = operators.contains { "=<>≈≠≤≥×*÷±·⋅+−^→∈".contains($0) }
        guard isFormula || hasPower, cursor.endsQuantity || cursor.next?.kind == .sign,
            !(cursor.isAttached && "/@_".contains(cursor.next?.text ?? ""))
        else { return nil }
        // A word that is a single letter is no variable beside a lone sign, as in `A + B`, unless numbers or `=` show a formula.
        return .sequence(quantities)
    }

    private func isExponential(_ start: Cursor, _ end: Cursor) -> Bool {
        end.lexemes[start.index..<end.index].contains { $0.kind == .letters && $0.lower == "e" } && end.before()?.kind == .digits
            && start.next?.kind == .digits
    }

    /// An operand: a number, a variable, a function's value, or a product such as `2x`; each with powers.
    private func operand(_ cursor: inout Cursor) -> [Quantity]? {
        var quantities: [Quantity] = []
        var copy = cursor
        if let sign = copy.next, sign.kind == .sign, "√∑∆".contains(sign.text), let words = data.words("signs", sign.text) {
            quantities.append(.words(words))
            copy.index += 1
        }
        if let number = number(&copy, signed: true) {
            quantities.append(.cardinal(number))
            takeExponential(&copy, &quantities)
            takePower(&copy, &quantities)
        }
        while let name = variable(copy, isFirst: quantities.isEmpty) {
            copy.index += 1
            quantities.append(.words([name]))
            takeArgument(&copy, &quantities)
            takePower(&copy, &quantities)
        }
        guard !quantities.isEmpty, !copy.isAttached || copy.next!.kind == .sign else { return nil }
        cursor = copy
        return quantities
    }

    /// The name of a variable: a letter or a Greek letter.
    private func variable(_ cursor: Cursor, isFirst: Bool) -> String? {
        guard let letter = cursor.next, letter.kind == .letters, isFirst || !letter.isSpaced, letter.text.count <= 2
        else { return nil }
        if let name = data.words("greek", letter.text) { return name.joined(separator: " ") }
        if letter.text.count == 2, letter.text == letter.lower, cursor.after(1)?.text == "^" {
            return letter.text.map { data.spelled(String($0)) }.joined(separator: " ")
        }
        guard letter.text.count == 1, letter.text.first!.isASCII else { return nil }
        return data.spelled(letter.text)
    }

    private func takeArgument(_ cursor: inout Cursor, _ quantities: inout [Quantity]) {
        var copy = cursor
        guard copy.sign("(") != nil, let argument = operand(&copy), copy.sign(")") != nil else { return }
        quantities += [.words(data.phrase("of"))] + argument
        cursor = copy
    }

    /// Takes `^2`, `^-3`, `^n`.
    private func takePower(_ cursor: inout Cursor, _ quantities: inout [Quantity]) {
        var copy = cursor
        guard copy.sign("^") != nil else { return }
        let isNegative = copy.sign("-−") != nil
        if let digits = copy.digits(1...3, spaced: false) {
            switch (isNegative, digits) {
            case (false, "2"): quantities.append(.words(data.phrase("squared")))
            case (false, "3"): quantities.append(.words(data.phrase("cubed")))
            default: quantities += [.words(data.phrase("power")), .cardinal(NumericLiteral(isNegative: isNegative, integer: digits))]
            }
        } else if let name = variable(copy, isFirst: false) {
            copy.index += 1
            quantities.append(.words(data.phrase("power") + (isNegative ? data.phrase("minus") : []) + [name]))
        } else {
            return
        }
        cursor = copy
    }

    /// Takes the exponent of `1e-5`.
    private func takeExponential(_ cursor: inout Cursor, _ quantities: inout [Quantity]) {
        var copy = cursor
        guard copy.word("e", spaced: false) else { return }
        let sign = copy.sign("-−+")
        guard let digits = copy.digits(1...3, spaced: false) else { return }
        quantities += [.words(data.phrase("exponent")), .cardinal(NumericLiteral(isNegative: sign == "-" || sign == "−", integer: digits))]
        cursor = copy
    }
}
