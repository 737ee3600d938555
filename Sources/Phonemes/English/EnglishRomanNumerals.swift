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
    private static let counted: Set<String> = [
        "act", "appendix", "article", "book", "bowl", "canto", "chapter", "class", "division",
        "episode", "exhibit", "figure", "grade", "group", "level",
        "mark", "olympiad", "part", "phase", "plate", "psalm", "quarter", "scene", "season", "section",
        "stage", "symphony", "table", "title", "type", "vatican", "version",
        "vol", "volume", "war",
    ]
    /// What follows a ruler's name with a number, and not the word `I`.
    private static let afterRuler: Set<String> = [
        "of", "was", "and", "in", "had", "who", "died", "is", "ruled", "became", "reigned", "to", "or",
        "by", "from", "on", "with", "at", "as", "his", "her", "did", "made",
    ]

    /// `Henry VIII` as the eighth, `Chapter IV` and `World War II` as numbers.
    func romanNumeral(at place: WordContext) -> Reading? {
        guard let value = romanValue(place.here), let before = place.preceding,
            before.first!.isUppercase || Self.counted.contains(before)
        else { return nil }
        if Self.counted.contains(before.lowercased()) { return Reading(numbers.cardinal(value)) }
        if Self.rulers.contains(before) {
            guard place.here != "I" || place.following().map({ Self.afterRuler.contains($0) }) ?? true
            else { return nil }
            return Reading(["the"] + numbers.ordinal(String(value)))
        }
        // After another name only what is no word or letter of its own.
        return place.here.count > 1 ? Reading(numbers.cardinal(value)) : nil
    }

    /// The value of a Roman numeral below 90 in capitals, as it is properly written; nil for anything else.
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
