internal import CEnglish

/// The package's lexicon of American English: 86,000 words, in the notation of libespeak-ng.
///
/// It is searched where it lies in the program, so that it costs neither time at the start nor memory of its own.
/// `Scripts/english-data` makes it from misaki's lexicon; its form is described in `Scripts/english/storage.py`.
struct ShippedLexicon: Sendable {
    /// How a word is said.
    struct Entry: Equatable {
        /// The phonemes, as one word.
        var phonemes: [Phoneme]
        /// Whether libespeak-ng says the word with other phonemes, and is wrong.
        var isBetter: Bool
    }

    /// The lexicon of this package.
    static let english = ShippedLexicon()

    /// The number of words.
    let count: Int
    private let blockCount: Int
    /// The phonemes of each code.
    private let phonemes: [[Phoneme]]
    /// Where the offsets of the blocks begin.
    private let offsets: Int
    /// Where the blocks begin.
    private let blocks: Int

    private init() {
        let data = Self.bytes
        let sizes = (0..<5).map { Int(data.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
        (count, blockCount) = (sizes[0], sizes[1])
        let names = String(decoding: data[20..<20 + sizes[4]], as: UTF8.self).split(separator: "\n")
        var phonemes = names.map { ESpeakNotation.phonemes(of: $0) }
        let pairs = 20 + sizes[4]
        for pair in 0..<sizes[3] {
            phonemes.append(phonemes[Int(data[pairs + 2 * pair])] + phonemes[Int(data[pairs + 2 * pair + 1])])
        }
        self.phonemes = phonemes
        offsets = pairs + 2 * sizes[3]
        blocks = offsets + 4 * blockCount
    }

    private static var bytes: UnsafeRawBufferPointer { DataFile.lexicon.bytes }

    /// The pronunciation of a word as it is written, or else in lower case; nil if the lexicon does not have it.
    func entry(of word: String) -> Entry? {
        // Names are in lower case, and acronyms in capitals.
        exactEntry(of: word) ?? exactEntry(of: word.lowercased())
    }

    private func exactEntry(of word: String) -> Entry? {
        let bytes = Array(word.utf8)
        guard !bytes.isEmpty, bytes.count < 64 else { return nil }
        // The last block whose first word is not after the one that is looked for.
        var (low, high) = (0, blockCount)
        while low < high {
            let middle = (low + high) / 2
            if bytes.lexicographicallyPrecedes(firstWord(ofBlock: middle)) { high = middle } else { low = middle + 1 }
        }
        return low == 0 ? nil : entry(of: bytes, inBlock: low - 1)
    }

    private func start(ofBlock block: Int) -> Int {
        blocks + Int(Self.bytes.loadUnaligned(fromByteOffset: offsets + 4 * block, as: UInt32.self))
    }

    private func firstWord(ofBlock block: Int) -> Slice<UnsafeRawBufferPointer> {
        let place = start(ofBlock: block)
        return Self.bytes[place + 2..<place + 2 + Int(Self.bytes[place + 1])]
    }

    private func entry(of word: [UInt8], inBlock block: Int) -> Entry? {
        let data = Self.bytes
        var place = start(ofBlock: block)
        let end = block + 1 < blockCount ? start(ofBlock: block + 1) : data.count
        var spelled: [UInt8] = []
        while place < end {
            let (shared, length) = (Int(data[place]), Int(data[place + 1]))
            spelled.removeLast(spelled.count - shared)
            spelled += data[place + 2..<place + 2 + length]
            place += 2 + length
            let (codes, isBetter) = (Int(data[place] & 127), data[place] >= 128)
            if spelled == word {
                let spoken = data[place + 1...place + codes].flatMap { phonemes[Int($0)] }
                return Entry(phonemes: spoken.asWord(), isBetter: isBetter)
            }
            place += 1 + codes
        }
        return nil
    }
}

/// The files of data that are part of the program.
enum DataFile {
    case lexicon, letters, heteronyms

    var bytes: UnsafeRawBufferPointer {
        switch self {
        case .lexicon: Self.between(english_lexicon_start(), english_lexicon_end())
        case .letters: Self.between(english_letters_start(), english_letters_end())
        case .heteronyms: Self.between(english_heteronyms_start(), english_heteronyms_end())
        }
    }

    private static func between(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: end - start)
    }
}
