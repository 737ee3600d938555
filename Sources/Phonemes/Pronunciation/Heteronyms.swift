/// Chooses between the pronunciations of words that are spelled alike, by a linear model of their surroundings.
///
/// A reading's score is the sum of the weights of its features. Each feature has a weight for the reading itself and, where a
/// word's readings differ in being a verb, another one that all such words share, so that words that the training data lack are
/// told apart as well. Weights are found by a hash of the feature and the reading. `Scripts/english-data` trains the model on
/// WikipediaHomographData (Gorman, Mazovetskiy and Nikolaev 2018).
struct Heteronyms: Sendable {
    /// A pronunciation of a word.
    struct Reading: Sendable, Equatable {
        /// Its name in the training data, such as `read_past`.
        let name: String
        /// `V` for a verb, `N` for others; nil if the word's readings do not differ in that.
        let kind: Character?
        let phonemes: [Phoneme]
    }

    private struct Word: Sendable {
        /// Whether the training data have the word, so that its readings have weights of their own.
        let isTrained: Bool
        let readings: [Reading]
    }

    /// The model of American English.
    static let english = Heteronyms()

    /// Where the line of each word is in the data: the word, whether it is trained, and its readings, between tabs.
    private let lines: [String: Range<Int>]
    /// Where the weights begin.
    private let weights: Int
    private static let bits: UInt32 = 17
    /// The advantage that a reading needs over the usual one, in a word that the training data lack.
    private static let margin = 40

    private init() {
        let data = DataFile.heteronyms.bytes
        let length = Int(data.loadUnaligned(as: UInt32.self))
        weights = 4 + length
        var lines: [String: Range<Int>] = [:]
        var start = 4
        while start < weights {
            let end = data[start..<weights].firstIndex(of: UInt8(ascii: "\n")) ?? weights
            let word = data[start..<end].prefix { $0 != UInt8(ascii: "\t") }
            lines[String(decoding: word, as: UTF8.self)] = start..<end
            start = end + 1
        }
        self.lines = lines
    }

    private func word(_ spelling: String) -> Word? {
        guard let line = lines[spelling.lowercased()] else { return nil }
        let fields = String(decoding: DataFile.heteronyms.bytes[line], as: UTF8.self).split(separator: "\t").map(String.init)
        let readings = stride(from: 2, to: fields.count, by: 3).map { place in
            Reading(
                name: fields[place], kind: fields[place + 1] == "-" ? nil : fields[place + 1].first,
                phonemes: ESpeakNotation.phonemes(of: fields[place + 2]))
        }
        return Word(isTrained: fields[1] == "1", readings: readings)
    }

    /// Whether `word` has several pronunciations.
    func contains(_ word: String) -> Bool { lines[word.lowercased()] != nil }

    /// The pronunciations of `word`; none if it is no heteronym.
    func readings(of word: String) -> [Reading] { self.word(word)?.readings ?? [] }

    /// The pronunciation of the word at `index` of its sentence; nil if it is no heteronym.
    func reading(at index: Int, of context: HeteronymContext) -> Reading? {
        guard let word = word(context.words[index]) else { return nil }
        var scores = [Int](repeating: 0, count: word.readings.count)
        context.features(at: index) { feature in
            let hash = Hash().adding(feature).adding("|")
            for (place, reading) in word.readings.enumerated() {
                if word.isTrained { scores[place] += weight(hash.adding(reading.name)) }
                if let kind = reading.kind { scores[place] += weight(hash.adding(String(kind))) }
            }
        }
        if !word.isTrained { scores[0] += Self.margin }
        return word.readings[scores.indices.max { scores[$0] < scores[$1] }!]
    }

    private func weight(_ hash: Hash) -> Int {
        let folded = (hash.value ^ hash.value >> Self.bits) & (1 << Self.bits - 1)
        return Int(Int8(bitPattern: DataFile.heteronyms.bytes[weights + Int(folded)]))
    }

    /// The hash FNV-1a of a text's bytes.
    private struct Hash {
        var value: UInt32 = 2_166_136_261

        func adding(_ text: String) -> Hash {
            Hash(value: text.utf8.reduce(value) { ($0 ^ UInt32($1)) &* 16_777_619 })
        }
    }
}
