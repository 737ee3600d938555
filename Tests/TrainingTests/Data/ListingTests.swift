import Files
import TestSupport
import Testing

@testable import Training

/// Listings as people write them: which column is the text, which the speaker, and how fields are separated.
@Suite struct ListingTests {
    let folder: ScratchFolder
    private static let sentences = ScratchFolder.sentences

    init() throws { folder = try ScratchFolder() }

    private func corpus(
        _ count: Int = 8, header: String? = nil, options: ListingOptions = .init(), line: (Int, String) -> String
    ) throws -> Corpus {
        try folder.listed(count, header: header, options: options, line: line)
    }

    /// Columns that are no text, in forms of public corpora and tools.
    @Test("the text is the column of sentences, wherever it is", arguments: [
        ("wavs/%i.wav|%t|anna", 2), ("wavs/%i.wav|%t|0", 2), ("%i|%t|%t|ben", 3), ("%i|%t|3.11", 2), ("%i|%t|%n", 2), ("wavs/%i.wav|anna|%t", 3),
        ("wavs/%i.wav|anna|EN|%t", 4), ("wavs/%i.wav|7|%t", 3), ("wavs/%i.wav|%t|{HH AH0 L OW1}", 2), ("wavs/%i.wav|%t|həlˈoʊ", 2),
        ("wavs/%i.wav|%t|neutral", 2), ("wavs/%i.wav|%t|train|f", 2), ("%i|%t|0:03.11|%i_b", 2), ("wavs/%i.wav|%t|wavs/%i.wav", 2),
        ("%i|%t|%t", 3), ("%i|%t|", 2), ("%i||%t", 3), ("%i|%t", 2), ("wavs/%i.wav|%t|Anna Smith", 2),
    ], [1, 8])
    func columns(_ form: (line: String, column: Int), count: Int) throws {
        // One line does not tell whether two words are a name or a sentence.
        if count == 1, form.line.hasSuffix("Smith") { return }
        let corpus = try corpus(count) { number, sentence in
            form.line.replacing("%i", with: "x\(number)").replacing("%n", with: "\(Double(number) + 0.25)").replacing("%t", with: sentence)
        }
        #expect(corpus.listing?.textColumn == form.column, "\(corpus.listing?.reason ?? "")")
        #expect(corpus.entries.map(\.text) == (0..<count).map { Optional(Self.sentences[$0]) })
        #expect(corpus.speakers.count < 2)
        #expect(throws: Never.self) { try corpus.checkForOneVoice(.init()) }
    }

    @Test("the text that a first line names is taken, in any order of columns", arguments: [
        ("file_name,transcription", "x%i.wav,\"%t\""), ("client_id\tpath\tsentence\tup_votes", "a%i\tx%i.wav\t%t\t2"),
        ("speaker|text|file", "anna|%t|wavs/x%i.wav"), ("id|normalized_text|text", "x%i|%t|1 2 3 raw"),
    ])
    func header(_ names: String, _ line: String) throws {
        let corpus = try corpus(header: names) { number, sentence in
            line.replacing("%i", with: "\(number)").replacing("%t", with: sentence)
        }
        #expect(corpus.entries.map(\.text) == Self.sentences.map(Optional.some))
        #expect(corpus.rejections.isEmpty)
        #expect(corpus.listing?.reason.hasPrefix("the first line names it") == true)
    }

    @Test("what separates the fields is found, and said", arguments: [
        ("wavs/x%i.wav\t%t", "tabs"), ("x%i.wav,%t", "commas"), ("x%i.wav;%t", "semicolons"), ("x%i %t", "a name, a space and its text"), ("x%i:%t", "a name, a colon and its text"),
        ("( x%i \"%t\" )", "Festival"), ("{\"audio_filepath\": \"wavs/x%i.wav\", \"duration\": 0.5, \"text\": \"%t\"}", "JSON"),
        ("wavs\\x%i.wav|%t", "backslashes"), ("C:\\data\\wavs\\x%i.wav|%t", "folders that are not here"),
        ("/home/somebody/wavs/x%i.wav|%t", "folders that are not here"),
    ])
    func separators(_ line: String, _ note: String) throws {
        let corpus = try corpus { number, sentence in line.replacing("%i", with: "\(number)").replacing("%t", with: sentence) }
        #expect(corpus.entries.map(\.text) == Self.sentences.map(Optional.some))
        #expect(corpus.entries.allSatisfy { !$0.id.contains("\\") })
        #expect(corpus.listing?.notes.contains { $0.contains(note) } == true, "\(corpus.listing?.notes ?? [])")
    }

