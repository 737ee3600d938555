extension EnglishReading {
    /// Without their stops, in the case they are written in.
    private static let words: [String: String] = [
        "Mr": "mister", "Mrs": "missus", "Ms": "miz", "Mx": "mix", "Messrs": "messers",
        "Prof": "professor", "Rev": "reverend",
        "Hon": "honorable", "Gen": "general", "Col": "colonel", "Maj": "major", "Capt": "captain",
        "Cmdr": "commander",
        "Lt": "lieutenant", "Sgt": "sergeant", "Cpl": "corporal", "Pvt": "private", "Adm": "admiral",
        "Gov": "governor",
        "Sen": "senator", "Rep": "representative", "Pres": "president", "Supt": "superintendent",
        "Jr": "junior", "Sr": "senior",
        "Esq": "esquire", "Mt": "mount", "Ave": "avenue", "Blvd": "boulevard", "Rd": "road",
        "Hwy": "highway", "Inc": "incorporated",
        "Ltd": "limited", "Co": "company", "Corp": "corporation", "Bros": "brothers",
        "Dept": "department", "dept": "department",
        "Univ": "university", "etc": "et cetera", "vs": "versus", "approx": "approximately",
        "e.g": "for example", "eg": "for example",
        "i.e": "that is", "viz": "namely", "cf": "compare", "est": "established", "w/": "with",
        "w/o": "without", "b/c": "because",
        "Ph.D": "P.H.D", "PhD": "P.H.D", "Ph.D.s": "P.H.D's", "a.m": "A.M", "p.m": "P.M", "A.M": "A.M",
        "P.M": "P.M", "ca": "circa", "al": "al", "OK": "okay", "Ok": "okay",
        "ok": "okay", "Mme": "madam", "Mlle": "mademoiselle", "misc": "miscellaneous",
        "govt": "government", "a.k.a": "A.K.A", "'n'": "and", "n'": "and",
    ]
    /// Only where they had a stop, which the sentence has no more, or where a number follows.
    private static let beforeNumber = [
        "No": "number", "no": "number", "Nos": "numbers", "nos": "numbers", "Fig": "figure",
        "fig": "figure", "Figs": "figures", "Vol": "volume", "vol": "volume",
        "Ch": "chapter", "ch": "chapter", "Sec": "section", "sec": "section", "p": "page",
        "pp": "pages", "Eq": "equation", "eq": "equation", "Op": "opus", "op": "opus", "Art": "article",
        "ch.": "chapter", "Apt": "apartment", "Rm": "room", "Ext": "extension", "ext": "extension",
    ]
    private static let weekdays = [
        "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Thu": "Thursday", "Thur": "Thursday",
        "Thurs": "Thursday", "Fri": "Friday",
        "Jan": "January", "Feb": "February", "Apr": "April", "Aug": "August", "Sept": "September",
        "Sep": "September", "Oct": "October",
        "Nov": "November", "Dec": "December",
    ]

    /// `Mr.`, `e.g.`, `No. 5`, `Dr.` as doctor or drive, `St.` as saint or street.
    func abbreviation(at place: EnglishPlace) -> Reading? {
        let here = place.here
        if let word = Self.words[here] { return Reading(word.split(separator: " ").map(String.init)) }
        if let word = Self.beforeNumber[here], let next = place.following(),
            next.first!.isDigit || romanValue(next) != nil && here.first!.isUppercase
        {
            return Reading([word])
        }
        if here == "Dr" { return Reading([isStreet(place) ? "drive" : "doctor"]) }
        if here == "St" { return Reading([isStreet(place) ? "street" : "saint"]) }
        if here == "Ft", let next = place.following(), next.first!.isUppercase {
            return Reading(["fort"])
        }
        if let day = Self.weekdays[here], place.following()?.first?.isDigit ?? true {
            return Reading([day])
        }
        return nil
    }

    /// After a name, and not before one.
    private func isStreet(_ place: EnglishPlace) -> Bool {
        guard let before = place.preceding, before.first!.isUppercase || before.first!.isNumber else {
            return false
        }
        guard let next = place.following() else { return true }
        return !next.first!.isUppercase
    }
}
