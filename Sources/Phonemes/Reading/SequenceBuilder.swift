/// Gathers phonemes, words and marks into a sequence, each with its prosody.
struct SequenceBuilder {
    private var sequence: PhonemeSequence
    private var prosody: [Prosody] = [.plain]

    init(language: String) {
        sequence = PhonemeSequence(phonemes: [.start], words: [], language: language)
    }

    /// A word without a sound is left out.
    mutating func append(_ word: String, _ phonemes: [Phoneme], _ prosody: Prosody) {
        guard !phonemes.isEmpty else { return }
        if sequence.phonemes.count == 1 { self.prosody[0] = prosody }
        let first = sequence.phonemes.count
        sequence.phonemes += phonemes
        sequence.words.append(.init(text: word, range: first..<sequence.phonemes.count))
        self.prosody += Array(repeating: prosody, count: phonemes.count)
    }

    /// Of several marks in a row the weightiest stays; one before the first sound is left out.
    mutating func append(mark: Character) {
        guard !sequence.words.isEmpty, let last = sequence.phonemes.last else { return }
        if !last.isMark {
            sequence.phonemes.append(Phoneme(String(mark)))
            prosody.append(prosody.last!)
        } else if PauseMark.weight(mark) > PauseMark.weight(Character(last.symbol)) {
            sequence.phonemes[sequence.phonemes.count - 1] = Phoneme(String(mark))
        }
    }

    consuming func finish() -> (sequence: PhonemeSequence, prosody: [Prosody]) {
        sequence.phonemes.append(.end)
        prosody.append(prosody.last!)
        return (sequence, prosody)
    }
}
