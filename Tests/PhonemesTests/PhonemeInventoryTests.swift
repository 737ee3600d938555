import Files
@testable import Phonemes
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

    /// Foreign phonemes, and the one of a voice of American English that sounds most alike.
    @Test(arguments: [
        ("ʁ", "ɹ"), ("r", "ɹ"), ("ç", "ʃ"), ("y", "i"), ("yː", "iː"), ("x", "k"), ("ɲ", "ŋ"), ("β", "v"), ("ɣ", "ɡ"), ("ʎ", "l"), ("tɕ", "tʃ"),
        ("eː", "eɪ"), ("aː", "ɑː"), ("ɔ̃", "ɔ"), ("ɑ̃", "ɑː"), ("ɒ", "ɑː"), ("ɭ", "l"), ("q", "k"), ("ʂ", "ʃ"), ("g", "ɡ"), ("ʘ", "p"), ("ɓ", "b"),
    ])
    func unknownSoundsBecomeTheNearest(_ symbol: String, _ expected: String) {
        let known = [
            "aɪ", "b", "d", "dʒ", "eɪ", "f", "h", "i", "iː", "k", "l", "m", "n", "oʊ", "p", "s", "t", "tʃ", "uː", "v", "w", "z", "æ", "ð", "ŋ",
            "ɐ", "ɑː", "ɔ", "ɔː", "ə", "ɚ", "ɛ", "ɜː", "ɡ", "ɪ", "ɹ", "ɾ", "ʃ", "ʊ", "ʌ", "ʒ", "θ", "j",
        ]
        #expect(NearestPhoneme.nearest(to: symbol, among: known) == expected)
    }

    @Test func nothingIsReplacedByAnotherKindOfSound() {
        #expect(NearestPhoneme.nearest(to: "a", among: ["p", "t", ","]) == nil)
        #expect(NearestPhoneme.nearest(to: "ʰ", among: ["p", "a"]) == nil)
    }

    @Test func unknownSymbolsAreListedOnceAndReplaced() {
        var sequence = Self.sequence
        sequence.phonemes[1] = Phoneme("ʁ", isFirstOfWord: true)
        sequence.phonemes[2] = Phoneme("aɪh", stress: .primary, isLastOfWord: true)
        sequence.phonemes.insert(Phoneme("ʁ", isFirstOfWord: true, isLastOfWord: true), at: 3)
        sequence.words.append(.init(text: "said", range: 3..<4))
        let tokenization = PhonemeInventory(of: [Self.sequence]).tokenization(of: sequence)
        #expect(tokenization.unknown == ["ʁ", "aɪh"])
        #expect(tokenization.origins == [0, 1, 2, 2, 3, 4, 5])
        #expect(tokenization.substitutes == ["ʁ": "h"] && tokenization.substitutedCount == 2)
        #expect(tokenization.sequence.words == [.init(text: "Hi", range: 1..<4), .init(text: "said", range: 4..<5)])
        let expected = [
            .start, Phoneme("h", isFirstOfWord: true), Phoneme("aɪ", stress: .primary), Phoneme("h", isLastOfWord: true),
            Phoneme("h", isFirstOfWord: true, isLastOfWord: true), Phoneme("."), .end,
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
