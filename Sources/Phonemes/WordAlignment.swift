/// Aligns the phonemes of a clause to its written words.
///
/// libespeak-ng pronounces words as they sound beside each other and joins some (`of the` becomes `ʌvðə`), so that its words are
/// not always the written ones. The clause's phonemes are aligned to those of the same words in isolation, with the least
/// weighted edit distance (dynamic programming, as in Needleman and Wunsch 1970).
enum WordAlignment {
    /// The cost of inserting or deleting a phoneme.
    private static let change: Float = 1
    /// The cost of inserting or deleting a word boundary, which is less than that of a phoneme.
    private static let boundaryChange: Float = 0.4

    /// Assigns each phoneme of a clause to a written word.
    ///
    /// - Parameters:
    ///   - spoken: The phonemes of the clause, in the words that libespeak-ng made of it.
    ///   - isolated: The phonemes of each written word in isolation, which may be several spoken words.
    /// - Returns: The phonemes of each written word in the clause, with word ends flagged; empty if none is aligned to it.
    static func align(_ spoken: [[Phoneme]], to isolated: [[[Phoneme]]]) -> [[Phoneme]] {
        if spoken.count == isolated.count, !isolated.contains(where: \.isEmpty) { return spoken }
        // Nil stands for a boundary between words.
        let sounds = spoken.flatMap { [nil] + $0.map(Optional.some) }.dropFirst().map { $0 }
        let written = isolated.flatMap { [nil] + $0.joined().map(Optional.some) }.dropFirst().map { $0 }
        let owners = owners(of: sounds, beside: written)
        var words = [[Phoneme]](repeating: [], count: isolated.count)
        for (sound, owner) in zip(sounds, owners) {
            if let sound { words[owner].append(sound) }
        }
        return words.map { flagged($0) }
    }

    /// Flags the ends of a written word. A word that is spoken as several keeps their flags within it.
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

    /// The index of the written word that each of `sounds` is aligned to: the number of boundaries in `written` before it.
    private static func owners(of sounds: [Phoneme?], beside written: [Phoneme?]) -> [Int] {
        var symbols: [String: Int] = [:]
        return owners(of: sounds.map { Sound($0, &symbols) }, beside: written.map { Sound($0, &symbols) })
    }

    /// A phoneme or a boundary in a form that is compared quickly: each pair of them is compared.
    private struct Sound {
        /// A number for the symbol; nil for a boundary.
        let symbol: Int?
        let stress: Phoneme.Stress
        let isVowel: Bool

        init(_ phoneme: Phoneme?, _ symbols: inout [String: Int]) {
            symbol = phoneme.map { phoneme in
                let number = symbols[phoneme.symbol] ?? symbols.count
                symbols[phoneme.symbol] = number
                return number
            }
            stress = phoneme?.stress ?? .none
            isVowel = phoneme?.isVowel ?? false
        }
    }

    private static func cost(of sound: Sound) -> Float { sound.symbol == nil ? boundaryChange : change }

    private static func cost(of sound: Sound, for other: Sound) -> Float {
        guard let symbol = sound.symbol, let otherSymbol = other.symbol else { return sound.symbol == other.symbol ? 0 : 3 * change }
        if symbol == otherSymbol { return sound.stress == other.stress ? 0 : 0.1 }
        return sound.isVowel == other.isVowel ? 0.7 * change : 1.5 * change
    }

    private static func owners(of sounds: [Sound], beside written: [Sound]) -> [Int] {
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
        var owner = written.count { $0.symbol == nil }
        while row > 0 {
            let here = costs[row * width + column]
            if column > 0,
                here == costs[(row - 1) * width + column - 1]
                    + cost(of: sounds[row - 1], for: written[column - 1])
            {
                (row, column) = (row - 1, column - 1)
                owners[row] = owner
                if written[column].symbol == nil { owner -= 1 }
            } else if column > 0, here == costs[row * width + column - 1] + cost(of: written[column - 1]) {
                column -= 1
                if written[column].symbol == nil { owner -= 1 }
            } else {
                row -= 1
                owners[row] = owner
            }
        }
        return owners
    }

    /// The weighted edit distance between two pronunciations of a word.
    static func distance(_ left: [Phoneme], _ right: [Phoneme]) -> Float {
        var costs = (0...right.count).map { Float($0) * change }
        for sound in left {
            var diagonal = costs[0]
            costs[0] += change
            for (column, other) in right.enumerated() {
                let least = min(costs[column + 1] + change, costs[column] + change, diagonal + cost(of: sound, for: other))
                (diagonal, costs[column + 1]) = (costs[column + 1], least)
            }
        }
        return costs.last!
    }

    /// The cost of substituting `sound` for `other`.
    private static func cost(of sound: Phoneme, for other: Phoneme) -> Float {
        if sound.symbol == other.symbol { return sound.stress == other.stress ? 0 : 0.1 }
        return sound.isVowel == other.isVowel ? 0.7 * change : 1.5 * change
    }
}
