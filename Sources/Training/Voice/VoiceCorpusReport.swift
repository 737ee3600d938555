public import Files
import Phonemes
public import Platform
import TextToMel

/// The contents of a corpus with text: `description` for people, ``json()`` for programs.
public struct VoiceCorpusReport: Sendable, Equatable, Codable {
    public let recordings: CorpusReport
    /// The language of the text, as libespeak-ng names it.
    public let language: String
    /// Phonemes of all sentences used, marks of punctuation included.
    public let phonemeCount: Int
    /// Different phonemes in training, marks included.
    public let symbolCount: Int
    /// Phonemes of validation sentences that training does not have.
    public let unknownSymbols: [String]
    /// Milliseconds: the mean duration of each recording's phonemes.
    public let phonemeDuration: CorpusReport.Spread
    /// Hz: the median F0 of each recording.
    public let pitch: CorpusReport.Spread

    init(_ recordings: CorpusReport, _ corpus: VoiceCorpus, _ inventory: PhonemeInventory) {
        self.recordings = recordings
        language = corpus.language
        phonemeCount = corpus.utterances.reduce(0) { $0 + $1.sequence.phonemes.count }
        symbolCount = inventory.count
        let symbols = Set(corpus.utterances.flatMap { $0.sequence.phonemes.map(\.symbol) })
        unknownSymbols = symbols.filter { inventory.id(of: $0) == nil }.sorted()
        let hop = Double(corpus.set.convention.hopLength) / Double(corpus.set.convention.sampleRate) * 1000
        phonemeDuration = .init(
            corpus.utterances.map { Double($0.frames.count) * hop / Double($0.sequence.phonemes.count) })
        pitch = .init(
            corpus.utterances.compactMap { utterance in
                let voiced = utterance.frequencies.filter { $0 > 0 }.sorted()
                return voiced.isEmpty ? nil : Double(voiced[voiced.count / 2])
            })
    }

    /// The report as one JSON object with sorted keys.
    public func json() throws(FileError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) } catch {
            throw FileError(.badData, recordings.path, "the corpus report cannot be written as JSON (\(error)).")
        }
    }
}

extension VoiceCorpusReport: CustomStringConvertible {
    public var description: String {
        func span(_ spread: CorpusReport.Spread, _ unit: String) -> String {
            "\(tenths(spread.median)) \(unit) (\(tenths(spread.least)) to \(tenths(spread.greatest)))"
        }
        var text = recordings.description + "\n"
        text += "  text (\(language)): \(phonemeCount) phonemes of \(symbolCount) kinds; "
        text += "a phoneme lasts \(span(phonemeDuration, "ms")), pitch \(span(pitch, "Hz"))"
        if !unknownSymbols.isEmpty {
            text += "\n  validation has phonemes that training does not: \(unknownSymbols.joined(separator: " "))"
        }
        return text
    }
}
