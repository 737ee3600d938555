/// A sentence as it is to be spoken, and the silence after it.
public struct Sentence: Hashable, Sendable {
    public enum Pause: Hashable, Sendable {
        /// As between any two sentences.
        case usual
        /// What was cut because it was too long goes on.
        case none
        case seconds(Double)
    }

    /// As it was written.
    public var text: String
    /// Without a sound where the text has none: a pause only, or punctuation.
    public var sequence: PhonemeSequence
    /// For each phoneme how it differs from plain.
    public var prosody: [Prosody]
    public var pause: Pause

    public init(text: String, sequence: PhonemeSequence, prosody: [Prosody], pause: Pause) {
        precondition(
            prosody.count == sequence.phonemes.count,
            "\(prosody.count) prosodies were given for \(sequence.phonemes.count) phonemes")
        self.text = text
        self.sequence = sequence
        self.prosody = prosody
        self.pause = pause
    }
}
