/// The prosody of speech relative to the voice's own: speed and pitch.
public struct Prosody: Hashable, Codable, Sendable {
    /// The factor on the rate of speech: 2 halves the durations.
    public var speed: Double
    /// The number of semitones by which pitch is raised.
    public var pitch: Double

    /// Creates a prosody, by default the voice's own.
    public init(speed: Double = 1, pitch: Double = 0) {
        self.speed = speed
        self.pitch = pitch
    }

    /// The voice's own prosody.
    public static let plain = Prosody()

    /// This prosody nested in `outer`: speeds are multiplied, semitones are added.
    public func within(_ outer: Prosody) -> Prosody {
        Prosody(speed: outer.speed * speed, pitch: outer.pitch + pitch)
    }
}

/// A sentence as phonemes with their prosody, and the pause after it.
public struct Sentence: Hashable, Sendable {
    /// The pause after a sentence.
    public enum Pause: Hashable, Sendable {
        /// The usual pause between two sentences.
        case usual
        /// No pause, because a sentence that was too long was split here.
        case none
        /// A pause of a given number of seconds.
        case seconds(Double)
    }

    /// The sentence as it was written.
    public var text: String
    /// The phonemes, which have no sound if the text is only a pause or punctuation.
    public var sequence: PhonemeSequence
    /// The prosody of each phoneme of ``sequence``.
    public var prosody: [Prosody]
    /// The pause after the sentence.
    public var pause: Pause

    /// Creates a sentence.
    ///
    /// - Precondition: `prosody` has one value for each phoneme of `sequence`.
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

/// A sentence as it is read, before its phonemes: each word as it was written and as it is spoken, and the pauses between.
public struct SentenceWords: Hashable, Codable, Sendable {
    /// A word.
    public struct Word: Hashable, Codable, Sendable {
        /// The word as it was written, of which several can be spoken as one quantity.
        public var written: String
        /// The words that are spoken; given phonemes are in `[[ ]]`.
        public var spoken: String
        /// The marks of the pauses before and after the word, empty for none.
        public var before: String
        public var after: String
    }

    /// The sentence as it was written.
    public var text: String
    public var words: [Word]

    init(text: String, words: [TextWord]) {
        self.text = text
        self.words = words.map { word in
            let spoken = word.spoken.map { part in
                switch part {
                case .text(let text): Self.withLettersApart(text)
                case .phonemes(let phonemes): "[[\(phonemes.map(\.description).joined(separator: "_"))]]"
                }
            }
            return Word(
                written: word.written, spoken: spoken.joined(separator: " "), before: word.before.map { String($0) } ?? "",
                after: word.after.map { String($0) } ?? "")
        }
    }
}

extension SentenceWords {
    /// Letters that are spelled, without the full stops that the pronunciation needs: `P.D.F's` is `P D Fs`.
    private static func withLettersApart(_ text: String) -> String {
        if text == LanguageData.nameOfA { return "A" }
        let stem = text.hasSuffix("'s") ? text.dropLast(2) : text[...]
        let letters = stem.split(separator: ".", omittingEmptySubsequences: false)
        guard letters.count > 1, letters.allSatisfy({ $0.count == 1 }) else { return text }
        return letters.joined(separator: " ") + (text.hasSuffix("'s") ? "s" : "")
    }
}

extension SentenceWords: CustomStringConvertible {
    /// The spoken words, and the marks of the pauses right after them.
    public var description: String {
        var text = ""
        for word in words {
            if !word.before.isEmpty, !text.isEmpty, !(text.last?.isPunctuation ?? false) { text += word.before }
            text += (text.isEmpty ? "" : " ") + word.spoken + word.after
        }
        return text
    }
}

/// Builds a phoneme sequence from words and marks, with the prosody of each phoneme.
struct SequenceBuilder {
    private var sequence: PhonemeSequence
    private var prosody: [Prosody] = [.plain]

    init(language: String) {
        sequence = PhonemeSequence(phonemes: [.start], words: [], language: language)
    }

    /// Appends a word. A word without phonemes is omitted.
    mutating func append(_ word: String, _ phonemes: [Phoneme], _ prosody: Prosody) {
        guard !phonemes.isEmpty else { return }
        if sequence.phonemes.count == 1 { self.prosody[0] = prosody }
        let first = sequence.phonemes.count
        sequence.phonemes += phonemes
        sequence.words.append(.init(text: word, range: first..<sequence.phonemes.count))
        self.prosody += Array(repeating: prosody, count: phonemes.count)
    }

    /// Appends a mark. Of adjacent marks only the one of most weight is kept, and a mark before the first word is omitted.
    mutating func append(mark: Character) {
        guard !sequence.words.isEmpty, let last = sequence.phonemes.last else { return }
        if !last.isMark {
            sequence.phonemes.append(Phoneme(String(mark)))
            prosody.append(prosody.last!)
        } else if PauseMark.weight(mark) > PauseMark.weight(Character(last.symbol)) {
            sequence.phonemes[sequence.phonemes.count - 1] = Phoneme(String(mark))
        }
    }

    /// Appends the end mark and returns the result.
    consuming func finish() -> (sequence: PhonemeSequence, prosody: [Prosody]) {
        sequence.phonemes.append(.end)
        prosody.append(prosody.last!)
        return (sequence, prosody)
    }
}
