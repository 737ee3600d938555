/// Cuts plain text into tokens as it comes, in pieces of any length.
struct Tokenizer {
    private var token = String.UnicodeScalarView()
    /// Line breaks since the last token.
    private var lineBreaks = 0
    private var hasTokens = false
    /// Within `[[ ]]`, whose spaces are its own.
    private var isBracketed = false
    /// So much of what stands without a space is a token, and so much at most is looked at for the end of `[[ ]]`.
    private static let longestToken = 400
    private static let longestBracketed = 2000

    var prosody = Prosody.plain

    mutating func push(_ text: some StringProtocol) -> [TextEvent] {
        var events: [TextEvent] = []
        for scalar in text.unicodeScalars { take(scalar, &events) }
        return events
    }

    /// What is still held back; afterwards this is as new.
    mutating func finish() -> [TextEvent] {
        var events: [TextEvent] = []
        if isBracketed { unbracket(&events) }
        flush(&events)
        (lineBreaks, hasTokens) = (0, false)
        return events
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ events: inout [TextEvent]) {
        if isBracketed {
            token.append(scalar)
            if token.endsWith("]]") { closeBrackets(&events) }
            if token.count == Self.longestBracketed { unbracket(&events) }
        } else if scalar.properties.isWhitespace {
            flush(&events)
            if scalar.isLineBreak { breakLine(&events) }
        } else if !scalar.isInvisible {
            token.append(scalar)
            if token.endsWith("[[") {
                token.removeLast(2)
                flush(&events)
                token.append(contentsOf: "[[".unicodeScalars)
                isBracketed = true
            } else if scalar.endsToken || token.count == Self.longestToken {
                flush(&events)
            }
        }
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
        token = .init()
    }

    private mutating func append(_ content: TextToken.Content, _ events: inout [TextEvent]) {
        events.append(.token(TextToken(content: content, prosody: prosody)))
        (lineBreaks, hasTokens) = (0, true)
    }

    private mutating func closeBrackets(_ events: inout [TextEvent]) {
        let phonemes = String(String.UnicodeScalarView(token.dropFirst(2).dropLast(2)))
        append(.phonemes(phonemes, for: String(token)), &events)
        (token, isBracketed) = (.init(), false)
    }

    /// Brackets that were never closed are text like any other.
    private mutating func unbracket(_ events: inout [TextEvent]) {
        let text = token
        (token, isBracketed) = (.init(), false)
        for scalar in text.dropFirst(2) { take(scalar, &events) }
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

    /// Nothing to speak: controls, soft hyphens, marks of direction, what stands for undecodable bytes, unassigned places.
    /// Joiners and selectors stay, for emoji are made with them.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .privateUse, .surrogate, .unassigned: true
        case .format: self != "\u{200D}"
        default: self == "\u{FFFD}"
        }
    }

    /// Punctuation of scripts that set no space after it, and dashes that join two words.
    fileprivate var endsToken: Bool { "。！？；：、，।—".unicodeScalars.contains(self) }
}
