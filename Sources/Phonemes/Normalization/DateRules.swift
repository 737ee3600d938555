/// The rules for dates and times of day.
extension Grammar {
    /// Parses dates in words and in numbers, with a weekday or without.
    func date(_ cursor: inout Cursor) -> Quantity? {
        any([weekdayDate, monthFirst, germanDays, dayFirst, dateAndTime, numericDate, dayAndMonth, monthAndYear, weekdayAlone], &cursor)
    }

    /// Parses `Mon-Fri`, `Jan–Mar 2020`.
    func dateRange(_ cursor: inout Cursor) -> Quantity? {
        for rule in [dayName, monthName] {
            var copy = cursor
            guard let from = rule(&copy), copy.sign("-–—/") != nil, let to = rule(&copy), copy.endsQuantity else { continue }
            cursor = copy
            return .range(from, to)
        }
        return nil
    }

    private func dayName(_ cursor: inout Cursor) -> Quantity? {
        cursor.letters(stop: true) { lexeme in isName(lexeme) ? data.words("weekdays", lexeme.lower).map { .words($0) } : nil }
    }

    private func monthName(_ cursor: inout Cursor) -> Quantity? {
        cursor.letters(stop: true) { lexeme in isName(lexeme) ? data.month(lexeme.lower).map { .words(data.months[$0 - 1]) } : nil }
    }

    /// Names of days and months begin with a capital where the language writes them so.
    private func isName(_ lexeme: Lexeme) -> Bool { !isEnglish || lexeme.text.first!.isUppercase }

    /// Parses the abbreviation of a weekday, with its full stop or before a date's parentheses.
    private func weekdayAlone(_ cursor: inout Cursor) -> Quantity? {
        guard let word = cursor.next, isName(word), word.kind == .letters, let name = data.words("weekdays", word.lower),
            name.joined() != word.text
        else { return nil }
        cursor.index += 1
        guard cursor.sign(".") != nil, !cursor.endsClause || !cursor.isAttached else { return nil }
        // In other languages these are words too, so that a date or a range has to follow.
        if !isEnglish {
            guard data.code != "de" || word.text.first!.isUppercase, let next = cursor.next,
                next.kind == .digits || data.contains("date-links", next.lower) || "-–,".contains(next.text) && !next.isSpaced
            else { return nil }
        }
        return .words(name)
    }

    private func weekdayDate(_ cursor: inout Cursor) -> Quantity? {
        guard let name = cursor.letters(stop: true, { data.words("weekdays", $0.lower) }) else { return nil }
        let hasComma = cursor.sign(",") != nil
        let link = cursor.letters { data.contains("date-links", $0.lower) ? $0.text : nil }
        guard case .date(var date) = any([monthFirst, dayFirst, numericDate], &cursor) else { return nil }
        (date.weekday, date.link) = (name + (hasComma ? [","] : []), link.map { [$0] } ?? [])
        return .date(date)
    }

    /// Parses `Nov. 5`, `November 5th, 2020`, `Nov 2020`, `Jan-15-2020`, `SEPT. 15`.
    private func monthFirst(_ cursor: inout Cursor) -> Quantity? {
        guard data.code == "en", let word = cursor.next, let month = cursor.letters(stop: true, { data.month($0.lower) })
        else { return nil }
        let isSure = word.text.first!.isUppercase || !["may", "march", "mar", "dec", "sep", "jan"].contains(word.lower)
            || cursor.before()!.text == "."
        let hasDash = cursor.sign("-/") != nil
        var copy = cursor
        if let day = day(&copy, spaced: !hasDash), !(copy.next?.text == ":") {
            let hasSuffix = copy.before()!.kind == .letters
            var date = CalendarDate(month: month, day: day, order: data.isAmerican ? .monthFirst : .country)
            (date.year, date.hasComma) = yearAfterDay(&copy, dashed: hasDash)
            guard isSure || date.year != nil || hasSuffix, copy.endsQuantity || isDash(copy) else { return nil }
            cursor = copy
            if !data.isAmerican { date.order = .monthFirst }
            return dayRange(date, &cursor)
        }
        guard isSure, let digits = cursor.digits(4...4, spaced: !hasDash), cursor.endsQuantity else { return nil }
        return .date(CalendarDate(year: .year(Int(digits)!), month: month))
    }

    func isDash(_ cursor: Cursor) -> Bool { cursor.next.map { "-–".contains($0.text) } ?? false }

