/// The tokens of a sentence, and the pause after it.
struct WrittenSentence: Equatable {
    var tokens: [TextToken]
    var pause: Sentence.Pause

    /// The sentence as it was written, with single spaces between tokens.
    var text: String { tokens.map(\.written).joined(separator: " ") }
}

/// Splits a stream of tokens into sentences, each returned as soon as its end is certain.
///
/// A sentence ends at `. ? !` or an ellipsis, unless the word is an abbreviation or an initial or the next word is in lower case; at
/// an empty line; before an item of a list; after a short line that stands alone, such as a heading; and at the end of a line after
/// one of these marks, so that a typed line is spoken at once. A word that was divided at the end of a line is joined.
struct SentenceSplitter {
    private let abbreviations: Abbreviations
    private var tokens: [TextToken] = []
    /// The number of UTF-8 bytes of ``tokens``.
    private var length = 0
    /// The index of the first token of the current line.
    private var lineStart = 0
    /// Whether a line ended after the last token.
    private var isAfterLine = false
    /// The number of bytes from which on a sentence is split after a comma.
    private static let clauseLimit = 250
    /// The number of bytes from which on a sentence is split between words.
    private static let wordLimit = 400
    /// The number of bytes up to which a line can stand alone; longer ones were broken because the page ended.
    private static let shortLine = 45

    init(language: String) {
        abbreviations = Abbreviations.of(language: language)
    }

    /// Adds the next event, and returns the sentences that are complete.
    mutating func push(_ event: TextEvent) -> [WrittenSentence] {
        switch event {
        case .token(let token): return Self.divided(token).flatMap { push($0) }
        case .lineBreak:
            guard let last = tokens.last else { return [] }
            isAfterLine = true
            return ends(last, before: nil) ? end(.usual) : []
        case .paragraphBreak:
            return end(.usual)
        case .pause(let seconds):
            if tokens.isEmpty { return [WrittenSentence(tokens: [], pause: .seconds(seconds))] }
            return end(.seconds(seconds))
        }
    }

    private mutating func push(_ token: TextToken) -> [WrittenSentence] {
        var sentences: [WrittenSentence] = []
        if isAfterLine, join(token) { return [] }
        if let last = tokens.last, ends(last, before: token) || beginsItem(token) || isAfterLine && standsAlone(before: token) {
            sentences += end(.usual)
        }
        if isAfterLine { (isAfterLine, lineStart) = (false, tokens.count) }
        tokens.append(token)
        length += token.written.utf8.count + 1
        if isTooLong(after: token) { sentences += end(.none) }
        return sentences
    }

    /// Returns the rest at the end of the text.
    mutating func finish() -> [WrittenSentence] { end(.usual) }

    private mutating func end(_ pause: Sentence.Pause) -> [WrittenSentence] {
        isAfterLine = false
        guard !tokens.isEmpty else { return [] }
        defer { (tokens, length, lineStart) = ([], 0, 0) }
        return [WrittenSentence(tokens: tokens, pause: pause)]
    }

    private func isTooLong(after token: TextToken) -> Bool {
        if length >= Self.wordLimit { return true }
        guard length >= Self.clauseLimit, case .written(let text) = token.content, let last = text.last
        else { return false }
        return PauseMark.closing[last] != nil
    }

    /// Whether a sentence ends between `token` and `next`, which is nil at the end of a line.
    private func ends(_ token: TextToken, before next: TextToken?) -> Bool {
        guard case .written(let text) = token.content else { return false }
        let bare = text.trimmedAtEnd { !$0.isPartOfWord && !SentenceMark.isEnd($0) }
        guard let mark = bare.last, SentenceMark.isEnd(mark) else { return false }
        // A comma after the full stop of an abbreviation.
        if mark == ".", text[bare.endIndex...].contains(where: { ",;:".contains($0) }) { return false }
        let word = bare.trimmedAtEnd(SentenceMark.isEnd).trimmedAtStart { !$0.isPartOfWord }
        let following = next.map { $0.written.trimmedAtStart { !$0.isPartOfWord } }
        // A token of punctuation alone belongs to the sentence before it.
        if let following, following.isEmpty, next?.content == .written(next!.written) { return false }
        if case .written = next?.content, let first = following?.first, first.isLowercase { return false }
        // An omission within brackets, or by three full stops, is part of its sentence.
        if word.isEmpty, text.contains("[") || bare == "." && spacedStops == 3 { return false }
        guard mark == ".", !bare.hasSuffix("..") else { return true }
        if word.isEmpty { return true }
        if isOrdinal(word) { return false }
        return endsAfterStop(String(word), following.flatMap { $0.isEmpty ? nil : String($0) })
    }

