import Files
import Platform
import TestSupport
import Testing
import TextToMel
@testable import Training

/// Whole runs of voice training at a size where a step takes milliseconds, on phonemes that need no library to be read.
@Suite struct VoiceTrainerTests {
    private let small: SmallVoice
    private var folder: ScratchFolder { small.folder }

    init() throws { small = try SmallVoice() }

    private func trainer(_ name: String, corpus: String = "corpus", discriminatorFrom: Int? = nil) throws -> VoiceTrainer {
        try small.trainer(
            name, corpus: corpus,
            change: { wanted in
                if let discriminatorFrom { wanted.addMelDiscriminator(at: discriminatorFrom, of: 8) }
                wanted.melDiscriminator?.discriminatorOnlySteps = 1
            })
    }

    private let limits = RunLimits(steps: 8, interval: 3, keeps: 2, threadCount: 2)

    private func checkpoint(_ run: String, _ more: String...) throws -> [String: Data] {
        let path = RunFolder(path: folder.path + "/" + run).checkpointPath(8)
        let files = [
            Voice.weightsFile, Voice.descriptionFile, VoiceNetworks.alignerFile, Checkpoint.trainedFile,
            Checkpoint.momentsFile, Checkpoint.stateFile,
        ]
        return try (files + more).reduce(into: [:]) { $0[$1] = try Data(contentsOf: URL(fileURLWithPath: path + "/" + $1)) }
    }

    @Test("A run that is interrupted and continued ends in the same bits as one that never was")
    func resumption() throws {
        _ = try trainer("whole").train(limits, progress: .quiet) { nil }
        let expected = try checkpoint("whole")
        #expect(expected[Voice.weightsFile] != expected[Checkpoint.trainedFile])
        for interruptedAt in [1, 4, 6] {
            let name = "interrupted at \(interruptedAt)"
            var asked = 0
            let outcome = try trainer(name).train(limits, progress: .quiet) {
                asked += 1
                return asked > interruptedAt ? 130 : nil
            }
            #expect(outcome.interruption == 130)
            if interruptedAt == 4 {
                // As if killed before it could save, and with the pitch damaged.
                let run = RunFolder(path: folder.path + "/" + name)
                try FileManager.default.removeItem(atPath: run.checkpointPath(4))
                var pitch = try Data(contentsOf: URL(fileURLWithPath: run.pitchCachePath))
                pitch[10] ^= 0x40
                try pitch.write(to: URL(fileURLWithPath: run.pitchCachePath))
            }
            _ = try trainer(name).train(limits, progress: .quiet) { nil }
            #expect(try checkpoint(name) == expected, "interrupted at \(interruptedAt)")
        }
        let log = try String(contentsOfFile: folder.path + "/whole/log.jsonl", encoding: .utf8)
        #expect(log.contains("validation/alignment_coverage") && log.contains("loss/forward_sum"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/whole/alignments/step-00000008.png")).count > 100)
    }

    @Test("With a discriminator too, wherever it is interrupted", arguments: [2, 3, 4, 6, 7])
    func discriminator(interruptedAt: Int) throws {
        _ = try trainer("whole", discriminatorFrom: 3).train(limits, progress: .quiet) { nil }
        let expected = try checkpoint("whole", VoiceNetworks.discriminatorFile)
        let voice = try Voice(at: folder.path + "/whole")
        #expect(voice.description.noiseScale == 1 && voice.description.network.noiseChannels == 16)
        var asked = 0
        _ = try trainer("cut", discriminatorFrom: 3).train(limits, progress: .quiet) {
            asked += 1
            return asked > interruptedAt ? 130 : nil
        }
        if interruptedAt == 6 {
            // As if killed before it could save, when another voice had already become the best.
            let run = RunFolder(path: folder.path + "/cut")
            #expect(run.checkpointSteps == [3, 6])
            try FileManager.default.removeItem(atPath: run.checkpointPath(6))
        }
        _ = try trainer("cut", discriminatorFrom: 3).train(limits, progress: .quiet) { nil }
        #expect(try checkpoint("cut", VoiceNetworks.discriminatorFile) == expected)
    }

