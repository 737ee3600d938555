public import Files

/// Text, or a language, that cannot be turned into phonemes.
///
/// `description` is one sentence that says why and what to do, to stand after a name and a colon.
public struct PhonemeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Why: a whole sentence where there are no remedies, else without its full stop.
    public let finding: String
    /// What to do; any one of them helps.
    public let remedies: [Remedy]

    public init(_ finding: String, _ remedies: [Remedy] = []) {
        self.finding = finding
        self.remedies = remedies
    }

    public var description: String { finding + remedies.sentenceEnd { $0.description } }

    /// This error, found in a file.
    func found(in path: String) -> FileError { FileError(.badData, path, finding, remedies) }
}

/// Converts text to phonemes: text normalization, then grapheme-to-phoneme conversion by lexicons and libespeak-ng.
///
/// Numbers, abbreviations and the like become words, words become phonemes, and punctuation becomes marks. Text in `[[ ]]` is
/// taken as phonemes. Without the package trait `ESpeak`, English is read by the package's lexicon and letter-to-sound model, and
/// text in other languages must be phonemes in `[[ ]]`.
public struct Phonemizer: Sendable {
    /// The language as a language code of libespeak-ng, such as `en-us`.
    public let language: String
    /// The pronunciations that replace those of libespeak-ng.
    public let lexicon: Lexicon?
    /// The parser of phonemes in the text.
    let notation: PhonemeNotation
    private let normalizer: TextNormalizer?
    private let folding: UnicodeFolding
    private let pronunciation: EnglishPronunciation?

    /// Creates a phonemizer for a language.
    ///
    /// - Parameters:
    ///   - language: A language code of libespeak-ng.
    ///   - lexicon: Pronunciations that replace those of libespeak-ng.
    ///   - inventory: The voice's symbols, which are searched for in phonemes that are written without `_` between them.
    /// - Throws: `PhonemeError` if libespeak-ng does not know the language, or does not find its data.
    public init(
        language: String = "en-us", lexicon: Lexicon? = nil, inventory: PhonemeInventory? = nil
    ) throws(PhonemeError) {
        self.language = language
        self.lexicon = lexicon
        notation = PhonemeNotation(inventory: inventory)
        normalizer = TextNormalizer(language: language)
        folding = UnicodeFolding(LanguageData.of(language: language))
        pronunciation = EnglishPronunciation(language: language)
        #if ESpeak
            try ESpeakLibrary.with(language: language) { _ in }
        #endif
    }

    /// Converts `text` to the phonemes of one utterance, between the marks for start and end.
    ///
    /// - Returns: A sequence that has no sound if the text has no letters, digits or named symbols.
    /// - Throws: `PhonemeError` if the content of `[[ ]]` cannot be read as phonemes, or if the text is not in `[[ ]]` and this
    ///   program was built without libespeak-ng.
    public func sequence(of text: String) throws(PhonemeError) -> PhonemeSequence {
        var tokenizer = Tokenizer()
        let tokens = (tokenizer.push(text) + tokenizer.finish()).compactMap { event -> TextToken? in
            if case .token(let token) = event { token } else { nil }
        }
        return try phonemes(of: words(of: tokens)).sequence
    }

    /// Converts a sentence to phonemes.
    func sentence(_ written: WrittenSentence) throws(PhonemeError) -> Sentence {
        let (sequence, prosody) = try phonemes(of: words(of: written.tokens))
        return Sentence(text: written.text, sequence: sequence, prosody: prosody, pause: written.pause)
    }

    /// The words of a sentence, as they are converted to phonemes.
    func words(_ written: WrittenSentence) throws(PhonemeError) -> SentenceWords {
        SentenceWords(text: written.text, words: try words(of: written.tokens))
    }

    /// The normalized words of a sentence.
    func words(of tokens: [TextToken]) throws(PhonemeError) -> [TextWord] {
        var parts: [TextNormalizer.Part] = []
        for token in tokens {
            switch token.content {
            case .written(let text): parts += self.parts(of: folding.folded(text), token.prosody)
            case .phonemes(let text, for: let written):
                var word = TextWord(written, prosody: token.prosody)
                word.spoken = try notation.words(of: text).map { .phonemes($0) }
                word.isGiven = true
                parts.append(.given(word))
            case .alias(let text, for: let written):
                let alias = normalized(self.parts(of: folding.folded(text), token.prosody))
                var word = TextWord(written, after: alias.last?.after, prosody: token.prosody)
                word.spoken = alias.flatMap(\.spoken)
                word.isGiven = true
                parts.append(.given(word))
            }
        }
        return normalized(parts)
    }

