import Files
import Phonemes
import Platform
import Training

extension FuzzedReader {
    /// What people write: texts, pronunciations, and listings of recordings.
    static let textReaders = [
        FuzzedReader("text", longest: 2048) { bytes, _ in try read(bytes, .plain) },
        FuzzedReader("ssml", longest: 2048) { bytes, _ in try read(bytes, .markup) },
        // To phonemes too, which takes libespeak-ng a hundred times as long.
        FuzzedReader("speech", longest: 200) { bytes, _ in
            var reader = TextReader(try phonemizer.get(), name: "text", bytes: bytes)
            while let sentence = try reader.next() { precondition(sentence.prosody.count == sentence.sequence.phonemes.count) }
        },
        FuzzedReader("lexicon", longest: 1024) { bytes, folder in
            _ = try Lexicon(contentsOf: try folder.file("lexicon.txt", bytes))
        },
        FuzzedReader("listing", longest: 2048) { bytes, folder in
            for name in ["wavs/a.wav", "wavs/b c.flac", "wavs/é.ogg"] { _ = try folder.file(name, []) }
            _ = try Corpus(at: try folder.file("metadata.csv", bytes))
        },
    ]

    private static let phonemizer = Result { try Phonemizer() }

    /// Reads a text to its end, and again in small pieces, of which the same words must come.
    private static func read(_ bytes: [UInt8], _ form: TextReader.Form) throws {
        var whole = TextReader(try phonemizer.get(), form: form, name: "text", bytes: bytes)
        var rest = bytes[...]
        var parted = TextReader(try phonemizer.get(), form: form, name: "text") { () throws(FileError) in
            defer { rest = rest.dropFirst(7) }
            return Array(rest.prefix(7))
        }
        while let words = try whole.nextWords() {
            let other = try parted.nextWords()
            guard other == words else { throw OtherWords(description: "\(words) in pieces are \(other.map { "\($0)" } ?? "nothing")") }
        }
    }

    /// Words that differ where the text arrives in other pieces.
    private struct OtherWords: Error, CustomStringConvertible { let description: String }
}
