/// The endings of English words: -s, -'s, -ed and -ing, whose sounds follow from those of the word.
enum EnglishInflection {
    private static let sibilants: Set<String> = ["s", "z", "ʃ", "ʒ", "tʃ", "dʒ"]
    private static let voiceless: Set<String> = ["p", "t", "k", "f", "θ", "s", "ʃ", "tʃ", "ʔ"]

    /// The phonemes of a word with the ending `'s`.
    static func possessive(of word: [Phoneme]) -> [Phoneme] {
        guard let last = word.last else { return word }
        if sibilants.contains(last.symbol) { return (word + [Phoneme("ᵻ"), Phoneme("z")]).asWord() }
        return (word + [Phoneme(voiceless.contains(last.symbol) ? "s" : "z")]).asWord()
    }

    /// The phonemes of a word with the ending `ed`.
    private static func past(of word: [Phoneme]) -> [Phoneme] {
        guard let last = word.last else { return word }
        if last.symbol == "t" || last.symbol == "d" { return (flapped(word) + [Phoneme("ᵻ"), Phoneme("d")]).asWord() }
        return (word + [Phoneme(voiceless.contains(last.symbol) ? "t" : "d")]).asWord()
    }

    /// A final t between a vowel and an ending with a vowel becomes a flap.
    private static func flapped(_ word: [Phoneme]) -> [Phoneme] {
        guard word.count > 1, word.last?.symbol == "t", word[word.count - 2].isVowel else { return word }
        return word.dropLast() + [Phoneme("ɾ")]
    }

    /// The phonemes of an inflected word, whose stem `known` may know; nil if it does not.
    static func phonemes(of word: String, by known: (String) -> [Phoneme]?) -> [Phoneme]? {
        func stem(_ count: Int, _ ending: String = "") -> [Phoneme]? {
            word.count - count > 1 ? known(String(word.dropLast(count)) + ending) : nil
        }
        if word.hasSuffix("'s") { return stem(2).map(possessive) }
        if word.hasSuffix("s'") { return stem(1) ?? stem(2).map(possessive) }
        if word.hasSuffix("ies") { return stem(3, "y").map(possessive) }
        if word.hasSuffix("s"), !word.hasSuffix("ss"), let found = stem(1) ?? (word.hasSuffix("es") ? stem(2) : nil) {
            return possessive(of: found)
        }
        if word.hasSuffix("ied") { return stem(3, "y").map(past) }
        if word.hasSuffix("ed") { return (stem(1) ?? stem(2) ?? undoubled(word, 2, known)).map(past) }
        if word.hasSuffix("ing") {
            return ((losesE(word.dropLast(3)) ? stem(3, "e") : nil) ?? stem(3) ?? stem(3, "e") ?? undoubled(word, 3, known)).map { (flapped($0) + [Phoneme("ɪ"), Phoneme("ŋ")]).asWord() }
        }
        return nil
    }

    /// Whether a stem has lost an e before its ending, as in `hoping`: one vowel before its last consonant, which is not doubled.
    private static func losesE(_ stem: Substring) -> Bool {
        let end = stem.suffix(3).map { "aeiou".contains($0) }
        return end.count == 3 && end == [false, true, false]
    }

    /// The stem of a word whose last consonant is doubled before the ending, as in `planned`.
    private static func undoubled(_ word: String, _ count: Int, _ known: (String) -> [Phoneme]?) -> [Phoneme]? {
        let rest = Array(word.dropLast(count))
        guard rest.count > 3, rest[rest.count - 1] == rest[rest.count - 2] else { return nil }
        return known(String(rest.dropLast()))
    }
}
