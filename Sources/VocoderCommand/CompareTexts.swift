import Audio
import Evaluation
import Files
import Phonemes
import Platform
import Speech

/// The comparison of voices and of sounds made elsewhere on texts, for `compare --texts`.
struct CompareTexts {
    /// A text, and the name of its folder and of contestants' sounds.
    struct Text: Equatable {
        let name: String
        let text: String
    }

    let texts: [Text]
    let output: String
    let seed: UInt64
    let quiet: Bool

    /// Reads texts, one a line: `name|text`, or the text alone, whose name is then its number.
    ///
    /// - Throws: `FileError`: `.missingInput`, or `.badData` where there is none, or two have one name.
    static func texts(at path: String) throws(FileError) -> [Text] {
        guard let content = String(validating: try contents(ofFile: path), as: UTF8.self) else {
            throw FileError(.badData, path, "is not UTF-8 text; save it as UTF-8.")
        }
        var texts: [Text] = []
        for line in content.split(whereSeparator: \.isNewline) {
            let fields = line.drop { $0 == "\u{FEFF}" }.split(separator: "|", maxSplits: 1).map { $0.trimmingWhitespace() }
            guard let last = fields.last, !last.isEmpty else { continue }
            let name = fields.count > 1 ? fields[0] : String(texts.count + 1)
            guard !name.contains("/"), !name.hasPrefix("."), !texts.contains(where: { $0.name == name }) else {
                throw FileError(.badData, path, "has a line named \(name), which is the name of another line or of no file; give each its own.")
            }
            texts.append(Text(name: name, text: last))
        }
        guard !texts.isEmpty else { throw FileError(.badData, path, "holds no text; write one on each line.") }
        return texts
    }

    /// Has all voices speak all texts, and adds the contestants' sounds.
    func comparison(
        voices: [(name: String, choice: VoiceChoice)], contestants: [(name: String, folder: String)]
    ) throws -> TextComparison {
        var comparison = try TextComparison(in: output, seed: seed)
        for voice in voices {
            let (speaker, _, phonemizer) = try voice.choice.speaker { description in
                try Phonemizer(language: description.language, inventory: description.inventory)
            }
            for (index, text) in texts.enumerated() {
                if !quiet { printError("[\(index + 1)/\(texts.count)] \(voice.name): \(text.name)") }
                var reader = TextReader(phonemizer, name: text.name, text: text.text)
                var samples: [Float] = []
                let result = try speaker.speak(&reader, in: .init()) { part throws(FileError) in samples += part }
                try comparison.add(
                    Waveform(samples: samples, sampleRate: speaker.sampleRate).limited(), of: text.name, by: voice.name,
                    realTimeFactor: result.realTimeFactor)
            }
        }
        for contestant in contestants {
            for text in texts {
                let base = "\(contestant.folder)/\(text.name)"
                guard let path = ["wav", "flac", "ogg", "opus", "mp3"].map({ "\(base).\($0)" }).first(where: FileManager.default.fileExists) else {
                    throw FileError(
                        .missingInput, base + ".wav", "there is no such file, nor one that ends in .flac, .ogg, .opus or .mp3; expected a sound for each text.")
                }
                try comparison.add(try AudioFile(at: path).waveform, of: text.name, by: contestant.name)
            }
        }
        return comparison
    }

    private struct Recognition: Decodable {
        let errors: Double
    }

    /// The shares of wrong characters of all sounds of a comparison, by `Scripts/recognize`.
    func characterErrors(of comparison: TextComparison) throws(FileError) -> [Double] {
        // What the recognizer writes are words.
        var words: [String: String] = [:]
        let phonemizer: Phonemizer
        do { phonemizer = try Phonemizer() } catch { throw FileError(.badData, "--character-errors", error.finding, error.remedies) }
        for text in texts {
            var reader = TextReader(phonemizer, name: text.name, text: text.text)
            var parts: [String] = []
            while let sentence = try reader.nextWords() { parts.append(sentence.description) }
            words[text.name] = parts.joined(separator: " ").replacing("\t", with: " ")
        }
        let list = output + "/.recognize.tsv"
        let lines = comparison.samples.map { "\(output)/\($0.sound)\t\(words[$0.text] ?? "")" }.joined(separator: "\n") + "\n"
        try replaceFile(at: list, contents: Data(lines.utf8))
        defer { try? FileManager.default.removeItem(atPath: list) }
        return try ScriptOutput.lines(of: "recognize", input: list, count: comparison.samples.count, as: Recognition.self).map(\.errors)
    }
}

extension Substring {
    fileprivate func trimmingWhitespace() -> String {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        let end = lastIndex { !$0.isWhitespace }.map(index(after:)) ?? start
        return String(self[start..<end])
    }
}
