public import Files
import Platform

/// The symbols a voice was taught, and their numbers: a symbol's id is its place in the list.
///
/// Stored with the voice as JSON; the list never changes afterwards, for the voice's embeddings are in its order.
public struct PhonemeInventory: Hashable, Sendable {
    /// The form of the JSON this release writes, and the only one it reads.
    public static let currentVersion = 1

    public let version: Int
    /// The languages of the sequences it was made of, as libespeak-ng names them, sorted.
    public let languages: [String]
    /// All of ``Phoneme/marks`` first, then the segments.
    public let symbols: [String]
    private let idOfSymbol: [String: Int]

    public var count: Int { symbols.count }

    /// The marks, and every segment of `sequences` in the order of their Unicode scalars.
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

    private init(languages: [String], symbols: [String]) {
        version = Self.currentVersion
        self.languages = languages
        self.symbols = symbols
        idOfSymbol = Dictionary(uniqueKeysWithValues: zip(symbols, 0...))
    }

    /// By scalars, which does not change with a release of Unicode, unlike the order of strings.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }

    /// The id of `symbol`; nil where the voice was not taught it.
    public func id(of symbol: String) -> Int? { idOfSymbol[symbol] }

    /// A sequence as a voice can speak it, and what it cannot.
    public struct Reading: Hashable, Sendable {
        /// The sequence without what is unknown: ``ids`` belong to its phonemes one by one.
        public let sequence: PhonemeSequence
        public let ids: [Int]
        /// For each of ``ids`` the index of the phoneme it came from in the sequence as it was.
        public let origins: [Int]
        /// The symbols the voice was not taught, each once, in the order they came.
        public let unknown: [String]
    }

    /// Looks up the phonemes of `sequence`. An unknown one is read as the known ones it is made of (`aɪɚ` as `aɪ`, `ɚ`), or else
    /// left out; either way it is named in the reading.
    public func reading(of sequence: PhonemeSequence) -> Reading {
        var (phonemes, ids, unknown) = ([Phoneme](), [Int](), [String]())
        var (starts, origins) = ([Int](), [Int]())
        for (index, phoneme) in sequence.phonemes.enumerated() {
            starts.append(phonemes.count)
            if let id = idOfSymbol[phoneme.symbol] {
                phonemes.append(phoneme)
                ids.append(id)
                origins.append(index)
                continue
            }
            if !unknown.contains(phoneme.symbol) { unknown.append(phoneme.symbol) }
            let parts = parts(of: phoneme)
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
        return Reading(
            sequence: known.withWordEnds(like: sequence, starts: starts), ids: ids, origins: origins,
            unknown: unknown)
    }

    /// The longest known symbols that `phoneme` begins with, one after the other; what fits none is left out.
    private func parts(of phoneme: Phoneme) -> [Phoneme] {
        var parts: [Phoneme] = []
        var rest = phoneme.symbol.unicodeScalars[...]
        while !rest.isEmpty {
            let length = (1...rest.count).last { idOfSymbol[String(rest.prefix($0))] != nil }
            if let length { parts.append(Phoneme(String(rest.prefix(length)))) }
            rest = rest.dropFirst(length ?? 1)
        }
        guard !parts.isEmpty else { return [] }
        parts[0].stress = phoneme.stress
        return parts
    }
}

extension PhonemeSequence {
    /// The flags of words' ends as `original` had them, where phoneme i became those from `starts[i]`.
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

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let version = try container.decode(Int.self, forKey: .version)
        let symbols = try container.decode([String].self, forKey: .symbols)
        guard version == Self.currentVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container,
                debugDescription:
                    "phonemes of version \(version) were found and version \(Self.currentVersion) expected")
        }
        guard Set(symbols).count == symbols.count, symbols.starts(with: Phoneme.marks),
            !symbols.contains("")
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .symbols, in: container,
                debugDescription:
                    "the symbols do not begin with \(Phoneme.marks.joined(separator: " ")), or one is there twice"
            )
        }
        self.init(languages: try container.decode([String].self, forKey: .languages), symbols: symbols)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(languages, forKey: .languages)
        try container.encode(symbols, forKey: .symbols)
    }

    /// Reads what ``write(to:)`` wrote.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where it is no inventory of this version.
    public init(contentsOf path: String) throws(FileError) {
        let data = try contents(ofFile: path)
        do { self = try JSONDecoder().decode(PhonemeInventory.self, from: data) } catch {
            var found = "something else"
            if case .dataCorrupted(let context) = error as? DecodingError {
                found = context.debugDescription
            }
            throw FileError(
                .badData, path,
                "is not a list of phonemes as a voice has it (\(found)); train the voice again or get its files anew."
            )
        }
    }

    /// Writes the inventory as JSON, whole or not at all.
    public func write(to path: String) throws(FileError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        // Strings and numbers encode.
        try replaceFile(at: path, contents: try! encoder.encode(self))
    }
}
