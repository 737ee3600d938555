public import Files

/// Reads a text of any length sentence by sentence, each as soon as its end has come.
public struct TextReader {
    public enum Form: Sendable {
        case plain
        /// The subset of SSML that ``SSMLReader`` speaks.
        case markup
    }

    private let phonemizer: Phonemizer
    /// What errors call the text.
    public let name: String
    private let form: Form
    private let source: () throws(FileError) -> [UInt8]
    private var decoding = TextDecoder()
    private var tokenizer = Tokenizer()
    private var splitter: SentenceSplitter
    private var waiting: [WrittenSentence] = []
    private var isAtEnd = false

    /// So much of what has come is split at a time, so that the first sentence of a long text need not wait for the rest.
    private static let blockSize = 4096

    /// - Parameters:
    ///   - name: What errors call the text: its file's path.
    ///   - source: Gives what comes next of the text's bytes, nothing at its end.
    public init(
        _ phonemizer: Phonemizer, form: Form = .plain, name: String,
        source: @escaping () throws(FileError) -> [UInt8]
    ) {
        (self.phonemizer, self.form, self.name, self.source) = (phonemizer, form, name, source)
        splitter = SentenceSplitter(language: phonemizer.language)
    }

    /// Reads `text`, which is whole.
    public init(
        _ phonemizer: Phonemizer, form: Form = .plain, name: String = "the text", text: String
    ) {
        self.init(phonemizer, form: form, name: name, bytes: Array(text.utf8))
    }

    /// Reads `bytes`, which are whole.
    public init(_ phonemizer: Phonemizer, form: Form = .plain, name: String, bytes: [UInt8]) {
        var rest = bytes[...]
        self.init(phonemizer, form: form, name: name) { () throws(FileError) in
            defer { rest = rest.dropFirst(Self.blockSize) }
            return Array(rest.prefix(Self.blockSize))
        }
    }

    /// How many bytes were no UTF-8 and have been left out.
    public var undecodableCount: Int { decoding.undecodableCount }

    /// What to say where none of the sentences had a sound.
    ///
    /// - Parameter unknown: Symbols of theirs that the voice was not taught.
    public func nothingToSpeak(unknown: [String] = []) -> FileError {
        let reason =
            unknown.isEmpty
            ? "holds nothing to speak; give text with a letter or a number in it."
            : "holds no sound the voice was taught (but \(unknown.joined(separator: " "))); give another --language or --voice."
        return FileError(.badData, name, reason)
    }

    /// The next sentence, or pause; nil at the end of the text.
    ///
    /// - Throws: `FileError`: `.badData` where the bytes are no text, the markup is not one this program speaks, or phonemes are none;
    ///   whatever the source throws.
    public mutating func next() throws(FileError) -> Sentence? {
        while waiting.isEmpty, !isAtEnd { try readOn() }
        guard !waiting.isEmpty else { return nil }
        let written = waiting.removeFirst()
        do { return try phonemizer.sentence(written) } catch {
            throw FileError(.badData, name, error.description)
        }
    }

    private mutating func readOn() throws(FileError) {
        if form == .markup { return try readMarkup() }
        let bytes = try source()
        isAtEnd = bytes.isEmpty
        for event in tokenizer.push(isAtEnd ? decoding.finish() : decoding.push(bytes)) {
            waiting += splitter.push(event)
        }
        guard !decoding.isBinary else {
            throw FileError(.badData, name, "is no text: it has zero bytes; give text as UTF-8.")
        }
        guard isAtEnd else { return }
        for event in tokenizer.finish() { waiting += splitter.push(event) }
        waiting += splitter.finish()
    }

    /// Markup is read whole: an element at its end may be one that is refused.
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
            throw FileError(.badData, name, error.description)
        }
        waiting += splitter.finish()
    }
}
