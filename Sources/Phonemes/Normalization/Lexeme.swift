/// A run of letters, a run of digits or a sign: what the grammar of written forms sees of a text.
struct Lexeme: Equatable {
    enum Kind {
        case letters, digits, sign
        /// A word whose pronunciation is given, which no rule matches.
        case given
    }

    var kind: Kind
    /// The text; digits are ASCII.
    var text: String
    /// The text in lower case.
    var lower: String
    /// Whether a space comes before.
    var isSpaced: Bool
    /// The index of the token that this is part of.
    var token: Int

    /// Splits a token. A possessive `'s` after letters is a lexeme of its own.
    static func lexemes(of text: String, token: Int) -> [Lexeme] {
        var (lexemes, rest) = ([Lexeme](), Substring(text))
        func append(_ kind: Kind, _ text: String) {
            lexemes.append(Lexeme(kind: kind, text: text, lower: text.lowercased(), isSpaced: lexemes.isEmpty, token: token))
        }
        while let first = rest.first {
            if first.isDecimalDigit {
                let run = rest.prefix(while: \.isDecimalDigit)
                append(.digits, String(run.map { Character(String($0.wholeNumberValue!)) }))
                rest = rest[run.endIndex...]
            } else if first.isLetter {
                let run = letters(rest)
                if run.count > 2, run.hasSuffix("'s") || run.hasSuffix("'S") {
                    append(.letters, String(run.dropLast(2)))
                    append(.letters, "'s")
                } else {
                    append(.letters, String(run))
                }
                rest = rest[run.endIndex...]
            } else if lexemes.last?.kind == .digits, rest.lowercased().hasPrefix("'s"), rest.dropFirst(2).first?.isLetter != true {
                append(.letters, "'s")
                rest = rest.dropFirst(2)
            } else {
                // A rule of dashes or a leader of dots says no more than three of them.
                let isRepeated = lexemes.count > 2 && lexemes.suffix(3).allSatisfy { $0.text.first == first }
                if !isRepeated { append(.sign, String(first)) }
                rest.removeFirst()
            }
        }
        return lexemes
    }

    /// The letters at the start of a text, with the apostrophes between them.
    private static func letters(_ text: Substring) -> Substring {
        var end = text.startIndex
        while end < text.endIndex {
            let next = text.index(after: end)
            if !text[end].isLetter {
                guard text[end] == "'", end > text.startIndex, next < text.endIndex, text[next].isLetter else { break }
            }
            end = next
        }
        return text[..<end]
    }
}

extension Character {
    /// Whether this is a digit from 0 to 9 of any script.
    var isDecimalDigit: Bool {
        isASCII ? ("0"..."9").contains(self) : unicodeScalars.count == 1 && unicodeScalars.first!.properties.generalCategory == .decimalNumber
    }

    /// Whether this is one of the ASCII digits 0 to 9.
    var isDigit: Bool { isASCII && isWholeNumber }
}

extension StringProtocol {
    /// Whether this consists of one or more ASCII digits.
    var isDigits: Bool { !isEmpty && allSatisfy(\.isDigit) }
}

/// A place in the lexemes of a sentence, from which rules take what they match. A rule that fails drops its copy.
struct Cursor {
    let lexemes: [Lexeme]
    var index: Int

    var next: Lexeme? { index < lexemes.count ? lexemes[index] : nil }
    /// The lexeme `offset` before the place.
    func before(_ offset: Int = 1) -> Lexeme? { index >= offset ? lexemes[index - offset] : nil }
    func after(_ offset: Int) -> Lexeme? { index + offset < lexemes.count ? lexemes[index + offset] : nil }

    /// Whether something follows without a space.
    var isAttached: Bool { next.map { !$0.isSpaced } ?? false }

    /// Whether more lexemes follow without a space than any word, number or formula has.
    var isInLongRow: Bool {
        index + 64 < lexemes.count && !lexemes[(index + 1)...(index + 64)].contains(where: \.isSpaced)
    }

    /// The previous word in lower case, if only a space is between.
    var precedingWord: String? {
        guard let before = before(), before.kind == .letters, next?.isSpaced ?? true else { return nil }
        return before.lower == "'s" ? nil : before.lower
    }

    /// The next word in lower case, if only a space is between.
    var followingWord: String? {
        guard let next, next.kind == .letters, next.isSpaced else { return nil }
        return next.lower
    }

    /// Takes a lexeme of a kind; `spaced` tells whether a space must, or must not, come before it.
    mutating func take(_ kind: Lexeme.Kind, spaced: Bool? = nil) -> Lexeme? {
        guard let lexeme = next, lexeme.kind == kind, spaced == nil || lexeme.isSpaced == spaced else { return nil }
        index += 1
        return lexeme
    }

    /// Takes one of `signs`, by default without a space before it.
    mutating func sign(_ signs: String, spaced: Bool? = false) -> Character? {
        guard let lexeme = next, lexeme.kind == .sign, let sign = lexeme.text.first, signs.contains(sign),
            spaced == nil || lexeme.isSpaced == spaced
        else { return nil }
        index += 1
        return sign
    }

    /// Takes the word `word`, given in lower case.
    mutating func word(_ word: String, spaced: Bool? = nil) -> Bool {
        guard let lexeme = next, lexeme.kind == .letters, lexeme.lower == word, spaced == nil || lexeme.isSpaced == spaced
        else { return false }
        index += 1
        return true
    }

    /// Takes letters for which `value` finds something, with the full stop after an abbreviation where `stop` allows one.
    mutating func letters<Value>(spaced: Bool? = nil, stop: Bool = false, _ value: (Lexeme) -> Value?) -> Value? {
        var copy = self
        guard let lexeme = copy.take(.letters, spaced: spaced), let found = value(lexeme) else { return nil }
        if stop, copy.sign(".") != nil, copy.isAttached, copy.next!.kind != .sign { copy.index -= 1 }
        self = copy
        return found
    }

    /// Takes digits of a number of places.
    mutating func digits(_ places: ClosedRange<Int>, spaced: Bool? = nil) -> String? {
        guard let lexeme = next, lexeme.kind == .digits, places.contains(lexeme.text.count),
            spaced == nil || lexeme.isSpaced == spaced
        else { return nil }
        index += 1
        return lexeme.text
    }

    /// Whether a quantity can end here: at a space or at punctuation that does not join it to more digits.
    var endsQuantity: Bool {
        guard let next, !next.isSpaced else { return true }
        guard next.kind == .sign else { return next.lower == "'s" }
        guard let after = after(1), !after.isSpaced else { return !"@_#".contains(next.text) }
        switch next.text {
        case ".", ",", ":", "'": return after.kind != .digits || before()?.kind != .digits
        case "@", "_", "#", "^": return false
        default: return true
        }
    }

    /// Whether a sentence or a pause comes next, or nothing.
    var endsClause: Bool {
        guard let next else { return true }
        return next.kind == .sign && ",.;:!?)]—".contains(next.text)
    }
}
