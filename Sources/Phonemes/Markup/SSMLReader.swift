/// Reads a subset of SSML: `speak`, `p`, `s`, `break`, `prosody` with rate and pitch, `phoneme` in IPA, and `sub`.
///
/// Any other element or attribute is an error that names it, so that nothing is omitted silently. The source is W3C, Speech
/// Synthesis Markup Language 1.1.
struct SSMLReader: ~Copyable {
    private struct Element {
        let name: String
        /// The prosody around the element.
        let outerProsody: Prosody
        /// The phonemes or the alias that are spoken in place of the element's text.
        var replacement: String?
    }

    private let language: String
    private var tokenizer = Tokenizer()
    private var elements: [Element] = []
    /// The text within an element that has a replacement.
    private var replaced = ""
    private var events: [TextEvent] = []

    /// The tokens and pauses of a document, in order.
    ///
    /// - Throws: `PhonemeError` that names the line, for invalid XML or an unsupported element, attribute or value.
    static func events(of bytes: [UInt8], language: String) throws(PhonemeError) -> [TextEvent] {
        var reader = SSMLReader(language: language)
        try ExpatParser.parse(bytes, into: &reader)
        return reader.events
    }

    private init(language: String) { self.language = language }

    /// Handles the start of an element.
    mutating func begin(_ name: String, _ attributes: [String: String]) throws(PhonemeError) {
        try checkNesting(of: name)
        endText()
        var element = Element(name: name, outerProsody: tokenizer.prosody)
        switch name {
        case "speak": try checkLanguage(attributes)
        case "p", "s":
            try checkLanguage(attributes)
            events.append(.paragraphBreak)
        case "break": events += try SSMLAttributes.pause(attributes).map { [.pause(seconds: $0)] } ?? []
        case "prosody":
            tokenizer.prosody = try SSMLAttributes.prosody(attributes).within(tokenizer.prosody)
        case "phoneme": element.replacement = try SSMLAttributes.phonemes(attributes)
        case "sub": element.replacement = try SSMLAttributes.alias(attributes)
        default:
            throw PhonemeError(
                "the element <\(name)> is not supported; use only speak, p, s, break, prosody, phoneme and sub."
            )
        }
        replaced = ""
        elements.append(element)
    }

    /// Handles the end of the innermost element.
    mutating func end() {
        let element = elements.removeLast()
        endText()
        switch element.name {
        case "p", "s": events.append(.paragraphBreak)
        case "phoneme":
            add(.phonemes(element.replacement!, for: replaced.isEmpty ? element.replacement! : replaced))
        case "sub":
            add(.alias(element.replacement!, for: replaced.isEmpty ? element.replacement! : replaced))
        default: break
        }
        replaced = ""
        tokenizer.prosody = element.outerProsody
    }

    /// Handles text within the innermost element.
    mutating func append(text: String) {
        if elements.last?.replacement != nil {
            replaced += text
        } else {
            add(tokenizer.push(text))
        }
    }

    private mutating func endText() { add(tokenizer.finish()) }

    private mutating func add(_ content: TextToken.Content) {
        events.append(.token(TextToken(content: content, prosody: tokenizer.prosody)))
    }

    /// Adds the tokens among `found`. Line breaks are only spaces in markup, which has elements for paragraphs.
    private mutating func add(_ found: [TextEvent]) {
        events += found.filter { if case .token = $0 { true } else { false } }
    }

    private func checkNesting(of name: String) throws(PhonemeError) {
        guard let outer = elements.last else {
            if name == "speak" { return }
            throw PhonemeError(
                "the outermost element is <\(name)> and <speak> was expected; put the text between <speak> and </speak>.")
        }
        if ["phoneme", "sub", "break"].contains(outer.name) {
            throw PhonemeError("<\(name)> is within <\(outer.name)>, which cannot contain elements; move it out.")
        }
        if name == "speak" {
            throw PhonemeError("<speak> is within <\(outer.name)>, and it can only be the outermost element; remove it.")
        }
    }

    /// Checks the attributes of an element that can state its language, which must be the voice's.
    private func checkLanguage(_ attributes: [String: String]) throws(PhonemeError) {
        let known: Set = ["version", "xml:lang", "xml:base", "xsi:schemaLocation", "xml:id"]
        for name in attributes.keys.sorted() where !known.contains(name) && !name.hasPrefix("xmlns") {
            throw PhonemeError("the attribute \(name) is not supported here; remove it.")
        }
        guard let stated = attributes["xml:lang"], stated.lowercased().prefix(2) != language.prefix(2)
        else { return }
        throw PhonemeError(
            "xml:lang is \(stated), but the voice speaks \(language)",
            [.stateLanguage, .instruction("mark one language only")])
    }
}
