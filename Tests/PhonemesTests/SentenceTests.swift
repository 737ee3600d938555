import Testing

@testable import Phonemes

@Suite("Sentence splitting")
struct SentenceTests {
    /// The sentences of `text`, pushed in chunks of `size` Unicode scalars.
    static func sentences(_ text: String, size: Int = .max, language: String = "en-us") -> [String] {
        var (tokenizer, splitter) = (Tokenizer(), SentenceSplitter(language: language))
        var sentences: [WrittenSentence] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            let chunk = String(String.UnicodeScalarView(rest.prefix(size)))
            rest = rest.dropFirst(size)
            for event in tokenizer.push(chunk) { sentences += splitter.push(event) }
        }
        for event in tokenizer.finish() { sentences += splitter.push(event) }
        return (sentences + splitter.finish()).map(\.text)
    }

    static let texts: [(String, [String])] = [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]), ("", []), ("   \n ", []),
        ("Mr. Smith met Dr. Jones.", ["Mr. Smith met Dr. Jones."]),
        ("He left at 5 p.m. The train came.", ["He left at 5 p.m.", "The train came."]),
        (
            "The U.S. Army came. It left the U.S. They stayed.",
            ["The U.S. Army came.", "It left the U.S.", "They stayed."]
        ),
        ("Pi is 3.14. It is odd.", ["Pi is 3.14.", "It is odd."]),
        ("\"Go!\" he said. \"No.\" She left.", ["\"Go!\" he said.", "\"No.\"", "She left."]),
        ("Wait... what? Well... Then go.", ["Wait... what?", "Well...", "Then go."]),
        ("J. R. R. Tolkien wrote. It was I. Yes.", ["J. R. R. Tolkien wrote.", "It was I.", "Yes."]),
        (
            "See e.g. Smith. Cats, etc. are here. Dogs etc. They bark.",
            ["See e.g. Smith.", "Cats, etc. are here.", "Dogs etc.", "They bark."]
        ), ("See No. 5. I said no. John left.", ["See No. 5.", "I said no.", "John left."]),
        ("Visit example.com. Now.", ["Visit example.com.", "Now."]), ("Yahoo! is a name.", ["Yahoo! is a name."]),
        ("Heading\n\nText goes\non. End.\nNext", ["Heading", "Text goes on.", "End.", "Next"]),
        ("1. First item. 2. Second.", ["1. First item.", "2. Second."]), ("今日は。元気ですか？はい", ["今日は。", "元気ですか？", "はい"]),
        ("Really?! Yes . Fine", ["Really?!", "Yes .", "Fine"]),
        ("(It is so.) Yes. [[a.b c.d]] it is.", ["(It is so.)", "Yes.", "[[a.b c.d]] it is."]),
        ("end.\n", ["end."]), ("no stop\n\n\n\n", ["no stop"]), ("😀. 👍!", ["😀.", "👍!"]),
    ]

    static let lists: [(String, [String])] = [
        ("1. First\n2. Second", ["1. First", "2. Second"]), ("• Milk\n• Bread\n• Eggs", ["• Milk", "• Bread", "• Eggs"]),
        ("- one thing\n- another thing", ["- one thing", "- another thing"]), ("a) apples b) pears", ["a) apples", "b) pears"]),
        ("1) The first 2) The second", ["1) The first", "2) The second"]), ("Chapter One\nIt was late.", ["Chapter One", "It was late."]),
        ("milk\nbread rolls\neggs, butter", ["milk", "bread rolls", "eggs, butter"]), ("The line goes\non here.", ["The line goes on here."]),
        ("a nega-\ntive result", ["a negative result"]), ("See vol. II of it.", ["See vol. II of it."]), ("At Ste. 200 now.", ["At Ste. 200 now."]),
        ("It takes approx. 5 min. or so.", ["It takes approx. 5 min. or so."]), ("Cats, dogs, etc. Come and see.", ["Cats, dogs, etc.", "Come and see."]),
        ("We met at 6 p.m. Travelers left.", ["We met at 6 p.m.", "Travelers left."]), ("We have a plan B. Then we go.", ["We have a plan B.", "Then we go."]),
        ("He lives at 1428 Elm St. Turn left there.", ["He lives at 1428 Elm St.", "Turn left there."]), ("Hello world.Today is fine.", ["Hello world.", "Today is fine."]),
        ("At 5 p.m. Monday it rained.", ["At 5 p.m. Monday it rained."]), ("Well . . . perhaps I know.", ["Well . . . perhaps I know."]), ("Node [...] Smith.", ["Node [...] Smith."]),
    ]

    @Test(arguments: lists) func listsAndLinesAreSplit(_ text: String, _ expected: [String]) {
        #expect(Self.sentences(text) == expected)
        for size in [1, 3] { #expect(Self.sentences(text, size: size) == expected) }
    }

    @Test(arguments: texts) func sentencesAreSplit(_ text: String, _ expected: [String]) {
        #expect(Self.sentences(text) == expected)
        // The result does not depend on the chunk size.
        for size in [1, 2, 3, 7] { #expect(Self.sentences(text, size: size) == expected) }
    }

    @Test func otherLanguagesHaveTheirOwnAbbreviations() {
        #expect(
            Self.sentences("Am 3. Oktober kam z. B. Dr. Maier. Er ging.", language: "de") == [
                "Am 3. Oktober kam z. B. Dr. Maier.", "Er ging.",
            ])
        #expect(Self.sentences("M. Dupont est là. Il part.", language: "fr-fr") == ["M. Dupont est là.", "Il part."])
    }

    /// Long texts are split without loss, and no sentence grows without bound.
    @Test func longTextsAreSplit() {
        let text = String(repeating: "word and another, ", count: 5000)
        let sentences = Self.sentences(text)
        #expect(sentences.joined(separator: " ") == text.dropLast())
        #expect(sentences.allSatisfy { $0.utf8.count < 450 })
        let solid = String(repeating: "x", count: 100_000)
        #expect(Self.sentences(solid).allSatisfy { $0.utf8.count < 900 })
        #expect(Self.sentences(solid).joined().filter { $0 == "x" }.count == 100_000)
    }

    @Test func aLineIsSpokenWhenItEnds() {
        var (tokenizer, splitter) = (Tokenizer(), SentenceSplitter(language: "en-us"))
        var sentences: [WrittenSentence] = []
        for event in tokenizer.push("Hello there.\n") { sentences += splitter.push(event) }
        #expect(sentences.map(\.text) == ["Hello there."])
    }

    @Test func pausesFollowSentences() {
        var splitter = SentenceSplitter(language: "en-us")
        let token = TextEvent.token(TextToken(content: .written("Hello")))
        #expect(splitter.push(.pause(seconds: 2)) == [WrittenSentence(tokens: [], pause: .seconds(2))])
        #expect(splitter.push(token).isEmpty)
        #expect(splitter.push(.pause(seconds: 1)).map(\.pause) == [.seconds(1)])
    }
}
