import Testing

@testable import Phonemes

@Suite("Heteronyms")
struct HeteronymTests {
    /// A sentence, and the phonemes of its heteronyms in order.
    static let sentences: [(String, [String])] = [
        ("I read it yesterday.", ["ɹ_ˈɛ_d"]), ("She read the letter last night.", ["ɹ_ˈɛ_d"]), ("Have you read it?", ["ɹ_ˈɛ_d"]),
        ("I read the paper every day.", ["ɹ_ˈiː_d"]), ("Did you read it?", ["ɹ_ˈiː_d"]), ("Please read this aloud.", ["ɹ_ˈiː_d"]),
        ("The lead pipes were old.", ["l_ˈɛ_d"]), ("They were made of lead.", ["l_ˈɛ_d"]), ("He will lead them.", ["l_ˈiː_d"]),
        ("Wind the clock.", ["w_ˈaɪ_n_d"]), ("The wind was strong.", ["w_ˈɪ_n_d"]), ("Wind it up again.", ["w_ˈaɪ_n_d"]),
        ("Tear it up.", ["t_ˈɛɹ"]), ("Tear the page out.", ["t_ˈɛɹ"]), ("A tear rolled down his face.", ["t_ˈɪɹ"]),
        ("It is a minute detail.", ["m_aɪ_n_ˈuː_t"]), ("Wait a minute.", ["m_ˈɪ_n_ə_t"]), ("We found minute traces of it.", ["m_aɪ_n_ˈuː_t"]),
        ("Take a bow.", ["b_ˈaʊ"]), ("She tied a bow.", ["b_ˈoʊ"]), ("They bow to the queen.", ["b_ˈaʊ"]),
        ("Permit the permit.", ["p_ɚ_m_ˈɪ_t", "p_ˈɜː_m_ɪ_t"]), ("He needs a permit.", ["p_ˈɜː_m_ɪ_t"]),
        ("Close the door.", ["k_l_ˈoʊ_z"]), ("Stay close to her.", ["k_l_ˈoʊ_s"]), ("We live here.", ["l_ˈɪ_v"]),
        ("It was a live broadcast.", ["l_ˈaɪ_v"]), ("They record the record.", ["ɹ_ə_k_ˈɔːɹ_d", "ɹ_ˈɛ_k_ɚ_d"]),
        ("He used to go.", ["j_ˈuː_s_t"]), ("My father used to sing.", ["j_ˈuː_s_t"]), ("They are used to it.", ["j_ˈuː_s_t"]), ("She got used to waiting.", ["j_ˈuː_s_t"]),
        ("Come closer.", ["k_l_ˈoʊ_s_ɚ"]), ("She has read many books.", ["ɹ_ˈɛ_d"]),
        ("The lead pipe burst.", ["l_ˈɛ_d"]), ("Live and learn.", ["l_ˈɪ_v"]), ("He wore a bow tie.", ["b_ˈoʊ"]),
        ("Are you content?", ["k_ə_n_t_ˈɛ_n_t"]), ("He is content to stay.", ["k_ə_n_t_ˈɛ_n_t"]), ("Use it well.", ["j_ˈuː_z"]),
        ("The records show it.", ["ɹ_ˈɛ_k_ɚ_d_z"]), ("He refused to use the refuse.", ["j_ˈuː_z", "ɹ_ˈɛ_f_j_ˌuː_s"]),
    ]

    @Test(arguments: sentences) func readingsFollowFromTheContext(_ text: String, _ expected: [String]) throws {
        let phonemizer = try Phonemizer()
        var tokenizer = Tokenizer()
        let tokens = (tokenizer.push(text) + tokenizer.finish()).compactMap { event -> TextToken? in
            if case .token(let token) = event { token } else { nil }
        }
        let pronunciation = try #require(EnglishPronunciation(language: "en-us"))
        let readings = pronunciation.readings(of: try phonemizer.words(of: tokens)).sorted { $0.key < $1.key }.map(\.value)
        #expect(readings.map { $0.phonemes.map(\.description).joined(separator: "_") } == expected)
    }

    @Test func readingsReplaceOtherPronunciations() throws {
        let pronunciation = try #require(EnglishPronunciation(language: "en-us"))
        let past = try #require(Heteronyms.english.readings(of: "Read").first { $0.name == "read_past" })
        let (red, reed) = (ESpeakNotation.phonemes(of: "ɹ_ɛ_d"), ESpeakNotation.phonemes(of: "ɹ_ˈiː_d"))
        #expect(pronunciation.phonemes(of: "read", reading: past, heard: reed) == past.phonemes)
        // Unstressed as it was heard, it is the right one already.
        #expect(pronunciation.phonemes(of: "read", reading: past, heard: red) == red)
    }

    /// The features are those that the weights were trained with.
    @Test func featuresAreThoseOfTheTraining() {
        var context = HeteronymContext()
        for word in ["Did", "you", "read", "3"] { context.append(word: word) }
        context.append(mark: "?")
        context.append(mark: ",")
        #expect(context.words == ["Did", "you", "read", "0", "."])
        var features: [String] = []
        context.features(at: 2) { features.append($0) }
        #expect(features.count == 34)
        for feature in ["", "kc", "w-1you", "k-2M", "k3M S 0", "k4S 0 .", "cc S 0", "bdid", "byou"] {
            #expect(features.contains(feature), "\(feature)")
        }
    }

    @Test func everyWordHasDifferentReadings() {
        #expect(Heteronyms.english.readings(of: "hello").isEmpty && !Heteronyms.english.contains("hello"))
        for word in ["read", "lead", "wind", "tear", "minute", "bow", "permit", "record", "records", "survey"] {
            #expect(Set(Heteronyms.english.readings(of: word).map(\.phonemes)).count == 2, "\(word)")
        }
    }
}
