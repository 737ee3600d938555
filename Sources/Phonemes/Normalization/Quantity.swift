/// What a written form means, as far as its spoken form depends on it.
indirect enum Quantity: Equatable, Sendable {
    case cardinal(NumericLiteral)
    /// An ordinal number by its digits.
    case ordinal(String)
    /// Digits that are read one by one.
    case digits(String)
    /// Digits in groups with pauses between, such as a telephone number. A group of letters is a word.
    case groups([String])
    case year(Int)
    /// The years of a decade, such as 1980 or 80.
    case decade(Int)
    /// A fraction, perhaps after a whole number.
    case fraction(whole: NumericLiteral?, top: String, bottom: String)
    case date(CalendarDate)
    case time(ClockTime)
    case money(Money)
    /// A quantity with a unit.
    case measure(Quantity, UnitExpression)
    /// A unit without a number, such as `km/h`.
    case unit(UnitExpression)
    case range(Quantity, Quantity)
    /// A quantity and what comes before or after it as words.
    case sequence([Quantity])
    /// Words as they are spoken.
    case words([String])
    /// A Roman numeral of a ruler or of a century.
    case romanOrdinal(Int, hasArticle: Bool)

    /// Whether the quantity is the number one, so that what it counts is singular.
    var isOne: Bool {
        switch self {
        case .cardinal(let number): number.isOne
        case .fraction(let whole, let top, _): whole == nil && top == "1"
        case .words(let words): words.count == 1 && ["one", "ein", "eine", "un", "une", "una", "uno"].contains(words[0])
        default: false
        }
    }
}

/// A day of the calendar, or the part of it that is written.
struct CalendarDate: Equatable, Sendable {
    var weekday: [String]?
    var year: Quantity?
    var month: Int
    var day: Int?
    /// The order in which it was written where words wrote it; by default the country's.
    var order = Order.country
    /// The words between a weekday and the day, such as `den`.
    var link: [String] = []
    /// The ending of the day's ordinal, in languages that have several.
    var ending = ""
    /// Whether a comma stands before the year.
    var hasComma = false

    enum Order: Sendable { case country, monthFirst, dayFirst }
}

/// A time of the day, or a duration written like one.
struct ClockTime: Equatable, Sendable {
    var hour: Int
    var minute: Int?
    var second: Int?
    /// The half of the day: `am` or `pm`.
    var half: String?
    /// The name of the time zone.
    var zone: [String] = []
    /// Whether a word such as `Uhr` was written.
    var hasClockWord = false
}

/// An amount of money.
struct Money: Equatable, Sendable {
    var amount: Quantity
    /// A word such as million.
    var scale: [String] = []
    /// The key of the currency in the language's data.
    var currency: String
    var country: [String] = []
    var per: UnitExpression?
    /// Whether the amount is an attribute of the noun that follows, `a five dollar bill`.
    var isAttribute = false
}

/// A unit with its power and what it is divided by.
struct UnitExpression: Equatable, Sendable {
    var unit: LanguageData.Unit
    var power = 1
    /// Whether the power was written before the unit, as in `sq ft`.
    var per: [PerUnit] = []
    var scale: [String] = []
    var isAttribute = false

    struct PerUnit: Equatable, Sendable {
        var unit: LanguageData.Unit
        var power = 1
    }
}

/// A number as it is written, such as `-1,234.5`.
struct NumericLiteral: Equatable, Sendable {
    var isNegative = false
    /// The ASCII digits before the decimal point, without separators; empty if the number begins with its point.
    var integer: String
    /// The digits after the decimal point.
    var fraction: String?
    /// Whether separators group thousands.
    var isGrouped = false
    /// A word such as million after the number.
    var scale: [String] = []

    /// The value of an integer; nil for a sign, separators, a fraction or more than nine digits.
    var plainValue: Int? {
        guard fraction == nil, !isNegative, !isGrouped, scale.isEmpty, integer.count <= 9 else { return nil }
        return Int(integer)
    }

    var isOne: Bool { integer == "1" && fraction == nil && scale.isEmpty }
}