    /// Takes the end of a range of days, `May 5-7`.
    private func dayRange(_ date: CalendarDate, _ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        if copy.sign("-–", spaced: nil) != nil, let end = any([monthFirst], &copy) {
            cursor = copy
            return .sequence([.date(date), .words(data.phrase("to")), end])
        }
        copy = cursor
        guard date.year == nil, copy.sign("-–", spaced: nil) != nil, let last = day(&copy, spaced: nil), copy.endsQuantity
        else { return .date(date) }
        let (year, hasComma) = yearAfterDay(&copy, dashed: false)
        cursor = copy
        let end: [Quantity] = [.date(date), .words(data.phrase("to")), .ordinal(String(last))]
        return .sequence(end + (year.map { (hasComma ? [.words([","])] : []) + [$0] } ?? []))
    }

    /// Takes a day of a month, with its ordinal ending or without.
    private func day(_ cursor: inout Cursor, spaced: Bool?) -> Int? {
        var copy = cursor
        guard let digits = copy.digits(1...2, spaced: spaced), let day = Int(digits), (1...31).contains(day) else { return nil }
        let hasSuffix = copy.letters(spaced: false, { data.contains("day-suffixes", $0.lower) ? true : nil }) != nil
        guard hasSuffix || copy.next?.kind != .letters || copy.next!.isSpaced || copy.next!.lower == "'s" else { return nil }
        if !hasSuffix, copy.next?.kind == .sign, !copy.next!.isSpaced, ".,:/%°".contains(copy.next!.text),
            copy.after(1)?.kind == .digits, !(copy.after(1)!.isSpaced)
        {
            return nil
        }
        cursor = copy
        return day
    }

    /// Takes a year after a day: `, 2020`, ` 2020`, `-2020`, `'98`.
    private func yearAfterDay(_ cursor: inout Cursor, dashed: Bool) -> (Quantity?, Bool) {
        var copy = cursor
        let hasComma = copy.sign(",") != nil
        if dashed, copy.sign("-/") == nil { return (nil, false) }
        if let digits = copy.digits(4...4, spaced: dashed ? false : nil), digits.first != "0", copy.endsQuantity || isDash(copy) {
            cursor = copy
            return (.year(Int(digits)!), hasComma)
        }
        return (nil, false)
    }

    /// Parses `5 November 2020`, `5th Nov.`, `15-Jan-2020`, `the 5th of May`, `3. Oktober 1990`, `1er mai`, `5 de mayo de 2020`.
    private func dayFirst(_ cursor: inout Cursor) -> Quantity? {
        let place = cursor
        guard let day = day(&cursor, spaced: nil) else { return nil }
        if data.code == "de", cursor.sign(".") == nil { return nil }
        let dash = cursor.sign("-/")
        let hasLink = dash == nil && cursor.letters(spaced: true, { data.contains("date-of", $0.lower) ? true : nil }) != nil
        guard let month = cursor.letters(spaced: dash == nil ? nil : false, stop: true, { isEnglish && hasLink && !isName($0) ? nil : data.month($0.lower) })
        else { return nil }
        if isEnglish, cursor.before()!.lower == "may" || cursor.before()!.lower == "march", !isName(cursor.before()!),
            cursor.next?.kind != .digits
        {
            return nil
        }
        var date = CalendarDate(month: month, day: day, order: .dayFirst)
        var copy = cursor
        _ = copy.letters(spaced: true) { data.contains("date-of", $0.lower) && !isEnglish ? true : nil }
        (date.year, date.hasComma) = yearAfterDay(&copy, dashed: dash != nil)
        if date.year != nil { cursor = copy }
        if place.precedingWord == "the" { date.link = ["the"] }
        if data.code == "de" { date.ending = germanEnding(before: place, "") }
        return .date(date)
    }

