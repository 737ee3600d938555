/// Parses phonemes that people write in `[[ ]]`, in a lexicon or in SSML: IPA, with words separated by spaces.
///
/// Segments may be joined by `_`, the format of ``PhonemeSequence/description`` (`h_ə_l_ˈoʊ`). Without `_`, the longest known
/// symbol is taken at each point (`həˈloʊ`). A stress mark applies to the next vowel.
struct PhonemeNotation: Sendable {
    private let symbols: Set<String>
    private let longest: Int

    /// - Parameter inventory: The inventory whose symbols are searched for; nil for the symbols that libespeak-ng writes commonly.
    init(inventory: PhonemeInventory? = nil) {
        symbols = Set(inventory?.symbols.dropFirst(Phoneme.marks.count).map { $0 } ?? Self.common)
        longest = symbols.map(\.unicodeScalars.count).max() ?? 1
    }

    /// The symbols of more than one letter that libespeak-ng writes commonly.
    private static let common = [
        "aɪ", "aʊ", "eɪ", "oʊ", "əʊ", "ɔɪ", "aɪə", "aɪɚ", "aʊɚ", "iə", "ɪə", "eə", "ʊə", "ɑː", "ɔː",
        "iː", "uː", "ɜː", "ɑːɹ", "ɔːɹ",
        "oːɹ", "ɛɹ", "ɪɹ", "ʊɹ", "tʃ", "dʒ", "ts", "pf", "əl", "n̩", "m̩", "l̩", "aː", "eː", "oː", "øː",
        "yː", "ɛː", "ɔø",
    ]

    /// Parses the words of `text`, omitting punctuation marks.
    ///
    /// - Throws: `PhonemeError` if `text` contains no phonemes, or a character that stands for no sound.
    func words(of text: String) throws(PhonemeError) -> [[Phoneme]] {
        var words: [[Phoneme]] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "|" }) {
            if word.count == 1, Phoneme.marks.contains(String(word)) { continue }
            if let bad = word.unicodeScalars.first(where: { !Self.isNotation($0) }) {
                throw PhonemeError(
                    "\(word) cannot be read as phonemes because \(bad) stands for no sound", [.writePhonemes])
            }
            let phonemes = word.contains("_") ? ESpeakNotation.phonemes(of: word) : segments(of: word)
            if !phonemes.isEmpty { words.append(phonemes.stressingVowels().asWord()) }
        }
        guard !words.isEmpty else {
            throw PhonemeError(
                "there are no phonemes in \(text.isEmpty ? "[[ ]]" : text); write IPA such as h_ə_l_ˈoʊ.")
        }
        return words
    }

    /// Whether `scalar` can occur in a word of phonemes: letters and modifiers of any alphabet, digits for tones, and separators.
    private static func isNotation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .modifierSymbol, .nonspacingMark,
            .uppercaseLetter, .format:
            true
        case .decimalNumber: true
        default: "_ˈˌ'.-‿()".unicodeScalars.contains(scalar)
        }
    }

    private func segments(of word: Substring) -> [Phoneme] {
        var (phonemes, stress) = ([Phoneme](), Phoneme.Stress.none)
        // Tie bars are dropped, because the symbols themselves say which letters form one segment.
        var rest = word.unicodeScalars.filter { !Self.isTie($0) }[...]
        while let first = rest.first {
            switch first {
            case "ˈ", "'": stress = .primary
            case "ˌ": stress = .secondary
            case ".", "-", "‿", "(", ")": break
            default:
                let symbol = longestSymbol(in: rest)
                phonemes.append(Phoneme(symbol, stress: stress))
                stress = .none
                rest = rest.dropFirst(symbol.unicodeScalars.count)
                continue
            }
            rest = rest.dropFirst()
        }
        return phonemes
    }

    /// The longest symbol at the beginning of `text`; if there is none, the first letter with its modifiers.
    private func longestSymbol(in text: Substring.UnicodeScalarView) -> String {
        for count in stride(from: min(longest, text.count), through: 1, by: -1) {
            let candidate = String(text.prefix(count))
            if symbols.contains(candidate),
                text.dropFirst(count).first.map({ !Self.modifies($0) }) ?? true
            {
                return candidate
            }
        }
        let modifiers = text.dropFirst().prefix { Self.modifies($0) }
        return String(text.prefix(1 + modifiers.count))
    }

    private static func isTie(_ scalar: Unicode.Scalar) -> Bool {
        "\u{361}\u{35C}\u{200D}".unicodeScalars.contains(scalar)
    }

    private static func modifies(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .modifierLetter, .nonspacingMark:
            scalar != "ˈ" && scalar != "ˌ"
        default: false
        }
    }
}

/// Parses the phonemes that libespeak-ng writes: IPA with `_` between segments and stress marks before vowels, as in `h_ə_l_ˈoʊ`.
enum ESpeakNotation {
    /// The segments of one word.
    ///
    /// Language flags such as `(en)` are omitted, and so are characters that stand for no sound.
    static func phonemes(of word: some StringProtocol) -> [Phoneme] {
        var phonemes: [Phoneme] = []
        for token in withoutLanguageFlags(word).split(separator: "_") {
            var (symbol, stress) = (String.UnicodeScalarView(), Phoneme.Stress.none)
            for scalar in token.unicodeScalars {
                switch scalar {
                case "ˈ": stress = .primary
                case "ˌ": stress = max(stress, .secondary)
                case "-", "'", ",", "|", "%", "=", "\u{200D}", "\u{361}", "\u{35C}": break
                default: symbol.append(scalar)
                }
            }
            // libespeak-ng 1.51 writes ?? for the vowel of German `Wurst`, which has no name in its data.
            if String(symbol) == "??" { symbol = "ʊɐ".unicodeScalars }
            if !symbol.isEmpty { phonemes.append(Phoneme(String(symbol), stress: stress)) }
        }
        return phonemes.asWord()
    }

    private static func withoutLanguageFlags(_ word: some StringProtocol) -> String {
        var (text, depth) = ("", 0)
        for character in word {
            if character == "(" {
                depth += 1
            } else if character == ")" {
                depth = max(0, depth - 1)
            } else if depth == 0 {
                text.append(character)
            }
        }
        return text
    }
}
