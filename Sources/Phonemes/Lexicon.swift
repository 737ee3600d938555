public import Files
import Platform

/// Words and how they are spoken, from a file: a word and its phonemes on each line, between them spaces or a tab.
///
/// ```
/// # Names
/// Siobhan   ʃ_ɪ_v_ˈɔː_n
/// vocoder   ˈvoʊkoʊdɚ
/// ```
///
/// Lines that begin with `#`, and empty ones, are left out. Upper and lower case are the same.
public struct Lexicon: Sendable {
    private let words: [String: [[Phoneme]]]

    public var count: Int { words.count }

    /// Reads the file at `path`.
    ///
    /// - Parameter inventory: As ``Phonemizer/init(language:lexicon:inventory:)`` has it.
    /// - Throws: `FileError`: `.missingInput`, or `.badData` that names the line: it has no phonemes, what it has are none, or its
    ///   word was there before.
    public init(contentsOf path: String, inventory: PhonemeInventory? = nil) throws(FileError) {
        let data = try contents(ofFile: path)
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileError(.badData, path, "is no UTF-8 text; save it as such.")
        }
        let notation = PhonemeNotation(inventory: inventory)
        var words: [String: [[Phoneme]]] = [:]
        var lines: [String: Int] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let fields = line.drop { $0 == "\u{FEFF}" || $0.isWhitespace }.split(
                maxSplits: 1, whereSeparator: \.isWhitespace)
            guard let word = fields.first, !word.hasPrefix("#") else { continue }
            guard fields.count == 2, fields[1].contains(where: { !$0.isWhitespace }) else {
                throw FileError(
                    .badData, path,
                    "line \(index + 1): \(word) has no phonemes; write them after it, such as h_ə_l_ˈoʊ.")
            }
            let key = Self.key(String(word))
            if let before = lines[key] {
                throw FileError(
                    .badData, path,
                    "line \(index + 1): \(word) is in line \(before) already; keep one of them.")
            }
            lines[key] = index + 1
            do { words[key] = try notation.words(of: String(fields[1])) } catch {
                throw FileError(.badData, path, "line \(index + 1): \(error)")
            }
        }
        self.words = words
    }

    /// The words of phonemes that are spoken for `word`; nil where it is not in the file.
    func phonemes(of word: String) -> [[Phoneme]]? { words[Self.key(word)] }

    private static func key(_ word: String) -> String {
        String(word.lowercased().map { $0 == "’" ? "'" : $0 })
    }
}
