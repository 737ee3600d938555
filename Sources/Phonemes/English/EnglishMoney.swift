/// The rule for amounts of money.
extension EnglishNormalizer {
    private struct Currency {
        let name: String
        let plural: String
        /// The name of a hundredth.
        let part: String?
        /// The plural of the name of a hundredth.
        let parts: String?
    }

    private static let dollar = Currency(
        name: "dollar", plural: "dollars", part: "cent", parts: "cents")
    private static let currencies: [Character: Currency] = [
        "$": dollar,
        "€": Currency(name: "euro", plural: "euros", part: "cent", parts: "cents"),
        "£": Currency(name: "pound", plural: "pounds", part: "penny", parts: "pence"),
        "¥": Currency(name: "yen", plural: "yen", part: nil, parts: nil),
        "₹": Currency(name: "rupee", plural: "rupees", part: "paisa", parts: "paise"),
        "₩": Currency(name: "won", plural: "won", part: nil, parts: nil),
        "₽": Currency(name: "rouble", plural: "roubles", part: nil, parts: nil),
        "₺": Currency(name: "lira", plural: "lira", part: nil, parts: nil),
        "₿": Currency(name: "bitcoin", plural: "bitcoins", part: nil, parts: nil),
        "¢": Currency(name: "cent", plural: "cents", part: nil, parts: nil),
    ]
    /// The countries of dollars, by the prefix of the sign.
    private static let countries = [
        "US": "U.S", "U.S.": "U.S", "C": "Canadian", "CA": "Canadian", "A": "Australian",
        "AU": "Australian", "NZ": "New Zealand",
        "HK": "Hong Kong", "S": "Singapore", "R": "",
    ]
    /// ISO 4217 currency codes.
    private static let codes: [String: (country: [String], sign: Character)] = [
        "USD": (["U.S"], "$"), "EUR": ([], "€"), "GBP": ([], "£"), "JPY": ([], "¥"),
        "CAD": (["Canadian"], "$"),
        "AUD": (["Australian"], "$"), "INR": ([], "₹"),
    ]
    private static let magnitudes = [
        "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million",
        "bn": "billion", "B": "billion",
        "b": "billion", "tn": "trillion", "T": "trillion",
    ]
    private static let magnitudeWords: Set<String> = [
        "hundred", "thousand", "million", "billion", "trillion", "quadrillion",
    ]

    /// Verbalizes amounts of money: `$5.20`, `-£3`, `US$5 million`, `€5-10`, `$20/month`, `5€`, `50¢`, `5 USD`.
    func money(at context: WordContext) -> Verbalization? {
        signedMoney(at: context) ?? moneyBeforeSign(at: context)
    }

    /// Verbalizes an amount after its currency sign.
    private func signedMoney(at context: WordContext) -> Verbalization? {
        guard let signIndex = context.word.firstIndex(where: { Self.currencies[$0] != nil }) else {
            return nil
        }
        var before = context.word[..<signIndex]
        let isNegative = before.first.map { "-−".contains($0) } ?? false
        if isNegative { before.removeFirst() }
        guard let country = before.isEmpty ? "" : Self.countries[String(before)] else { return nil }
        let currency = Self.currencies[context.word[signIndex]]!
        let amount = context.word[context.word.index(after: signIndex)...]
        guard var (number, rest) = NumericLiteral.leading(amount), !number.isNegative else { return nil }
        var from: [String] = isNegative ? ["minus"] : []
        if let dash = rest.first, "-–".contains(dash) {
            let upper = rest.dropFirst().drop { $0 == context.word[signIndex] }
            if let second = NumericLiteral.leading(upper) {
                from += number.spoken(numbers) + ["to"]
                (number, rest) = second
            }
        }
        let of = country.isEmpty ? [] : country.split(separator: " ").map(String.init)
        return amountReading(number, rest, currency, country: of, from: from, at: context)
    }

    private func amountReading(
        _ number: NumericLiteral, _ rest: Substring, _ currency: Currency, country: [String],
        from: [String], at context: WordContext
    ) -> Verbalization? {
        if let magnitude = Self.magnitudes[String(rest)] {
            return Verbalization(from + number.spoken(numbers) + [magnitude] + country + [currency.plural])
        }
        if let per = perWord(rest) { return Verbalization(from + amount(number, currency, country) + per) }
        guard rest.isEmpty else { return nil }
        if let next = context.following(), Self.magnitudeWords.contains(next) {
            return Verbalization(from + number.spoken(numbers) + [next] + country + [currency.plural], count: 2)
        }
        return Verbalization(
            from
                + (from.last == "to" && !number.isOne
                    ? plainAmount(number, currency, country) : amount(number, currency, country)))
    }

    /// The words of a suffix such as `/month` or `-a-day`.
    private func perWord(_ rest: Substring) -> [String]? {
        if rest.first == "/", rest.dropFirst().allSatisfy(\.isLetter), rest.count > 1 {
            return ["per", String(rest.dropFirst())]
        }
        guard rest.first == "-", rest.contains(where: \.isLetter) else { return nil }
        return rest.split(separator: "-").flatMap { isolated($0) }
    }

    /// Verbalizes an amount before its currency sign or code.
    private func moneyBeforeSign(at context: WordContext) -> Verbalization? {
        guard let (number, rest) = NumericLiteral.leading(context.word) else { return nil }
        if rest.count == 1, let currency = Self.currencies[rest.first!] {
            return Verbalization(amount(number, currency, []))
        }
        guard rest.isEmpty, let code = context.following(), let (country, sign) = Self.codes[code] else {
            return nil
        }
        return Verbalization(amount(number, Self.currencies[sign]!, country), count: 2)
    }

    /// The words of an amount; a fraction of two digits is read as the currency's hundredths.
    private func amount(_ number: NumericLiteral, _ currency: Currency, _ country: [String])
        -> [String]
    {
        guard let fraction = number.fraction, fraction.count == 2, let part = currency.part,
            let parts = currency.parts
        else {
            return plainAmount(number, currency, country)
        }
        var whole = number
        whole.fraction = nil
        let cents = String(Int(fraction)!)
        let small = numbers.cardinal(cents) + [cents == "1" ? part : parts]
        if number.integer.allSatisfy({ $0 == "0" }) { return small }
        let large = plainAmount(whole, currency, country)
        return cents == "0" ? large : large + ["and"] + small
    }

    /// The words of an amount, with its decimals digit by digit.
    private func plainAmount(_ number: NumericLiteral, _ currency: Currency, _ country: [String])
        -> [String]
    {
        number.spoken(numbers) + country + [number.isOne ? currency.name : currency.plural]
    }
}
