/// Letters that the language of a text is not written in, by which a text in another language than the one that was named is known.
public struct LanguageScript: Sendable {
    private let isLatin: Bool
    public private(set) var letterCount = 0
    /// How many of the letters are of other scripts. Only of languages in Latin letters it is known.
    public private(set) var foreignCount = 0

    /// - Parameter language: As libespeak-ng names it.
    public init(language: String) { isLatin = Self.latin.contains(String(language.lowercased().prefix { $0 != "-" })) }

    /// Whether most letters so far are of other scripts.
    public var isMostlyForeign: Bool { foreignCount * 2 > letterCount }

    public mutating func count(_ text: some StringProtocol) {
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            letterCount += 1
            if isLatin, scalar.value >= 0x370, !Self.otherLatin.contains(where: { $0 ~= scalar.value }) { foreignCount += 1 }
        }
    }

    private static let latin: Set<String> = [
        "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "no", "fi", "is", "ga", "cy", "eu", "ca", "gl", "pl", "cs", "sk", "sl", "hr", "bs", "hu", "ro",
        "et", "lt", "lv", "tr", "az", "sq", "id", "ms", "vi", "sw", "af", "eo", "la", "lb", "mt", "tn", "ht", "io", "ia", "gd",
    ]
    /// Phonetic letters, letters with accents, old and full-width ones, and letter-like signs.
    private static let otherLatin: [ClosedRange<UInt32>] = [0x1D00...0x1DBF, 0x1E00...0x1EFF, 0x2070...0x218F, 0x2C60...0x2C7F, 0xA720...0xA7FF, 0xAB30...0xAB6F, 0xFB00...0xFB06, 0xFF21...0xFF5A]
}
