import Testing

@testable import Phonemes

@Suite("Phonemizer")
struct PhonemizerTests {
    @Test func phonemesInBracketsNeedNoLibrary() throws {
        let sequence = try Phonemizer().sequence(of: "[[həˈloʊ w_ˈɜː_l_d]]")
        #expect(sequence.description == "h_ə_l_ˈoʊ w_ˈɜː_l_d")
        #expect(sequence.words.map(\.text) == ["[[həˈloʊ w_ˈɜː_l_d]]"])
        #expect(sequence.phonemes.first == .start && sequence.phonemes.last == .end)
    }

    @Test(arguments: ["[[]]", "[[ € ]]", "[[a#b]]"]) func invalidPhonemesAreRefused(_ text: String) throws {
        let phonemizer = try Phonemizer()
        #expect(throws: PhonemeError.self) { try phonemizer.sequence(of: text) }
    }

    /// Stress moves to the vowel from wherever it was written, and the longest symbols are taken.
    @Test(arguments: [
        ("ˈtʃɑːɹm", "tʃ_ˈɑːɹ_m"), ("ˌstɹɛŋ", "s_t_ɹ_ˌɛ_ŋ"), ("t͡ʃaɪ", "tʃ_aɪ"), ("ə.lˈaʊ", "ə_l_ˈaʊ"), ("ʰa", "ʰ_a"),
        ("kʰat", "kʰ_a_t"),
    ])
    func notationsAreEquivalent(_ written: String, _ expected: String) throws {
        let words = try PhonemeNotation().words(of: written)
        #expect(words.map { $0.map(\.description).joined(separator: "_") } == [expected])
        #expect(words[0].first?.isFirstOfWord == true && words[0].last?.isLastOfWord == true)
    }

    #if ESpeak
        @Test func wordsKeepTheirPhonemesWhereTheLibraryJoinsThem() throws {
            let sequence = try Phonemizer().sequence(of: "Hello world, of the people.")
            #expect(sequence.description == "h_ə_l_ˈoʊ w_ˈɜː_l_d , ʌ_v ð_ə p_ˈiː_p_əl .")
            #expect(sequence.words.map(\.text) == ["Hello", "world", "of", "the", "people"])
        }

        static let texts = [
            "Hello, world!", "I have been to a house in the middle of the end of an era.",
            "It's 3.5 km, or $5.20; isn't it?", "naïve 東京 привет — ok",
            "The CPUs of www.example.com, 10:30 a.m.", "re-read the well-known words", "get it at the end of a year",
            "wait... what?!", "(so be it)", "A", "a.b.c", "😀 smile",
            "Whittemore was not at all to be had in the of for them.",
        ]

        /// The library would read memory that it has freed.
        @Test(arguments: ["en-us", "de", "hi"]) func charactersThatAnotherLanguageLacksAreDigitsOrSilent(_ language: String) throws {
            let phonemizer = try Phonemizer(language: language)
            for (written, digits) in [("\u{09E8}", "2"), ("\u{0BE9}", "3"), ("\u{0D66}", "0")] {
                #expect(try phonemizer.sequence(of: written).phonemes == phonemizer.sequence(of: digits).phonemes, "\(written)")
            }
            for sign in ["\u{09F8}", "\u{0970}", "\u{10FB}", "\u{1180}", "\u{0D62}"] where language != "hi" || sign != "\u{0970}" {
                #expect(try !phonemizer.sequence(of: sign).hasSound, "\(sign.unicodeScalars)")
            }
        }

        /// What another script says is not the names of its letters, and a word of two scripts is both.
        @Test func wordsOfOtherScriptsAreRead() throws {
            let (english, greek, tamil) = (try Phonemizer(language: "en-us"), try Phonemizer(language: "el"), try Phonemizer(language: "ta"))
            #expect(try english.sequence(of: "Ελλάδα").phonemes == greek.sequence(of: "Ελλάδα").phonemes)
            let (within, alone) = (try english.sequence(of: "one தமிழ் two"), try tamil.sequence(of: "தமிழ்"))
            #expect(within.words.count == 3 && within.phonemes[within.words[1].range] == alone.phonemes[alone.words[0].range])
            let mixed = try english.sequence(of: "தமிழO")
            #expect(mixed.words.count == 1 && mixed.hasSound)
            #expect(try english.sequence(of: "one 2").phonemes == english.sequence(of: "one \u{09E8}").phonemes)
        }

