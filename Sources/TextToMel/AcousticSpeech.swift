public import Phonemes
public import Spectra

/// What a voice makes of a sequence of phonemes.
public struct AcousticSpeech: Sendable, Equatable {
    public let mel: MelSpectrogram
    /// What was spoken: the sequence without phonemes that the voice was not taught.
    public let sequence: PhonemeSequence
    /// Frames of each phoneme of ``sequence``; the mel's when added up.
    public let durations: [Int]
    /// Hz, of each frame; above 0 also where nothing is voiced.
    public let frequencies: [Float]
    /// The likelihood that a frame is voiced, of each.
    public let voicing: [Float]
    /// Symbols that the voice was not taught.
    public let unknown: [String]
}
