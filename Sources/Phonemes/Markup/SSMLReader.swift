/// Reads the subset of SSML that is spoken: `speak`, `p`, `s`, `break`, `prosody` with rate and pitch, `phoneme` in IPA, and `sub`.
///
/// Anything else is refused by its name, so that nothing is left out unheard. W3C, Speech Synthesis Markup Language 1.1.
struct SSMLReader: ~Copyable {
    private struct Element {
        let name: String
        /// As it was before the element.
        let outerProsody: Prosody
        /// What is spoken in the place of the element's text: phonemes or an alias.
        var replacement: String?
    }

    private let language: String
    private var tokenizer = Tokenizer()
    private var elements: [Element] = []
    /// The text of an element that has a replacement.
    private var replaced = ""
    private var events: [TextEvent] = []

    /// What the markup says, in order.
    ///
    /// - Throws: `PhonemeError` that names the line: what is no XML, or an element, an attribute or a value that is not spoken.
    static func events(of bytes: [UInt8], language: String) throws(PhonemeError) -> [TextEvent] {
        var reading = SSMLReader(language: language)
        try ExpatParser.parse(bytes, into: &reading)
        return reading.events
    }

    private init(language: String) { self.language = language }

    mutating func begin(_ name: String, _ attributes: [String: String]) throws(PhonemeError) {
        try checkPlace(of: name)
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
                "the element <\(name)> is not spoken; only speak, p, s, break, prosody, phoneme and sub are."
            )
        }
        replaced = ""
        elements.append(element)
    }

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

    /// Lines are no more than spaces in markup, which has elements for paragraphs.
    private mutating func add(_ found: [TextEvent]) {
        events += found.filter { if case .token = $0 { true } else { false } }
    }

    private func checkPlace(of name: String) throws(PhonemeError) {
        guard let outer = elements.last else {
            if name == "speak" { return }
            throw PhonemeError("the outermost element is <\(name)>, and <speak> was expected.")
        }
        if ["phoneme", "sub", "break"].contains(outer.name) {
            throw PhonemeError("<\(name)> stands within <\(outer.name)>, which holds text only.")
        }
        if name == "speak" {
            throw PhonemeError("<speak> stands within <\(outer.name)>; it can only be outermost.")
        }
    }

    /// One voice speaks one language.
    private func checkLanguage(_ attributes: [String: String]) throws(PhonemeError) {
        let known: Set = ["version", "xml:lang", "xml:base", "xsi:schemaLocation", "xml:id"]
        for name in attributes.keys.sorted() where !known.contains(name) && !name.hasPrefix("xmlns") {
            throw PhonemeError("the attribute \(name) is not spoken here; take it out.")
        }
        guard let stated = attributes["xml:lang"], stated.lowercased().prefix(2) != language.prefix(2)
        else { return }
        throw PhonemeError(
            "xml:lang is \(stated) and the voice speaks \(language); set --language, or mark one language only."
        )
    }
}
