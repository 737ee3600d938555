/// Text, or a language, that cannot be turned into phonemes: `description` is one sentence that says why and what
/// would do, to stand after a name and a colon.
public struct PhonemeError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
