public import Kernels
public import Phonemes

/// A phoneme sequence as the integer inputs of the network's three embeddings.
public struct PhonemeTokens: Hashable, Sendable {
    /// The id of each phoneme's symbol in the voice's inventory.
    public let symbols: [Int]
    /// The stress of each phoneme: 0 for none, 1 for secondary, 2 for primary.
    public let stresses: [Int]
    /// The position of each phoneme in its word, 0 to 3, as ``Phoneme/wordPosition`` numbers it.
    public let positions: [Int]
    /// The number of the speaker in the voice, from 0.
    public let speaker: Int

    /// The number of phonemes.
    public var count: Int { symbols.count }

    /// Takes the ids of a tokenized sequence.
    public init(_ tokenization: PhonemeInventory.Tokenization, speaker: Int = 0) {
        self.speaker = speaker
        symbols = tokenization.ids
        stresses = tokenization.sequence.phonemes.map(\.stress.rawValue)
        positions = tokenization.sequence.phonemes.map(\.wordPosition)
    }
}

/// The phoneme tokens of several sentences, concatenated without padding.
public struct TokenBatch {
    /// The rows of each sentence in the batch's tensors.
    public let layout: SignalLayout
    let symbols: [Int]
    let stresses: [Int]
    let positions: [Int]
    let speakers: [Int]

    /// Concatenates the tokens of `sentences`.
    public init(_ sentences: [PhonemeTokens]) {
        layout = SignalLayout(lengths: sentences.map(\.count))
        symbols = sentences.flatMap(\.symbols)
        stresses = sentences.flatMap(\.stresses)
        positions = sentences.flatMap(\.positions)
        speakers = sentences.flatMap { [Int](repeating: $0.speaker, count: $0.count) }
    }
}
