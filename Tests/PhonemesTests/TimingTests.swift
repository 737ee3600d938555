import Foundation
import Files
@testable import Phonemes
import Platform
import TestSupport
import Testing

@Suite("Timings of speech")
struct TimingTests {
    /// Two sentences of a voice with a hop of 100 samples at 1000 Hz.
    static let timings: SpeechTimings = {
        var timings = SpeechTimings(sampleRate: 1000, hopLength: 100)
        let hi = PhonemeSequence(
            phonemes: [
                .start, Phoneme("h", isFirstOfWord: true), Phoneme("aɪ", stress: .primary, isLastOfWord: true),
                Phoneme(","), Phoneme("ə", isFirstOfWord: true, isLastOfWord: true), .end,
            ],
            words: [.init(text: "Hi", range: 1..<3), .init(text: "\"a\"", range: 4..<5)], language: "en-us")
        timings.append("Hi, \"a\" <b>", hi, durations: [1, 2, 3, 1, 2, 1], start: 0)
        timings.append("Hi, \"a\"", hi, durations: [0, 2, 3, 0, 2, 0], start: 1500)
        timings.sampleCount = 2500
        return timings
    }()

    @Test func edgesAddUp() {
        let sentence = Self.timings.sentences[0]
        #expect(sentence.whole.range == 0..<1000)
        #expect(sentence.words.map(\.range) == [100..<600, 700..<900])
        #expect(sentence.phonemes.map(\.range) == [0..<100, 100..<300, 300..<600, 600..<700, 700..<900, 900..<1000])
        #expect(sentence.phonemes.map(\.text) == ["^", "h", "ˈaɪ", ",", "ə", "$"])
        #expect(Self.timings.sentences[1].words[1].range == 2000..<2200)
    }

    @Test func subtitlesAreWellFormed() {
        #expect(
            Subtitles(Self.timings).subRip
                == "1\n00:00:00,000 --> 00:00:01,000\nHi, \"a\" <b>\n\n2\n00:00:01,500 --> 00:00:02,200\nHi, \"a\"\n")
        #expect(
            Subtitles(Self.timings).webVTT
                == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHi, <00:00:00.700>\"a\" &lt;b&gt;\n\n00:00:01.500 --> 00:00:02.200\nHi, <00:00:02.000>\"a\"\n"
        )
    }

    @Test func longSentencesAreSeveralSubtitles() {
        var timings = SpeechTimings(sampleRate: 22_050, hopLength: 256)
        let count = 40
        let phonemes =
            [.start] + (0..<count).map { _ in Phoneme("a", isFirstOfWord: true, isLastOfWord: true) } + [.end]
        let words = (0..<count).map { PhonemeSequence.Word(text: "word\($0)", range: $0 + 1..<$0 + 2) }
        let text = words.map(\.text).joined(separator: ", ")
        timings.append(
            text, PhonemeSequence(phonemes: phonemes, words: words, language: "en-us"),
            durations: Array(repeating: 40, count: count + 2), start: 0)
        let cues = Subtitles(timings).subRip.components(separatedBy: "\n\n")
        let lines = cues.map { $0.split(separator: "\n") }
        #expect(lines.allSatisfy { $0[2].count <= 84 })
        #expect(lines.map { String($0[2]) }.joined(separator: " ") == text)
        // Each subtitle begins where the previous one ends.
        let times = lines.map { $0[1].components(separatedBy: " --> ") }
        for (one, next) in zip(times, times.dropFirst()) { #expect(one[1] == next[0]) }
        #expect(times.first?[0] == "00:00:00,000")
    }

    @Test func textGridsHaveNoGaps() throws {
        let text = TextGrid(Self.timings).text
        let tiers = text.components(separatedBy: "class = ").dropFirst(2)
        #expect(tiers.count == 3)
        for tier in tiers {
            let intervals = tier.components(separatedBy: "intervals [").dropFirst()
            #expect(tier.contains("intervals: size = \(intervals.count)"))
            func value(_ name: String, _ text: String) throws -> Double {
                try #require(Double(text.components(separatedBy: name + " = ")[1].prefix { $0 != "\n" }))
            }
            var end = 0.0
            for interval in intervals {
                #expect(try value("xmin", interval) == end)
                end = try value("xmax", interval)
            }
            #expect(end == 2.5)
        }
        #expect(text.contains("text = \"Hi, \"\"a\"\" <b>\"\n"))
    }

    @Test func formatsFollowFromExtensions() throws {
        #expect(TimingFormat(path: "a/b.TEXTGRID") == .textGrid && TimingFormat(path: "b.Json") == .json)
        #expect(
            TimingFormat(path: "a.json.srt") == .srt && TimingFormat(path: "a.txt") == nil
                && TimingFormat(path: "srt") == nil)
        let folder = try ScratchFolder()
        for format in TimingFormat.allCases {
            let path = folder.path("t." + format.rawValue)
            try Self.timings.write(to: path, as: format)
            #expect(try !contents(ofFile: path).isEmpty)
        }
        let table = try JSONSerialization.jsonObject(with: contents(ofFile: folder.path("t.json"))) as? [String: Any]
        #expect(table?["duration"] as? Double == 2.5 && (table?["sentences"] as? [Any])?.count == 2)
        #expect(throws: FileError.self) { try Self.timings.write(to: "/nowhere/t.srt", as: .srt) }
    }
}