    @Test("UTF-16 of either order, with and without its mark, is read")
    func utf16() throws {
        try folder.recording("wavs/x0.wav")
        for isBigEndian in [false, true] {
            for hasMark in [false, true] {
                let units = ((hasMark ? "\u{FEFF}" : "") + "x0|Two naïve words.\r\n").utf16
                let bytes = units.flatMap { isBigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
                let corpus = try Corpus(at: folder.file("listing.txt", bytes: bytes))
                #expect(corpus.entries.map(\.text) == ["Two naïve words."])
                #expect(corpus.listing?.notes == ["its text was read as UTF-16"])
            }
        }
    }

    @Test("several speakers are named with their hours, and a voice needs one of them")
    func speakers() throws {
        let line = { (number: Int, sentence: String) in "wavs/x\(number).wav|\(number < 5 ? "anna" : "ben")|\(sentence)" }
        let both = try corpus(line: line)
        #expect(both.speakers.map(\.name) == ["anna", "ben"])
        #expect(both.speakers.map(\.recordingCount) == [5, 3])
        #expect(abs(both.speakers[1].hours - 3 * 0.6 / 3600) < 1e-6)
        let refusal = #expect(throws: FileError.self) { try both.checkForOneVoice(.init()) }
        #expect(refusal?.finding.contains("2 speakers") == true && refusal?.finding.contains("anna (5 recordings, 0.1 min)") == true)
        #expect(refusal?.remedies == [.name(.speaker), .takeAllSpeakers, .denySpeakers])
        let one = ListingOptions(speaker: "ben")
        let ben = try corpus(options: one, line: line)
        #expect(ben.entries.map(\.text) == Self.sentences[5...].map(Optional.some))
        #expect(throws: Never.self) { try ben.checkForOneVoice(one) }
        #expect(throws: Never.self) { try corpus(options: ListingOptions(speakerColumn: 0), line: line).checkForOneVoice(.init()) }
        let missing = #expect(throws: FileError.self) { try corpus(options: ListingOptions(speaker: "carl"), line: line) }
        #expect(missing?.finding.contains("anna") == true)
    }

    @Test("where the text cannot be told a voice is refused, unless its column is said", arguments: [
        "x%i|%t|Another text that says other things.%i", "x%i.wav|anna", "x%i|%i",
    ])
    func ambiguity(_ form: String) throws {
        let line = { (number: Int, sentence: String) in form.replacing("%i", with: "\(number)").replacing("%t", with: sentence) }
        let open = try corpus(line: line)
        #expect(open.listing?.textColumn == nil)
        #expect(open.entries.allSatisfy { $0.text == nil })
        let refusal = #expect(throws: FileError.self) { try open.checkForOneVoice(.init()) }
        #expect(refusal?.kind == .badData && refusal?.remedies == [.stateTextColumn])
        let said = try corpus(options: ListingOptions(textColumn: 2), line: line)
        #expect(said.entries.allSatisfy { $0.text != nil })
        #expect(throws: Never.self) { try said.checkForOneVoice(.init(textColumn: 2)) }
        #expect(throws: FileError.self) { try corpus(options: ListingOptions(textColumn: 9), line: line) }
    }

    @Test("of two columns of sentences the one that follows the durations is the text")
    func durations() throws {
        for number in 0..<10 { try folder.recording("y\(number).wav", seconds: 0.4 + 0.1 * Double(number)) }
        let lines = (0..<10).map { number in
            let comment = Self.sentences[(number * 5 + 3) % 8]
            return "y\(number)|\(Array(repeating: "la", count: 4 + number).joined(separator: " ")).|\(comment)"
        }
        let corpus = try Corpus(at: folder.file("listing.txt", lines.joined(separator: "\n")))
        #expect(corpus.listing?.textColumn == 2, "\(corpus.listing?.reason ?? "")")
    }

    @Test("commas in texts are told from those between fields by the columns beside the text", arguments: [
        "wavs/x%i.wav,%t,ann", "wavs/x%i.wav,ann,%t", "wavs/x%i.wav,%t,3.%i", "x%i.wav,%t",
    ])
    func commas(_ form: String) throws {
        let corpus = try corpus { number, sentence in
            form.replacing("%i", with: "\(number)").replacing("%t", with: number % 2 == 0 ? sentence : "Yes, " + sentence)
        }
        #expect(corpus.entries.map(\.text) == Self.sentences.enumerated().map { $0.offset % 2 == 0 ? $0.element : "Yes, " + $0.element })
        #expect(corpus.speakers.count < 2 && corpus.rejections.isEmpty)
    }

    @Test("a line without a comma among lines with several is no reason to stop")
    func lineWithoutComma() throws {
        let corpus = try corpus { number, sentence in
            number == 4 ? "x4.wav" : number % 2 == 0 ? "x\(number).wav,Yes, and \(sentence)" : "x\(number).wav,\(sentence)"
        }
        #expect(corpus.entries.count(where: { $0.text?.hasPrefix("Yes, and ") == true }) == 3)
    }

    @Test("a quotation mark within a text opens nothing, and swallows no lines", arguments: [",", ";", "\t"])
    func inchMarks(_ separator: String) throws {
        for text in ["The pipe is 6\" wide here.", "\"Stop, he said.", "\"Yes\" is what he said.", "He said \"no"] {
            let corpus = try corpus { number, sentence in "x\(number).wav\(separator)" + (number == 3 ? text : sentence) }
            #expect(corpus.entries.count == 8 && corpus.entries[3].text == text, "\(text): \(corpus.entries.map(\.text))")
            #expect(corpus.entries.enumerated().allSatisfy { $0.offset == 3 || $0.element.text == Self.sentences[$0.offset] })
        }
    }

    @Test("in NeMo's manifests durations are no speakers, and parts of recordings are refused")
    func manifests() throws {
        let corpus = try corpus { number, sentence in "{\"audio_filepath\":\"x\(number).wav\",\"duration\":\(3 + number % 2),\"offset\":0,\"text\":\"\(sentence)\"}" }
        #expect(corpus.entries.map(\.text) == Self.sentences.map(Optional.some) && corpus.speakers.count < 2)
        let error = #expect(throws: FileError.self) {
            try self.corpus { number, sentence in "{\"audio_filepath\":\"x\(number).wav\",\"duration\":3,\"offset\":\(number),\"text\":\"\(sentence)\"}" }
        }
        #expect(error?.message.contains("offset") == true)
    }

