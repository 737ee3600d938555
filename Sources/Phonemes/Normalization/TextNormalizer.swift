/// Text normalization: the words of a sentence as they are spoken, from the words as they are written.
///
/// The tokens become lexemes, the ``Grammar`` finds what is not spoken as it is written, and the ``Verbalizer`` gives its words.
/// What is left is split into words at spaces and dashes. Punctuation becomes the pauses around words.
struct TextNormalizer: Sendable {
    private let grammar: Grammar
    private let verbalizer: Verbalizer
    private let data: LanguageData
    private let abbreviations: Abbreviations

    /// Creates the normalizer of a language; nil if the package has no data for it.
    init?(language: String) {
        guard let data = LanguageData.of(language: language) else { return nil }
        (grammar, verbalizer, self.data) = (Grammar(data: data), Verbalizer(data), data)
        abbreviations = Abbreviations.of(language: language)
    }

    /// A part of a sentence: text, or a word that is given.
    enum Part {
        case text(String, Prosody)
        case given(TextWord)
    }

    /// The words of a sentence.
    func words(of parts: [Part]) -> [TextWord] {
        var lexemes: [Lexeme] = []
        let texts = TypographicMarks.withoutDividedTags(parts.map { if case .text(let text, _) = $0 { text } else { "" } })
        for (index, part) in parts.enumerated() {
            // The mark of a heading.
            if index == 0, parts.count > 1, case .text(let text, _) = part, text.allSatisfy({ $0 == "#" }) { continue }
            switch part {
            case .text:
                for piece in TypographicMarks.removed(from: texts[index]) { lexemes += Lexeme.lexemes(of: piece, token: index) }
            case .given(let word):
                lexemes.append(Lexeme(kind: .given, text: word.written, lower: "", isSpaced: true, token: index))
            }
        }
        var builder = WordBuilder(parts: parts, isEnglish: data.code == "en")
        var cursor = Cursor(lexemes: lowercasingCapitals(lexemes), index: 0)
        while let lexeme = cursor.next {
            if let match = grammar.match(at: cursor) {
                builder.append(verbalizer.words(match.quantity), for: cursor.lexemes[cursor.index..<match.end], isLast: endsSentence(cursor, match.end))
                cursor.index = match.end
            } else {
                builder.append(lexeme)
                cursor.index += 1
            }
        }
        return removingAbbreviationStops(builder.finish())
    }

    /// An acronym that is read as a word in small letters, for libespeak-ng spells some of those in capitals: `PIN code`.
    func inSmallLetters(_ word: String) -> String {
        guard word.utf8.count > 2, word.utf8.count < 14, let first = word.utf8.first, first < 0x60 else { return word }
        let stem = word.hasSuffix("'s") ? word.dropLast(2) : word.hasSuffix("s") ? word.dropLast() : word[...]
        return data.contains("read", String(stem)) ? word.lowercased() : word
    }

    /// Removes the pauses of full stops that belong to abbreviations, except at the end of the sentence.
    private func removingAbbreviationStops(_ written: [TextWord]) -> [TextWord] {
        var words = written
        for index in words.indices.dropLast() where words[index].after == "." && !words[index].isGiven {
            let next = words[index + 1].written.first
            if abbreviations.ending(of: words[index].written, beforeNumber: next?.isNumber ?? false) != .always {
                words[index].after = nil
            }
        }
        return words
    }

    /// Whether nothing but closing punctuation follows a match, so that the full stop of an abbreviation ends the sentence as well.
    private func endsSentence(_ cursor: Cursor, _ end: Int) -> Bool {
        cursor.lexemes[end - 1].text == "."
            && cursor.lexemes[end...].allSatisfy { $0.kind == .sign && ")]\"'”’»".contains($0.text) }
    }

    /// Lowercases a sentence that is mostly in capitals, so that its words are not spelled as acronyms.
    private func lowercasingCapitals(_ lexemes: [Lexeme]) -> [Lexeme] {
        let written = lexemes.filter { $0.kind == .letters && $0.text.count > 1 && (data.units[$0.text] == nil || data.contains("shouted", $0.text)) }
        let capitals = written.filter { $0.text == $0.text.uppercased() }
        let capitalized = capitals.count {
            ($0.text.count > 3 || data.contains("capitals", $0.text) || data.contains("shouted", $0.text)) && !data.contains("read", $0.text)
        }
        // A short sentence is in capitals if all of it is, and not of acronyms alone.
        let isShort = written.count > 1 && capitals.count == written.count && capitalized > 1 && capitalized * 2 >= written.count
        guard capitalized >= 3 && capitalized * 10 >= written.count * 7 || isShort else { return lexemes }
        /// The abbreviation at an index, with the capital that it has in other sentences.
        func abbreviation(_ index: Int) -> String? {
            guard lexemes.indices.contains(index), index + 1 < lexemes.count, lexemes[index + 1].text == "." else { return nil }
            let title = String(lexemes[index].text.prefix(1)) + lexemes[index].lower.dropFirst()
            return ["abbreviations", "titles", "streets", "stopped"].contains { data.contains($0, title) } ? title : nil
        }
        return lexemes.indices.map { index in
            let lexeme = lexemes[index]
            guard lexeme.kind == .letters, lexeme.text == lexeme.text.uppercased(), lexeme.text.count > 1 || lexeme.text == "A" else { return lexeme }
            var lowered = lexeme
            lowered.text = lexeme.lower
            if let title = abbreviation(index) {
                lowered.text = title
                return lowered
            }
            // The names beside an abbreviation keep their capital.
            if abbreviation(index - 2) != nil || abbreviation(index + 1) != nil { lowered.text = String(lexeme.text.prefix(1)) + lexeme.lower.dropFirst() }
            let isShouted = data.contains("shouted", lexeme.text) && (index == 0 || lexemes[index - 1].lower != "the")
            if !isShouted, data.contains("spelled", lexeme.text) { return lexeme }
            if lexeme.text.count < 4, !lexeme.text.contains(where: { "AEIOUY".contains($0) }) { return lexeme }
            return lowered
        }
    }
}

