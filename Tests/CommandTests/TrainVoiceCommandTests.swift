import Audio
import Files
import Foundation
import Testing

/// `vocoder train-voice` end to end, with networks so small that a step takes milliseconds.
@Suite struct TrainVoiceCommandTests {
    private let program: Program
    private let tiny = [
        "--batch", "2", "--channels", "16,32", "--blocks", "1,1", "--bands", "20", "--validation", "0.25", "--interval", "5",
        "--threads", "2",
    ]

    init() throws {
        program = try Program()
        try FileManager.default.createDirectory(atPath: program.path("corpus/wavs"), withIntermediateDirectories: true)
        let texts = ["[[h_ə_l_ˈoʊ]].", "[[l_ˈoʊ]], [[h_ˈɜː]]!", "[[d_ˈoʊ]]?", "[[h_ˈoʊ_l_ə]]."]
        for index in texts.indices {
            try SyntheticSignal.speechLike(seed: UInt64(index)).waveform(duration: 0.8, sampleRate: 22_050)
                .write(to: program.path("corpus/wavs/r\(index).wav"))
        }
        let lines = texts.enumerated().map { "r\($0.offset)|\($0.element)" }
        try program.write(Data(lines.joined(separator: "\n").utf8), to: "corpus/metadata.csv")
    }

    private func train(_ run: String, steps: Int, _ more: String...) throws -> Program.Outcome {
        try program.run(all: ["train-voice", "corpus", "--output", run, "--steps", "\(steps)"] + tiny + more)
    }

    @Test("A run killed at any moment and continued ends in the same bits as one never killed")
    func killed() throws {
        func checkpoint(_ run: String) throws -> [Data] {
            try ["text.safetensors", "trained.safetensors", "moments.safetensors", "state.json"]
                .map { try program.read("\(run)/checkpoints/step-00000040/\($0)") }
        }
        #expect(try train("whole", steps: 40).status == 0)
        for delay in [0.05, 0.3] {
            let run = "killed after \(delay)"
            let process = Process()
            process.executableURL = Program.file
            process.arguments = ["train-voice", "corpus", "--output", run, "--steps", "40"] + tiny
            process.currentDirectoryURL = URL(fileURLWithPath: program.folder)
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let continued = try train(run, steps: 40)
            #expect(continued.status == 0, "\(continued.errors)")
            #expect(try checkpoint(run) == checkpoint("whole"), "\(run)")
        }
    }

    @Test("A run reports its corpus, leaves a voice and a picture, and writes aligned mels")
    func wholeRun() throws {
        let outcome = try train("run", steps: 6, "--write-mels", "mels", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("phonemes of") && outcome.errors.contains("validation mel error"))
        #expect(outcome.text.contains("\"step\":6"))
        for file in ["best/voice.json", "best/text.safetensors", "alignments/step-00000006.png", "log.jsonl"] {
            #expect(program.exists("run/" + file), "\(file)")
        }
        for index in 0..<4 {
            #expect(try NumericArray.readNumpy(at: program.path("mels/r\(index).npy")).shape[0] == 20)
        }
        // Weights may be begun with by another run.
        let next = try train("next", steps: 2, "--from", "run", "--quiet")
        #expect(next.status == 0 && next.errors.isEmpty, "\(next.errors)")
    }

    @Test("What cannot be trained is refused with one sentence")
    func refusals() throws {
        #expect(try train("run", steps: 2, "--channels", "10,32").status == 64)
        #expect(try train("run", steps: 2, "--blocks", "many").status == 64)
        let language = try train("run", steps: 2, "--language", "klingon-of-no-place")
        #expect(language.status == 65 && language.errorLines.count { $0.hasPrefix("vocoder:") } == 1, "\(language.errors)")
        try program.write(Data("r0\nr1\nr2\n".utf8), to: "corpus/metadata.csv")
        let textless = try train("textless", steps: 2)
        #expect(textless.status == 65 && textless.errors.contains("no usable recording with text"), "\(textless.errors)")
        #expect(try program.run("train-voice", "nowhere", "--output", "run").status == 66)
    }

    @Test("Options that contradict the run that is there are named")
    func contradiction() throws {
        #expect(try train("run", steps: 2).status == 0)
        let other = try train("run", steps: 4, "--seed", "9")
        #expect(other.status == 65 && other.errors.contains("--seed was 0"), "\(other.errors)")
    }
}
