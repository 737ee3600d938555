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

    /// Abbreviations that never end a sentence, in lower case without their full stop.
    private let never: Set<String>
    /// Abbreviations that may end a sentence.
    private let perhaps: Set<String>
    /// Abbreviations that precede numbers, and are words otherwise.
    private let counted: Set<String>
    /// Words that begin sentences more often than they follow an abbreviation; empty for any word.
    private let beginners: Set<String>
    /// Whether a number with a full stop is an ordinal, as in German.
    let hasOrdinalDots: Bool

    /// Whether `word` with a full stop ends a sentence.
    ///
    /// - Parameters:
    ///   - word: The word without its full stop and without punctuation before it.
    ///   - beforeNumber: Whether a number follows, as after `No.`.
    func ending(of word: String, beforeNumber: Bool) -> Ending {
        let lower = word.lowercased()
        if beforeNumber, counted.contains(lower) { return .never }
        if never.contains(lower) { return .never }
        if perhaps.contains(lower) { return .perhaps }
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
        beginners.isEmpty ? true : beginners.contains(word.lowercased())
    }

    /// The abbreviations of a language, chosen by the first two letters of its code.
    static func of(language: String) -> Abbreviations {
        switch language.prefix(2) {
        case "en": english
        case "de": german
        case "fr": french
        case "es", "pt", "it", "ca": romance
        default: other
        }
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(separator: " ").map(String.init))
    }

    private static let english = Abbreviations(
        never: words(
            """
            mr mrs ms messrs mx dr prof rev fr hon gen col maj capt cmdr lt sgt cpl pvt adm gov sen rep pres supt mt vs cf e.g i.e \
            eg ie viz al approx ca jan feb apr aug sept oct nov dec mme mlle
            """),
        perhaps: words(
            """
            etc inc ltd co corp llc plc bros jr sr esq ph.d m.d b.a m.a a.m p.m pm b.c a.d st ft dept est univ ave blvd rd hwy tue tues thu \
            thur thurs fri jun jul sep
            """),
        counted: words("no nos fig figs eq ch sec vol pp p op art ext apt rm mar dec"),
        beginners: words(
            """
            a about after all although an and another any are as at because before both but by can could did do does during each \
            even every finally first for from had has have he her here his how however i if in instead is it its just last later \
            let many may maybe more most my never nevertheless next no nobody nobody's not nothing now of on once one only or other \
            our perhaps she should since so some soon still such that that's the their then there there's therefore these they this those though \
            thus to today together tomorrow under until was we well were what when where whether which while who whose why will with would \
            yes yesterday yet you your
            """),
        hasOrdinalDots: false)

    private static let german = Abbreviations(
        never: words(
            "hr fr dr prof dipl ing med st z z.b zb d.h bzw ca vgl nr str abs art bd s u.a u a i.d.r evtl ggf inkl exkl max min mio mrd jan feb mrz apr jun jul aug sep sept okt nov dez geb gest jh"
        ),
        perhaps: words("usw etc u.s.w co"), counted: words("nr"), beginners: [], hasOrdinalDots: true)

    private static let french = Abbreviations(
        never: words("m mm mme mlle dr pr me st ste p pp art cf env av"), perhaps: words("etc"),
        counted: [], beginners: [], hasOrdinalDots: false)

    private static let romance = Abbreviations(
        never: words(
            "sr sra srta dr dra d dna ud uds st sta sto prof sig dott ing avv pág pag p pp núm num ej cf"),
        perhaps: words("etc ecc"), counted: [], beginners: [], hasOrdinalDots: false)

    private static let other = Abbreviations(
        never: words("dr prof st"), perhaps: words("etc"), counted: [], beginners: [],
        hasOrdinalDots: false)
}
