public import Files
import Platform

/// The phoneme symbols that a voice was trained on: the vocabulary of its embedding. The id of a symbol is its index.
///
/// The inventory is stored with the voice as JSON and never changes after training, because the embedding is in its order.
public struct PhonemeInventory: Hashable, Sendable {
    /// The version of the JSON format that this release writes, and the only one that it reads.
    public static let currentVersion = 1

    /// The version of the JSON format.
    public let version: Int
    /// The languages of the training data as language codes of libespeak-ng, sorted.
    public let languages: [String]
    /// The symbols: all of ``Phoneme/marks``, then the segments.
    public let symbols: [String]
    private let idOfSymbol: [String: Int]

    /// The number of symbols.
    public var count: Int { symbols.count }

    /// Creates an inventory of the marks and of all segments in `sequences`, which are sorted by their Unicode scalars.
    public init(of sequences: some Sequence<PhonemeSequence>) {
        var (segments, languages) = (Set<String>(), Set<String>())
        for sequence in sequences {
            languages.insert(sequence.language)
            for phoneme in sequence.phonemes { segments.insert(phoneme.symbol) }
        }
        segments.subtract(Phoneme.marks)
        self.init(
            languages: languages.sorted(), symbols: Phoneme.marks + segments.sorted(by: Self.precedes))
    }

    /// This inventory with the segments of `sequences` that it lacks after its own, whose ids stay the same.
    public func extended(by sequences: some Sequence<PhonemeSequence>) -> PhonemeInventory {
        let other = PhonemeInventory(of: sequences)
        return PhonemeInventory(
            languages: Set(languages + other.languages).sorted(), symbols: symbols + other.symbols.filter { idOfSymbol[$0] == nil })
    }

    private init(languages: [String], symbols: [String]) {
        version = Self.currentVersion
        self.languages = languages
        self.symbols = symbols
        idOfSymbol = Dictionary(uniqueKeysWithValues: zip(symbols, 0...))
    }

    /// The order by scalars, which is the same in every release of Unicode, unlike the order of strings.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }

    /// The id of `symbol`; nil if it is not in the inventory.
    public func id(of symbol: String) -> Int? { idOfSymbol[symbol] }

    /// The ids of a sequence's phonemes, and the symbols that have none.
    public struct Tokenization: Hashable, Sendable {
        /// The sequence without unknown symbols, whose phonemes correspond to ``ids`` one by one.
        public let sequence: PhonemeSequence
        /// The id of each phoneme of ``sequence``.
        public let ids: [Int]
        /// For each of ``ids``, the index of the phoneme in the original sequence that it came from.
        public let origins: [Int]
        /// The symbols that are not in the inventory, each once, in the order of their first occurrence.
        public let unknown: [String]
        /// The known symbols that stand in for unknown ones because they sound most alike.
        public let substitutes: [String: String]
        /// The number of phonemes that a substitute stands for.
        public let substitutedCount: Int
    }

    /// Looks up the ids of the phonemes of `sequence`.
    ///
    /// An unknown symbol is replaced by the known symbols that it is composed of (`aɪɚ` by `aɪ` and `ɚ`), or else by the known one
    /// that sounds most alike (`ʁ` by `ɹ`). It is omitted only if it stands for no sound. In each case, it is listed in the result.
    public func tokenization(of sequence: PhonemeSequence) -> Tokenization {
        var (phonemes, ids, unknown) = ([Phoneme](), [Int](), [String]())
        var (starts, origins) = ([Int](), [Int]())
        var (substitutes, substitutedCount) = ([String: String](), 0)
        for (index, phoneme) in sequence.phonemes.enumerated() {
            starts.append(phonemes.count)
            if let id = idOfSymbol[phoneme.symbol] {
                phonemes.append(phoneme)
                ids.append(id)
                origins.append(index)
                continue
            }
            if !unknown.contains(phoneme.symbol) { unknown.append(phoneme.symbol) }
            var parts = parts(of: phoneme)
            if parts.isEmpty {
                let known = substitutes[phoneme.symbol] ?? NearestPhoneme.nearest(to: phoneme.symbol, among: symbols)
                if let known {
                    substitutes[phoneme.symbol] = known
                    substitutedCount += 1
                    parts = [Phoneme(known, stress: phoneme.stress)]
                }
            }
            phonemes += parts
            ids += parts.map { idOfSymbol[$0.symbol]! }
            origins += parts.map { _ in index }
        }
        starts.append(phonemes.count)
        let words = sequence.words.compactMap { word -> PhonemeSequence.Word? in
            let range = starts[word.range.lowerBound]..<starts[word.range.upperBound]
            return range.isEmpty ? nil : .init(text: word.text, range: range)
        }
        let known = PhonemeSequence(phonemes: phonemes, words: words, language: sequence.language)
        return Tokenization(
            sequence: known.withWordEnds(like: sequence, starts: starts), ids: ids, origins: origins,
            unknown: unknown, substitutes: substitutes, substitutedCount: substitutedCount)
    }

