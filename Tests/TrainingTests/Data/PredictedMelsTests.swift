import Files
import MelGAN
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

@Suite struct PredictedMelsTests {
    private let folder: ScratchFolder
    private let set: TrainingSet
    private var mels: String { folder.path + "/mels" }

    init() throws {
        folder = try ScratchFolder()
        set = try folder.trainingSet()
        try FileManager.default.createDirectory(atPath: folder.path + "/mels", withIntermediateDirectories: true)
    }

    /// Writes a mel of the recording, changed, as another model might have predicted it.
    private func predict(
        _ recording: Recording, as ending: String = "npy", _ change: (inout MelSpectrogram) -> Void = { _ in }
    ) throws {
        var mel = set.mel(of: recording)
        change(&mel)
        try mel.write(to: mels + "/\(recording.stem).\(ending)")
    }

    private func predicted() throws -> PredictedMels {
        try PredictedMels(in: mels, of: set, cachePath: folder.path + "/mels.cache") { _, _ in }
    }

    private func sampler(_ set: TrainingSet) -> SegmentSampler {
        SegmentSampler(set, settings: .init(seed: 3, batch: 30, segmentLength: 4096, silenceProbability: 0))
    }

    @Test("The recordings' own mels as predicted ones make the same batches", arguments: ["npy", "npz", "safetensors"])
    func same(ending: String) throws {
        for recording in set.recordings { try predict(recording, as: ending) }
        let (own, seen) = (sampler(set).batch(5), sampler(set.replacingMels(with: try predicted())).batch(5))
        #expect(own.audio == seen.audio)
        let bands = set.convention.bandCount
        for item in 0..<30 {
            // Where a segment reaches beyond a short recording, its own mel also contains the silence.
            let segment = sampler(set).drawSegment(step: 5, item: item)
            guard segment.firstFrame >= 0, (segment.firstFrame + 16) * 256 <= segment.recording.sampleCount else { continue }
            for index in item * 16 * bands..<(item + 1) * 16 * bands { #expect(abs(own.mel[index] - seen.mel[index]) < 1e-5) }
        }
    }

    @Test("The generator's input is the predicted mel at the recording's level, and its output is compared with the recording")
    func seen() throws {
        for recording in set.recordings {
            try predict(recording) { mel in
                // Blurred, and as of a model that was trained on recordings 6 dB softer.
                for index in mel.values.indices { mel.values[index] = max(-5, mel.values[index] - 0.3 + (index % 2 == 0 ? 0.1 : -0.1)) }
            }
        }
        let through = set.replacingMels(with: try predicted())
        let recording = through.recordings[0]
        let (input, own) = (through.inputMel(of: recording), through.mel(of: recording))
        #expect(own == set.mel(of: recording))
        let differences = zip(input.values, own.values).filter { $0.0 > -4.5 && $0.1 > -4.5 }.map { $0.0 - $0.1 }
        #expect(differences.allSatisfy { abs(abs($0) - 0.1) < 0.03 })
        #expect(sampler(set).batch(1).audio == sampler(through).batch(1).audio)
        #expect(sampler(set).batch(1).mel != sampler(through).batch(1).mel)
    }

    @Test("Digital silence and what lies beyond a recording are silence in the mel")
    func silence() throws {
        for recording in set.recordings { try predict(recording) }
        let settings = SegmentSampler.Settings(seed: 3, batch: 30, segmentLength: 8192, silenceProbability: 1)
        let sampler = SegmentSampler(set.replacingMels(with: try predicted()), settings: settings)
        let (batch, bands) = (sampler.batch(0), set.convention.bandCount)
        var count = 0
        for item in 0..<30 {
            for frame in 1..<31 {
                let around = item * 8192 + (frame - 1) * 256..<item * 8192 + (frame + 2) * 256
                guard batch.audio[around].allSatisfy({ $0 == 0 }) else { continue }
                let start = (item * 32 + frame) * bands
                #expect(batch.mel[start..<start + bands].allSatisfy { $0 == -5 })
                count += 1
            }
        }
        #expect(count > 100)
    }

    @Test("A mel a frame or two longer or shorter is cut or cuts the recording; more is refused, naming the file")
    func lengths() throws {
        let bands = set.convention.bandCount, long = set.recordings[0], short = set.recordings[1]
        try predict(long) { $0.values += [Float](repeating: -5, count: 2 * bands) }
        try predict(short) { $0.values.removeLast(2 * bands) }
        let through = set.replacingMels(with: try predicted())
        #expect(through.recordings.map(\.id) == [long.id, short.id])
        #expect(through.inputMel(of: through.recordings[0]).frameCount == long.frameCount)
        #expect(through.recordings[0].trainedCount == min(long.sampleCount, long.frameCount * 256))
        #expect(through.recordings[1].trainedCount == (short.frameCount - 2) * 256)
        _ = sampler(through).batch(0)

        try predict(short) { $0.values.removeLast(3 * bands) }
        let error = #expect(throws: FileError.self) { try predicted() }
        #expect(error?.kind == .badData && error?.path == mels + "/\(short.stem).npy")
        #expect(error?.message.contains("\(short.frameCount - 3) frames") == true, "\(error?.message ?? "")")
    }

    @Test("What is missing is counted; nothing at all, two at once and other bands are refused")
    func missing() throws {
        func refusal() -> FileError? { #expect(throws: FileError.self) { try predicted() } }
        #expect(refusal()?.kind == .badData)
        try predict(set.recordings[0])
        #expect(try predicted().missing == set.recordings.dropFirst().map(\.id))
        try predict(set.recordings[0], as: "npz")
        #expect(refusal()?.message.contains("both stand for") == true)
        try FileManager.default.removeItem(atPath: mels + "/\(set.recordings[0].stem).npz")
        var other = MelConvention.melgan
        other.bandCount = 40
        try MelSpectrogram(values: [Float](repeating: -3, count: 40 * 50), convention: other)
            .write(to: mels + "/\(set.recordings[1].stem).npz")
        #expect(refusal()?.path == mels + "/\(set.recordings[1].stem).npz")
        let absent = #expect(throws: FileError.self) {
            try PredictedMels(in: mels + "/absent", of: set, cachePath: folder.path + "/c") { _, _ in }
        }
        #expect(absent?.kind == .missingInput)
    }

    @Test("A run trains on predicted mels, counts recordings without one, and gives the same bits when resumed")
    func run() throws {
        for recording in set.recordings.dropLast() { try predict(recording) }
        var wanted = RunConfiguration(
            corpus: folder.path + "/corpus", validation: "0.25", generator: MelGANConfiguration(baseChannels: 2),
            discriminators: [WeightedDiscriminator(MultiScaleConfiguration(baseChannels: 4, maximumChannels: 8))], batch: 2, segmentLength: 2048, seed: 7)
        wanted.mels = mels
        func train(_ name: String, interruptedAt: Int = .max) throws -> Data {
            let trainer = try VocoderTrainer(folder.path + "/" + name, beginningAs: wanted)
            #expect(trainer.report.missingMelIdentifiers == [set.recordings.last!.id])
            #expect(trainer.report.description.contains("1 recording without one"), "\(trainer.report)")
            var asked = 0
            let outcome = try trainer.train(
                RunLimits(steps: 4, interval: 4, keeps: 1, threadCount: 2), progress: .quiet) {
                    asked += 1
                    return asked > interruptedAt ? 130 : nil
                }
            let path = RunFolder(path: folder.path + "/" + name).checkpointPath(outcome.step)
            return try contents(ofFile: path + "/" + Model.generatorFile)
        }
        let whole = try train("whole")
        _ = try train("cut", interruptedAt: 2)
        #expect(try train("cut") == whole)
    }
}
