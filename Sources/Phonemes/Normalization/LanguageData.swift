/// What the text normalization of a language knows: names of months, units, currencies, abbreviations, acronyms and phrases.
///
/// The data is a text file among the target's resources. It has sections, `[months]`, of entries with one or more keys, `jan january =
/// January`, whose value has fields that `|` separates. A `_` in a key is a space. Lines that begin with `// ` are comments.
struct LanguageData: Sendable {
    typealias Section = [String: [[String]]]

    /// A unit's names, and how it may be written.
    struct Unit: Sendable, Hashable {
        var one: [String]
        var many: [String]
        /// `word`: it is a unit after a space only with a full stop. `attached`: only without a space. `per`: only after `per`.
        var flag = ""
    }

    /// The first two letters of the language's code.
    let code: String
    /// Whether a variety of English has American conventions.
    let isAmerican: Bool
    private let sections: [String: Section]
    /// Units by their symbols, prefixes included.
    let units: [String: Unit]

    /// The fields of an entry, each as words; nil if there is none.
    func entry(_ section: String, _ key: String) -> [[String]]? { sections[section]?[key] }

    /// The words of an entry's first field.
    func words(_ section: String, _ key: String) -> [String]? { sections[section]?[key]?.first }

    func contains(_ section: String, _ key: String) -> Bool { sections[section]?[key] != nil }

    /// Whether a key of a section begins with `prefix`.
    func hasPrefix(_ section: String, _ prefix: String) -> Bool { sections[section]?.keys.contains { $0.hasPrefix(prefix) } ?? false }

    func hasKeys(_ section: String) -> Bool { sections[section] != nil }

    /// The words of a phrase such as `minus`; none if the language has no such phrase.
    func phrase(_ name: String) -> [String] { words("phrases", name) ?? [] }

    /// Letters in a form whose names libespeak-ng pronounces: `A.B.C`, and for a single A, which in English is also an article, a word
    /// that sounds like its name.
    func spelled(_ letters: some StringProtocol) -> String {
        let letters = String(letters).filter(\.isLetter).uppercased()
        if letters.count == 1 { return letters == "A" && code == "en" ? Self.nameOfA : letters.lowercased() }
        return letters.map(String.init).joined(separator: ".")
    }

    static let nameOfA = "eigh"

    /// Whether a word in lower case can begin a form that has a rule.
    func startsForm(_ word: String) -> Bool { starters.contains(word) }
    private let starters: Set<String>

    /// The number of a month's name or abbreviation, from 1, in any case.
    func month(_ name: String) -> Int? { monthNumbers[name] }
    private let monthNumbers: [String: Int]
    /// The names of the months.
    let months: [[String]]

    /// The data of a language; nil if the package has none for it.
    static func of(language: String) -> LanguageData? {
        switch language.lowercased().split(separator: "-").first {
        case "en": language.lowercased() == "en-us" ? american : british
        case "de": german
        case "fr": french
        case "es": spanish
        default: nil
        }
    }

    /// The characters that stand for others, in the same form as a language's data.
    static let unicode = LanguageData("unicode", PackageResources.unicode_txt)

    private static let american = LanguageData("en", PackageResources.en_txt, isAmerican: true)
    private static let british = LanguageData("en", PackageResources.en_txt)
    private static let german = LanguageData("de", PackageResources.de_txt)
    private static let french = LanguageData("fr", PackageResources.fr_txt)
    private static let spanish = LanguageData("es", PackageResources.es_txt)

    private init(_ code: String, _ bytes: [UInt8], isAmerican: Bool = false) {
        (self.code, self.isAmerican) = (code, isAmerican)
        var (sections, order) = ([String: Section](), [[String]]())
        var (name, section) = ("", Section())
        for line in bytes.split(separator: UInt8(ascii: "\n")) where !line.starts(with: "// ".utf8) {
            if line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") {
                sections[name] = section
                name = String(decoding: line.dropFirst().dropLast(), as: UTF8.self)
                section = sections[name] ?? [:]
                continue
            }
            guard let entry = Self.entry(line) else { continue }
            if name == "months" { order.append(entry.fields[0]) }
            for key in entry.keys { section[key] = entry.fields }
        }
        sections[name] = section
        self.sections = sections
        months = order
        let names = ["months", "weekdays", "abbreviations", "stopped", "counted", "titles", "streets", "readings", "directions", "greek", "units", "bases"]
        starters = names.reduce(into: []) { words, name in
            // A key of several parts begins with its first.
            for key in (sections[name] ?? [:]).keys { words.insert(key.lowercased().prefix { $0.isLetter }.lowercased()) }
        }
        monthNumbers = (sections["months"] ?? [:]).compactMapValues { fields in
            order.firstIndex(of: fields[0]).map { $0 + 1 }
        }
        units = Self.units(sections, isAmerican: isAmerican || code != "en")
    }

    /// The keys and fields of a line. The sign between them may be a key itself.
    private static func entry(_ line: ArraySlice<UInt8>) -> (keys: [String], fields: [[String]])? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard let sign = words.dropFirst().firstIndex(where: { $0.elementsEqual("=".utf8) }) else { return nil }
        let keys = words[..<sign].map { key in
            guard key.count > 1, key.contains(UInt8(ascii: "_")) else { return String(decoding: key, as: UTF8.self) }
            return String(decoding: key.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
        }
        let fields = words[(sign + 1)...].split(omittingEmptySubsequences: false) { $0.elementsEqual("|".utf8) }
        return (keys, fields.map { $0.map { String(decoding: $0, as: UTF8.self) } })
    }

    /// The units with a row of their own, and those that a prefix makes of others.
    private static func units(_ sections: [String: Section], isAmerican: Bool) -> [String: Unit] {
        var units: [String: Unit] = [:]
        func spelled(_ words: [String]) -> [String] {
            isAmerican ? words : words.map { $0.replacing("meter", with: "metre").replacing("liter", with: "litre") }
        }
        let prefixes = sections["prefixes"] ?? [:]
        for (symbol, fields) in sections["bases"] ?? [:] {
            let (one, many) = (spelled(fields[0]), spelled(fields[1]))
            units[symbol] = Unit(one: one, many: many)
            let taken = fields.count > 2 ? Set(fields[2]) : Set(prefixes.keys)
            for (prefix, name) in prefixes where taken.contains(prefix) {
                units[prefix + symbol] = Unit(one: prefixed(one, name[0][0]), many: prefixed(many, name[0][0]))
            }
        }
        for (symbol, fields) in sections["units"] ?? [:] {
            let flag = fields.count > 2 ? fields[2].first ?? "" : ""
            units[symbol] = Unit(one: spelled(fields[0]), many: spelled(fields[1]), flag: flag)
        }
        return units
    }

    private static func prefixed(_ words: [String], _ prefix: String) -> [String] {
        guard let first = words.first else { return words }
        return [prefix + first.lowercasedFirst] + words.dropFirst()
    }
}

extension String {
    /// The text with its first letter in lower case, as German units have it after a prefix.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