    /// Parses dates of three numbers, of which the country tells the order: `2026-11-21`, `11/21/2026`, `21.11.26`.
    private func numericDate(_ cursor: inout Cursor) -> Quantity? {
        if let before = cursor.before(), cursor.isAttached, before.kind != .sign || "-/.".contains(before.text) { return nil }
        let ending = data.code == "de" ? germanEnding(before: cursor, "") : ""
        guard let first = cursor.digits(1...4), let separator = cursor.sign("-/.–"),
            let second = cursor.digits(1...2, spaced: false), 
            cursor.sign(String(separator)) != nil, let third = cursor.digits(1...4, spaced: false), cursor.endsQuantity
                || cursor.next?.lower == "t"
        else { return nil }
        if let next = cursor.next, !next.isSpaced, "-/".contains(next.text), cursor.after(1)?.kind != .letters { return nil }
        let values = [first, second, third].map { Int($0)! }
        if first.count == 4 { return calendarDate(third, year: first, month: values[1], day: values[2], .country) }
        guard first.count <= 2, third.count == 4 || third.count == 2 && (separator == "/" || !isEnglish || second.count == 2)
        else { return nil }
        let monthComesFirst = data.isAmerican ? values[0] <= 12 : values[1] > 12
        return monthComesFirst
            ? calendarDate(third, year: third, month: values[0], day: values[1], .country)
            : calendarDate(third, year: third, month: values[1], day: values[0], .dayFirst, ending)
    }

    /// Parses a date and a time as ISO 8601 joins them: `2024-05-03T10:15:00Z`.
    private func dateAndTime(_ cursor: inout Cursor) -> Quantity? {
        guard let date = numericDate(&cursor), cursor.word("t", spaced: false), let time = any([time], &cursor) else { return nil }
        guard cursor.endsQuantity else { return nil }
        return .sequence([date, time])
    }

    /// Parses German days before their month, `1.–3. Mai`.
    func germanDays(_ cursor: inout Cursor) -> Quantity? {
        guard data.code == "de" else { return nil }
        let ending = germanEnding(before: cursor, "")
        guard let first = cursor.digits(1...2), cursor.sign(".") != nil, cursor.sign("-–/") != nil, let last = cursor.digits(1...2, spaced: false),
            cursor.sign(".") != nil, let next = cursor.next, next.isSpaced, data.month(next.lower) != nil
        else { return nil }
        let joint = cursor.before(3)?.text == "/" ? "and" : "to"
        return .sequence([.ordinal(first + ending), .words(data.phrase(joint)), .ordinal(last + ending)])
    }

    /// Parses a month that is abbreviated before its year, in languages that write the day first: `déc. 2020`.
    private func monthAndYear(_ cursor: inout Cursor) -> Quantity? {
        guard !isEnglish, let word = cursor.next, let month = cursor.letters(stop: true, { data.month($0.lower) }),
            word.lower != data.months[month - 1].joined().lowercased(), let year = cursor.digits(4...4, spaced: true), cursor.endsQuantity
        else { return nil }
        return .date(CalendarDate(year: .year(Int(year)!), month: month))
    }

    /// Parses a German day and month in numbers, `am 3.10.`, after a word that an ordinal follows.
    private func dayAndMonth(_ cursor: inout Cursor) -> Quantity? {
        guard let before = cursor.precedingWord else { return nil }
        if data.code == "fr" || data.code == "es" {
            guard data.contains("date-links", before), let day = cursor.digits(1...2).flatMap({ Int($0) }), cursor.sign("/") != nil,
                let month = cursor.digits(1...2, spaced: false).flatMap({ Int($0) }), cursor.endsQuantity, cursor.next?.text != "/",
                (1...31).contains(day), (1...12).contains(month)
            else { return nil }
            return .date(CalendarDate(month: month, day: day, order: .dayFirst))
        }
        guard data.code == "de", data.contains("ordinal-n", before) || data.contains("ordinal-e", before) else { return nil }
        let ending = germanEnding(before: cursor, "")
        guard let day = cursor.digits(1...2).flatMap({ Int($0) }), cursor.sign(".") != nil,
            let month = cursor.digits(1...2, spaced: false).flatMap({ Int($0) }), cursor.sign(".") != nil, !cursor.isAttached,
            (1...31).contains(day), (1...12).contains(month)
        else { return nil }
        return .date(CalendarDate(month: month, day: day, order: .dayFirst, ending: ending))
    }

    private func calendarDate(_ third: String, year: String, month: Int, day: Int, _ order: CalendarDate.Order, _ ending: String = "") -> Quantity? {
        guard (1...12).contains(month), (1...31).contains(day), let value = Int(year) else { return nil }
        let century = year.count > 2 || isEnglish ? 0 : value < 50 ? 2000 : 1900
        return .date(CalendarDate(year: .year(century + value), month: month, day: day, order: order, ending: ending))
    }
}
