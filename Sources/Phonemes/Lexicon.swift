public import Files
import Platform

/// A pronunciation lexicon: words and their phonemes.
///
/// Each line of the file holds a word and its phonemes, separated by spaces or a tab:
///
/// ```
/// # Names
/// Siobhan   ʃ_ɪ_v_ˈɔː_n
/// vocoder   ˈvoʊkoʊdɚ
/// ```
///
/// Lines of the CMU Pronouncing Dictionary (`HELLO  HH AH0 L OW1`) are read too. Empty lines and lines that begin with `#` or `;;;` are
/// ignored. Words are matched without regard to case.
public struct Lexicon: Sendable {
    private let words: [String: [[Phoneme]]]

    /// The number of words.
    public var count: Int { words.count }

    /// Reads the lexicon in the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The path of a UTF-8 text file.
    ///   - inventory: The voice's symbols, which are searched for in phonemes that are written without `_` between them.
    /// - Throws: `FileError`: `.missingInput` if there is no such file; `.badData` if it is not UTF-8, or if a line, which the
    ///   error names, has no phonemes, has invalid ones, or repeats a word.
    public init(contentsOf path: String, inventory: PhonemeInventory? = nil) throws(FileError) {
        let data = try contents(ofFile: path)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileError(.badData, path, "is not UTF-8 text; save it as UTF-8.")
        }
        let notation = PhonemeNotation(inventory: inventory)
        var words: [String: [[Phoneme]]] = [:]
        var lines: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let fields = line.drop { $0 == "\u{FEFF}" || $0.isWhitespace }.split(
                maxSplits: 1, whereSeparator: \.isWhitespace)
            guard let word = fields.first, !word.hasPrefix("#"), !word.hasPrefix(";;;") else { continue }
            guard fields.count == 2, fields[1].contains(where: { !$0.isWhitespace }) else {
                throw FileError(
                    .badData, path,
                    "line \(index + 1): \(word) has no phonemes; write them after the word, such as h_ə_l_ˈoʊ.")
            }
            let key = Self.key(String(word))
            if let before = lines[key] {
                throw FileError(
                    .badData, path,
                    "line \(index + 1): \(word) is already in line \(before); keep one of the two lines.")
            }
            lines[key] = index + 1
            if let phonemes = ARPAbet.phonemes(of: fields[1]) {
                words[key] = [phonemes.asWord()]
                continue
            }
            do { words[key] = try notation.words(of: String(fields[1])) } catch {
                throw FileError(.badData, path, "line \(index + 1): \(error.finding)", error.remedies)
            }
        }
        self.words = words
    }

    /// The pronunciation of `word`, as one or more words of phonemes; nil if the lexicon does not contain it.
    func phonemes(of word: String) -> [[Phoneme]]? { words[Self.key(word)] }

    /// The form in which words are compared: lower case, with ASCII apostrophes.
    private static func key(_ word: String) -> String {
        String(word.lowercased().map { $0 == "’" ? "'" : $0 })
    }
}
