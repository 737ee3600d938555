/// The rule for ranges.
extension Grammar {
    /// Parses ranges of one kind: `9am-5pm`, `1960s-80s`, `30°C–35°C`, `$5-$10`, `1914-18`, `pp. 3–5`.
    func range(_ cursor: inout Cursor) -> Quantity? {
        let rules: [[Rule]] = [[time], [money], [decade], [measure], [fraction], [ordinal], [rangeNumber]]
        for (index, rule) in rules.enumerated() {
            var copy = cursor
            guard let from = any(rule, &copy) ?? (index == 0 && isEnglish ? hour(&copy) : nil) else { continue }
            if case .range = from { continue }
            guard let dash = copy.next, dash.kind == .sign, "-–—".contains(dash.text), copy.after(1)?.isSpaced == dash.isSpaced
            else { continue }
            if dash.isSpaced, dash.text == "—" { continue }
            copy.index += 1
            guard let to = any(rule, &copy), copy.endsQuantity, copy.next.map({ $0.isSpaced || !"-/=".contains($0.text) }) ?? true
            else { continue }
            cursor = copy
            return .range(from, to)
        }
        return nil
    }

    /// The hour at the start of `2-4 pm`.
    private func hour(_ cursor: inout Cursor) -> Quantity? {
        guard let digits = cursor.digits(1...2), let hour = Int(digits), (1...12).contains(hour) else { return nil }
        return .time(ClockTime(hour: hour))
    }

    /// A number of a range: a year if it has the size of one, and after a year also two digits.
    private func rangeNumber(_ cursor: inout Cursor) -> Quantity? {
        let first = cursor.before(2).flatMap { $0.kind == .digits && $0.text.count == 4 ? Int($0.text) : nil }
        guard let number = number(&cursor) else { return nil }
        guard let value = number.plainValue, number.integer.first != "0" || value < 10 || first != nil
        else { return number.plainValue == nil ? .cardinal(number) : nil }
        if number.integer.count == 4, (1100..<2200).contains(value) { return .year(value) }
        if let first, (1100..<2200).contains(first), number.integer.count == 2 { return .year(value) }
        return .cardinal(number)
    }
}
