import Files
import TestSupport
import Testing

@testable import Training

/// Listings whose columns are easily mistaken: lines that lack some, names of several texts, numbers that are no speakers.
@Suite struct ListingColumnTests {
    let folder: ScratchFolder
    private static let sentences = ScratchFolder.sentences

    init() throws { folder = try ScratchFolder() }

    private func corpus(header: String? = nil, line: (Int, String) -> String) throws -> Corpus {
        try folder.listed(header: header, line: line)
    }

    @Test("a line that lacks the last columns does not make them part of the text", arguments: [
        "wavs/x%i.wav,%t,ben", "wavs/x%i.wav;%t;ben", "wavs/x%i.wav,ben,%t", "wavs/x%i.wav,%t,ben,0",
    ])
    func shortLine(_ form: String) throws {
        let texts = Self.sentences.map { $0.replacing(",", with: "") }
        let corpus = try corpus { number, _ in
            number == 7 ? "wavs/x7.wav\(form.contains(";") ? ";" : ",")We hold it." : form.replacing("%i", with: "\(number)").replacing("%t", with: texts[number])
        }
        #expect(corpus.entries.prefix(7).map(\.text) == texts.prefix(7).map(Optional.some))
    }

    @Test("comments, Excel's first line, and too few names of columns")
    func firstLines() throws {
        for first in ["# made by me, 2024", "sep=,"] {
            let corpus = try corpus(header: first) { number, sentence in "wavs/x\(number).wav,\(sentence.replacing(",", with: "")),anna" }
            #expect(corpus.entries.count == 8 && corpus.entries[0].text == Self.sentences[0])
        }
        let error = #expect(throws: FileError.self) {
            try corpus(header: "file,text") { number, sentence in "wavs/x\(number).wav,\(sentence.replacing(",", with: "")),anna" }
        }
        #expect(error?.message.contains("names of columns") == true)
    }

    @Test("of several columns with names of texts the one that holds texts is taken, or none", arguments: [
        ("id\tcaption\ttext", "x%i\tA woman speaks slowly %i.\t%t", 3), ("file\twords\ttext", "x%i\t%i\t%t", 3),
        ("file\tsentence\ttranscription", "x%i\t%t\tquite other words %i", nil),
    ] as [(String, String, Int?)])
    func namedTexts(_ header: String, _ line: String, _ column: Int?) throws {
        let corpus = try corpus(header: header) { number, sentence in line.replacing("%i", with: "\(number)").replacing("%t", with: sentence) }
        #expect(corpus.listing?.textColumn == column)
        if column == nil { #expect(throws: FileError.self) { try corpus.checkForOneVoice(.init()) } }
    }

    @Test("numbers and labels that are no speakers, with a first line and without", arguments: [
        ("wav_filename,wav_filesize,transcript", "x%i.wav,%i1234,%u"), (",file,text", "%i,x%i.wav,%u"), ("file|text|chapter", "x%i|%t|1"),
        ("file|text|session", "x%i|%t|b"), ("file|emotion|text", "x%i|excited|%t"), (nil, "x%i|en|%t"), (nil, "x%i|%t|1"), (nil, "x%i|9%i7|%t"),
    ] as [(String?, String)])
    func noSpeakers(_ header: String?, _ line: String) throws {
        let corpus = try corpus(header: header) { number, sentence in
            let plain = sentence.replacing(",", with: "")
            return line.replacing("%i", with: "\(number)").replacing("%t", with: sentence).replacing("%u", with: plain)
        }
        #expect(corpus.speakers.count < 2, "\(corpus.speakers)")
        #expect(corpus.entries.count == 8)
        #expect(throws: Never.self) { try corpus.checkForOneVoice(.init()) }
    }

    @Test("listings that name parts of recordings are refused", arguments: [
        ("audio_filepath\toffset\ttext", "x%i\t0.5\t%t"), ("file|start|end|text", "x%i|0.1|0.4|%t"),
        (nil, "{\"audio_filepath\": \"x%i.wav\", \"start\": 0.2, \"end\": 0.5, \"text\": \"%t\"}"),
    ] as [(String?, String)])
    func parts(_ header: String?, _ line: String) throws {
        let error = #expect(throws: FileError.self) {
            try corpus(header: header) { number, sentence in line.replacing("%i", with: "\(number)").replacing("%t", with: sentence) }
        }
        #expect(error?.message.contains("names parts of recordings") == true, "\(error?.message ?? "")")
    }

    @Test("folders and names that are those of speakers tell them, and others do not", arguments: [
        (["p225/p225_001", "p226/p226_001"], ["p225", "p226"]), (["1089/134686/a", "1188/133604/b"], ["1089", "1188"]),
        (["p225_001", "p226_002"], ["p225", "p226"]), (["book/one", "other/two"], nil), (["chapter01/one", "chapter02/two"], nil), (["part_1", "part_2"], nil),
    ] as [([String], [String]?)])
    func namedSpeakers(_ files: [String], _ speakers: [String]?) {
        #expect(SpeakerNames(of: files.map { "/corpus/\($0).wav" }).speakers == speakers.map { $0.map(Optional.some) })
    }

    @Test("a list of JSON objects, tabs beside bars, and recordings that were converted")
    func otherForms() throws {
        let list = try corpus { number, sentence in "\(number == 0 ? "[" : " ")\n{\"file\": \"x\(number).mp3\", \"text\": \"\(sentence)\"}\(number == 7 ? "]" : ",")" }
        #expect(list.entries.map(\.text) == Self.sentences.map(Optional.some))
        #expect(list.listing?.notes.contains { $0.contains("other endings") } == true)
        let tabs = try corpus { number, sentence in "x\(number).wav\t\(sentence)\ts h e | s e l l s" }
        #expect(tabs.entries.map(\.text) == Self.sentences.map(Optional.some))
    }
}
