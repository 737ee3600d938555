import Foundation
import Audio
import Files
import Platform
import Testing

struct SayCommandTests {
    private let program: Program
    /// A text in phonemes, so that nothing depends on libespeak-ng.
    private let text = "[[h_ə_l_ˈoʊ]] [[w_ˈɜː_l_d]]. [[ð_ɪ_s]] [[ɪ_z]]."

    init() throws { program = try Program() }

    private func count(_ name: String) throws -> Int { try AudioFile(at: program.path(name)).waveform.samples.count }

    private func timings(_ name: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: program.read(name)) as? [String: Any])
    }

    @Test("the timings of a text end with the last sample of its sound")
    func speaks() throws {
        try program.writeVoice()
        let outcome = try program.run("say", text, "a.wav", "--voice", "voice", "--timings", "a.json")
        #expect(
            outcome.status == 0 && outcome.output.isEmpty && outcome.errors.contains("a.wav: 2 sentences"),
            "\(outcome.errors)")
        let table = try timings("a.json")
        let sentences = try #require(table["sentences"] as? [[String: Any]])
        #expect(sentences.count == 2)
        let samples = try count("a.wav")
        #expect(sentences[1]["endSample"] as? Int == samples)
        let (end, start) = (
            try #require(sentences[0]["endSample"] as? Int), try #require(sentences[1]["startSample"] as? Int)
        )
        #expect(start - end == Int(0.2 * 22_050))
        let phonemes = try #require(sentences[0]["phonemes"] as? [[String: Any]])
        #expect(phonemes.map { $0["text"] as? String } == ["^", "h", "ə", "l", "ˈoʊ", "w", "ˈɜː", "l", "d", ".", "$"])
        for phoneme in phonemes {
            #expect((phoneme["endSample"] as! Int - (phoneme["startSample"] as! Int)) % 256 == 0)
        }
        #expect(program.files.filter { $0.hasPrefix("a.") } == ["a.json", "a.wav"])
    }

    @Test("speed shortens, pauses lengthen, Griffin-Lim needs no vocoder")
    func options() throws {
        try program.writeVoice()
        try program.writeVoice("mute", withVocoder: false)
        func samples(_ options: String...) throws -> Int {
            let outcome = try program.run(all: ["say", text, "a.flac", "-q"] + options)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            return try count("a.flac")
        }
        let plain = try samples("--voice", "voice")
        let fast = try samples("--voice", "voice", "--speed", "2", "--pause", "0.2")
        let apart = try samples("--voice", "voice", "--pause", "1.2")
        #expect(apart - plain == 22_050)
        let silence = 4410
        #expect(abs(Double(fast - silence) / Double(plain - silence) - 0.5) < 0.1, "\(fast) and \(plain)")
        #expect(try samples("--voice", "mute", "--griffin-lim") == plain)
        #expect(try samples("--voice", "mute", "--model", "voice") == plain)
    }

    @Test("standard input, a file and an argument are the same text; standard output takes samples alone")
    func streams() throws {
        try program.writeVoice()
        let options = ["--voice", "voice", "-q"]
        try program.write(Data(text.utf8), to: "text.txt")
        #expect(try program.run(all: ["say", text, "a.wav"] + options).status == 0)
        #expect(try program.run(all: ["say", "-f", "text.txt", "b.wav"] + options).status == 0)
        #expect(try program.run(all: ["say", "c.wav"] + options, input: Data(text.utf8)).status == 0)
        #expect(try program.run(all: ["say", "-", "d.wav"] + options, input: Data(text.utf8)).status == 0)
        let raw = try program.run(all: ["say", text, "-"] + options)
        let sound = try program.read("a.wav")
        for name in ["b.wav", "c.wav", "d.wav"] { #expect(try program.read(name) == sound, "\(name)") }
        #expect(raw.status == 0 && raw.errors.isEmpty && raw.output == sound.dropFirst(44))
    }

    @Test("the first samples are written before the last sentence is read")
    func streaming() throws {
        try program.writeVoice()
        let process = Process()
        process.executableURL = Program.file
        process.arguments = ["say", "-", "-", "--voice", "voice", "-q"]
        process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("[[h_ə_l_ˈoʊ]] [[w_ˈɜː_l_d]].\n".utf8))
        // This blocks for ever if the program waits for the rest.
        let first = try #require(try output.fileHandleForReading.read(upToCount: 1000))
        #expect(!first.isEmpty)
        try input.fileHandleForWriting.write(contentsOf: Data("[[j_ˈɛ_s]].".utf8))
        try input.fileHandleForWriting.close()
        let rest = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && rest.count > first.count)
    }

    @Test("unknown phonemes are named and the nearest are synthesized, unless most are unknown")
    func unknownSounds() throws {
        try program.writeVoice()
        let outcome = try program.run("say", "[[h_ʙ_ə_ʘ]].", "a.wav", "--voice", "voice")
        #expect(outcome.status == 0 && outcome.errors.contains("does not know ʙ (") && outcome.errors.contains("ʘ ("), "\(outcome.errors)")
        let none = try program.run("say", "[[ʙ_ʘ]].", "b.wav", "--voice", "voice", "-q")
        expectRefusal(none, 65, naming: "ʙ ʘ")
        #expect(!program.exists("b.wav"))
    }

    @Test("JSON reports the times, and phonemes can be printed alone")
    func reports() throws {
        try program.writeVoice()
        let outcome = try program.run("say", text, "a.wav", "--voice", "voice", "--json", "-q")
        let report = try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(report["sentences"] as? Int == 2 && report["phonemes"] as? Int == 19 && outcome.errors.isEmpty)
        for key in ["textSeconds", "melSeconds", "soundSeconds", "firstSoundSeconds"] {
            #expect(report[key] as? Double ?? 0 > 0)
        }
        let phonemes = try program.run("say", "--phonemes", text)
        #expect(phonemes.text == "h_ə_l_ˈoʊ w_ˈɜː_l_d .\nð_ɪ_s ɪ_z .\n" && phonemes.status == 0, "\(phonemes.errors)")
    }

    @Test("breaks and rates of SSML change the length")
    func markup() throws {
        try program.writeVoice()
        let words = "<phoneme ph='həˈloʊ'>hello</phoneme>"
        func samples(_ markup: String) throws -> Int {
            try program.write(Data("<speak>\(markup)</speak>".utf8), to: "a.ssml")
            let outcome = try program.run("say", "--ssml", "-f", "a.ssml", "a.wav", "--voice", "voice", "-q")
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try count("a.wav")
        }
        let plain = try samples(words)
        #expect(try samples(words + "<break time='1s'/>") == plain + 22_050)
        #expect(try samples("<break time='500ms'/>" + words) == plain + 11_025)
        #expect(try samples("<prosody rate='50%'>\(words)</prosody>") > plain * 3 / 2)
        try program.write(Data("<speak>\n<audio src='x'/></speak>".utf8), to: "bad.ssml")
        expectRefusal(
            try program.run("say", "--ssml", "-f", "bad.ssml", "b.wav", "--voice", "voice", "-q"), 65,
            naming: "bad.ssml: line 2: the element <audio>")
        #expect(!program.exists("b.wav"))
    }

    @Test("text that cannot be synthesized is refused with one sentence and leaves no file")
    func refusals() throws {
        try program.writeVoice()
        try program.write(Data([0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0]), to: "sound.txt")
        try program.write(Data("a ə\na".utf8), to: "words.txt")
        try program.writeModel("vocoder")
        let voice = ["--voice", "voice", "-q"]
        let before = program.files
        for text in ["", "   ", "...", "?!\n", "—"] {
            expectRefusal(
                try program.run(all: ["say", "--", text, "b.wav"].inserting(voice, at: 1)), 65,
                naming: "nothing to speak")
        }
        expectRefusal(try program.run(all: ["say", "-f", "sound.txt", "b.wav"] + voice), 65, naming: "sound.txt")
        expectRefusal(try program.run(all: ["say", "-f", "none.txt", "b.wav"] + voice), 66, naming: "none.txt")
        expectRefusal(
            try program.run(all: ["say", text, "b.wav", "--lexicon", "words.txt"] + voice), 65,
            naming: "words.txt: line 2")
        expectRefusal(try program.run(all: ["say", text, "b.mp3"] + voice), 73, naming: "b.mp3")
        expectRefusal(try program.run(all: ["say", text, "none/b.wav"] + voice), 73, naming: "none/b.wav")
        expectRefusal(try program.run(all: ["say", "[[a€]]", "b.wav"] + voice), 65, naming: "a€")
        expectRefusal(try program.run("say", text, "b.wav", "--voice", "nobody", "-q"), 66, naming: "nobody")
        expectRefusal(try program.run("say", text, "b.wav", "--voice", "vocoder", "-q"), 66, naming: "vocoder")
        #expect(program.files == before)
    }

    @Test(
        "wrong usage is told apart",
        arguments: [
            ["say"], ["say", "a", "b.wav", "c.wav"], ["say", "a", "b.wav", "--speed", "9"],
            ["say", "a", "b.wav", "--pitch", "nan"],
            ["say", "a", "b.wav", "--pause", "-1"], ["say", "a", "b.wav", "--timings", "t.txt"],
            ["say", "a", "-", "--json"], ["say", "a", "b.wav", "--phonemes"],
            ["say", "a", "b.wav", "--words"], ["say", "a", "--words", "--phonemes"],
            ["say", "a", "b.wav", "--griffin-lim", "--model", "m"], ["say", "-f", "t", "a", "b.wav"],
        ])
    func usage(_ arguments: [String]) throws { #expect(try program.run(all: arguments).status == 64) }

    @Test("unknown languages are refused by name")
    func languages() throws {
        try program.writeVoice()
        #if ESpeak
            let outcome = try program.run("say", "a", "b.wav", "--voice", "voice", "--language", "xx", "-q")
            expectRefusal(outcome, 64, naming: "xx")
            let spoken = try program.run("say", "--phonemes", "Das Haus.", "--language", "de")
            #expect(spoken.text == "d_a_s h_ˈaʊ_s .\n", "\(spoken.errors)")
            let words = try program.run("say", "--words", "Dr. Who paid $5. [[həˈloʊ]]!")
            #expect(words.text == "doctor Who paid five dollars.\n[[h_ə_l_ˈoʊ]]!\n" && words.status == 0, "\(words.errors)")
            let object = try program.run("say", "--words", "--json", "At 9am, go.")
            #expect(object.text.contains("\"written\":\"9am\"") && object.text.contains("\"spoken\":\"nine A M\""), "\(object.text)")
            let letters = try program.run("say", "--words", "PDFs of A321 at a U.S. base")
            #expect(letters.text == "P D Fs of A three hundred twenty one at a U S base\n", "\(letters.text)")
            let numbers = try program.run("say", "--phonemes", "--json", "$5.")
            #expect(numbers.text.contains("\"text\":\"$5\"") && numbers.text.contains("en-us"))
        #endif
    }

    #if ESpeak
        @Test("a megabyte streams, and invalid bytes are counted")
        func largeAndInvalid() throws {
            try program.writeVoice()
            let sentence = "yes no yes no yes.\n"
            let text = Data(String(repeating: sentence, count: 60_000).utf8)
            #expect(text.count > 1 << 20)
            try program.write(text, to: "big.txt")
            let phonemes = try program.run("say", "--phonemes", "-f", "big.txt")
            #expect(phonemes.status == 0 && phonemes.text.split(separator: "\n").count == 60_000)
            let outcome = try program.run(
                "say", "a.wav", "--voice", "voice", input: Data("yes".utf8) + [0xE9] + Data(" no.".utf8))
            #expect(outcome.status == 0 && outcome.errors.contains("standard input: 1 byte"), "\(outcome.errors)")
        }
    #endif

    @Test("what is played is what would be written, and a player that is missing or fails is told of")
    func playing() throws {
        try program.writeVoice()
        try createFolder(at: program.path("tools"))
        let player = program.path("tools/aplay")
        try program.write(Data("#!/bin/bash\nprintf '%s ' \"$@\" >'\(program.path("asked"))'\nexec cat >'\(program.path("heard"))'\n".utf8), to: "tools/aplay")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: player)
        let searched = program.path("tools") + ":/bin"
        let text = "[[h_ə_l_ˈoʊ]]."
        let played = try program.run(all: ["say", text, "--play", "--voice", "voice", "--json"], path: searched)
        #expect(played.status == 0, "\(played.errors)")
        #expect(played.text.contains("\"sentences\":1"))
        let piped = try program.run("say", text, "-", "--voice", "voice", "-q")
        #expect(try program.read("heard") == piped.output && !piped.output.isEmpty)
        #expect(String(decoding: try program.read("asked"), as: UTF8.self).contains("-r 22050"))
        try program.write(Data("#!/bin/bash\ncat >/dev/null; exit 3\n".utf8), to: "tools/aplay")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: player)
        expectRefusal(try program.run(all: ["say", text, "--play", "--voice", "voice", "-q"], path: searched), 74, naming: "aplay")
        let none = try program.run(all: ["say", text, "--play", "--voice", "voice", "-q"], path: program.path("nothing"))
        expectRefusal(none, 73, naming: "alsa-utils")
        #expect(try program.run("say", text, "out.wav", "--play", "--voice", "voice").status == 64)
    }
}

extension [String] {
    fileprivate func inserting(_ others: [String], at index: Int) -> [String] {
        self[..<index] + others + self[index...]
    }
}
