/// What stands between two spaces of a text, as written, or what markup puts in the place of text.
struct TextToken: Equatable {
    enum Content: Equatable {
        /// As written, with the punctuation around it.
        case written(String)
        /// What is in `[[ ]]`, or in the markup's `ph`, and the text it stands for.
        case phonemes(String, for: String)
        /// To be spoken in the place of another text.
        case alias(String, for: String)
    }

    var content: Content
    var prosody = Prosody.plain

    /// As it stands in the text.
    var written: String {
        switch content {
        case .written(let text), .phonemes(_, for: let text), .alias(_, for: let text): text
        }
    }
}

/// What a text is for whoever splits it into sentences.
enum TextEvent: Equatable {
    case token(TextToken)
    case lineBreak
    /// An empty line, or the end of an element that holds sentences.
    case paragraphBreak
    case pause(seconds: Double)
}
