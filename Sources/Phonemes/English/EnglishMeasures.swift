/// The rule for measures.
extension EnglishNormalizer {
    /// The singular and plural names of each unit symbol.
    private static let units: [String: (one: String, many: String)] = {
        let plain: [(String, String)] = [
            ("km", "kilometer"), ("m", "meter"), ("cm", "centimeter"), ("mm", "millimeter"),
            ("µm", "micrometer"), ("nm", "nanometer"),
            ("mi", "mile"), ("yd", "yard"), ("kg", "kilogram"), ("g", "gram"), ("mg", "milligram"),
            ("µg", "microgram"), ("lb", "pound"),
            ("lbs", "pound"), ("oz", "ounce"), ("l", "liter"), ("L", "liter"), ("ml", "milliliter"),
            ("mL", "milliliter"),
            ("cl", "centiliter"), ("gal", "gallon"), ("qt", "quart"), ("s", "second"), ("sec", "second"),
            ("secs", "second"),
            ("ms", "millisecond"), ("µs", "microsecond"), ("ns", "nanosecond"), ("min", "minute"),
            ("mins", "minute"), ("h", "hour"),
            ("hr", "hour"), ("hrs", "hour"), ("yr", "year"), ("yrs", "year"), ("kB", "kilobyte"),
            ("KB", "kilobyte"), ("MB", "megabyte"),
            ("GB", "gigabyte"), ("TB", "terabyte"), ("PB", "petabyte"), ("Mbit", "megabit"),
            ("Gbit", "gigabit"), ("W", "watt"),
            ("kW", "kilowatt"), ("MW", "megawatt"), ("GW", "gigawatt"), ("V", "volt"), ("kV", "kilovolt"),
            ("mV", "millivolt"), ("A", "ampere"), ("mA", "milliampere"),
            ("J", "joule"), ("kJ", "kilojoule"), ("cal", "calorie"), ("kcal", "kilocalorie"),
            ("dB", "decibel"), ("acre", "acre"), ("ha", "hectare"), ("px", "pixel"),
        ]
        var units = Dictionary(
            uniqueKeysWithValues: plain.map { ($0.0, (one: $0.1, many: $0.1 + "s")) })
        for (symbol, name) in [
            ("Hz", "hertz"), ("kHz", "kilohertz"), ("MHz", "megahertz"), ("GHz", "gigahertz"),
            ("°C", "degrees Celsius"), ("°F", "degrees Fahrenheit"),
        ] {
            units[symbol] = (one: name.replacingDegrees, many: name)
        }
        units["ft"] = ("foot", "feet")
        units["in"] = ("inch", "inches")
        units["′"] = ("foot", "feet")
        units["″"] = ("inch", "inches")
        units["%"] = ("percent", "percent")
        units["‰"] = ("per mille", "per mille")
        units["°"] = ("degree", "degrees")
        units["mph"] = ("mile per hour", "miles per hour")
        units["kph"] = ("kilometer per hour", "kilometers per hour")
        units["kmh"] = units["kph"]
        units["rpm"] = ("revolution per minute", "revolutions per minute")
        units["fps"] = ("frame per second", "frames per second")
        units["kWh"] = ("kilowatt hour", "kilowatt hours")
        units["dpi"] = ("dot per inch", "dots per inch")
        units["sq"] = ("square", "square")
        return units
    }()

    /// Unit symbols that are words or single letters after a space, and units only directly after a number.
    static let onlyAttached: Set<String> = [
        "in", "s", "h", "A", "V", "W", "J", "l", "sec", "acre", "′", "″",
    ]

    /// Verbalizes a number with a unit: `5km`, `5 km`, `3.5%`, `20 °C`, `60 km/h`, `12 m²`, `5'10"`, `5 sq ft`.
    func measure(at context: WordContext) -> Verbalization? {
        if let height = feetAndInches(context.word) { return height }
        guard let (number, rest) = NumericLiteral.leading(context.word) else { return nil }
        if !rest.isEmpty {
            guard let unit = unit(rest, isOne: number.isOne) else { return nil }
            return Verbalization(number.spoken(numbers) + unit)
        }
        guard let symbol = context.following(), !Self.onlyAttached.contains(symbol),
            let unit = unit(symbol[...], isOne: number.isOne)
        else { return nil }
        if symbol == "sq" {
            guard let next = context.following(2), let base = self.unit(next[...], isOne: number.isOne)
            else { return nil }
            return Verbalization(number.spoken(numbers) + ["square"] + base, count: 3)
        }
        return Verbalization(number.spoken(numbers) + unit, count: 2)
    }

    /// The words of a unit symbol, such as kilometers per hour for `km/h` and square meters for `m²`.
    func unit(_ symbol: Substring, isOne: Bool) -> [String]? {
        let halves = symbol.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, let first = simpleUnit(halves[0], isOne: isOne) else { return nil }
        guard halves.count == 2 else { return first }
        guard let second = simpleUnit(halves[1], isOne: true) else { return nil }
        return first + ["per"] + second
    }

    private func simpleUnit(_ symbol: Substring, isOne: Bool) -> [String]? {
        let powers: [Character: String] = ["²": "square", "³": "cubic", "2": "square", "3": "cubic"]
        if let power = symbol.last.flatMap({ powers[$0] }),
            ["m", "cm", "km", "mm", "ft", "in", "mi"].contains(String(symbol.dropLast()))
        {
            return simpleUnit(symbol.dropLast(), isOne: isOne).map { [power] + $0 }
        }
        let key = String(symbol).replacing("μ", with: "µ")
        guard let names = Self.units[key] else { return nil }
        let name = isOne ? names.one : names.many
        return name.split(separator: " ").map { spelling(String($0)) }
    }

    /// A unit name in the spelling of the country. The sound is the same, but a lexicon may contain only one spelling.
    private func spelling(_ name: String) -> String {
        guard !isAmerican else { return name }
        return name.replacing("meter", with: "metre").replacing("liter", with: "litre")
    }

    /// Verbalizes a height such as `5'10"`.
    private func feetAndInches(_ text: String) -> Verbalization? {
        let parts = text.replacing("′", with: "'").split(separator: "'", maxSplits: 1)
        guard parts.count == 2, let feet = NumericLiteral.whole(parts[0]),
            let inches = NumericLiteral.whole(parts[1].trimmedAtEnd { "\"″".contains($0) })
        else { return nil }
        return Verbalization(
            feet.spoken(numbers) + [feet.isOne ? "foot" : "feet"] + inches.spoken(numbers) + [
                inches.isOne ? "inch" : "inches"
            ])
    }
}

extension String {
    fileprivate var replacingDegrees: String { hasPrefix("degrees") ? "degree" + dropFirst(7) : self }
}
