/// The rules for dates and times of day.
extension EnglishNormalizer {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    private static let shortMonths = [
        "Jan": 0, "Feb": 1, "Mar": 2, "Apr": 3, "Jun": 5, "Jul": 6, "Aug": 7, "Sep": 8, "Sept": 8,
        "Oct": 9, "Nov": 10, "Dec": 11,
    ]

    private func monthName(_ word: String) -> String? {
        if Self.months.contains(word) { return word }
        return Self.shortMonths[word].map { Self.months[$0] }
    }

    /// Verbalizes a month before a day or a year: `Nov. 5`, `November 5th`, `Nov 2020`.
    func month(at context: WordContext) -> Verbalization? {
        guard let month = monthName(context.word), let next = context.following() else { return nil }
        let digits = next.prefix(while: \.isDigit)
        guard let value = Int(digits) else { return nil }
        let ending = next.dropFirst(digits.count)
        if (1...31).contains(value), ending.isEmpty || Self.ordinalEndings.contains(ending.lowercased()) {
            let day = numbers.ordinal(String(value))
            return Verbalization([month] + (isAmerican ? [] : ["the"]) + day, count: 2)
        }
        if ending.isEmpty, digits.count == 4 { return Verbalization([month] + numbers.year(value), count: 2) }
        return nil
    }

    static let ordinalEndings: Set<String> = ["st", "nd", "rd", "th"]

    /// Verbalizes dates that begin with a number: `2026-11-21`, `11/21/2026`, `21.11.2026`, `5 November`, `5th Nov.`.
    func date(at context: WordContext) -> Verbalization? {
        dayAndMonth(at: context) ?? dateOfNumbers(context.word)
    }

    private func dayAndMonth(at context: WordContext) -> Verbalization? {
        let digits = context.word.prefix(while: \.isDigit)
        let ending = context.word.dropFirst(digits.count).lowercased()
        guard digits.count <= 2, let day = Int(digits), (1...31).contains(day),
            ending.isEmpty || Self.ordinalEndings.contains(ending), let next = context.following(),
            let month = monthName(next)
        else { return nil }
        let hasArticle = context.preceding?.lowercased() == "the"
        return Verbalization(
            (hasArticle ? [] : ["the"]) + numbers.ordinal(String(day)) + ["of", month], count: 2)
    }

    private func dateOfNumbers(_ text: String) -> Verbalization? {
        for separator: Character in ["-", "/", "."] {
            let fields = text.split(separator: separator, omittingEmptySubsequences: false)
            guard fields.count == 3, fields.allSatisfy(\.isDigits),
                let numbers = fields.map({ Int($0) }) as? [Int]
            else { continue }
            if fields[0].count == 4, separator != "." {
                return date(year: numbers[0], month: numbers[1], day: numbers[2])
            }
            guard fields[2].count == 4, fields[0].count <= 2, fields[1].count <= 2 else { continue }
            let hasMonthFirst = separator == "/" && isAmerican && numbers[0] <= 12 || numbers[1] > 12
            return hasMonthFirst
                ? date(year: numbers[2], month: numbers[0], day: numbers[1])
                : date(year: numbers[2], month: numbers[1], day: numbers[0])
        }
        return nil
    }

    private func date(year: Int, month: Int, day: Int) -> Verbalization? {
        guard (1...12).contains(month), (1...31).contains(day), year < 10_000 else { return nil }
        let day = numbers.ordinal(String(day))
        let name = Self.months[month - 1]
        return Verbalization((isAmerican ? [name] + day : ["the"] + day + ["of", name]) + numbers.year(year))
    }

    /// Verbalizes times of day and ratios: `10:30`, `10:05 p.m.`, `3pm`, `14:00`, `1:02:03`; `16:9` is a ratio.
    func time(at context: WordContext) -> Verbalization? {
        let (clock, half) = splitHalf(context.word)
        let following = half == nil ? context.following().flatMap { Self.half($0) } : nil
        let spokenHalf = [half ?? following].compactMap { $0 }
        let count = following == nil ? 1 : 2
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(fields.count), fields.allSatisfy({ $0.isDigits && $0.count <= 2 }),
            let hour = Int(fields[0])
        else {
            return ratio(clock)
        }
        if fields.count == 1 {
            guard !spokenHalf.isEmpty, (1...12).contains(hour) else { return nil }
            return Verbalization(numbers.cardinal(hour) + spokenHalf, count: count)
        }
        guard let minute = Int(fields[1]), hour <= 24, minute < 60, fields[1].count == 2 else {
            return ratio(clock)
        }
        var words = numbers.cardinal(hour)
        switch minute {
        case 0 where fields.count == 3: words += ["o'clock"]
        case 0 where !spokenHalf.isEmpty: break
        case 0: words += hour <= 12 ? ["o'clock"] : ["hundred"]
        case 1..<10: words += ["oh"] + numbers.cardinal(minute)
        default: words += numbers.cardinal(minute)
        }
        if fields.count == 3, let second = Int(fields[2]) {
            words += ["and"] + numbers.cardinal(second) + [second == 1 ? "second" : "seconds"]
        }
        return Verbalization(words + spokenHalf, count: count)
    }

    private func ratio(_ text: Substring) -> Verbalization? {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2, let first = NumericLiteral.whole(fields[0]),
            let second = NumericLiteral.whole(fields[1])
        else { return nil }
        return Verbalization(first.spoken(numbers) + ["to"] + second.spoken(numbers))
    }

    /// Splits `3pm` into the clock time and the half of the day.
    private func splitHalf(_ text: String) -> (clock: Substring, half: String?) {
        let clock = text.prefix { $0.isDigit || $0 == ":" }
        guard let half = Self.half(String(text.dropFirst(clock.count))) else { return (text[...], nil) }
        return (clock, half)
    }

    /// The spoken half of the day, a.m. or p.m., with a full stop between letters so that they are spelled.
    private static func half(_ text: String) -> String? {
        switch text.lowercased().filter({ $0 != "." }) {
        case "am": "A.M"
        case "pm": "P.M"
        default: nil
        }
    }
}
