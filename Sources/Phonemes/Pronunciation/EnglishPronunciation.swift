/// Says English words by the first of these that knows them: the choice between the readings of a heteronym, the package's lexicon,
/// libespeak-ng, and the letter-to-sound model.
///
/// The voices were trained on libespeak-ng's American English. Where it is there, it says all words of a clause together, and a
/// word's phonemes are replaced only where they are another pronunciation, not where they are another notation of the same: its
/// weak forms of function words and its joints between words stay.
struct EnglishPronunciation: Sendable {
    private let lexicon = ShippedLexicon.english
    private let heteronyms = Heteronyms.english

    /// - Returns: Nil for a language whose words these data are not of. Beside libespeak-ng, that is all but American English.
    init?(language: String) {
        #if ESpeak
            guard language == "en-us" else { return nil }
        #else
            guard language == "en" || language.hasPrefix("en-") else { return nil }
        #endif
    }

    /// The chosen readings of the heteronyms among the spoken texts of a sentence, by the number of the text in the sentence.
    func readings(of words: [TextWord]) -> [Int: Heteronyms.Reading] {
        var context = HeteronymContext()
        var (places, number) = ([(number: Int, index: Int)](), 0)
        for word in words {
            if let mark = word.before { context.append(mark: mark) }
            for spoken in word.spoken {
                if case .text(let text) = spoken {
                    let first = context.words.count
                    let isNumber = word.written.contains(where: \.isNumber)
                    for part in isNumber ? [word.written[...]] : text.split(separator: "-") { context.append(word: String(part)) }
                    if !isNumber, heteronyms.contains(text) || HeteronymRules.contains(text) { places.append((number, first)) }
                }
                number += 1
            }
            if let mark = word.after { context.append(mark: mark) }
        }
        return places.reduce(into: [:]) { $0[$1.number] = HeteronymRules.reading(at: $1.index, of: context.words) ?? heteronyms.reading(at: $1.index, of: context) }
    }

    /// The phonemes of a word that libespeak-ng says as `heard`.
    func phonemes(of text: String, reading: Heteronyms.Reading?, heard: [Phoneme]) -> [Phoneme] {
        // A word that libespeak-ng has joined to its neighbour stays with it.
        guard !heard.isEmpty else { return heard }
        if let reading {
            let nearest = heteronyms.readings(of: text).min {
                WordAlignment.distance($0.phonemes, heard) < WordAlignment.distance($1.phonemes, heard)
            }
            return nearest == reading || nearest?.phonemes == reading.phonemes ? heard : reading.phonemes
        }
        if let entry = lexicon.entry(of: text) { return entry.isBetter ? entry.phonemes : heard }
        if text.hasSuffix("'s"), let entry = lexicon.entry(of: String(text.dropLast(2))), entry.isBetter {
            return EnglishInflection.possessive(of: entry.phonemes)
        }
        return heard
    }

    /// The phonemes of each of the words of a clause, without libespeak-ng.
    ///
    /// - Parameter readings: The readings of heteronyms among `words`.
    /// - Throws: `PhonemeError` for a word in letters of other alphabets.
    func phonemes(of words: [String], readings: [Heteronyms.Reading?]) throws(PhonemeError) -> [[Phoneme]] {
        var result: [[Phoneme]] = []
        var next: [Phoneme]?
        // From the end, because the articles depend on the sound that follows.
        for (word, reading) in zip(words, readings).reversed() {
            let spoken: [Phoneme]
            if let reading {
                spoken = reading.phonemes
            } else if let weak = WeakForms.phonemes(of: word, before: next) {
                spoken = weak
            } else {
                spoken = try isolated(word)
            }
            result.append(spoken)
            if !spoken.isEmpty { next = spoken }
        }
        return result.reversed()
    }

    /// The phonemes of a word on its own.
    private func isolated(_ word: String) throws(PhonemeError) -> [Phoneme] {
        let plain = word.withoutDiacritics
        if plain.count > 1 {
            if let entry = lexicon.entry(of: plain) { return entry.phonemes }
            if let inflected = EnglishInflection.phonemes(of: plain, by: { lexicon.entry(of: $0)?.phonemes }) { return inflected }
        }
        if let spelled = spelled(plain) { return spelled }
        if plain.hasSuffix("'s"), plain.count > 3 { return EnglishInflection.possessive(of: try isolated(String(plain.dropLast(2)))) }
        if plain.dropFirst().contains("-") {
            var parts: [Phoneme] = []
            for part in plain.split(separator: "-") { parts += try isolated(String(part)) }
            return parts.asWord()
        }
        if let phonemes = LetterToSound.english.phonemes(of: plain) { return phonemes }
        let letters = plain.filter { $0.isASCII && $0.isLetter || $0 == "'" }
        if letters.contains(where: \.isLetter), let phonemes = LetterToSound.english.phonemes(of: letters) { return phonemes }
        guard !word.contains(where: { $0.isLetter || $0.isNumber }) else {
            throw PhonemeError(
                "this program was built without libespeak-ng and cannot read \(word), which is not in Latin letters; write it as phonemes in [[ ]]."
            )
        }
        return []
    }

    /// The names of the letters of a word that is spelled: single letters, `A.B.C`, letters without a vowel, and short words in capitals.
    private func spelled(_ word: String) -> [Phoneme]? {
        let letters = word.hasSuffix("'s") ? word.dropLast(2).filter(\.isLetter) : word.filter(\.isLetter)
        guard !letters.isEmpty, letters.allSatisfy(\.isASCII) else { return nil }
        let hasDots = word.contains(".") && word.allSatisfy { $0.isLetter || $0 == "." }
        let isCapital = letters.count <= 5 && letters == letters.uppercased() && letters.count == word.count { $0 != "'" && $0 != "s" }
        let hasVowel = letters.lowercased().contains { "aeiouy".contains($0) }
        guard hasDots || letters.count == 1 || isCapital || !hasVowel else { return nil }
        var phonemes = letters.lowercased().flatMap { WeakForms.name(ofLetter: $0) }
        // Of several letters the last is stressed the most.
        if let last = phonemes.lastIndex(where: { $0.stress == .primary }) {
            for index in phonemes.indices where index != last && phonemes[index].stress == .primary { phonemes[index].stress = .secondary }
        }
        return word.hasSuffix("'s") ? EnglishInflection.possessive(of: phonemes.asWord()) : phonemes.asWord()
    }
}

extension String {
    /// The text with Latin letters in place of those with diacritics, which Unicode names `LATIN SMALL LETTER E WITH ACUTE` and so on.
    fileprivate var withoutDiacritics: String {
        guard !utf8.allSatisfy({ $0 < 128 }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "ß": result += "ss"
            case "æ", "Æ": result += "ae"
            case "œ", "Œ": result += "oe"
            case "ð", "þ": result += "th"
            case "’": result += "'"
            case _ where scalar.properties.generalCategory == .nonspacingMark: break
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default:
                let name = scalar.properties.name?.split(separator: " ") ?? []
                let isLetter = name.count > 4 && name[0] == "LATIN" && name[2] == "LETTER" && name[3].utf8.count == 1 && name[4] == "WITH"
                result += isLetter ? (name[1] == "SMALL" ? name[3].lowercased() : String(name[3])) : String(scalar)
            }
        }
        return result
    }
}