        /// The properties that every consumer of sequences relies on.
        @Test(arguments: texts, ["en-us", "en-gb", "de", "fr-fr"]) func sequencesAreWhole(
            _ text: String, _ language: String
        ) throws {
            let sequence = try Phonemizer(language: language).sequence(of: text)
            expectWhole(sequence, text)
            #expect(sequence.hasSound)
            // Every segment belongs to exactly one word.
            let owned = sequence.words.flatMap { Array($0.range) }
            #expect(owned == sequence.phonemes.indices.filter { !sequence.phonemes[$0].isMark })
        }

        @Test(arguments: ["", "   ", "\n\n", "...", "?!", "—", "\u{200B}\u{FEFF}", "\"'\"", "()", "- - -"])
        func punctuationAloneHasNoSound(_ text: String) throws {
            let sequence = try Phonemizer().sequence(of: text)
            #expect(sequence.phonemes == [.start, .end])
            #expect(sequence.words.isEmpty && !sequence.hasSound)
        }

        @Test(arguments: ["xx", "", "../../etc", "mb-en1", "en us", "e", String(repeating: "a", count: 4000), "日本"])
        func unknownLanguagesAreNamed(_ language: String) throws {
            let error = try #require(throws: PhonemeError.self) { try Phonemizer(language: language) }
            #expect(error.description.contains("does not know the language \(language)"))
            // The library still works afterwards.
            #expect(try Phonemizer().sequence(of: "yes").description == "j_ˈɛ_s")
        }

        @Test func languagesCanAlternate() throws {
            let (english, german) = (try Phonemizer(), try Phonemizer(language: "de"))
            for _ in 0..<3 {
                #expect(try english.sequence(of: "house").description == "h_ˈaʊ_s")
                #expect(try german.sequence(of: "Haus").description == "h_ˈaʊ_s")
                #expect(try german.sequence(of: "Wein").description.hasPrefix("v_"))
                #expect(try english.sequence(of: "wine").description.hasPrefix("w_"))
            }
        }

        @Test func manyTasksShareTheLibrary() async throws {
            let expected = try Phonemizer().sequence(of: "The house of the people.")
            try await withThrowingTaskGroup(of: PhonemeSequence.self) { group in
                for index in 0..<32 {
                    group.addTask {
                        if index % 2 == 0 { _ = try Phonemizer(language: "de").sequence(of: "Das Haus der Leute.") }
                        return try Phonemizer().sequence(of: "The house of the people.")
                    }
                }
                for try await sequence in group { #expect(sequence == expected) }
            }
        }

        @Test func pronunciationDependsOnNeighbours() throws {
            // The article is pronounced differently before a vowel.
            let sequence = try Phonemizer().sequence(of: "the end of the day")
            #expect(sequence.description.hasPrefix("ð_ɪ ˈɛ_n_d "))
            #expect(sequence.description.contains(" ð_ə d_ˈeɪ"))
        }

        @Test func bracketsAndTextMix() throws {
            let sequence = try Phonemizer().sequence(of: "Say [[t_ə_m_ˈɑː_t_oʊ]], please.")
            #expect(sequence.description == "s_ˈeɪ t_ə_m_ˈɑː_t_oʊ , p_l_ˈiː_z .")
            #expect(try Phonemizer().sequence(of: "An [[open bracket").words.map(\.text) == ["An", "open", "bracket"])
        }
    #endif
}

/// Expects the flags, ranges and marks of a sequence to be as its documentation says.
func expectWhole(_ sequence: PhonemeSequence, _ text: String, location: SourceLocation = #_sourceLocation) {
    let text = Comment(rawValue: String(text.prefix(200)))
    #expect(sequence.phonemes.first == .start && sequence.phonemes.last == .end, text, sourceLocation: location)
    var end = 1
    for word in sequence.words {
        #expect(word.range.lowerBound >= end && !word.range.isEmpty, text, sourceLocation: location)
        end = word.range.upperBound
        let phonemes = sequence.phonemes[word.range]
        #expect(
            phonemes.first?.isFirstOfWord == true && phonemes.last?.isLastOfWord == true, text, sourceLocation: location
        )
        #expect(phonemes.allSatisfy { !$0.isMark && !$0.symbol.isEmpty }, text, sourceLocation: location)
        for (phoneme, next) in zip(phonemes, phonemes.dropFirst()) {
            #expect(phoneme.isLastOfWord == next.isFirstOfWord, text, sourceLocation: location)
        }
    }
    #expect(end < sequence.phonemes.count, text, sourceLocation: location)
    for (mark, next) in zip(sequence.phonemes.dropFirst(), sequence.phonemes.dropFirst(2)) where next != .end {
        #expect(!(mark.isMark && next.isMark), text, sourceLocation: location)
    }
}
