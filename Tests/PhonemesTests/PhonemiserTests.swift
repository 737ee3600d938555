import Phonemes
import Testing

@Suite("Phonemes of text")
struct PhonemiserTests {
    @Test func wordsKeepTheirPhonemesWhereTheLibraryJoinsThem() throws {
        let sequence = try Phonemiser().sequence(of: "Hello world, of the people.")
        print(sequence)
        for text in ["Author of the danger trail, Philip Steels, etc.", "Not at this particular case, Tom, apologized Whittemore.", "I have been to a house in the middle of the end of an era!", "Hello... \"world\" (of sorts) — 3.5 $5 😀 naïve 東京 '' & yes"] {
            let s = try Phonemiser().sequence(of: text)
            print(s, s.words.map { "\($0.text)=\(s.phonemes[$0.range])" })
        }
        #expect(sequence.words.map(\.text) == ["Hello", "world", "of", "the", "people"])
        #expect(sequence.description == "h_ə_l_ˈoʊ w_ˈɜː_l_d , ʌ_v ð_ə p_ˈiː_p_əl .")
    }
}
