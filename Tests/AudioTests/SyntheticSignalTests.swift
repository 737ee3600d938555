@testable import Audio
import Platform
import Testing

/// The files of the folder `Audio`, and what they are made of.
private let examples: [(name: String, signal: SyntheticSignal, duration: Double)] = [
    ("sine-440-hz.wav", .sine(frequency: 440, amplitude: 0.5), 0.5),
    ("chirp-50-to-10000-hz.flac", .chirp(from: 50, to: 10_000, amplitude: 0.5), 1),
    ("impulse.flac", .impulse(at: 0.25, amplitude: 0.9), 0.5),
    ("white-noise.flac", .whiteNoise(amplitude: 0.3, seed: 1), 0.5),
    ("speech-like.flac", .speechLike(seed: 1), 3),
]

private let exampleFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Audio")

struct SyntheticSignalTests {
    @Test(arguments: examples.indices) func theExampleFilesHoldWhatTheirFormulasGive(index: Int) throws {
        let example = examples[index]
        let expected = example.signal.waveform(duration: example.duration, sampleRate: 22_050)
        let path = exampleFolder.appendingPathComponent(example.name).path
        if ProcessInfo.processInfo.environment["VOCODER_MAKE_EXAMPLES"] != nil { try expected.write(to: path) }
        let file = try AudioFile(at: path)
        #expect(file.waveform.sampleRate == 22_050)
        #expect(file.properties.clippedSampleCount == 0)
        // Half a step of rounding, and another system's sine may differ in its last bit.
        #expect(largestDifference(file.waveform.samples, expected.samples) <= 0.5001 * 0x1p-15)
    }

    @Test func theExampleFilesAreSmall() throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: exampleFolder.path)
        let sizes = try names.map { name in
            let path = exampleFolder.appendingPathComponent(name).path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int ?? 0 : 0
        }
        #expect(zip(names, sizes).filter { !$0.0.contains("/") }.reduce(0) { $0 + $1.1 } < 300_000)
        #expect((300_000..<3_000_000).contains(sizes.reduce(0, +)))
    }

    @Test func aSeedDecidesEverySample() {
        for make in [SyntheticSignal.speechLike(seed:), { .whiteNoise(amplitude: 1, seed: $0) }] {
            let first = make(7).waveform(duration: 0.5, sampleRate: 16_000)
            #expect(first == make(7).waveform(duration: 0.5, sampleRate: 16_000))
            #expect(first != make(8).waveform(duration: 0.5, sampleRate: 16_000))
        }
    }

    @Test(arguments: [16_000, 22_050, 48_000]) func speechLikeSoundHasPausesOfDigitalSilenceAndNeverClips(rate: Int) {
        let samples = SyntheticSignal.speechLike(seed: 2).waveform(duration: 4, sampleRate: rate).samples
        #expect(samples.count == 4 * rate)
        #expect(samples.allSatisfy { abs($0) <= 0.5 })
        var longestSilence = 0
        var silence = 0
        for sample in samples {
            silence = sample == 0 ? silence + 1 : 0
            longestSilence = max(longestSilence, silence)
        }
        #expect(longestSilence >= rate / 5)
        #expect(samples.count { abs($0) > 0.05 } > samples.count / 10)
    }

    @Test func whiteNoiseIsUniformAndUncorrelated() {
        let samples = SyntheticSignal.whiteNoise(amplitude: 1, seed: 4).waveform(duration: 4, sampleRate: 16_000)
            .samples
        let count = Float(samples.count)
        #expect(abs(samples.reduce(0, +) / count) < 0.01)
        #expect(abs(samples.reduce(0) { $0 + $1 * $1 } / count - 1.0 / 3) < 0.01)
        #expect(abs(zip(samples, samples.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / count) < 0.01)
    }

    @Test func theChirpSweepsFromItsFirstFrequencyToItsLast() {
        let samples = SyntheticSignal.chirp(from: 200, to: 2000, amplitude: 1).waveform(duration: 2, sampleRate: 16_000)
            .samples
        func crossings(_ range: Range<Int>) -> Int { range.count { samples[$0] < 0 && samples[$0 + 1] >= 0 } }
        #expect(abs(crossings(0..<1600) - 24) <= 1)
        #expect(abs(crossings(30_399..<31_999) - 196) <= 1)
    }
}
