extension EnglishNormalizer {
    /// In the case they are written in, with a stop or without.
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

    /// Words or names of their own where no stop follows.
    private static let stopped = table(
        """
        Rev=reverend Hon=honorable Gen=general Col=colonel Maj=major Pvt=private Gov=governor Sen=senator Rep=representative \
        Pres=president Mt=mount Ave=avenue Rd=road Co=company est=established ca=circa Mon=Monday Tue=Tuesday Wed=Wednesday \
        Thu=Thursday Thur=Thursday Fri=Friday Sat=Saturday Sun=Sunday Jan=January Mar=March Apr=April Jun=June Jul=July \
        Aug=August Sep=September
        """)

    /// Where a number follows; in lower case only with a stop, for `no` is a word.
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

    /// `Mr.`, `e.g.`, `No. 5`, `Dr.` as doctor or drive, `St.` as saint or street.
    func abbreviation(at place: WordContext) -> Reading? {
        let here = place.here
        let hasStop = place.hasStop || place.isLast
        if let words = Self.words[here] ?? (hasStop ? Self.stopped[here] : nil) {
            return Reading(words.split(separator: "_").map(String.init))
        }
        if let word = Self.counted[here.lowercased()], let next = place.following(),
            place.hasStop || here.first!.isUppercase,
            next.first!.isDigit || romanValue(next) != nil
        {
            return Reading([word])
        }
        switch here {
        case "Dr": return Reading([isStreet(place) ? "drive" : "doctor"])
        case "St": return Reading([isStreet(place) ? "street" : "saint"])
        case "Ft" where place.following()?.first?.isUppercase ?? false: return Reading(["fort"])
        default: return nil
        }
    }

    /// After a name, and not before one.
    private func isStreet(_ place: WordContext) -> Bool {
        guard let before = place.preceding, before.first!.isUppercase || before.first!.isNumber else {
            return false
        }
        guard let next = place.following() else { return true }
        return !next.first!.isUppercase
    }
}
