/// The tokens of a sentence, and the pause after it.
struct WrittenSentence: Equatable {
    var tokens: [TextToken]
    var pause: Sentence.Pause

    /// The sentence as it was written, with single spaces between tokens.
    var text: String { tokens.map(\.written).joined(separator: " ") }
}

/// Splits a stream of tokens into sentences, each returned as soon as its end is certain.
///
/// A sentence ends at `. ? !` or an ellipsis, unless the word is an abbreviation or an initial or the next word is in lower case;
/// at an empty line; and at the end of a line after one of these marks, so that a typed line is spoken at once.
struct SentenceSplitter {
    private let abbreviations: Abbreviations
    private var tokens: [TextToken] = []
    /// The number of UTF-8 bytes of ``tokens``.
    private var length = 0
    /// The number of bytes from which on a sentence is split after a comma.
    private static let clauseLimit = 250
    /// The number of bytes from which on a sentence is split between words.
    private static let wordLimit = 400

    init(language: String) {
        abbreviations = Abbreviations.of(language: language)
    }

    /// Adds the next event, and returns the sentences that are complete.
    mutating func push(_ event: TextEvent) -> [WrittenSentence] {
        switch event {
        case .token(let token):
            var sentences: [WrittenSentence] = []
            if let last = tokens.last, ends(last, before: token) { sentences += end(.usual) }
            tokens.append(token)
            length += token.written.utf8.count + 1
            if isTooLong(after: token) { sentences += end(.none) }
            return sentences
        case .lineBreak:
            guard let last = tokens.last, ends(last, before: nil) else { return [] }
            return end(.usual)
        case .paragraphBreak:
            return end(.usual)
        case .pause(let seconds):
            if tokens.isEmpty { return [WrittenSentence(tokens: [], pause: .seconds(seconds))] }
            return end(.seconds(seconds))
        }
    }

    /// Returns the rest at the end of the text.
    mutating func finish() -> [WrittenSentence] { end(.usual) }

    private mutating func end(_ pause: Sentence.Pause) -> [WrittenSentence] {
        guard !tokens.isEmpty else { return [] }
        defer { (tokens, length) = ([], 0) }
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
        let word = bare.trimmedAtEnd(SentenceMark.isEnd).trimmedAtStart { !$0.isPartOfWord }
        let following = next.map { $0.written.trimmedAtStart { !$0.isPartOfWord } }
        // A token of punctuation alone belongs to the sentence before it.
        if let following, following.isEmpty, next?.content == .written(next!.written) { return false }
        if case .written = next?.content, let first = following?.first, first.isLowercase { return false }
        guard mark == ".", !bare.hasSuffix("..") else { return true }
        if word.isEmpty { return true }
        if isOrdinal(word) { return false }
        switch abbreviations.ending(of: String(word), beforeNumber: following?.first?.isNumber ?? false)
        {
        case .never: return false
        case .perhaps: return following.map { abbreviations.begins(String($0)) } ?? true
        case .always: return true
        }
    }

    /// Whether a number with a full stop begins an item of a list (`1. First`), or is an ordinal in the language (`3. Oktober`).
    private func isOrdinal(_ word: Substring) -> Bool {
        guard word.count <= 3, word.allSatisfy(\.isNumber) else { return false }
        return tokens.count == 1 || (abbreviations.hasOrdinalDots && word.count <= 2)
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
