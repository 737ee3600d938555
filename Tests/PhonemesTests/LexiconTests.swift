import Files
import Phonemes
import TestSupport
import Testing

@Suite("Pronunciation lexicon")
struct LexiconTests {
    @Test func itsWordsAreSpokenAsItSays() throws {
        let folder = try ScratchFolder()
        let path = try folder.file(
            "words.txt", "\u{FEFF}# Names\r\n\r\nSiobhan\tʃ_ɪ_v_ˈɔː_n\r\nvocoder   ˈvoʊkoʊdɚ \nO’Neil oʊ nˈiːl")
        let lexicon = try Lexicon(contentsOf: path)
        #expect(lexicon.count == 3)
        let phonemizer = try Phonemizer(lexicon: lexicon)
        #expect(
            try phonemizer.sequence(of: "SIOBHAN, vocoder. o'neil").description
                == "ʃ_ɪ_v_ˈɔː_n , v_ˈoʊ_k_oʊ_d_ɚ . oʊ n_ˈiː_l")
        #expect(try phonemizer.sequence(of: "O'Neil").words.map(\.text) == ["O'Neil"])
    }

    @Test("Lines of the CMU Pronouncing Dictionary are read in its notation")
    func arpabet() throws {
        let folder = try ScratchFolder()
        let path = try folder.file("cmu.txt", ";;; a comment\nHELLO  HH AH0 L OW1\nNURTURE  N ER1 CH ER0\n")
        let phonemizer = try Phonemizer(lexicon: try Lexicon(contentsOf: path))
        #expect(try phonemizer.sequence(of: "Hello nurture").description == "h_ə_l_ˈoʊ n_ˈɜː_tʃ_ɚ")
    }

    @Test(arguments: [
        ("a ə\nword", 2, "no phonemes"), ("word    ", 1, "no phonemes"), ("a ə\n\na ɐ", 3, "already in line 1"),
        ("a ə€", 1, "cannot be read as phonemes"), ("a , .", 1, "no phonemes"),
    ])
    func mistakesNameFileAndLine(_ text: String, _ line: Int, _ reason: String) throws {
        let folder = try ScratchFolder()
        let kept = try folder.file("bad.txt", text)
        let error = try #require(throws: FileError.self) { try Lexicon(contentsOf: kept) }
        #expect(error.path == kept && error.kind == .badData)
        #expect(error.message.hasPrefix("line \(line): ") && error.message.contains(reason))
    }

    @Test func aFileThatIsNotThereIsMissing() throws {
        let error = try #require(throws: FileError.self) { try Lexicon(contentsOf: "/nowhere/words.txt") }
        #expect(error.kind == .missingInput)
    }
}
