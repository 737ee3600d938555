/// Turns text into phonemes: numbers and the like become words, words become phonemes by libespeak-ng, and punctuation
/// becomes marks.
///
/// What stands in `[[ ]]` is phonemes already. Without the package trait `ESpeak` all text must be.
public struct Phonemizer: Sendable {
    /// As libespeak-ng names it: `en-us`.
    public let language: String
    /// Words that are spoken as a file says.
    public let lexicon: Lexicon?
    /// Cuts phonemes without `_` between them.
    let notation: PhonemeNotation
    private let english: EnglishNormalizer?

    /// - Parameters:
    ///   - lexicon: Words whose phonemes it has are not asked of libespeak-ng.
    ///   - inventory: The voice's, whose symbols are looked for in phonemes written without `_` between them.
    /// - Throws: `PhonemeError` where libespeak-ng has no such language, or no data.
    public init(
        language: String = "en-us", lexicon: Lexicon? = nil, inventory: PhonemeInventory? = nil
    ) throws(PhonemeError) {
        self.language = language
        self.lexicon = lexicon
        notation = PhonemeNotation(inventory: inventory)
        english = EnglishNormalizer(language: language)
        #if ESpeak
            try ESpeakLibrary.with(language: language) { _ in }
        #endif
    }

    /// What is to be spoken for `text` in one go, between the marks for start and end; without a sound where the text has none.
    ///
    /// - Throws: `PhonemeError` where this program was built without libespeak-ng and the text is no phonemes, or what is in
    ///   `[[ ]]` is none.
    public func sequence(of text: String) throws(PhonemeError) -> PhonemeSequence {
        var tokenizer = Tokenizer()
        let tokens = (tokenizer.push(text) + tokenizer.finish()).compactMap { event -> TextToken? in
            if case .token(let token) = event { token } else { nil }
        }
        return try spoken(words(of: tokens)).sequence
    }

    func sentence(_ written: WrittenSentence) throws(PhonemeError) -> Sentence {
        let (sequence, prosody) = try spoken(words(of: written.tokens))
        return Sentence(text: written.text, sequence: sequence, prosody: prosody, pause: written.pause)
    }

    /// The words of a sentence as they are to be spoken.
    func words(of tokens: [TextToken]) throws(PhonemeError) -> [TextWord] {
        var words: [TextWord] = []
        for token in tokens {
            switch token.content {
            case .written(let text):
                words.joinMarks(of: TextWord.words(of: text, prosody: token.prosody), text)
            case .phonemes(let text, for: let written):
                var word = TextWord(written, prosody: token.prosody)
                word.spoken = try notation.words(of: text).map { .phonemes($0) }
                word.isGiven = true
                words.append(word)
            case .alias(let text, for: let written):
                let alias = read(TextWord.words(of: text, prosody: token.prosody))
                var word = TextWord(written, after: alias.last?.after, prosody: token.prosody)
                word.spoken = alias.flatMap(\.spoken)
                word.isGiven = true
                words.append(word)
            }
        }
        return read(words)
    }

    private func read(_ words: [TextWord]) -> [TextWord] {
        var words = words
        if let lexicon {
            for index in words.indices where !words[index].isGiven {
                guard let phonemes = lexicon.phonemes(of: words[index].written) else { continue }
                words[index].spoken = phonemes.map { .phonemes($0) }
                words[index].isGiven = true
            }
        }
        return english?.read(words) ?? words
    }

    private func spoken(_ words: [TextWord]) throws(PhonemeError) -> (
        sequence: PhonemeSequence, prosody: [Prosody]
    ) {
        var builder = SequenceBuilder(language: language)
        var run: [TextWord] = []
        for word in words {
            if let mark = word.before {
                try append(run, to: &builder)
                run = []
                builder.append(mark: mark)
            }
            run.append(word)
            if let mark = word.after {
                try append(run, to: &builder)
                run = []
                builder.append(mark: mark)
            }
        }
        try append(run, to: &builder)
        return builder.finish()
    }

    /// The words between two marks: what is text of them is spoken together, for words sound differently beside each other.
    private func append(_ words: [TextWord], to builder: inout SequenceBuilder) throws(PhonemeError) {
        var phonemes: [[Phoneme]] = []
        var texts: [String] = []
        for spoken in words.flatMap(\.spoken) {
            switch spoken {
            case .text(let text): texts.append(text)
            case .phonemes(let given):
                phonemes += try self.phonemes(of: texts) + [given]
                texts = []
            }
        }
        phonemes += try self.phonemes(of: texts)
        var rest = phonemes[...]
        for word in words {
            builder.append(word.written, rest.prefix(word.spoken.count).flatMap { $0 }, word.prosody)
            rest = rest.dropFirst(word.spoken.count)
        }
    }

    /// For each of `words` its phonemes as it is spoken among the others.
    private func phonemes(of words: [String]) throws(PhonemeError) -> [[Phoneme]] {
        guard let first = words.first else { return [] }
        #if ESpeak
            return try ESpeakLibrary.with(language: language) { library in library.spoken(words) }
        #else
            throw PhonemeError(
                "this program was built without libespeak-ng, so that text must come as phonemes in [[ ]], which \(first) is not."
            )
        #endif
    }
}

extension [TextWord] {
    /// Appends the words of a token; punctuation by itself goes to the word before it.
    fileprivate mutating func joinMarks(of words: [TextWord], _ text: String) {
        if words.isEmpty, let last = indices.last, self[last].after == nil {
            self[last].after =
                PauseMark.mark(of: text[...]) ?? text.first.flatMap { PauseMark.standing[$0] }
        }
        append(contentsOf: words)
    }
}
