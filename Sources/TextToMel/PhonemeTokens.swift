public import Phonemes

/// A sequence of phonemes as numbers, which is all the network sees of it.
public struct PhonemeTokens: Hashable, Sendable {
    /// Places in the inventory.
    public let symbols: [Int]
    /// 0, 1 or 2: none, secondary, primary.
    public let stresses: [Int]
    /// ``Phoneme/wordPosition``.
    public let positions: [Int]

    public var count: Int { symbols.count }

    public init(_ reading: PhonemeInventory.Reading) {
        symbols = reading.ids
        stresses = reading.sequence.phonemes.map(\.stress.rawValue)
        positions = reading.sequence.phonemes.map(\.wordPosition)
    }
}
