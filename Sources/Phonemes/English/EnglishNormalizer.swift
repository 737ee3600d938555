/// Text normalization of English: verbalizes numbers, dates, money, abbreviations, addresses and other non-standard words.
///
/// A rule looks at a word and at its neighbours up to the next pause, and returns a ``Verbalization`` or nil. The first rule that
/// applies is taken; ``verbalization(at:)`` has their order.
struct EnglishNormalizer: Sendable {
    /// Whether American conventions apply: months before days, and no `and` after hundreds.
    let isAmerican: Bool

    /// Creates the normalizer of a variety of English; nil if `language` is not English.
    init?(language: String) {
        guard language == "en" || language.hasPrefix("en-") else { return nil }
        isAmerican = language == "en-us"
    }

    var numbers: EnglishNumbers { EnglishNumbers(saysAnd: !isAmerican) }

    /// The spoken form of one or more adjacent words.
    struct Verbalization: Equatable {
        var spoken: [String]
        /// The number of written words that the spoken form replaces.
        var count = 1

        init(_ spoken: [String], count: Int = 1) {
            self.spoken = spoken
            self.count = count
        }
    }

    /// Verbalizes the words of a sentence. A word that no rule applies to stays as it is.
    func normalized(_ written: [TextWord]) -> [TextWord] {
        let words = lowercasingCapitals(removingAbbreviationStops(written))
        var result: [TextWord] = []
        var index = 0
        while index < words.count {
            let context = WordContext(words, index)
            guard !words[index].isGiven, let verbalization = verbalization(at: context) else {
                result.append(words[index])
                index += 1
                continue
            }
            let consumed = words[index..<index + verbalization.count]
            var word = words[index]
            word.written = consumed.map(\.written).joined(separator: " ")
            word.after = consumed.last!.after
            word.spoken = verbalization.spoken.map { .text($0) }
            result.append(word)
            index += verbalization.count
        }
        return result
    }

    /// The spoken form of a word without context.
    func isolated(_ word: some StringProtocol) -> [String] {
        let text = String(word)
        return verbalization(at: WordContext([TextWord(text)], 0))?.spoken ?? [text]
    }

    /// The result of the first rule that applies to a word; nil if none does.
    private func verbalization(at context: WordContext) -> Verbalization? {
        if context.word.contains(where: \.isNumber) { return numericVerbalization(at: context) }
        return address(context.word) ?? month(at: context) ?? abbreviation(at: context)
            ?? romanNumeral(at: context) ?? symbols(at: context) ?? letters(context.word)
    }

    /// The result of the first rule that applies to a word with digits; nil if none does.
    private func numericVerbalization(at context: WordContext) -> Verbalization? {
        address(context.word) ?? decade(context.word) ?? money(at: context) ?? date(at: context)
            ?? time(at: context) ?? fraction(at: context) ?? range(at: context) ?? measure(at: context)
            ?? plainNumber(at: context) ?? mixed(context.word)
    }

    /// Removes the pauses of full stops that belong to abbreviations, except at the end of the sentence.
    private func removingAbbreviationStops(_ written: [TextWord]) -> [TextWord] {
        var words = written
        let abbreviations = Abbreviations.of(language: "en")
        for index in words.indices where words[index].after == "." {
            let isLast = index == words.count - 1
            switch abbreviations.ending(
                of: words[index].written, beforeNumber: !isLast && words[index + 1].written.first!.isNumber)
            {
            case .always: break
            case .never, .perhaps: if !isLast { (words[index].after, words[index].hasStop) = (nil, true) }
            }
        }
        return words
    }

    /// Lowercases a sentence that is mostly in capitals, so that its words are not spelled as acronyms.
    private func lowercasingCapitals(_ words: [TextWord]) -> [TextWord] {
        let written = words.filter { !$0.isGiven && $0.written.contains(where: \.isLetter) }
        let capitalized = written.count { $0.written.count > 1 && $0.written == $0.written.uppercased() }
        guard capitalized >= 4, capitalized * 10 >= written.count * 8 else { return words }
        return words.map { word in
            guard !word.isGiven else { return word }
            var lowered = word
            lowered.spoken = [.text(word.written.lowercased())]
            return lowered
        }
    }
}

/// A word of a sentence, and its neighbours up to the next pause.
struct WordContext {
    private let words: [TextWord]
    private let index: Int

    init(_ words: [TextWord], _ index: Int) {
        (self.words, self.index) = (words, index)
    }

    /// The word as it was written, or in lower case if the sentence is in capitals.
    var word: String { text(index)! }

    /// Whether the full stop of an abbreviation followed the word.
    var hasStop: Bool { words[index].hasStop }

    /// Whether the word ends the sentence with a full stop, which may be that of an abbreviation as well.
    var isLast: Bool { index == words.count - 1 && words[index].after == "." }

    /// The word `offset` words further on; nil if a pause comes before it, or if its pronunciation is given.
    func following(_ offset: Int = 1) -> String? {
        for place in index..<min(index + offset, words.count) where words[place].after != nil {
            return nil
        }
        for place in (index + 1)..<max(index + 1, min(index + offset + 1, words.count))
        where words[place].before != nil {
            return nil
        }
        return text(index + offset)
    }

    /// The previous word; nil if a pause comes after it, or if its pronunciation is given.
    var preceding: String? {
        guard index > 0, words[index - 1].after == nil, words[index].before == nil else { return nil }
        return text(index - 1)
    }

    private func text(_ index: Int) -> String? {
        guard words.indices.contains(index), !words[index].isGiven,
            case .text(let text) = words[index].spoken.first
        else {
            return nil
        }
        return text
    }
}
