/// The abbreviations of a language that are written with a full stop, for sentence splitting.
struct Abbreviations: Sendable {
    /// Whether a word with a full stop ends a sentence.
    enum Ending {
        /// The word is a title, which a name follows, or an initial.
        case never
        /// The word ends the sentence if the next word begins sentences more often than names.
        case perhaps
        /// The word is not an abbreviation.
        case always
    }

    /// Abbreviations by what they do, in lower case without their full stop; nil for a language without data.
    private let data: LanguageData?
    /// Whether a number with a full stop is an ordinal, as in German.
    let hasOrdinalDots: Bool

    /// Whether `word` with a full stop ends a sentence.
    ///
    /// - Parameters:
    ///   - word: The word without its full stop and without punctuation before it.
    ///   - beforeNumber: Whether a number follows, as after `No.`.
    func ending(of word: String, beforeNumber: Bool) -> Ending {
        let lower = word.lowercased()
        if beforeNumber, contains("before-number", lower) { return .never }
        if contains("never", lower) { return .never }
        if contains("perhaps", lower) { return .perhaps }
        // A single letter is an initial, except for `I`, which is a word more often.
        if word.count == 1, word.first!.isLetter, word != "I" { return .never }
        // Letters with full stops between them are an abbreviation, such as U.S.
        if word.contains("."),
            word.split(separator: ".").allSatisfy({ $0.count <= 2 && $0.allSatisfy(\.isLetter) })
        {
            return .perhaps
        }
        return .always
    }

    /// Whether `word` begins sentences more often than it follows an abbreviation within a sentence.
    func begins(_ word: String) -> Bool {
        data.map { !$0.hasKeys("beginners") || $0.contains("beginners", word.lowercased()) } ?? true
    }

    /// Whether the language's data does not tell which words begin sentences.
    var hasNoBeginners: Bool { !(data?.hasKeys("beginners") ?? false) }

    /// Whether an abbreviation such as `p.m.` ends a sentence before a capital that is not that of a title, a day or a time zone.
    func closes(_ word: String, before following: String) -> Bool {
        guard let data, data.contains("closing", word.lowercased()) else { return false }
        let next = following.lowercased().filter(\.isLetter)
        return !(following.count > 1 && following == following.uppercased()) && data.month(next) == nil
            && !data.contains("weekdays", next) && !data.contains("after-closing", next)
    }

    /// Whether `word` is a type of street.
    func isStreet(_ word: String) -> Bool { data?.contains("streets", word) ?? false }

    /// Whether `word` is a noun that a letter follows, such as `plan`.
    func isLettered(_ word: String) -> Bool { contains("lettered", word.lowercased()) }

    /// Whether `word` is an abbreviation only after an amount, such as `in`.
    func needsAmount(_ word: String) -> Bool { contains("words-alone", word) }

    /// Whether `word` is a German name of a street such as `Hauptstr`.
    func endsInStreet(_ word: String) -> Bool { data?.code == "de" && word.hasSuffix("str") }

    /// Whether `word` is a number or another amount in words.
    func isAmount(_ word: String) -> Bool { contains("amount-words", word.lowercased()) }

    /// Whether `word` is the first part of compounds that keep their hyphen.
    func isCompound(_ word: String) -> Bool { contains("compound-parts", word.lowercased()) }

    /// Whether `word` is a noun that a number follows, such as `Seite`.
    func isNumbered(_ word: String) -> Bool { contains("numbered", word.lowercased()) }

    private func contains(_ section: String, _ word: String) -> Bool { data?.contains(section, word) ?? Self.common[section]?.contains(word) ?? false }

    /// The abbreviations of languages without data.
    private static let common: [String: Set<String>] = ["never": ["dr", "prof", "st", "sr", "sra", "sig", "dott", "pág", "p", "pp"], "perhaps": ["etc", "ecc"]]

    /// The abbreviations of a language, chosen by the first two letters of its code.
    static func of(language: String) -> Abbreviations {
        Abbreviations(data: LanguageData.of(language: language), hasOrdinalDots: ["de", "da", "nb", "fi", "cs", "hu"].contains(language.prefix(2)))
    }
}
