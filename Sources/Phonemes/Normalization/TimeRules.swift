/// The rules for times of day.
extension Grammar {
    /// Parses times: `10:30`, `10.05 p.m.`, `3pm`, `14:00 EST`, `1:02:03`, `14h30`, `14 Uhr 30`; `16:9` is a ratio.
    func time(_ cursor: inout Cursor) -> Quantity? {
        var copy = cursor
        guard let digits = copy.digits(1...2), let hour = Int(digits) else { return ratio(&cursor) }
        var time = ClockTime(hour: hour)
        takeMinutes(&copy, &time)
        time.half = half(&copy)
        if isEnglish, time.half == nil, time.minute != nil, cursor.after(1)?.text == "." { return ratio(&cursor) }
        takeClockWord(&copy, &time)
        guard time.half != nil || time.hasClockWord || time.minute != nil && cursor.after(1)?.text != "."
        else { return ratio(&cursor) }
        guard hour <= 24, time.half == nil || (1...23).contains(hour) else { return ratio(&cursor) }
        if let zone = zone(&copy) { time.zone = zone }
        guard copy.endsQuantity || isDash(copy) else { return ratio(&cursor) }
        cursor = copy
        return .time(time)
    }

    /// Takes the minutes and seconds of a time.
    private func takeMinutes(_ cursor: inout Cursor, _ time: inout ClockTime) {
        var copy = cursor
        guard let separator = copy.sign(":.") ?? (copy.letters { ["h", "H"].contains($0.text) && data.code == "fr" ? Character("h") : nil })
        else { return }
        guard let minute = copy.digits(2...2, spaced: separator == "h" ? nil : false), let value = Int(minute), value < 60 else {
            if separator == "h", copy.next?.kind != .letters || copy.next!.isSpaced { (time.hasClockWord, cursor) = (true, copy) }
            return
        }
        (time.minute, cursor) = (value, copy)
        if separator == "h" { time.hasClockWord = true }
        guard separator == ":", copy.sign(":") != nil, let second = copy.digits(2...2, spaced: false), Int(second)! < 60
        else { return }
        (time.second, cursor) = (Int(second), copy)
    }

    /// Takes a word that shows a time, `Uhr` or `h`, and the minutes after it.
    private func takeClockWord(_ cursor: inout Cursor, _ time: inout ClockTime) {
        guard cursor.letters({ data.contains("clock-words", $0.lower) ? true : nil }) != nil else { return }
        time.hasClockWord = true
        guard time.minute == nil, data.code == "de" else { return }
        var copy = cursor
        guard let minute = copy.digits(1...2, spaced: true), Int(minute)! < 60, copy.endsQuantity else { return }
        (time.minute, cursor) = (Int(minute), copy)
    }

    /// Takes `am`, `PM`, `a.m.`: the half of the day.
    private func half(_ cursor: inout Cursor) -> String? {
        guard isEnglish || data.code == "es" else { return nil }
        var copy = cursor
        guard let letters = copy.take(.letters), let first = letters.lower.first, "ap".contains(first) else { return nil }
        if letters.lower.count == 2 {
            guard letters.lower.last == "m" else { return nil }
        } else {
            guard letters.lower.count == 1, copy.sign(".") != nil, copy.word("m") else { return nil }
        }
        if copy.next?.text == ".", !copy.next!.isSpaced { copy.index += 1 }
        guard copy.next.map({ $0.isSpaced || $0.kind == .sign || data.contains("zones", $0.lower) }) ?? true else { return nil }
        cursor = copy
        return String(first) + "m"
    }

    /// Takes the name of a time zone, `EST`, `e.s.t`.
    private func zone(_ cursor: inout Cursor) -> [String]? {
        var copy = cursor
        guard let first = copy.take(.letters) else { return nil }
        var letters = first.lower
        if letters.count == 1 {
            while copy.sign(".") != nil, let next = copy.letters(spaced: false, { $0.text.count == 1 ? $0.lower : nil }) {
                letters += next
            }
        }
        guard letters.count > 2 || first.text == first.text.uppercased(), let zone = data.words("zones", letters)
        else { return nil }
        cursor = copy
        return zone
    }

    /// Parses ratios and scores: `16:9`, `2:8`, `3:1`.
    private func ratio(_ cursor: inout Cursor) -> Quantity? {
        guard let first = number(&cursor), cursor.sign(":") != nil, let next = cursor.next, !next.isSpaced,
            let second = number(&cursor), cursor.endsQuantity
        else { return nil }
        return .sequence([.cardinal(first), .words(data.words("phrases", "ratio") ?? data.phrase("to")), .cardinal(second)])
    }

    /// Parses hours of the day as the army writes them: `0800 hours`, `2300 hrs`.
    func hoursOfDay(_ cursor: inout Cursor) -> Quantity? {
        guard isEnglish, let digits = cursor.digits(4...4), let word = cursor.next, word.isSpaced, let name = data.entry("phrases", "hour")?[1], name == data.units[word.lower]?.many || name == [word.lower],
            let hour = Int(digits.prefix(2)), let minute = Int(digits.suffix(2)), hour < 25, minute < 60
        else { return nil }
        let numbers = NumberWords(data)
        cursor.index += 1
        func two(_ value: Int) -> [String] { (value < 10 ? data.phrase("oh") : []) + numbers.cardinal(String(value)) }
        return .words(two(hour) + (minute == 0 ? data.phrase("hundred") : two(minute)) + name)
    }
}