    @Test("A discriminator changes the decoder and nothing else")
    func discriminatorChangesOnlyTheDecoder() throws {
        _ = try trainer("run", discriminatorFrom: 3).train(limits, progress: .quiet) { nil }
        let run = folder.path + "/run"
        let before = try Voice(at: run + "/start").network
        let after = try Voice(at: run + "/checkpoints/step-00000008").network
        let decoder = Set(after.decoder.parameters.map(\.name))
        #expect(decoder.contains("noise.weight"))
        for (one, other) in zip(before.parameters, after.parameters) {
            #expect((one.value.values != other.value.values) == decoder.contains(one.name), "\(one.name)")
        }
        let log = try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8)
        #expect(log.contains("loss/generator") && log.contains("validation/frame_distance"))
    }

    @Test("Mels made with the recordings' own durations are as long as theirs, and theirs where nothing is spoken")
    func alignedMels() throws {
        let trainer = try trainer("run")
        _ = try trainer.train(limits, progress: .quiet) { nil }
        let target = folder.path + "/mels"
        #expect(try trainer.writeMels(to: target) == 8)
        for utterance in trainer.training.utterances {
            let array = try NumericArray.readNumpy(at: "\(target)/\(utterance.id).npy")
            #expect(array.shape == [20, utterance.recording.frameCount])
            let own = trainer.training.set.mel(of: utterance.recording)
            for frame in 0..<own.frameCount {
                let isOwn = (0..<20).allSatisfy { array.values[$0 * own.frameCount + frame] == own.values[frame * 20 + $0] }
                #expect(isOwn == !utterance.frames.contains(frame), "frame \(frame) of \(utterance.id)")
            }
        }
    }

    @Test("The report names what is missing, what has no text and what cannot be its text")
    func report() throws {
        var lines = try String(contentsOfFile: folder.path + "/corpus/metadata.csv", encoding: .utf8)
        try folder.recording("corpus/wavs/silent.wav", seconds: 0.9, seed: 20, amplitude: 0.3)
        try folder.recording("corpus/wavs/long.wav", seconds: 0.9, seed: 21, amplitude: 0.3)
        lines += "silent|...\nlong|[[\(Array(repeating: "l_ˈoʊ", count: 30).joined(separator: "_"))]]\n"
        try folder.file("corpus/metadata.csv", lines)
        let report = try trainer("run").report
        let reasons = Dictionary(uniqueKeysWithValues: report.recordings.rejections.map { ($0.id, $0.reason) })
        #expect(reasons == ["lost": .missing, "silent": .noText, "long": .wrongText])
        #expect(report.recordings.fileCount == 8 && report.symbolCount == 8 + 7, "\(report.symbolCount) symbols")
        #expect(report.description.contains("wrong text"))
    }

    @Test("A voice of other phonemes is begun with what it knows, and resumes to the same bits")
    func otherPhonemes() throws {
        _ = try trainer("base").train(limits, progress: .quiet) { nil }
        let base = try Voice(at: folder.path + "/base")
        let texts = ["[[h_ə_l_ˈoʊ]].", "[[z_ˈɪ_z]]!", "[[z_ˈoʊ]].", "[[h_ˈɪ]]?"]
        for index in texts.indices {
            try folder.recording("small/wavs/s\(index).wav", seconds: 0.9, seed: UInt64(30 + index), amplitude: 0.3)
        }
        try folder.file("small/metadata.csv", texts.enumerated().map { "s\($0)|\($1)" }.joined(separator: "\n"))
        func next(_ name: String, steps: Int) throws {
            let trainer = try small.trainer(name, corpus: "small", change: { $0.from = folder.path + "/base" })
            #expect(trainer.description.inventory.symbols == base.description.inventory.symbols + ["z", "ɪ"])
            _ = try trainer.train(RunLimits(steps: steps, interval: 1, keeps: 8, threadCount: 2), progress: .quiet) { nil }
        }
        try next("whole", steps: 3)
        for steps in 1...3 { try next("parts", steps: steps) }
        let (whole, parts) = (try Voice(at: folder.path + "/whole/checkpoints/step-00000003"), try Voice(at: folder.path + "/parts/checkpoints/step-00000003"))
        #expect(zip(whole.network.parameters, parts.network.parameters).allSatisfy { $0.value.values == $1.value.values })
        // A phoneme that the small corpus lacks is still the base's.
        let id = try #require(base.description.inventory.id(of: "w"))
        let row = id * 16..<(id + 1) * 16
        let (before, after) = (base.network.parameters[0].value.values[row], whole.network.parameters[0].value.values[row])
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.1 })
    }

    @Test("Several speakers make one voice, each with a pitch and an embedding of their own")
    func speakers() throws {
        let lines = (0..<8).map { "wavs/r\($0).wav|\($0 % 2 == 0 ? "ann" : "bob")|[[h_ə_l_ˈoʊ]] [[w_ˈɜː_l_d]] \(String(repeating: "[[h_ə]] ", count: $0 % 4))." }
        try folder.file("corpus/two.csv", lines.joined(separator: "\n"))
        #expect(throws: FileError.self) { try small.trainer("none", corpus: "corpus/two.csv") }
        let trainer = try small.trainer("two", corpus: "corpus/two.csv", change: { $0.listing = ListingOptions(speaker: ListingOptions.allSpeakers) })
        #expect(trainer.description.speakers?.map(\.name) == ["ann", "bob"])
        #expect(Set(trainer.trainingTokens.map(\.speaker)) == [0, 1])
        _ = try trainer.train(limits, progress: .quiet) { nil }
        let voice = try Voice(at: folder.path + "/two")
        #expect(voice.description.network.speakers == 2 && voice.description.network.flowBlocks == 3)
        let synthesizer = AcousticSynthesizer(voice)
        let sequence = trainer.training.utterances[0].sequence
        func mel(_ manner: SpeakingManner) -> [Float] { synthesizer.speech(of: sequence, manner: manner).mel.values }
        #expect(mel(.init(speaker: 0)) != mel(.init(speaker: 1)))
        // Prosody is drawn: the same for the same seed, another for another, and no seed matters without noise.
        #expect(mel(.init(seed: 1)) == mel(.init(seed: 1)) && mel(.init(seed: 1)) != mel(.init(seed: 2)))
        #expect(mel(.init(temperature: 0, seed: 1)) == mel(.init(temperature: 0, seed: 2)))
    }

    @Test("A flow learns the mean and the spread of what it is taught")
    func flow() throws {
        let trainer = try small.trainer("flow", change: { ($0.learningRate, $0.decaySteps, $0.warmUpSteps) = (5e-3, 600, 20) })
        var voice = VoiceTraining(trainer.configuration, trainer.description.network, longest: trainer.longest)
        let batch = trainer.batch([0, 1, 2])
        let losses = (0..<600).map { _ in voice.step(batch).flow }
        // Velocities of noise alone have a mean square of 1 and more.
        let (first, last) = (losses.prefix(50).reduce(0, +) / 50, losses.suffix(100).reduce(0, +) / 100)
        #expect(last < 0.7 * first, "\(first) to \(last)")
    }

    @Test("A corpus without text is refused, with one sentence")
    func withoutText() throws {
        try folder.recording("plain/a.wav", seconds: 0.9)
        try folder.recording("plain/b.wav", seconds: 0.9, seed: 4)
        #expect(throws: FileError.self) { try trainer("run", corpus: "plain") }
    }
}
