public import Files

/// Reads a text of any length sentence by sentence, each as soon as it is complete.
public struct TextReader {
    /// The format of a text.
    public enum Form: Sendable {
        /// The text is plain.
        case plain
        /// The text is SSML, with the elements `speak`, `p`, `s`, `break`, `prosody`, `phoneme` and `sub`.
        case markup
    }

    private let phonemizer: Phonemizer
    /// The name of the text in errors, such as the path of its file.
    public let name: String
    private let form: Form
    private let source: () throws(FileError) -> [UInt8]
    private var decoder = TextDecoder()
    private var tokenizer = Tokenizer()
    private var splitter: SentenceSplitter
    private var waiting: [WrittenSentence] = []
    private var isAtEnd = false
    private var script: LanguageScript

    /// The number of bytes that are read at a time, so that the first sentence of a long text is returned early.
    private static let blockSize = 4096

    /// Creates a reader of a stream of bytes.
    ///
    /// - Parameters:
    ///   - phonemizer: The conversion of sentences to phonemes.
    ///   - form: The format of the text.
    ///   - name: The name of the text in errors, such as the path of its file.
    ///   - source: Returns the next bytes of the text, and an empty array at its end.
    public init(
        _ phonemizer: Phonemizer, form: Form = .plain, name: String,
        source: @escaping () throws(FileError) -> [UInt8]
    ) {
        (self.phonemizer, self.form, self.name, self.source) = (phonemizer, form, name, source)
        splitter = SentenceSplitter(language: phonemizer.language)
        script = LanguageScript(language: phonemizer.language)
    }

    /// Creates a reader of a whole text.
    public init(
        _ phonemizer: Phonemizer, form: Form = .plain, name: String = "the text", text: String
    ) {
        self.init(phonemizer, form: form, name: name, bytes: Array(text.utf8))
    }

    /// Creates a reader of a whole text's bytes, which are UTF-8, or UTF-16 with a byte order mark.
    public init(_ phonemizer: Phonemizer, form: Form = .plain, name: String, bytes: [UInt8]) {
        var rest = bytes[...]
        self.init(phonemizer, form: form, name: name) { () throws(FileError) in
            defer { rest = rest.dropFirst(Self.blockSize) }
            return Array(rest.prefix(Self.blockSize))
        }
    }

    /// The number of bytes so far that could not be decoded and were omitted.
    public var undecodableCount: Int { decoder.undecodableCount }

    /// Whether most letters so far are of a script that the language is not written in.
    public var isMostlyForeign: Bool { script.isMostlyForeign }

    /// The error of a text in which no sentence had a sound.
    ///
    /// - Parameter unknown: The symbols in the text that are not in the voice's inventory.
    public func nothingToSpeak(unknown: [String] = []) -> FileError {
        guard !unknown.isEmpty else {
            return FileError(
                .badData, name, "has nothing to speak", [.instruction("give a text that contains a letter or a number")])
        }
        return FileError(
            .badData, name, "has no phoneme that the voice knows (only \(unknown.joined(separator: " ")))",
            [.nameAnother(.language), .nameAnother(.voice)])
    }

    /// The error of a text that a voice would speak mostly with other phonemes than its own.
    ///
    /// - Parameter unknown: The symbols in the text that are not in the voice's inventory.
    public func mostlyUnknown(_ unknown: [String]) -> FileError {
        FileError(
            .badData, name, "has mostly phonemes that the voice does not know (\(unknown.joined(separator: " ")))",
            [.nameAnother(.language), .nameAnother(.voice)])
    }

    /// Reads the next sentence or pause.
    ///
    /// - Returns: The sentence; nil at the end of the text.
    /// - Throws: `FileError`: `.badData` if the bytes are not text, the markup is invalid or unsupported, or phonemes are invalid;
    ///   any error of the source.
    public mutating func next() throws(FileError) -> Sentence? {
        guard let written = try nextWritten() else { return nil }
        do { return try phonemizer.sentence(written) } catch {
            throw error.found(in: name)
        }
    }

    /// Reads the next sentence as words, in place of ``next()``; a pause has none.
    ///
    /// - Returns: The words; nil at the end of the text.
    /// - Throws: As ``next()``.
    public mutating func nextWords() throws(FileError) -> SentenceWords? {
        guard let written = try nextWritten() else { return nil }
        do { return try phonemizer.words(written) } catch {
            throw error.found(in: name)
        }
    }

    private mutating func nextWritten() throws(FileError) -> WrittenSentence? {
        while waiting.isEmpty, !isAtEnd { try readBlock() }
        return waiting.isEmpty ? nil : waiting.removeFirst()
    }

    private mutating func readBlock() throws(FileError) {
        if form == .markup { return try readMarkup() }
        let bytes = try source()
        isAtEnd = bytes.isEmpty
        let text = isAtEnd ? decoder.finish() : decoder.push(bytes)
        script.count(text)
        for event in tokenizer.push(text) {
            waiting += splitter.push(event)
        }
        guard !decoder.isBinary else {
            throw FileError(.badData, name, "is not text because it contains zero bytes; give text as UTF-8.")
        }
        guard isAtEnd else { return }
        for event in tokenizer.finish() { waiting += splitter.push(event) }
        waiting += splitter.finish()
    }

    /// Reads the whole document, because an element at its end may be an error.
    private mutating func readMarkup() throws(FileError) {
        var bytes: [UInt8] = []
        while true {
            let more = try source()
            if more.isEmpty { break }
            bytes += more
        }
        isAtEnd = true
        do {
            for event in try SSMLReader.events(of: bytes, language: phonemizer.language) {
                waiting += splitter.push(event)
            }
        } catch {
            throw error.found(in: name)
        }
        waiting += splitter.finish()
    }
}
