import Testing

@testable import Phonemes

@Suite("SSML")
struct MarkupTests {
    static func events(_ text: String) throws(PhonemeError) -> [TextEvent] {
        try SSMLReader.events(of: Array(text.utf8), language: "en-us")
    }

    static func token(_ content: TextToken.Content, _ prosody: Prosody = .plain) -> TextEvent {
        .token(TextToken(content: content, prosody: prosody))
    }

    @Test func supportedElementsBecomeTokensAndPauses() throws {
        let found = try Self.events(
            """
            <?xml version="1.0"?><speak version="1.1" xml:lang="en-US"><p><s>One &amp; two</s></p>
            <break time="250ms"/><prosody rate="50%" pitch="+2st">slow <prosody rate="fast">er</prosody></prosody>
            <phoneme alphabet="ipa" ph="həˈloʊ">hello</phoneme><sub alias="World Wide Web">WWW</sub></speak>
            """)
        #expect(
            found == [
                .paragraphBreak, .paragraphBreak, Self.token(.written("One")), Self.token(.written("&")),
                Self.token(.written("two")),
                .paragraphBreak, .paragraphBreak, .pause(seconds: 0.25),
                Self.token(.written("slow"), Prosody(speed: 0.5, pitch: 2)),
                Self.token(.written("er"), Prosody(speed: 0.625, pitch: 2)),
                Self.token(.phonemes("həˈloʊ", for: "hello")),
                Self.token(.alias("World Wide Web", for: "WWW")),
            ])
    }

    @Test(arguments: [
        ("<speak><audio src='a'/></speak>", "<audio>"), ("<speak><say-as>5</say-as></speak>", "<say-as>"),
        ("<p>hi</p>", "<p>"), ("<speak><break time='5'/></speak>", "time of a break is 5"),
        ("<speak><break time='999s'/></speak>", "999s"), ("<speak><break strength='big'/></speak>", "big"),
        ("<speak><break length='1s'/></speak>", "length"),
        ("<speak><prosody volume='loud'>a</prosody></speak>", "volume"),
        ("<speak><prosody rate='0%'>a</prosody></speak>", "rate is 0%"),
        ("<speak><prosody pitch='+20Hz'>a</prosody></speak>", "+20Hz"),
        ("<speak><prosody rate='nan'>a</prosody></speak>", "nan"),
        ("<speak><phoneme ph=''>a</phoneme></speak>", "no ph"),
        ("<speak><phoneme alphabet='x-sampa' ph='a'>a</phoneme></speak>", "x-sampa"),
        ("<speak><sub>a</sub></speak>", "no alias"),
        ("<speak xml:lang='de'>a</speak>", "de"), ("<speak><sub alias='a'><break/></sub></speak>", "within <sub>"),
        ("<speak><speak>a</speak></speak>", "outermost"), ("<speak>a", "not valid XML"), ("", "not valid XML"), ("hello", "not valid XML"),
        ("<speak>&nope;</speak>", "not valid XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><speak>&b;</speak>", "DOCTYPE"), ("<speak>\u{1}</speak>", "not valid XML"),
    ])
    func unsupportedMarkupIsRefusedByName(_ text: String, _ name: String) throws {
        let error = try #require(throws: PhonemeError.self) { try Self.events(text) }
        #expect(error.description.hasPrefix("line 1: ") && error.description.contains(name), "\(error)")
    }

    @Test func linesAreCounted() throws {
        let error = try #require(throws: PhonemeError.self) { try Self.events("<speak>\n\n<mark/></speak>") }
        #expect(error.description.hasPrefix("line 3: "))
    }

    @Test func strengthsArePausesOrNone() throws {
        #expect(try Self.events("<speak><break strength='none'/></speak>").isEmpty)
        #expect(try Self.events("<speak><break/></speak>") == [.pause(seconds: 0.4)])
    }

    #if ESpeak
        @Test func sentencesOfMarkupCarryTheirProsody() throws {
            var reader = TextReader(
                try Phonemizer(), form: .markup,
                text:
                    "<speak>See <sub alias='Doctor Who'>Dr. W.</sub> <prosody pitch='-3st'>now</prosody>. <break time='1s'/>Then <phoneme ph='ɡˈoʊ'>went</phoneme>.</speak>"
            )
            let first = try #require(try reader.next())
            #expect(first.pause == .seconds(1))
            #expect(first.sequence.words.map(\.text) == ["See", "Dr. W.", "now"])
            #expect(first.sequence.description == "s_ˈiː d_ˈɑː_k_t_ɚ h_ˌuː n_ˈaʊ .")
            let raised = first.sequence.phonemes.indices.filter { first.prosody[$0].pitch == -3 }
            #expect(
                raised == [first.sequence.words[2].range.lowerBound, first.sequence.words[2].range.lowerBound + 1]
                    + raised.dropFirst(2))
            let second = try #require(try reader.next())
            #expect(second.sequence.description == "ð_ˈɛ_n ɡ_ˈoʊ .")
            #expect(try reader.next() == nil)
        }
    #endif
}
