import Audio
import Platform

/// What the fields of a listing's column look like, taken together.
struct ColumnProfile {
    enum Kind: String {
        case empty = "nothing"
        case number = "numbers"
        /// Few values, which recur.
        case label = "labels"
        /// A value for each row that is no word: an id, a hash, a path.
        case identifier = "ids"
        case phonemes
        /// Most values are one word, and they hardly recur.
        case word = "single words"
        case sentence = "sentences"
    }

    let kind: Kind
    /// The different values, sorted; only up to a thousand of them.
    let values: [String]
    private let rowCount: Int

    init(of fields: some Sequence<String>) {
        let all = Array(fields)
        let filled = all.filter { !$0.isEmpty }
        rowCount = all.count
        values = Array(Set(filled).sorted().prefix(1000))
        func most(_ fraction: Double = 0.9, _ holds: (String) -> Bool) -> Bool {
            Double(filled.count(where: holds)) >= fraction * Double(filled.count)
        }
        let different = Set(filled).count
        if filled.isEmpty {
            kind = .empty
        } else if most(0.9, Self.isNumber) {
            kind = .number
        } else if most(0.9, { SoundFolder.isSound($0) || $0.hasPrefix("/") }) {
            kind = .identifier
        } else if most(0.6, Self.isPhonemes) {
            kind = .phonemes
        } else if most(0.7, { Self.wordCount($0) < 2 }) {
            if filled.count > 2, different * 3 <= filled.count { kind = .label } else { kind = most(0.5, Self.isIdentifier) ? .identifier : .word }
        } else {
            // A few names of two words that recur are labels too.
            kind = filled.count >= 5 && different * 5 <= filled.count && most(0.9) { Self.wordCount($0) <= 3 } ? .label : .sentence
        }
    }

    /// Examples for a sentence, such as ` (anna, ben, ...)`; empty where there are none.
    var examples: String {
        let shown = values.prefix(3).map { $0.count > 24 ? $0.prefix(24) + "…" : $0 }
        return shown.isEmpty ? "" : " (\(shown.joined(separator: ", "))\(values.count > 3 ? ", ..." : ""))"
    }

    /// Whether the values are names or numbers of speakers rather than languages, splits, feelings, durations or ids of rows.
    func mayBeSpeakers(isBeforeText: Bool) -> Bool {
        let lowered = Set(values.map { $0.lowercased() })
        // A woman and a man are two speakers; a man alone may be one or several.
        if lowered.isSubset(of: Self.sexes) { return lowered.count > 1 }
        if lowered.isSubset(of: Self.otherLabels) { return false }
        switch kind {
        case .label: return true
        // Whole numbers from 0 on that recur.
        case .number: return values.allSatisfy { $0.allSatisfy(\.isNumber) } && recur(isBeforeText ? 2 : 3, orFew: isBeforeText)
        case .word, .identifier: return recur(2, orFew: true)
        case .sentence, .phonemes, .empty: return false
        }
    }

    /// Whether a value has as many rows as this, in the mean; in a short listing each speaker may be there once.
    private func recur(_ count: Int, orFew: Bool) -> Bool { values.count * count <= rowCount || orFew && rowCount <= 5 }

    private static let sexes: Set<String> = ["m", "f", "male", "female", "man", "woman"]
    /// Labels of public corpora that do not name speakers.
    private static let otherLabels: Set<String> = [
        "train", "dev", "test", "val", "valid", "validation", "eval", "neutral", "happy", "angry", "sad",
        "excited", "bored", "neutrality", "whisper", "whispered", "shouting", "sarcastic", "confused", "default", "surprise", "surprised", "fear", "fearful", "disgust", "disgusted", "calm", "amused", "amusement", "sleepy", "sleepiness", "normal", "en",
        "en-us", "en-gb", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja", "jp", "ko", "hi", "ar", "tr", "sv", "da", "fi", "cs", "hu", "ro", "el", "uk", "vi", "id", "english", "german", "french", "spanish",
    ]

    /// A decimal number or a time such as 0:03.11.
    private static func isNumber(_ field: String) -> Bool {
        Double(field) != nil || field.split(separator: ":", omittingEmptySubsequences: false).allSatisfy { Double($0) != nil }
    }

    private static func isIdentifier(_ field: String) -> Bool {
        field.contains { $0.isNumber || $0 == "_" || $0 == "/" } || field.count > 30
    }

    /// Whether the text is in ARPAbet (`{HH AH0 L OW1}`) or in IPA.
    private static func isPhonemes(_ field: String) -> Bool {
        // The notation of `say`, which is text.
        if field.hasPrefix("[[") { return false }
        if field.unicodeScalars.count(where: { ipaLetters.contains($0) }) * 8 >= field.unicodeScalars.count { return true }
        let tokens = field.split { " {}".contains($0) }
        // Letters with spaces between them, as FLEURS has.
        if tokens.count > 5, tokens.count(where: { $0.count == 1 }) * 10 >= tokens.count * 9 { return true }
        let stressed = tokens.count { token in
            token.count <= 3 && token.last.map { "012".contains($0) } == true && token.dropLast().allSatisfy { ("A"..."Z").contains($0) }
        }
        return tokens.count > 1 && stressed * 5 >= tokens.count
    }

    private static let ipaLetters = Set("ˈˌːəɛɪʊɔæɑɒʌɜɐɚɝɹɾʃʒθðŋɡʔɲʎβɣχʁɸçɕʑ".unicodeScalars)

    /// Words with letters; in scripts without spaces two characters are one. A single word that ends like a sentence, and text in the
    /// phoneme notation of `say`, count as two, since neither is a label.
    static func wordCount(_ field: String) -> Int {
        if field.hasPrefix("[[") || field.last.map({ ".!?。！？".contains($0) }) == true { return max(2, plainWordCount(field)) }
        return plainWordCount(field)
    }

    private static func plainWordCount(_ field: String) -> Int {
        let spaced = field.split(whereSeparator: \.isWhitespace).count { $0.contains(where: \.isLetter) }
        return max(spaced, field.unicodeScalars.count { isUnspaced($0) } / 2)
    }

    /// The words without punctuation, in lower case; in scripts without spaces the characters.
    static func words(of field: String) -> Set<String> {
        if field.unicodeScalars.contains(where: isUnspaced) { return Set(field.map(String.init)) }
        return Set(field.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    }

    /// Thai, Lao, Burmese, Khmer, kana and Han characters.
    private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xE00...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x9FFF, 0x20000...0x3FFFF: true
        default: false
        }
    }
}
