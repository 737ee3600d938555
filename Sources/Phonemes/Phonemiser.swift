/// Turns text into phonemes, by libespeak-ng: words between marks of punctuation, and the marks themselves.
///
/// Without the package trait `ESpeak` the text must be phonemes already, in `[[ ]]`.
public struct Phonemiser: Sendable {
    /// As libespeak-ng names it: `en-us`.
    public let language: String

    /// - Throws: `PhonemeError` where libespeak-ng has no such language, or no data.
    public init(language: String = "en-us") throws(PhonemeError) {
        self.language = language
        #if ESpeak
            try ESpeakLibrary.with(language: language) { _ in }
        #endif
    }

    /// What is to be spoken for `text`, between the marks for start and end; without a sound where the text has none.
    ///
    /// - Throws: `PhonemeError` where this program was built without libespeak-ng and the text is no phonemes.
    public func sequence(of text: String) throws(PhonemeError) -> PhonemeSequence {
        var builder = SequenceBuilder(language: language)
        for piece in TextPiece.pieces(of: text) {
            switch piece {
            case .mark(let mark): builder.append(mark: mark)
            case .words(let words):
                for (word, phonemes) in zip(words, try phonemes(of: words)) { builder.append(word, phonemes) }
            }
        }
        return builder.finish()
    }

    private func phonemes(of words: [String]) throws(PhonemeError) -> [[Phoneme]] {
        #if ESpeak
            try ESpeakLibrary.with(language: language) { library in
                let spoken = library.spoken(words.joined(separator: " "))
                if spoken.count == words.count { return spoken }
                return WordAlignment.align(spoken, to: words.map { library.spokenAlone($0) })
            }
        #else
            throw PhonemeError(
                "This program was built without libespeak-ng, so that text must come as phonemes in [[ ]]; \(words[0]) does not.")
        #endif
    }
}

/// Gathers phonemes and words into a sequence.
struct SequenceBuilder {
    private var sequence: PhonemeSequence

    init(language: String) {
        sequence = PhonemeSequence(phonemes: [.start], words: [], language: language)
    }

    /// A word without a sound is left out.
    mutating func append(_ word: String, _ phonemes: [Phoneme]) {
        guard !phonemes.isEmpty else { return }
        let first = sequence.phonemes.count
        sequence.phonemes += phonemes
        sequence.words.append(.init(text: word, range: first..<sequence.phonemes.count))
    }

    /// Of several marks in a row the weightiest stays; one before the first sound is left out.
    mutating func append(mark: Character) {
        guard sequence.hasSound else { return }
        let symbol = String(mark)
        if let last = sequence.phonemes.last, last.isMark {
            if Self.weight(symbol) > Self.weight(last.symbol) {
                sequence.phonemes[sequence.phonemes.count - 1] = Phoneme(symbol)
            }
        } else {
            sequence.phonemes.append(Phoneme(symbol))
        }
    }

    private static func weight(_ mark: String) -> Int {
        [",", ";", ":", ".", "!", "?"].firstIndex(of: mark) ?? -1
    }

    consuming func finish() -> PhonemeSequence {
        sequence.phonemes.append(.end)
        return sequence
    }
}