    /// The known symbols that `phoneme` is composed of, the longest at each point; none if there is another sound in it.
    private func parts(of phoneme: Phoneme) -> [Phoneme] {
        var parts: [Phoneme] = []
        var rest = phoneme.symbol.unicodeScalars[...]
        while !rest.isEmpty {
            let length = (1...rest.count).last { idOfSymbol[String(rest.prefix($0))] != nil }
            if let length {
                parts.append(Phoneme(String(rest.prefix(length))))
            } else if NearestPhoneme.isSound(rest.first!) {
                return []
            }
            rest = rest.dropFirst(length ?? 1)
        }
        guard !parts.isEmpty else { return [] }
        parts[0].stress = phoneme.stress
        return parts
    }
}

extension PhonemeSequence {
    /// The sequence with the word ends of `original`, whose phoneme i became the phonemes from `starts[i]` to `starts[i + 1]`.
    fileprivate func withWordEnds(like original: PhonemeSequence, starts: [Int]) -> PhonemeSequence {
        var (result, isFirst) = (self, false)
        var last: Int?
        for (index, phoneme) in original.phonemes.enumerated() {
            let range = starts[index]..<starts[index + 1]
            if phoneme.isFirstOfWord { (isFirst, last) = (true, nil) }
            if let first = range.first, isFirst {
                result.phonemes[first].isFirstOfWord = true
                isFirst = false
            }
            last = range.last ?? last
            for index in range { result.phonemes[index].isLastOfWord = false }
            if phoneme.isLastOfWord, let last { result.phonemes[last].isLastOfWord = true }
            if phoneme.isLastOfWord { (isFirst, last) = (false, nil) }
        }
        return result
    }
}

extension PhonemeInventory: Codable {
    private enum Key: String, CodingKey { case version, languages, symbols }

    /// Decodes an inventory of ``currentVersion``.
    ///
    /// - Throws: `DecodingError` for another version, repeated symbols, or symbols that do not begin with the marks.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let version = try container.decode(Int.self, forKey: .version)
        let symbols = try container.decode([String].self, forKey: .symbols)
        guard version == Self.currentVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container,
                debugDescription:
                    "its version is \(version) and version \(Self.currentVersion) was expected")
        }
        guard Set(symbols).count == symbols.count, symbols.starts(with: Phoneme.marks),
            !symbols.contains("")
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .symbols, in: container,
                debugDescription:
                    "its symbols do not begin with \(Phoneme.marks.joined(separator: " ")), or one occurs twice"
            )
        }
        self.init(languages: try container.decode([String].self, forKey: .languages), symbols: symbols)
    }

    /// Encodes the version, the languages and the symbols.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(languages, forKey: .languages)
        try container.encode(symbols, forKey: .symbols)
    }

    /// Reads an inventory that ``write(to:)`` has written.
    ///
    /// - Throws: `FileError`: `.missingInput` if there is no such file; `.badData` if it is not an inventory of this version.
    public init(contentsOf path: String) throws(FileError) {
        let data = try contents(ofFile: path)
        do { self = try JSONDecoder().decode(PhonemeInventory.self, from: data) } catch {
            var found = "it is not JSON of that form"
            if case .dataCorrupted(let context) = error as? DecodingError {
                found = context.debugDescription
            }
            throw FileError(
                .badData, path,
                "is not a valid phoneme inventory of a voice (\(found)); restore the file from where the voice came from."
            )
        }
    }

    /// Writes the inventory as JSON, replacing the file atomically.
    ///
    /// - Throws: `FileError` if the file cannot be written.
    public func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        // Encoding strings and integers cannot fail.
        try replaceFile(at: path, contents: try! encoder.encode(self))
    }
}