/// Builds words from matches and from the lexemes between them, whose punctuation becomes pauses.
private struct WordBuilder {
    private let parts: [TextNormalizer.Part]
    private var words: [TextWord] = []
    /// Text that no rule matched, up to the next space or match.
    private var rest = ""
    private var token = 0
    /// Whether ``rest`` began right after a match.
    private var isJoined = false

    private let isEnglish: Bool

    init(parts: [TextNormalizer.Part], isEnglish: Bool) { (self.parts, self.isEnglish) = (parts, isEnglish) }

    /// Adds a lexeme that is spoken as it is written.
    mutating func append(_ lexeme: Lexeme) {
        if lexeme.isSpaced || lexeme.kind == .given { flush(beforeMatch: false) }
        token = lexeme.token
        if case .given(let word) = parts[lexeme.token], lexeme.kind == .given {
            words.append(word)
        } else {
            rest += lexeme.text
        }
    }

    /// Adds the words of a match.
    mutating func append(_ spoken: [String], for lexemes: ArraySlice<Lexeme>, isLast: Bool) {
        flush(beforeMatch: !lexemes.first!.isSpaced)
        token = lexemes.first!.token
        isJoined = true
        let written = lexemes.reduce(into: "") { $0 += ($1.isSpaced && !$0.isEmpty ? " " : "") + $1.text }
        if spoken.first?.first == "'", !words.isEmpty, case .text(let last) = words[words.count - 1].spoken.last {
            words[words.count - 1].spoken[words[words.count - 1].spoken.count - 1] = .text(last + spoken[0])
            words[words.count - 1].written += written
            return
        }
        let groups = spoken.split(separator: ",", omittingEmptySubsequences: true)
        var pieces = written.split(separator: ",")
        if pieces.count != groups.count { pieces = written.split { !$0.isLetter && !$0.isNumber && $0 != "+" } }
        if groups.count == 1 { pieces = [written[...]] }
        for (index, group) in groups.enumerated() {
            let isEnd = index == groups.count - 1
            let piece = isEnd || pieces.count < 2 ? pieces.joined(separator: " ") : String(pieces.removeFirst())
            let written = piece.isEmpty ? written : String(piece.trimmedAtStart(\.isWhitespace))
            var word = TextWord(written, prosody: prosody)
            word.spoken = joinedPossessives(Array(group)).map { .text($0) }
            if !isEnd { word.after = "," } else if isLast { word.after = "." }
            if index == 0, let mark = pendingMark { (word.before, pendingMark) = (mark, nil) }
            words.append(word)
        }
    }

    private func joinedPossessives(_ group: [String]) -> [String] {
        group.reduce(into: []) { words, word in
            if word.first == "'", word.count < 4, let last = words.last { words[words.count - 1] = last + (isEnglish ? word : String(word.dropFirst())) } else { words.append(word) }
        }
    }

    private var pendingMark: Character?

    private var prosody: Prosody {
        if case .text(_, let prosody) = parts[token] { prosody } else { .plain }
    }

    /// Adds the words of the text that no rule matched.
    private mutating func flush(beforeMatch: Bool) {
        defer { (rest, isJoined) = ("", false) }
        guard !rest.isEmpty else { return }
        var text = rest[...]
        // A hyphen or an ending right after a match is part of the same word.
        if isJoined, let last = words.indices.last {
            if text.hasPrefix("'s") {
                if case .text(let spoken) = words[last].spoken.last {
                    words[last].spoken[words[last].spoken.count - 1] = .text(spoken + "'s")
                }
                words[last].written += "'s"
                text = text.dropFirst(2)
            }
            let closing = text.prefix { !$0.isPartOfWord }
            if !(closing == "-" && text.count > 1), let mark = PauseMark.mark(of: closing) {
                words[last].after = words[last].after.map { PauseMark.weight(mark) > PauseMark.weight($0) ? mark : $0 } ?? mark
            }
            if closing == "-" || closing == "–", text.count > 1 { words[last].after = nil }
            text = text.dropFirst(closing.count)
            if text.isEmpty {
                if beforeMatch, let opening = closing.last.flatMap({ PauseMark.opening[$0] }), closing.count > 1 {
                    pendingMark = opening
                }
                return
            }
        }
        let found = TextWord.words(of: String(text), prosody: prosody)
        if found.isEmpty {
            let mark = PauseMark.mark(of: text) ?? text.first.flatMap { PauseMark.standing[$0] }
            if beforeMatch {
                pendingMark = text.last.flatMap { PauseMark.opening[$0] }
            } else if let mark, let last = words.indices.last, words[last].after == nil {
                words[last].after = mark
            }
            return
        }
        words += found
        // The hyphen before a match joins it.
        if beforeMatch, text.last == "-", let last = words.indices.last, text.dropLast().last?.isPartOfWord ?? false {
            words[last].after = nil
        }
        if beforeMatch, let opening = text.last.flatMap({ PauseMark.opening[$0] }) { pendingMark = opening }
    }

    mutating func finish() -> [TextWord] {
        flush(beforeMatch: false)
        return words
    }
}
