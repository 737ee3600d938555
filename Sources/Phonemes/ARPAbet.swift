/// The notation of the CMU Pronouncing Dictionary: capitals, and a digit for the stress of a vowel.
enum ARPAbet {
    private static let symbols: [String: String] = [
        "AA": "ɑː", "AE": "æ", "AH": "ʌ", "AO": "ɔː", "AW": "aʊ", "AY": "aɪ", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "EH": "ɛ", "ER": "ɜː", "EY": "eɪ",
        "F": "f", "G": "ɡ", "HH": "h", "IH": "ɪ", "IY": "iː", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "OW": "oʊ", "OY": "ɔɪ", "P": "p",
        "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "UH": "ʊ", "UW": "uː", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
    ]
    /// Vowels without stress that sound otherwise than with it.
    private static let reduced = ["AH": "ə", "ER": "ɚ", "IY": "i"]

    /// The phonemes of one word; nil where the text is not in this notation.
    static func phonemes(of text: some StringProtocol) -> [Phoneme]? {
        var result: [Phoneme] = []
        for token in text.split(whereSeparator: \.isWhitespace) {
            let stress = token.last.flatMap { "012".firstIndex(of: $0) == nil ? nil : $0 }
            let name = String(stress == nil ? token[...] : token.dropLast())
            guard let symbol = symbols[name] else { return nil }
            let level: Phoneme.Stress = stress == "1" ? .primary : stress == "2" ? .secondary : .none
            result.append(Phoneme(stress == "0" ? reduced[name] ?? symbol : symbol, stress: level))
        }
        return result.isEmpty ? nil : result
    }
}
