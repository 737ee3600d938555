import Testing

@testable import Phonemes

@Suite("English pronunciation")
struct PronunciationTests {
    @Test(arguments: [
        ("hello", "h_ə_l_ˈoʊ"), ("Beijing", "b_ˌeɪ_dʒ_ˈɪ_ŋ"), ("NASA", "n_ˈæ_s_ə"), ("a", "eɪ"), ("zydeco", "z_ˈaɪ_d_ə_k_ˌoʊ"),
        ("geopolitics", "dʒ_ˌiː_oʊ_p_ˈɑː_l_ə_ɾ_ɪ_k_s"), ("don't", "d_ˈoʊ_n_t"),
    ])
    func theLexiconHasItsWords(_ word: String, _ expected: String) throws {
        let entry = try #require(ShippedLexicon.english.entry(of: word))
        #expect(entry.phonemes.map(\.description).joined(separator: "_") == expected)
        #expect(entry.phonemes.first?.isFirstOfWord == true && entry.phonemes.last?.isLastOfWord == true)
    }

    @Test(arguments: ["", "qqq", "Zzzz", "'", "\u{0}", "東京", String(repeating: "a", count: 1000), "aardvarkx"])
    func theLexiconHasNoOthers(_ word: String) {
        #expect(ShippedLexicon.english.entry(of: word) == nil)
    }

    /// Every word that is printed in a dictionary's order is found, also at the edges of blocks.
    @Test func theLexiconIsInOrder() {
        #expect(ShippedLexicon.english.count > 80_000)
        for word in ["'cause", "abbey", "abaca", "mother", "zoo", "'tis", "zyrian"] { #expect(ShippedLexicon.english.entry(of: word) != nil, "\(word)") }
    }

    @Test(arguments: [
        ("blick", "b_l_ˈɪ_k"), ("snorp", "s_n_ˈɔːɹ_p"), ("gribbled", "ɡ_ɹ_ˈɪ_b_əl_d"), ("Plimton", "p_l_ˈɪ_m_t_ə_n"), ("shreeb", "ʃ_ɹ_ˈiː_b"),
    ])
    func lettersAreSounded(_ word: String, _ expected: String) throws {
        let phonemes = try #require(LetterToSound.english.phonemes(of: word))
        #expect(phonemes.map(\.description).joined(separator: "_") == expected)
    }

    @Test(arguments: ["", "'", "東", "a1", "naïve"]) func otherCharactersHaveNoSound(_ word: String) {
        #expect(LetterToSound.english.phonemes(of: word) == nil)
    }

    /// Any word of letters has exactly one primary stress, if it has a vowel.
    @Test(arguments: ["strengthlessness", "aeiou", "xylophonist", "queueing", "o'clockish", "antidisestablishmentarianismic"])
    func wordsHaveOneStress(_ word: String) throws {
        let phonemes = try #require(LetterToSound.english.phonemes(of: word))
        #expect(phonemes.count { $0.stress == .primary } == 1)
        #expect(phonemes.allSatisfy { $0.stress == .none || $0.isVowel })
    }

    @Test func endingsFollowFromTheWord() {
        let known = ["plan": "p_l_ˈæ_n", "kit": "k_ˈɪ_t", "fuss": "f_ˈʌ_s", "fry": "f_ɹ_ˈaɪ", "bake": "b_ˈeɪ_k"].mapValues { ESpeakNotation.phonemes(of: $0) }
        let expected = [
            "plans": "p_l_ˈæ_n_z", "kit's": "k_ˈɪ_t_s", "fusses": "f_ˈʌ_s_ᵻ_z", "fries": "f_ɹ_ˈaɪ_z", "planned": "p_l_ˈæ_n_d", "baked": "b_ˈeɪ_k_t",
            "baking": "b_ˈeɪ_k_ɪ_ŋ", "bakes": "b_ˈeɪ_k_s", "kited": "k_ˈɪ_ɾ_ᵻ_d", "fried": "f_ɹ_ˈaɪ_d", "planning": "p_l_ˈæ_n_ɪ_ŋ",
        ]
        for (word, phonemes) in expected {
            let inflected = EnglishInflection.phonemes(of: word) { known[$0] }
            #expect(inflected == ESpeakNotation.phonemes(of: phonemes), "\(word)")
        }
        #expect(EnglishInflection.phonemes(of: "glass") { known[$0] } == nil)
    }

    #if ESpeak
        /// Words that libespeak-ng says wrongly are corrected; ordinary ones and function words stay as they are.
        @Test(arguments: [
            ("The geopolitics of it.", "ð_ə dʒ_ˌiː_oʊ_p_ˈɑː_l_ə_ɾ_ɪ_k_s ʌ_v ɪ_t ."), ("Swathe it.", "s_w_ˈeɪ_ð ɪ_t ."),
            ("The end of the day.", "ð_ɪ ˈɛ_n_d ʌ_v ð_ə d_ˈeɪ ."),
        ])
        func onlyMistakesAreCorrected(_ text: String, _ expected: String) throws {
            #expect(try Phonemizer().sequence(of: text).description == expected)
        }

        /// The data are of American English.
        @Test func otherLanguagesAreLeftAlone() throws {
            #expect(EnglishPronunciation(language: "en-gb") == nil && EnglishPronunciation(language: "de") == nil)
        }
    #else
        @Test(arguments: [
            ("The end of the day.", "ð_ɪ ˈɛ_n_d ʌ_v ð_ə d_ˈeɪ ."), ("A CPU and an FBI man.", "ɐ s_ˌiː_p_ˌiː_j_ˈuː æ_n_d ɐ_n ˌɛ_f_b_ˌiː_ˈaɪ m_ˈæ_n ."),
            ("naïve", "n_ɑː_ˈiː_v"), ("Pipes", "p_ˈaɪ_p_s"),
        ])
        func englishIsReadWithoutTheLibrary(_ text: String, _ expected: String) throws {
            #expect(try Phonemizer().sequence(of: text).description == expected)
        }

        @Test(arguments: [("de", "Guten Tag."), ("en-us", "東京"), ("en-us", "привет")])
        func whatCannotBeReadIsRefused(_ language: String, _ text: String) throws {
            let phonemizer = try Phonemizer(language: language)
            let error = try #require(throws: PhonemeError.self) { try phonemizer.sequence(of: text) }
            #expect(error.description.contains("without libespeak-ng") && error.description.contains("[[ ]]"))
        }
    #endif
}
