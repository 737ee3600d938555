/// A part of a text between two spaces, or a replacement of text by markup.
struct TextToken: Equatable {
    /// The kinds of tokens.
    enum Content: Equatable {
        /// Text as it was written, with the punctuation around it.
        case written(String)
        /// The phonemes in `[[ ]]` or in the `ph` attribute of SSML, and the text that they replace.
        case phonemes(String, for: String)
        /// Text that is spoken in place of another text.
        case alias(String, for: String)
    }

    var content: Content
    var prosody = Prosody.plain

    /// The token as it was written in the text.
    var written: String {
        switch content {
        case .written(let text), .phonemes(_, for: let text), .alias(_, for: let text): text
        }
    }
}

/// An element of a text's stream of tokens, the input of a ``SentenceSplitter``.
enum TextEvent: Equatable {
    /// A token.
    case token(TextToken)
    /// The end of a line.
    case lineBreak
    /// An empty line, or the start or end of an element that contains sentences.
    case paragraphBreak
    /// A pause that markup asks for.
    case pause(seconds: Double)
}

/// Splits a stream of plain text, in chunks of any length, into tokens.
struct Tokenizer {
    private var token = String.UnicodeScalarView()
    /// The number of Unicode scalars of ``token``.
    private var length = 0
    /// The number of line breaks since the last token.
    private var lineBreaks = 0
    private var hasTokens = false
    /// Whether the token is within `[[ ]]`, where spaces do not end it.
    private var isBracketed = false
    /// The most Unicode scalars of a token; longer text without spaces is split.
    private static let longestToken = 400
    /// The most Unicode scalars from `[[` to `]]`; without an end until there, the brackets are text.
    private static let longestBracketed = 2000

    /// The prosody of the tokens to come.
    var prosody = Prosody.plain

    /// Adds text, and returns the tokens and breaks that are complete.
    mutating func push(_ text: some StringProtocol) -> [TextEvent] {
        var events: [TextEvent] = []
        for scalar in text.unicodeScalars { take(scalar, &events) }
        return events
    }

    /// Returns the rest at the end of the text, and resets the tokenizer.
    mutating func finish() -> [TextEvent] {
        var events: [TextEvent] = []
        if isBracketed { unbracket(&events) }
        flush(&events)
        (lineBreaks, hasTokens) = (0, false)
        return events
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ events: inout [TextEvent]) {
        if isBracketed {
            append(scalar)
            if token.endsWith("]]") { closeBrackets(&events) }
            if length == Self.longestBracketed { unbracket(&events) }
        } else if scalar.properties.isWhitespace {
            flush(&events)
            if scalar.isLineBreak { breakLine(&events) }
        } else if !scalar.isInvisible {
            append(scalar)
            if token.endsWith("[[") {
                token.removeLast(2)
                flush(&events)
                token.append(contentsOf: "[[".unicodeScalars)
                (length, isBracketed) = (2, true)
            } else if scalar.endsToken || length == Self.longestToken {
                flush(&events)
            }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        token.append(scalar)
        length += 1
    }

    private mutating func breakLine(_ events: inout [TextEvent]) {
        guard hasTokens else { return }
        lineBreaks += 1
        if lineBreaks == 1 { events.append(.lineBreak) }
        if lineBreaks == 2 { events.append(.paragraphBreak) }
    }

    private mutating func flush(_ events: inout [TextEvent]) {
        guard !token.isEmpty else { return }
        append(.written(String(token)), &events)
        (token, length) = (.init(), 0)
    }

    private mutating func append(_ content: TextToken.Content, _ events: inout [TextEvent]) {
        events.append(.token(TextToken(content: content, prosody: prosody)))
        (lineBreaks, hasTokens) = (0, true)
    }

    private mutating func closeBrackets(_ events: inout [TextEvent]) {
        let phonemes = String(String.UnicodeScalarView(token.dropFirst(2).dropLast(2)))
        append(.phonemes(phonemes, for: String(token)), &events)
        (token, length, isBracketed) = (.init(), 0, false)
    }

    /// Treats brackets that were not closed as text; of several, the last may still be closed.
    private mutating func unbracket(_ events: inout [TextEvent]) {
        let text = Array(token)
        (token, length, isBracketed) = (.init(), 0, false)
        let last = text.indices.dropFirst(2).last { text[$0] == "[" && $0 + 1 < text.count && text[$0 + 1] == "[" } ?? text.count
        for index in 2..<last where text[index] != "[" || text[index - 1] != "[" { take(text[index], &events) }
        for scalar in text[last...] { take(scalar, &events) }
    }
}

extension String.UnicodeScalarView {
    fileprivate func endsWith(_ ending: String) -> Bool {
        suffix(ending.unicodeScalars.count).elementsEqual(ending.unicodeScalars)
    }
}

extension Unicode.Scalar {
    fileprivate var isLineBreak: Bool {
        self == "\n" || self == "\u{85}" || self == "\u{2028}" || self == "\u{2029}"
    }

    /// Whether this is omitted: a control character, soft hyphen, mark of direction, replacement character or unassigned code
    /// point. Joiners and variation selectors are kept, because emoji are composed with them.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .privateUse, .surrogate, .unassigned: true
        case .format: self != "\u{200D}"
        default: self == "\u{FFFD}"
        }
    }

    /// Whether a token ends after this: punctuation of scripts that write no space after it, and dashes that join words.
    fileprivate var endsToken: Bool { "。！？；：、，।—".unicodeScalars.contains(self) }
}
