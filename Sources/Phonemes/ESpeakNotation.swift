/// The notation of libespeak-ng's phonemes: IPA with `_` between segments and the stress before a vowel: `h_ə_l_ˈoʊ`.
enum ESpeakNotation {
    /// The segments of one word, flagged as its first and last.
    ///
    /// Flags of a change of language, `(en)`, are left out, and so are marks that are no sound.
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
            // What libespeak-ng 1.51 writes for the vowel of German `Wurst`, which has no name in its data.
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

extension Phoneme.Stress: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension [Phoneme] {
    /// The same, the first and the last flagged as a word's ends and no other.
    func asWord() -> [Phoneme] {
        var word = self
        for index in indices {
            word[index].isFirstOfWord = index == 0
            word[index].isLastOfWord = index == count - 1
        }
        return word
    }
}
