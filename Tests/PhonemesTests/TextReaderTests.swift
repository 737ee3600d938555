import Tensors
import Files
import TestSupport
import Testing

@testable import Phonemes

@Suite("Text reader")
struct TextReaderTests {
    /// A source that returns `bytes` in chunks of `size`.
    static func source(_ bytes: [UInt8], size: Int) -> () throws(FileError) -> [UInt8] {
        var rest = bytes[...]
        return { () throws(FileError) in
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
    }

    static func decoded(_ bytes: [UInt8], size: Int) -> (text: String, lost: Int) {
        var decoder = TextDecoder()
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: size) {
            text += decoder.push(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        text += decoder.finish()
        return (text, decoder.undecodableCount)
    }

    @Test("a text in other letters than the language's is known", arguments: [
        ("Привет, мир.", "en-us", true), ("你好世界", "en-us", true), ("Hello, мир and 世界.", "en-us", false), ("Schöne Grüße, ﬁne ｗｉｄｅ ɐ", "de", false),
        ("Привет", "ru", false), ("123 + 4", "en-us", false), ("Ελληνικά", "fr-fr", true),
    ])
    func foreignLetters(_ text: String, _ language: String, _ isForeign: Bool) {
        var script = LanguageScript(language: language)
        for part in text { script.count(String(part)) }
        #expect(script.isMostlyForeign == isForeign)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 100]) func decodingDoesNotDependOnChunks(_ size: Int) {
        let text = "Aé漢😀 done"
        #expect(Self.decoded(Array(text.utf8), size: size) == (text, 0))
        let little: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big: [UInt8] = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(Self.decoded(little, size: max(2, size)).text == "\u{FEFF}" + text)
        #expect(Self.decoded(big, size: max(2, size)).text == "\u{FEFF}" + text)
        let broken = [UInt8(ascii: "a"), 0xFF, UInt8(ascii: "b"), 0xE6, UInt8(ascii: "c"), 0xC3]
        let (rest, lost) = Self.decoded(broken, size: size)
        #expect(rest == "abc" && lost == 3)
    }

    #if ESpeak
        @Test func theFirstSentenceDoesNotWaitForTheLast() throws {
            var asked = 0
            let chunks = ["Hello there. Th", "is is next. And", " on it goes."]
            var reader = TextReader(try Phonemizer(), name: "text") { () throws(FileError) in
                asked += 1
                return asked <= chunks.count ? Array(chunks[asked - 1].utf8) : []
            }
            #expect(try reader.next()?.text == "Hello there.")
            #expect(asked <= 2)
            #expect(try reader.next()?.text == "This is next.")
            #expect(try reader.next()?.text == "And on it goes.")
            #expect(try reader.next() == nil)
        }

        @Test func binaryDataIsRefused() throws {
            var reader = TextReader(
                try Phonemizer(), name: "a.wav", source: Self.source(Array("RIFF\0\0\0\0WAVE".utf8), size: 100))
            let error = try #require(throws: FileError.self) { try reader.next() }
            #expect(error == FileError(.badData, "a.wav", "is not text because it contains zero bytes; give text as UTF-8."))
        }

        @Test func invalidBytesAreLeftOutAndCounted() throws {
            var reader = TextReader(
                try Phonemizer(), name: "text",
                source: Self.source(Array("caf".utf8) + [0xE9, 0x20] + Array("yes.".utf8), size: 3))
            #expect(try reader.next()?.sequence.words.map(\.text) == ["caf", "yes"])
            #expect(reader.undecodableCount == 1)
        }

        /// Random bytes, and random sequences of text that the rules match, give valid sentences or an error.
        @Test func nothingCrashes() throws {
            var generator = SplitMix64(seed: 7)
            let chunks = [
                "[[", "]]", "a", "Mr.", "$", "5", ".", ",", "1/2", "-", "—", "…", "10:30", "2020-13-45", "VIII",
                "http://", "@", "'", "\"", "😀", "👨‍👩‍👧", "\u{301}", "\u{0}", "\u{202E}", "東", "ك", "ไ", " ", "\n",
                "\n\n", "№", "½", "٣", "５", "%", "°C", "#", "&", "US$", "'s", "’", "1st", "0",
                "999999999999999999999999", "1,2,3", "1.2.3", "+", "/", ":", "\\", "<b>", "{", "\u{FFFD}", "\u{10FFFF}",
                "²", "Ⅷ", "x", "nth", "--", "..", "=", "~",
            ]
            let phonemizers = try [Phonemizer(), Phonemizer(language: "de"), Phonemizer(language: "cmn")]
            for round in 0..<400 {
                var bytes: [UInt8] = []
                for _ in 0..<Int.random(in: 1...30, using: &generator) {
                    switch round % 3 {
                    case 0: bytes.append(UInt8.random(in: 1...255, using: &generator))
                    default: bytes += Array(chunks.randomElement(using: &generator)!.utf8)
                    }
                }
                var reader = TextReader(
                    phonemizers[max(0, round / 50 - 5)], name: "text", source: Self.source(bytes, size: 11))
                do {
                    while let sentence = try reader.next() {
                        expectWhole(sentence.sequence, "\(round): \(bytes)")
                        #expect(sentence.prosody.count == sentence.sequence.phonemes.count)
                    }
                } catch {
                    #expect(error.kind == .badData)
                }
            }
        }

        @Test func aMegabyteIsReadInChunks() throws {
            let text = String(repeating: "It was the 2nd of May, and $5 was a lot. ", count: 25_000)
            var reader = TextReader(try Phonemizer(), text: text)
            for _ in 0..<50 { #expect(try reader.next()?.sequence.words.count == 9) }
        }
    #endif
}