    /// The text as it is, or the words in it that the lexicon has with the punctuation around them.
    private func parts(of text: String, _ prosody: Prosody) -> [TextNormalizer.Part] {
        guard let lexicon else { return [.text(text, prosody)] }
        let words = TextWord.words(of: text, prosody: prosody)
        guard words.contains(where: { lexicon.phonemes(of: $0.written) != nil }) else { return [.text(text, prosody)] }
        return words.map { word in
            var word = word
            if let phonemes = lexicon.phonemes(of: word.written) { word.spoken = phonemes.map { .phonemes($0) } }
            word.isGiven = true
            return .given(word)
        }
    }

    /// The words of a sentence's parts. Those of a language without data are spoken as they are written.
    private func normalized(_ parts: [TextNormalizer.Part]) -> [TextWord] {
        if let normalizer { return normalizer.words(of: parts) }
        var words: [TextWord] = []
        for part in parts {
            switch part {
            case .given(let word): words.append(word)
            case .text(let text, let prosody): words.joinMarks(of: TextWord.words(of: text, prosody: prosody), text)
            }
        }
        return words
    }

    private func phonemes(of words: [TextWord]) throws(PhonemeError) -> (
        sequence: PhonemeSequence, prosody: [Prosody]
    ) {
        let readings = pronunciation?.readings(of: words) ?? [:]
        var builder = SequenceBuilder(language: language)
        var (run, number) = (SpokenRun(), 0)
        for word in words {
            if let mark = word.before {
                try append(&run, to: &builder)
                builder.append(mark: mark)
            }
            run.words.append(word)
            for spoken in word.spoken {
                run.spoken.append((spoken, readings[number]))
                number += 1
            }
            if let mark = word.after {
                try append(&run, to: &builder)
                builder.append(mark: mark)
            }
        }
        try append(&run, to: &builder)
        return builder.finish()
    }

    /// The words between two marks, and their spoken forms with the readings of heteronyms.
    private struct SpokenRun {
        var words: [TextWord] = []
        var spoken: [(word: SpokenWord, reading: Heteronyms.Reading?)] = []
    }

    /// Appends the words between two marks, and empties them. Their text is converted together, because pronunciation depends on
    /// neighbouring words.
    private func append(_ run: inout SpokenRun, to builder: inout SequenceBuilder) throws(PhonemeError) {
        var phonemes: [[Phoneme]] = []
        var (texts, readings) = ([String](), [Heteronyms.Reading?]())
        for (spoken, reading) in run.spoken {
            switch spoken {
            case .text(let text):
                texts.append(text)
                readings.append(reading)
            case .phonemes(let given):
                phonemes += try self.phonemes(of: texts, readings) + [given]
                (texts, readings) = ([], [])
            }
        }
        phonemes += try self.phonemes(of: texts, readings)
        var rest = phonemes[...]
        for word in run.words {
            builder.append(word.written, rest.prefix(word.spoken.count).flatMap { $0 }, word.prosody)
            rest = rest.dropFirst(word.spoken.count)
        }
        run = SpokenRun()
    }

    /// The phonemes of each of `words`, as it is spoken among the others.
    private func phonemes(of words: [String], _ readings: [Heteronyms.Reading?]) throws(PhonemeError) -> [[Phoneme]] {
        guard let first = words.first else { return [] }
        #if ESpeak
            let heard = try ESpeakLibrary.with(language: language) { library in library.phonemes(of: words.map { normalizer?.inSmallLetters($0) ?? $0 }) }
            guard let pronunciation else { return heard }
            return words.indices.map { pronunciation.phonemes(of: words[$0], reading: readings[$0], heard: heard[$0]) }
        #else
            if let pronunciation { return try pronunciation.phonemes(of: words, readings: readings) }
            throw PhonemeError(
                "this program was built without libespeak-ng and reads only English, not \(first) in the language \(language); write the text as phonemes in [[ ]]."
            )
        #endif
    }
}

extension [TextWord] {
    /// Appends the words of a token. A token of punctuation alone becomes the mark after the previous word.
    fileprivate mutating func joinMarks(of words: [TextWord], _ text: String) {
        if words.isEmpty, let last = indices.last, self[last].after == nil {
            self[last].after =
                PauseMark.mark(of: text[...]) ?? text.first.flatMap { PauseMark.standing[$0] }
        }
        append(contentsOf: words)
    }
}
