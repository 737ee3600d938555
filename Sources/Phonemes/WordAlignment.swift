/// Finds which of the phonemes of a clause belong to which of its written words.
///
/// libespeak-ng says words as they sound beside each other and joins some (`of the` is `ʌvðə`), so that its words are not the
/// written ones. The clause is laid beside the same words said one at a time, by the least number of changes.
enum WordAlignment {
    private static let change: Float = 1
    /// A boundary between words costs less to lose or to gain than a sound.
    private static let boundaryChange: Float = 0.4

    /// - Parameters:
    ///   - spoken: The clause's phonemes, word by word as spoken.
    ///   - alone: For each written word its phonemes when said by itself.
    /// - Returns: For each written word its phonemes in the clause, words flagged; empty where nothing of the clause is like it.
    static func align(_ spoken: [[Phoneme]], to alone: [[[Phoneme]]]) -> [[Phoneme]] {
        if spoken.count == alone.count, !alone.contains(where: \.isEmpty) { return spoken }
        let sounds = spoken.flatMap { [nil] + $0.map(Optional.some) }.dropFirst().map { $0 }
        let written = alone.flatMap { [nil] + $0.joined().map(Optional.some) }.dropFirst().map { $0 }
        let owners = owners(of: sounds, beside: written)
        var words = [[Phoneme]](repeating: [], count: alone.count)
        for (sound, owner) in zip(sounds, owners) {
            if let sound { words[owner].append(sound) }
        }
        return words.map { flagged($0) }
    }

    /// A written word said as several keeps the flags of those; one cut out of a longer one gets its own.
    private static func flagged(_ word: [Phoneme]) -> [Phoneme] {
        var word = word
        guard !word.isEmpty else { return word }
        word[0].isFirstOfWord = true
        word[word.count - 1].isLastOfWord = true
        for index in word.indices.dropLast()
        where word[index].isLastOfWord != word[index + 1].isFirstOfWord {
            word[index].isLastOfWord = false
            word[index + 1].isFirstOfWord = false
        }
        return word
    }

    /// For each of `sounds` (nil is a boundary between words) the number of boundaries of `written` before what it is beside.
    private static func owners(of sounds: [Phoneme?], beside written: [Phoneme?]) -> [Int] {
        let width = written.count + 1
        var costs = [Float](repeating: 0, count: (sounds.count + 1) * width)
        for row in 0...sounds.count {
            for column in 0...written.count where row + column > 0 {
                var least = Float.infinity
                if row > 0 { least = costs[(row - 1) * width + column] + cost(of: sounds[row - 1]) }
                if column > 0 {
                    least = min(least, costs[row * width + column - 1] + cost(of: written[column - 1]))
                }
                if row > 0, column > 0 {
                    let both = cost(of: sounds[row - 1], for: written[column - 1])
                    least = min(least, costs[(row - 1) * width + column - 1] + both)
                }
                costs[row * width + column] = least
            }
        }
        var owners = [Int](repeating: 0, count: sounds.count)
        var (row, column) = (sounds.count, written.count)
        var owner = written.count { $0 == nil }
        while row > 0 {
            let here = costs[row * width + column]
            if column > 0,
                here == costs[(row - 1) * width + column - 1]
                    + cost(of: sounds[row - 1], for: written[column - 1])
            {
                (row, column) = (row - 1, column - 1)
                owners[row] = owner
                if written[column] == nil { owner -= 1 }
            } else if column > 0, here == costs[row * width + column - 1] + cost(of: written[column - 1]) {
                column -= 1
                if written[column] == nil { owner -= 1 }
            } else {
                row -= 1
                owners[row] = owner
            }
        }
        return owners
    }

    private static func cost(of sound: Phoneme?) -> Float { sound == nil ? boundaryChange : change }

    private static func cost(of sound: Phoneme?, for other: Phoneme?) -> Float {
        guard let sound, let other else { return sound == nil && other == nil ? 0 : 3 * change }
        if sound.symbol == other.symbol { return sound.stress == other.stress ? 0 : 0.1 }
        return sound.isVowel == other.isVowel ? 0.7 * change : 1.5 * change
    }
}

extension Phoneme {
    /// Whether this is a vowel, or a consonant that carries a syllable, and can be stressed.
    var isVowel: Bool {
        symbol.unicodeScalars.contains {
            "aeiouyɐɑɒæɔəɚɘɛɜɝɞɤɨɪɯɵøœɶʉʊʌʏᵻᵊ\u{329}".unicodeScalars.contains($0)
        }
    }
}
