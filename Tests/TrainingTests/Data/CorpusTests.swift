import Files
import TestSupport
import Testing

@testable import Training

@Suite struct CorpusTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("LJSpeech's metadata.csv is read with byte order mark, carriage returns and quotation marks in the text")
    func metadata() throws {
        try folder.recording("wavs/b2.flac")
        try folder.recording("wavs/a1.wav")
        try folder.recording("wavs/extra.wav")
        try folder.file(
            "metadata.csv", "\u{FEFF}b2|Dr. \"No\"|Doctor \"No\"\r\na1|Hel\u{2028}lo.|\r\n\r\ngone|Nobody.|Nobody.\r\n")
        for path in [folder.path, folder.path + "/metadata.csv"] {
            let corpus = try Corpus(at: path)
            #expect(corpus.entries.map(\.id) == ["a1", "b2"])
            #expect(corpus.entries.map(\.text) == ["Hel\u{2028}lo.", "Doctor \"No\""])
            #expect(corpus.entries[1].path.hasSuffix("wavs/b2.flac"))
            #expect(corpus.rejections.map(\.reason) == [.missing])
            #expect(corpus.rejections[0].id == "gone")
            #expect(corpus.unlistedCount == 1)
        }
    }

    @Test("audio beside metadata.csv is found with any Unicode normalization of its name")
    func besideListing() throws {
        try folder.recording("cafe\u{301}.wav")
        try folder.file("metadata.csv", "caf\u{E9}|Coffee\n")
        #expect(try Corpus(at: folder.path).entries.map(\.text) == ["Coffee"])
    }

    @Test("listings of files with text, and with speaker and text, are told apart from ids")
    func fileListings() throws {
        try folder.recording("x/one.wav")
        try folder.recording("two.wav")
        let list = try folder.file("train.txt", "x/one.wav|ben|First.\ntwo.wav|anna|Second.\n")
        let corpus = try Corpus(at: list)
        #expect(corpus.entries.map(\.id) == ["two", "x/one"])
        #expect(corpus.entries.map(\.text) == ["Second.", "First."])
        #expect(corpus.entries.map(\.speaker) == ["anna", "ben"])
        let plain = try Corpus(at: folder.file("plain.txt", "x/one.wav|First.\ntwo.wav|Second.\n"))
        #expect(plain.entries.map(\.text) == ["Second.", "First."])
        #expect(plain.entries.map(\.speaker) == [nil, nil])
    }

    @Test("a plain list of files takes absolute and relative paths")
    func plainList() throws {
        let absolute = try folder.recording("far/one.wav")
        try folder.recording("near.wav")
        let list = try folder.file("list.txt", "near.wav\n\(absolute)\n")
        #expect(try Corpus(at: list).entries.map(\.path).sorted() == [absolute, folder.path + "/near.wav"].sorted())
    }

    @Test("a bare folder is read recursively, sorted, without hidden files and other endings")
    func bareFolder() throws {
        for name in ["b.wav", "a/deep/z.flac", "a/._z.flac", "clip with spaces – ünïcode.wav"] {
            try folder.recording(name)
        }
        try folder.file("notes.md", "no sound")
        #expect(try Corpus(at: folder.path).entries.map(\.id) == ["a/deep/z", "b", "clip with spaces – ünïcode"])
    }

    @Test("an id and a file named twice are kept once, and said")
    func duplicates() throws {
        try folder.recording("wavs/a.wav")
        let list = try folder.file("list.txt", "a|One\na|Again\nwavs/a.wav|Same file\n")
        let corpus = try Corpus(at: list)
        #expect(corpus.entries.count == 1)
        #expect(corpus.rejections.map(\.reason) == [.duplicate, .duplicate])
    }

    @Test("what holds no recording is bad data, what is not there is missing input")
    func nothing() throws {
        let list = try folder.file("metadata.csv", "gone|Text\n")
        #expect { try Corpus(at: list) } throws: { ($0 as? FileError)?.kind == .badData }
        #expect { try Corpus(at: folder.path + "/nowhere") } throws: { ($0 as? FileError)?.kind == .missingInput }
        let binary = try folder.file("list.txt", bytes: [0xFF, 0xFE, 0x00, 0x41])
        #expect { try Corpus(at: binary) } throws: { ($0 as? FileError)?.kind == .badData }
    }
}