    /// Whether a word with a full stop ends a sentence before `following`.
    private func endsAfterStop(_ word: String, _ following: String?) -> Bool {
        let previous = tokens.dropLast().last?.written ?? ""
        let isNamed = previous.first?.isUppercase ?? false
        if let following, word.count == 1, word.first!.isUppercase, !previous.isEmpty {
            // A letter is an initial within a name, and a word of its own after a noun, as in `plan B`.
            if word == "I" { return !isNamed || abbreviations.begins(following) || abbreviations.hasNoBeginners }
            if abbreviations.isLettered(previous), abbreviations.begins(following) { return true }
            if !isNamed, !abbreviations.hasNoBeginners, !following.first!.isNumber, abbreviations.begins(following) {
                return true
            }
        }
        if isNumberNext(following), abbreviations.endsInStreet(word) { return false }
        // A unit without an amount before it is a word.
        if abbreviations.needsAmount(word), !(previous.last?.isNumber ?? false), !abbreviations.isAmount(previous) { return true }
        let isNumber = following.map { $0.first?.isNumber ?? false || Roman.value($0.filter(\.isLetter)) != nil && $0.count > 1 } ?? false
        switch abbreviations.ending(of: word, beforeNumber: isNumber) {
        case .never: return false
        case .perhaps:
            guard let following else { return true }
            if isNumber, following.first!.isNumber { return false }
            return abbreviations.begins(following) || abbreviations.closes(word, before: following) || endsAddress(word)
        case .always: return true
        }
    }

    private func isNumberNext(_ following: String?) -> Bool { following?.first?.isNumber ?? false }

    /// Whether a type of street ends an address, which a house number begins.
    private func endsAddress(_ word: String) -> Bool {
        abbreviations.isStreet(word) && tokens.dropLast().suffix(4).contains { $0.written.first?.isNumber ?? false }
    }

    /// The number of tokens at the end that are full stops.
    private var spacedStops: Int { tokens.reversed().prefix { $0.written == "." }.count }

    /// Whether a number with a full stop begins an item of a list (`1. First`), or is an ordinal in the language (`3. Oktober`).
    private func isOrdinal(_ word: Substring) -> Bool {
        if tokens.count <= 2, ListMarker(tokens.last!.written) != nil,
            tokens.count == 1 || ListMarker(tokens[0].written)?.value == nil && ListMarker(tokens[0].written) != nil
        {
            return true
        }
        if abbreviations.hasOrdinalDots, Roman.value(String(word)) != nil, tokens.count == 1 { return true }
        if abbreviations.hasOrdinalDots, word.count < 7, word.first!.isNumber, word.allSatisfy({ $0.isNumber || ".-–/".contains($0) }), word.contains(where: { "-–/".contains($0) }) { return true }
        guard word.count <= 3, word.allSatisfy(\.isNumber) else { return false }
        return tokens.count == 1
            || (abbreviations.hasOrdinalDots && word.count <= 2 && !(tokens.dropLast().last.map { abbreviations.isNumbered($0.written) } ?? false))
    }
}

/// Lists, lines that stand alone, and words divided between lines.
extension SentenceSplitter {
    /// Whether `token` begins an item of a list: at the start of a line, or as the next of the item that began the sentence.
    private func beginsItem(_ token: TextToken) -> Bool {
        guard case .written(let text) = token.content, let marker = ListMarker(text) else { return false }
        if isAfterLine { return true }
        guard let first = ListMarker(tokens[0].written), first.style == marker.style, tokens.count > 1 else { return false }
        guard let value = marker.value, let before = first.value else { return first.value == nil && marker.value == nil }
        return value == before + 1
    }

