/// Reads what stands in English text and is no word: numbers, dates, money, abbreviations, addresses.
struct EnglishNormalizer: Sendable {
    /// Whether months come before days, and no `and` after hundreds.
    let isAmerican: Bool

    /// Nil where `language` is no English.
    init?(language: String) {
        guard language == "en" || language.hasPrefix("en-") else { return nil }
        isAmerican = language == "en-us"
    }

    var numbers: EnglishNumbers { EnglishNumbers(saysAnd: !isAmerican) }

    /// What is said for some words that stand beside each other.
    struct Reading: Equatable {
        var spoken: [String]
        /// How many words of the text it is said for.
        var count = 1

        init(_ spoken: [String], count: Int = 1) {
            self.spoken = spoken
            self.count = count
        }
    }

    func read(_ written: [TextWord]) -> [TextWord] {
        let words = lowered(withoutStops(written))
        var result: [TextWord] = []
        var index = 0
        while index < words.count {
            let place = WordContext(words, index)
            guard !words[index].isGiven, let reading = reading(at: place) else {
                result.append(words[index])
                index += 1
                continue
            }
            let consumed = words[index..<index + reading.count]
            var word = words[index]
            word.written = consumed.map(\.written).joined(separator: " ")
            word.after = consumed.last!.after
            word.spoken = reading.spoken.map { .text($0) }
            result.append(word)
            index += reading.count
        }
        return result
    }

    /// What a word by itself is read as, in words.
    func alone(_ word: some StringProtocol) -> [String] {
        let text = String(word)
        return reading(at: WordContext([TextWord(text)], 0))?.spoken ?? [text]
    }

    private func reading(at place: WordContext) -> Reading? {
        if place.here.contains(where: \.isNumber) { return numeric(at: place) }
        return address(place.here) ?? month(at: place) ?? abbreviation(at: place) ?? romanNumeral(
            at: place)
            ?? symbols(at: place) ?? letters(place.here)
    }

    private func numeric(at place: WordContext) -> Reading? {
        address(place.here) ?? decade(place.here) ?? money(at: place) ?? date(at: place) ?? time(
            at: place) ?? fraction(at: place)
            ?? range(at: place) ?? measure(at: place) ?? plainNumber(at: place) ?? mixed(place.here)
    }

    /// The stop of an abbreviation is no pause, unless the sentence ends there.
    private func withoutStops(_ written: [TextWord]) -> [TextWord] {
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

    /// Text in capitals throughout is no row of acronyms.
    private func lowered(_ words: [TextWord]) -> [TextWord] {
        let written = words.filter { !$0.isGiven && $0.written.contains(where: \.isLetter) }
        let shouted = written.count { $0.written.count > 1 && $0.written == $0.written.uppercased() }
        guard shouted >= 4, shouted * 10 >= written.count * 8 else { return words }
        return words.map { word in
            guard !word.isGiven else { return word }
            var lowered = word
            lowered.spoken = [.text(word.written.lowercased())]
            return lowered
        }
    }
}

/// A word of a sentence, and what stands around it without a pause between.
struct WordContext {
    private let words: [TextWord]
    private let index: Int

    init(_ words: [TextWord], _ index: Int) {
        (self.words, self.index) = (words, index)
    }

    /// As it was written, or in lower case where all was written in capitals.
    var here: String { text(index)! }

    /// Whether the stop of an abbreviation followed.
    var hasStop: Bool { words[index].hasStop }

    /// Whether this ends the sentence with a stop, which may be an abbreviation's as well.
    var isLast: Bool { index == words.count - 1 && words[index].after == "." }

    /// The word `offset` places on; nil where a pause comes before it, or something that is not to be read.
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

    /// The word before; nil where a pause comes after it.
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
