import Audio
import Files
import Platform
import Spectra
import TestSupport
import Testing
@testable import Training

@Suite struct TrainingSetTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private var cachePath: String { folder.path + "/run/cache" }

    /// The set, and whether it had to be prepared.
    private func prepare(
        convention: MelConvention = .melgan, loudness: LoudnessNormalization = LoudnessNormalization()
    ) throws -> (set: TrainingSet, wasPrepared: Bool) {
        var wasPrepared = false
        let set = try TrainingSet(
            preparing: Corpus(at: folder.path + "/corpus"), convention: convention, loudness: loudness,
            cachePath: cachePath,
            threadCount: 2
        ) { _, _ in wasPrepared = true }
        return (set, wasPrepared)
    }

    private func write(_ samples: [Float], _ name: String) throws {
        let path = try folder.file("corpus/" + name, bytes: [])
        try Waveform(samples: samples, sampleRate: 22_050).write(to: path)
    }

    @Test("quiet and loud recordings come to the same level, and their mels agree")
    func commonLevel() throws {
        try folder.recording("corpus/loud.wav", seconds: 1, amplitude: 1)
        try folder.recording("corpus/quiet.wav", seconds: 1, amplitude: 0.05)
        let set = try prepare().set
        let levels = set.recordings.map { SpeechLevel(of: set.waveform(of: $0)) }
        #expect(abs(levels[0].active - levels[1].active) < 0.05)
        #expect(levels.allSatisfy { $0.active <= -18 + 0.05 && $0.peak <= 0.95 + 1e-4 })
        #expect(levels.allSatisfy { $0.active > -18 - 0.05 || $0.peak > 0.95 - 1e-4 })
    }

    @Test("the room's noise is removed where it is asked for and where there is some, and the report tells how much")
    func denoising() throws {
        let speech = SyntheticSignal.speechLike(seed: 2).waveform(duration: 4, sampleRate: 22_050).samples
        let noise = SyntheticSignal.whiteNoise(amplitude: 0.003, seed: 4).waveform(duration: 4, sampleRate: 22_050).samples
        try write(zip(speech, noise).map { 0.3 * ($0 + $1) }, "noisy.wav")
        try write(speech.map { 0.3 * $0 }, "clean.wav")
        let corpus = try Corpus(at: folder.path + "/corpus")
        func prepare(_ denoising: Denoising) throws -> TrainingSet {
            try TrainingSet(preparing: corpus, convention: .melgan, denoising: denoising, cachePath: cachePath, threadCount: 2)
        }
        let before = try prepare(.off), after = try prepare(.auto)
        #expect(before.recordings.allSatisfy { $0.denoised == nil })
        #expect(after.recordings.map { $0.denoised != nil } == [false, true])
        #expect(after.waveform(of: after.recordings[0]) == before.waveform(of: before.recordings[0]))
        let level = SpeechLevel(of: after.waveform(of: after.recordings[1]))
        #expect(level.active - level.noiseFloor > 55, "\(level)")
        let report = CorpusReport(of: corpus, after, validation: [])
        let depth = try #require(report.denoised["noisy"])
        #expect(depth.before < 45 && depth.after > 55, "\(depth)")
        #expect(report.denoised.count == 1 && report.description.contains("denoised: 1 recording"))
    }

    @Test("recordings are mixed, resampled, and their mels are those of their waveforms")
    func melsOfWaveforms() throws {
        try folder.recording("corpus/a.wav", seconds: 1, rate: 48_000)
        try folder.recording("corpus/b.flac", seconds: 0.5, seed: 2)
        let set = try prepare().set
        #expect(set.recordings.map(\.sampleCount) == [22_050, 11_025])
        for recording in set.recordings {
            let expected = MelExtractor(.melgan).mel(of: set.waveform(of: recording))
            #expect(set.mel(of: recording) == expected)
            #expect(recording.frameCount == expected.frameCount)
        }
    }

    @Test("each kind of recording that teaches nothing is rejected by name and reason")
    func rejections() throws {
        try folder.recording("corpus/good.wav")
        try folder.recording("corpus/zz good again.wav")
        try folder.file("corpus/empty.wav", bytes: [])
        try folder.file("corpus/text.wav", "RIFF? No.")
        try write([Float](repeating: 0, count: 22_050), "silent.wav")
        try write([Float](repeating: 0.1, count: 500), "short.wav")
        let sine = SyntheticSignal.sine(frequency: 200, amplitude: 3).waveform(duration: 1, sampleRate: 22_050)
        try write(sine.samples.map { max(-1, min(1, $0)) }, "clipped.wav")
        let set = try prepare().set
        #expect(set.recordings.map(\.id) == ["good"])
        let reasons = Dictionary(uniqueKeysWithValues: set.rejections.map { ($0.id, $0.reason) })
        let expected: [String: Rejection.Reason] = [
            "empty": .empty, "text": .unreadable, "silent": .silent, "short": .tooShort, "clipped": .clipped,
            "zz good again": .duplicate,
        ]
        #expect(reasons == expected)
        let report = CorpusReport(of: try Corpus(at: folder.path + "/corpus"), set, validation: []).description
        #expect(expected.keys.allSatisfy { report.contains("/\($0).wav: ") })
    }

    @Test("a corpus of which nothing is usable is bad data")
    func nothingUsable() throws {
        try folder.file("corpus/a.wav", "no sound")
        #expect { try prepare() } throws: { ($0 as? FileError)?.kind == .badData }
    }

    @Test("a second run takes all from the cache, rejections too")
    func cached() throws {
        try folder.recording("corpus/a.wav")
        try folder.file("corpus/b.wav", "no sound")
        let first = try prepare()
        let second = try prepare()
        #expect(first.wasPrepared && !second.wasPrepared)
        #expect(second.set.recordings == first.set.recordings)
        #expect(second.set.rejections == first.set.rejections)
        #expect(second.set.waveform(of: second.set.recordings[0]) == first.set.waveform(of: first.set.recordings[0]))
    }

    @Test("another convention, other levels, and changed, added or removed files make the cache anew")
    func staleCaches() throws {
        try folder.recording("corpus/a.wav")
        _ = try prepare()
        var convention = MelConvention.melgan
        convention.highestFrequency = 8000
        #expect(try prepare(convention: convention).wasPrepared)
        #expect(try prepare(convention: convention, loudness: LoudnessNormalization(speechLevel: -20)).wasPrepared)
        #expect(try prepare().wasPrepared)
        try folder.recording("corpus/b.wav", seed: 2)
        #expect(try prepare().wasPrepared)
        try folder.recording("corpus/a.wav", seed: 3)
        #expect(try prepare().wasPrepared)
        try FileManager.default.removeItem(atPath: folder.path + "/corpus/b.wav")
        #expect(try prepare().wasPrepared)
        #expect(try !prepare().wasPrepared)
    }

    @Test("a cache with a byte changed anywhere, or cut short, is made anew and is then as before")
    func damagedCaches() throws {
        try folder.recording("corpus/a.wav")
        let expected = try prepare().set
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: cachePath)))
        var damaged: [[UInt8]] = [[], Array(whole.dropLast()), Array(whole.prefix(whole.count / 2))]
        for position in [
            0, 1001, whole.count / 2, whole.count - 300, whole.count - 20, whole.count - 10, whole.count - 1,
        ] {
            var bytes = whole
            bytes[position] ^= 0x10
            damaged.append(bytes)
        }
        for bytes in damaged {
            try Data(bytes).write(to: URL(fileURLWithPath: cachePath))
            let (set, wasPrepared) = try prepare()
            #expect(wasPrepared)
            #expect(set.recordings == expected.recordings)
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: cachePath))) == whole)
        }
    }

    @Test("what a killed program left of a cache is removed, what a running one writes is not")
    func abandonedCaches() throws {
        try folder.recording("corpus/a.wav")
        let running = ".cache.1.partial.tmp"
        // Above the largest process number that Linux gives.
        let abandoned = ".cache.4194305.partial.tmp"
        for name in [running, abandoned] { try folder.file("run/" + name, "part") }
        _ = try prepare()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run").sorted() == [running, "cache"])
    }

    @Test("the report counts hours, rates and rejected files, and its JSON reads back")
    func report() throws {
        try folder.recording("corpus/a.wav", seconds: 1.8)
        try folder.recording("corpus/b.wav", seconds: 1.8, seed: 2, rate: 48_000)
        let set = try prepare().set
        let report = CorpusReport(of: try Corpus(at: folder.path + "/corpus"), set, validation: ["b"])
        #expect(report.sampleRates == ["22050": 1, "48000": 1])
        #expect(abs(report.trainingHours - 0.0005) < 1e-6 && abs(report.validationHours - 0.0005) < 1e-6)
        #expect(try JSONDecoder().decode(CorpusReport.self, from: report.json()) == report)
    }
}