    /// Whether the line before `token` stands alone: it is short, and the next begins with a capital or both begin without one.
    private func standsAlone(before token: TextToken) -> Bool {
        let line = tokens[lineStart...]
        guard let first = line.first?.written.first(where: \.isPartOfWord), let next = token.written.first(where: \.isPartOfWord)
        else { return false }
        let size = line.reduce(0) { $0 + $1.written.utf8.count + 1 }
        guard size <= Self.shortLine, let last = tokens.last?.written.last, !",;-–—&".contains(last) else { return false }
        if first.isLowercase { return lineStart == 0 && line.count <= 3 && next.isLowercase }
        return next.isUppercase || next.isNumber && first.isUppercase && line.count < 6
    }

    /// Joins `token` to a word that was divided at the end of the line before it.
    private mutating func join(_ token: TextToken) -> Bool {
        guard case .written(let before) = tokens.last?.content, case .written(let after) = token.content, before.count > 2,
            before.last == "-", 
            before.dropLast().last!.isLowercase, after.first!.isLowercase
        else { return false }
        let isCompound = abbreviations.isCompound(before.split(separator: "-").last.map(String.init) ?? "")
        tokens[tokens.count - 1].content = .written((isCompound ? before : String(before.dropLast())) + after)
        length += after.utf8.count
        isAfterLine = false
        return true
    }

    /// Divides a token at a sentence's end that no space follows: `world.Today`.
    private static func divided(_ token: TextToken) -> [TextToken] {
        guard case .written(let text) = token.content, text.contains(where: { ".?!".contains($0) }),
            !text.contains(where: { "@/\\_".contains($0) })
        else { return [token] }
        let characters = Array(text)
        var (parts, start) = ([TextToken](), 0)
        for index in characters.indices.dropFirst(2).dropLast(2)
        where ".?!".contains(characters[index]) && characters[index + 1].isUppercase && characters[index + 2].isLowercase {
            let isWord = characters[index - 1].isLowercase && characters[index - 2].isLetter || characters[index - 1].isNumber
            guard isWord else { continue }
            parts.append(TextToken(content: .written(String(characters[start...index])), prosody: token.prosody))
            start = index + 1
        }
        return parts + [TextToken(content: .written(String(characters[start...])), prosody: token.prosody)]
    }
}

/// The mark of an item of a list: a bullet, a number or a letter with punctuation.
private struct ListMarker {
    /// The punctuation around the number.
    let style: String
    /// The number, or the place of the letter; nil for a bullet.
    let value: Int?

    init?(_ text: String) {
        guard let first = text.first, text.utf8.count < 8 else { return nil }
        if "•◦▪‣●○■⁃►–—-*·".contains(first) {
            let rest = text.dropFirst()
            guard rest.isEmpty || "•⁃‣▪●".contains(first) else { return nil }
            (style, value) = (String(first), nil)
            return
        }
        let core = text.filter { $0.isLetter || $0.isNumber }
        style = text.filter { !$0.isLetter && !$0.isNumber }
            + (core.first?.isNumber ?? false ? "1" : core.first?.isUppercase ?? false ? "A" : "a")
        guard text.last == "." || text.last == ")", core.count <= 3, style.dropLast().allSatisfy({ ".()".contains($0) })
        else { return nil }
        if let number = Int(core) {
            value = number
        } else {
            guard core.count == 1, let scalar = core.lowercased().unicodeScalars.first, scalar.isASCII, core.first!.isLetter
            else { return nil }
            value = Int(scalar.value)
        }
    }
}

/// The characters that end sentences.
enum SentenceMark {
    static func isEnd(_ character: Character) -> Bool { ".?!…。！？।؟‽".contains(character) }
}

extension StringProtocol {
    /// The text without the characters at its end that satisfy a predicate.
    func trimmedAtEnd(_ isTrimmed: (Character) -> Bool) -> SubSequence {
        var rest = self[...]
        while let last = rest.last, isTrimmed(last) { rest = rest.dropLast() }
        return rest
    }

    /// The text without the characters at its start that satisfy a predicate.
    func trimmedAtStart(_ isTrimmed: (Character) -> Bool) -> SubSequence { drop(while: isTrimmed) }
}