    @Test("the comma of a number in a text has no space after it")
    func numbersInTexts() throws {
        let corpus = try corpus { number, sentence in "x\(number).wav," + (number == 2 ? "It cost 1,000 dollars, he said." : sentence) }
        #expect(corpus.entries[2].text == "It cost 1,000 dollars, he said.")
    }

    @Test("fields in quotation marks are read without them, with separators and line ends in them", arguments: [",", ";", "\t", "|"])
    func quotedFields(_ separator: String) throws {
        let corpus = try corpus { number, sentence in
            ["wavs/x\(number).wav", number == 2 ? "Say \"\"no\"\"\(separator) then go." : sentence, "ann"]
                .map { "\"\($0)\"" }.joined(separator: separator)
        }
        #expect(corpus.entries.map(\.text)[2] == "Say \"no\"\(separator) then go.")
        #expect(corpus.entries.count == 8 && corpus.entries[3].text == Self.sentences[3])
        #expect(corpus.speakers.map(\.name) == ["ann"])
        // LJSpeech's texts have quotation marks of their own.
        let plain = try self.corpus { number, sentence in "x\(number)|\"\(sentence)\" he said." }
        #expect(plain.entries[0].text == "\"She sells sea shells.\" he said.")
    }

    @Test("speakers are found after the text, by sex, and under other names; folders are told of")
    func moreSpeakers() throws {
        let six = try corpus { number, sentence in "x\(number)|\(sentence)|\(["ann", "ben", "carl", "dora"][number / 2])" }
        #expect(six.speakers.count == 4)
        let sexes = try corpus { number, sentence in "x\(number)|\(number < 3 ? "f" : "m")|\(sentence)" }
        #expect(sexes.speakers.map(\.name) == ["f", "m"])
        let named = try corpus(header: "path,Character,text") { number, sentence in "x\(number).wav,\(number % 2 == 0 ? "A B" : "C D"),\"\(sentence)\"" }
        #expect(named.speakers.map(\.name) == ["A B", "C D"])
        for name in ["p225/a.wav", "p226/a.wav"] { try folder.recording(name) }
        let folders = try Corpus(at: folder.file("vctk.txt", "p225/a.wav|One of them.\np226/a.wav|The other one.\n"))
        #expect(folders.speakers.map(\.name) == ["p225", "p226"])
        #expect(throws: FileError.self) { try folders.checkForOneVoice(.init()) }
        #expect(try Corpus(at: folder.path + "/vctk.txt", ListingOptions(speaker: "p226")).entries.map(\.text) == ["The other one."])
        #expect(try Corpus(at: folder.path + "/vctk.txt", ListingOptions(speakerColumn: 0)).speakers.isEmpty)
        for name in ["one/a.wav", "two/a.wav"] { try folder.recording(name) }
        let books = try Corpus(at: folder.file("books.txt", "one/a.wav|One of them.\ntwo/a.wav|The other one.\n"))
        #expect(books.speakers.isEmpty && books.listing?.notes.contains { $0.contains("2 folders (one, two)") } == true)
    }

    @Test("recordings are looked for in the folders of public corpora")
    func clips() throws {
        try folder.recording("clips/c1.wav")
        let list = try folder.file("validated.tsv", "client_id\tpath\tsentence\n\(String(repeating: "ab", count: 40))\tc1.wav\tA clip of it.\n")
        #expect(try Corpus(at: list).entries.map(\.text) == ["A clip of it."])
        let vits = try folder.file("vits.txt", "DUMMY1/c1.wav|A clip of it.\n")
        #expect(try Corpus(at: vits).entries.count == 1)
    }

    @Test("a line with more fields than the others is rejected and shown")
    func malformedLine() throws {
        let corpus = try corpus { number, sentence in "x\(number)|\(sentence)" + (number == 3 ? "|and|more" : "") }
        #expect(corpus.entries.count == 7)
        #expect(corpus.rejections.map(\.reason) == [.malformed])
        #expect(corpus.rejections[0].detail.contains("4 fields, where 2 are usual"))
    }
}
