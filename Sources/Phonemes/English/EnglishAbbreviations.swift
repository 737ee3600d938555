/// The rule for abbreviations.
extension EnglishNormalizer {
    /// Abbreviations that are expanded with a full stop or without, matched with their case.
    private static let words = table(
        """
        Mr=mister Mrs=missus Ms=miz Mx=mix Messrs=messers Prof=professor Capt=captain Cmdr=commander Lt=lieutenant \
        Sgt=sergeant Cpl=corporal Adm=admiral Supt=superintendent Jr=junior Sr=senior Esq=esquire Blvd=boulevard Hwy=highway \
        Inc=incorporated Ltd=limited Corp=corporation Bros=brothers Dept=department dept=department Univ=university \
        etc=et_cetera vs=versus approx=approximately e.g=for_example eg=for_example i.e=that_is viz=namely cf=compare \
        w/=with w/o=without b/c=because Ph.D=P.H.D PhD=P.H.D a.m=A.M p.m=P.M A.M=A.M P.M=P.M a.k.a=A.K.A OK=okay Ok=okay \
        ok=okay Mme=madam Mlle=mademoiselle misc=miscellaneous govt=government 'n'=and n'=and Tues=Tuesday Thurs=Thursday \
        Feb=February Sept=September Oct=October Nov=November Dec=December
        """)

    /// Abbreviations that are expanded only before a full stop, because they are words or names otherwise.
    private static let stopped = table(
        """
        Rev=reverend Hon=honorable Gen=general Col=colonel Maj=major Pvt=private Gov=governor Sen=senator Rep=representative \
        Pres=president Mt=mount Ave=avenue Rd=road Co=company est=established ca=circa Mon=Monday Tue=Tuesday Wed=Wednesday \
        Thu=Thursday Thur=Thursday Fri=Friday Sat=Saturday Sun=Sunday Jan=January Mar=March Apr=April Jun=June Jul=July \
        Aug=August Sep=September
        """)

    /// Abbreviations that are expanded only before a number, and in lower case only with a full stop, because `no` is a word.
    private static let counted = table(
        """
        no=number nos=numbers fig=figure figs=figures vol=volume ch=chapter sec=section p=page pp=pages eq=equation op=opus \
        art=article apt=apartment rm=room ext=extension
        """)

    private static func table(_ text: String) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: text.split(separator: " ").map { entry in
                let sides = entry.split(separator: "=")
                return (String(sides[0]), String(sides[1]))
            })
    }

    /// Expands abbreviations: `Mr.`, `e.g.`, `No. 5`, `Dr.` as doctor or drive, `St.` as saint or street.
    func abbreviation(at context: WordContext) -> Verbalization? {
        let here = context.word
        let hasStop = context.hasStop || context.isLast
        if let words = Self.words[here] ?? (hasStop ? Self.stopped[here] : nil) {
            return Verbalization(words.split(separator: "_").map(String.init))
        }
        if let word = Self.counted[here.lowercased()], let next = context.following(),
            context.hasStop || here.first!.isUppercase,
            next.first!.isDigit || romanValue(next) != nil
        {
            return Verbalization([word])
        }
        switch here {
        case "Dr": return Verbalization([isStreet(context) ? "drive" : "doctor"])
        case "St": return Verbalization([isStreet(context) ? "street" : "saint"])
        case "Ft" where context.following()?.first?.isUppercase ?? false: return Verbalization(["fort"])
        default: return nil
        }
    }

    /// Whether `Dr.` or `St.` is part of a street's name: it follows a name and precedes none.
    private func isStreet(_ context: WordContext) -> Bool {
        guard let before = context.preceding, before.first!.isUppercase || before.first!.isNumber else {
            return false
        }
        guard let next = context.following() else { return true }
        return !next.first!.isUppercase
    }
}

/// The rule for Roman numerals.
extension EnglishNormalizer {
    private static let rulers: Set<String> = [
        "Alexander", "Alfonso", "Benedict", "Boniface", "Catherine", "Charles", "Christian", "Clement",
        "Edward", "Elizabeth", "Ferdinand",
        "Francis", "Franz", "Frederick", "George", "Gregory", "Gustav", "Harald", "Henry", "Innocent",
        "Isabella", "Ivan", "James", "John", "Joseph", "Julius",
        "Leo", "Leopold", "Louis", "Ludwig", "Margaret", "Mary", "Maximilian", "Napoleon", "Nicholas",
        "Otto", "Paul", "Pedro", "Peter", "Philip", "Pius",
        "Ptolemy", "Ramesses", "Ramses", "Richard", "Robert", "Rudolf", "Sixtus", "Stephen", "Thutmose",
        "Urban", "Victor", "Wilhelm", "William",
    ]
    /// Nouns that a number follows.
    private static let numberedNouns: Set<String> = [
        "act", "appendix", "article", "book", "bowl", "canto", "chapter", "class", "division",
        "episode", "exhibit", "figure", "grade", "group", "level",
        "mark", "olympiad", "part", "phase", "plate", "psalm", "quarter", "scene", "season", "section",
        "stage", "symphony", "table", "title", "type", "vatican", "version",
        "vol", "volume", "war",
    ]
    /// Words that follow a ruler's numeral `I` and do not follow the pronoun `I`.
    private static let afterRuler: Set<String> = [
        "of", "was", "and", "in", "had", "who", "died", "is", "ruled", "became", "reigned", "to", "or",
        "by", "from", "on", "with", "at", "as", "his", "her", "did", "made",
    ]

    /// Verbalizes Roman numerals: `Henry VIII` as an ordinal, `Chapter IV` and `World War II` as cardinals.
    func romanNumeral(at context: WordContext) -> Verbalization? {
        guard let value = romanValue(context.word), let before = context.preceding,
            before.first!.isUppercase || Self.numberedNouns.contains(before)
        else { return nil }
        if Self.numberedNouns.contains(before.lowercased()) { return Verbalization(numbers.cardinal(value)) }
        if Self.rulers.contains(before) {
            guard context.word != "I" || context.following().map({ Self.afterRuler.contains($0) }) ?? true
            else { return nil }
            return Verbalization(["the"] + numbers.ordinal(String(value)))
        }
        // After another name, a single letter is not a numeral.
        return context.word.count > 1 ? Verbalization(numbers.cardinal(value)) : nil
    }

    /// The value of a well-formed Roman numeral in capitals, below 90; nil for anything else.
    func romanValue(_ text: String) -> Int? {
        let values: [Character: Int] = ["I": 1, "V": 5, "X": 10, "L": 50]
        guard (1...8).contains(text.count), text.allSatisfy({ values[$0] != nil }) else { return nil }
        let digits = text.map { values[$0]! }
        let value = digits.indices.reduce(0) { sum, index in
            let isLess = index + 1 < digits.count && digits[index] < digits[index + 1]
            return sum + (isLess ? -digits[index] : digits[index])
        }
        return value < 90 && Self.roman(value) == text ? value : nil
    }

    private static func roman(_ value: Int) -> String {
        var (text, rest) = ("", value)
        for (size, letters) in [
            (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
        ] {
            while rest >= size {
                text += letters
                rest -= size
            }
        }
        return text
    }
}
