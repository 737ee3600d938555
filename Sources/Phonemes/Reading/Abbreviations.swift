/// Words of a language that are written with a full stop, and what that says of a sentence's end.
struct Abbreviations: Sendable {
    enum Ending {
        /// A title, which a name follows, or an initial.
        case never
        /// Where a word follows that begins sentences more often than names.
        case perhaps
        case always
    }

    /// Without their stops, in lower case.
    private let never: Set<String>
    private let perhaps: Set<String>
    /// Those of what is counted, which are words of their own where no number follows.
    private let counted: Set<String>
    private let beginners: Set<String>
    /// Whether numbers with a full stop are ordinals.
    let hasOrdinalDots: Bool

    /// - Parameters:
    ///   - word: Without the stop at its end and without punctuation before it.
    ///   - beforeNumber: Whether a number follows, as after `No.`.
    func ending(of word: String, beforeNumber: Bool) -> Ending {
        let lower = word.lowercased()
        if beforeNumber, counted.contains(lower) { return .never }
        if never.contains(lower) { return .never }
        if perhaps.contains(lower) { return .perhaps }
        // An initial; `I` is a word more often.
        if word.count == 1, word.first!.isLetter, word != "I" { return .never }
        // Letters with stops between them, as in U.S.
        if word.contains("."),
            word.split(separator: ".").allSatisfy({ $0.count <= 2 && $0.allSatisfy(\.isLetter) })
        {
            return .perhaps
        }
        return .always
    }

    /// Whether `word` begins sentences more often than it goes on after an abbreviation.
    func begins(_ word: String) -> Bool {
        beginners.isEmpty ? true : beginners.contains(word.lowercased())
    }

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
