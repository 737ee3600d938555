import Files
import Phonemes
import Platform
import TestSupport
import Testing

@Suite("Phoneme inventory")
struct PhonemeInventoryTests {
    static let sequence = PhonemeSequence(
        phonemes: [
            .start, Phoneme("h", isFirstOfWord: true), Phoneme("aɪ", stress: .primary, isLastOfWord: true),
            Phoneme("."), .end,
        ],
        words: [.init(text: "Hi", range: 1..<3)], language: "en-us")

    @Test func marksComeFirstAndSymbolsInOrder() {
        let inventory = PhonemeInventory(of: [Self.sequence, Self.sequence])
        #expect(inventory.symbols == Phoneme.marks + ["aɪ", "h"])
        #expect(inventory.languages == ["en-us"])
        for (id, symbol) in inventory.symbols.enumerated() { #expect(inventory.id(of: symbol) == id) }
        #expect(inventory.id(of: "x") == nil)
    }

    @Test func knownSymbolsKeepTheirIds() {
        let tokenization = PhonemeInventory(of: [Self.sequence]).tokenization(of: Self.sequence)
        #expect(tokenization.sequence == Self.sequence)
        #expect(tokenization.ids == [0, 9, 8, 3, 1])
        #expect(tokenization.origins == [0, 1, 2, 3, 4])
        #expect(tokenization.unknown.isEmpty)
    }

    @Test func unknownSymbolsAreListedOnceAndDecomposed() {
        var sequence = Self.sequence
        sequence.phonemes[1] = Phoneme("ʁ", isFirstOfWord: true)
        sequence.phonemes[2] = Phoneme("aɪh", stress: .primary, isLastOfWord: true)
        sequence.phonemes.insert(Phoneme("ʁ", isFirstOfWord: true, isLastOfWord: true), at: 3)
        sequence.words.append(.init(text: "gone", range: 3..<4))
        let tokenization = PhonemeInventory(of: [Self.sequence]).tokenization(of: sequence)
        #expect(tokenization.unknown == ["ʁ", "aɪh"])
        #expect(tokenization.origins == [0, 2, 2, 4, 5])
        #expect(tokenization.sequence.words == [.init(text: "Hi", range: 1..<3)])
        let expected = [
            .start, Phoneme("aɪ", stress: .primary, isFirstOfWord: true), Phoneme("h", isLastOfWord: true),
            Phoneme("."), .end,
        ]
        #expect(tokenization.sequence.phonemes == expected)
        #expect(tokenization.ids.count == tokenization.sequence.phonemes.count)
    }

    @Test func filesRoundTripAndInvalidOnesAreRefused() throws {
        let folder = try ScratchFolder()
        let inventory = PhonemeInventory(of: [Self.sequence])
        let path = folder.path("phonemes.json")
        try inventory.write(to: path)
        #expect(try PhonemeInventory(contentsOf: path) == inventory)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (old, new) in [("\"version\" : 1", "\"version\" : 2"), ("\"aɪ\"", "\"h\""), ("\"^\",", ""), ("{", "[")] {
            try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
            let error = try #require(throws: FileError.self) { try PhonemeInventory(contentsOf: path) }
            #expect(error.kind == .badData)
        }
        #expect(throws: FileError.self) { try PhonemeInventory(contentsOf: folder.path("none")) }
    }

    @Test func sequencesAreCodable() throws {
        let data = try JSONEncoder().encode(Self.sequence)
        #expect(try JSONDecoder().decode(PhonemeSequence.self, from: data) == Self.sequence)
    }

    @Test func wordPositionsHaveFourValues() {
        #expect(Self.sequence.phonemes.map(\.wordPosition) == [0, 1, 2, 0, 0])
        #expect(Phoneme("a", isFirstOfWord: true, isLastOfWord: true).wordPosition == 3)
        #expect(Phoneme.wordPositionCount == 4)
    }
}
