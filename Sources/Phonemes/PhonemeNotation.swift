/// Reads phonemes as people write them, in `[[ ]]`, in a lexicon or in markup: IPA, words separated by spaces.
///
/// Segments may be joined by `_`, as this program prints them (`h_ə_l_ˈoʊ`); else they are found in what is written, the
/// longest first (`həˈloʊ`). A stress mark belongs to the next vowel.
struct PhonemeNotation: Sendable {
    private let symbols: Set<String>
    private let longest: Int

    /// - Parameter inventory: Whose symbols are looked for first; those that libespeak-ng commonly writes where there is none.
    init(inventory: PhonemeInventory? = nil) {
        symbols = Set(inventory?.symbols.dropFirst(Phoneme.marks.count).map { $0 } ?? Self.common)
        longest = symbols.map(\.unicodeScalars.count).max() ?? 1
    }

    private static let common = [
        "aɪ", "aʊ", "eɪ", "oʊ", "əʊ", "ɔɪ", "aɪə", "aɪɚ", "aʊɚ", "iə", "ɪə", "eə", "ʊə", "ɑː", "ɔː",
        "iː", "uː", "ɜː", "ɑːɹ", "ɔːɹ",
        "oːɹ", "ɛɹ", "ɪɹ", "ʊɹ", "tʃ", "dʒ", "ts", "pf", "əl", "n̩", "m̩", "l̩", "aː", "eː", "oː", "øː",
        "yː", "ɛː", "ɔø",
    ]

    /// The words of `text`, each flagged at its ends; marks of punctuation among them are left out.
    ///
    /// - Throws: `PhonemeError` where there is no phoneme, or what cannot be one.
    func words(of text: String) throws(PhonemeError) -> [[Phoneme]] {
        var words: [[Phoneme]] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "|" }) {
            if word.count == 1, Phoneme.marks.contains(String(word)) { continue }
            if let bad = word.unicodeScalars.first(where: { !Self.isNotation($0) }) {
                throw PhonemeError(
                    "\(word) is no phonemes: \(bad) stands for no sound; write IPA as `vocoder say --phonemes` prints it, such as h_ə_l_ˈoʊ."
                )
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

    /// Letters of any alphabet are, with what modifies them; digits stand for tones.
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
        // A tie between two letters says that they are one segment, which the symbols say themselves.
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

    /// The longest symbol that `text` begins with, or else a letter with what modifies it.
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

extension [Phoneme] {
    /// Moves the stress from the consonants a syllable begins with to its vowel, where the models expect it.
    func stressingVowels() -> [Phoneme] {
        var (phonemes, waiting) = (self, Phoneme.Stress.none)
        for index in indices {
            if phonemes[index].isVowel {
                phonemes[index].stress = Swift.max(phonemes[index].stress, waiting)
                waiting = .none
            } else if phonemes[index].stress != .none {
                waiting = phonemes[index].stress
                phonemes[index].stress = .none
            }
        }
        return phonemes
    }
}
