@testable import Audio
import Foundation
import Platform
import TestSupport
import Testing

struct ReadingTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func channelsAreMixedToTheirMean() throws {
        var wav = HandmadeWAV([Int16](repeating: 0, count: 0))
        let frames: [[Int16]] = [[16_384, -16_384, 8192], [3000, 6000, 9000], [-32_768, -32_768, -32_768]]
        wav.data = frames.flatMap { $0.flatMap { littleEndian($0) } }
        wav.channelCount = 3
        let file = try AudioFile(at: folder.file("three.wav", bytes: wav.bytes))
        #expect(file.properties.channelCount == 3)
        #expect(file.properties.frameCount == 3)
        let expected = frames.map { $0.reduce(0) { $0 + Float($1) / 32_768 } / 3 }
        for (sample, mean) in zip(file.waveform.samples, expected) { #expect(abs(sample - mean) < 1e-6) }
    }

    @Test func eightBitSamplesAreCentredOn128() throws {
        let file = try AudioFile(at: folder.file("eight.wav", bytes: HandmadeWAV(unsigned8: [128, 0, 255, 192]).bytes))
        #expect(file.waveform.samples == [0, -1, 127.0 / 128, 0.5])
        #expect(file.properties.clippedSampleCount == 2)
        #expect(file.properties.encoding == "Unsigned 8 bit PCM")
    }

    @Test(arguments: [false, true]) func extensibleHeadersReadAsPlainOnes(isExtensible: Bool) throws {
        var wav = HandmadeWAV([0, 1, -1, 1234, -32_768, 32_767])
        wav.isExtensible = isExtensible
        wav.strayChunk = Array("junk".utf8) + littleEndian(UInt32(3)) + [1, 2, 3, 0]
        let file = try AudioFile(at: folder.file("x.wav", bytes: wav.bytes))
        #expect(file.waveform.samples.map { Int($0 * 32_768) } == [0, 1, -1, 1234, -32_768, 32_767])
        #expect(file.properties.clippedSampleCount == 2)
    }

    @Test(arguments: [
        "plain.wav", "two words.wav", "Grüße – 日本語 'quoted' \"twice\".wav", "-dash.wav", "no ending", "WAV.FLAC",
    ])
    func anyNameIsRead(name: String) throws {
        let path = try folder.file(name, bytes: HandmadeWAV([5, 6, 7]).bytes)
        #expect(try AudioFile(at: path).waveform.samples.count == 3)
    }

    @Test func levelsAreMeasuredOverAllChannels() throws {
        var wav = HandmadeWAV(floats: [0.5, -0.5, 1.25, 0, -0.5, 0.5])
        wav.channelCount = 2
        let properties = try AudioFile(at: folder.file("float.wav", bytes: wav.bytes)).properties
        #expect(properties.peak == 1.25)
        #expect(properties.clippedSampleCount == 1)
        #expect(abs(properties.rootMeanSquare - ((4 * 0.25 + 1.25 * 1.25) / 6).squareRoot()) < 1e-6)
        #expect(abs(properties.peakDecibels - 1.938) < 1e-3)
    }

    @Test func aPipeIsReadAsAFileWouldBe() throws {
        let wav = HandmadeWAV((0..<20_000).map { Int16($0 % 251) })
        let pipe = folder.path("pipe.wav")
        #expect(mkfifo(pipe, 0o600) == 0)
        let writer = Thread { try? Data(wav.bytes).write(to: URL(fileURLWithPath: pipe), options: []) }
        writer.start()
        let samples = try AudioFile(at: pipe).waveform.samples
        #expect(samples.map { Int16($0 * 32_768) } == (0..<20_000).map { Int16($0 % 251) })
    }

    @Test func preparationSaysWhatWasDone() throws {
        var wav = HandmadeWAV([Int16](repeating: 100, count: 9600))
        (wav.channelCount, wav.sampleRate) = (2, 48_000)
        let path = try folder.file("stereo.wav", bytes: wav.bytes)
        let (waveform, preparation) = try readWaveform(at: path, sampleRate: 22_050)
        #expect(waveform.sampleRate == 22_050)
        #expect(waveform.samples.count == 2205)
        #expect(preparation.description == "mixed 2 channels to one and resampled 48000 Hz to 22050 Hz")
        #expect(!preparation.isUnchanged)
        wav.channelCount = 1
        let mono = try readWaveform(at: folder.file("mono.wav", bytes: wav.bytes), sampleRate: 48_000)
        #expect(mono.preparation.isUnchanged)
        #expect(mono.preparation.description == "left as it is: mono, 48000 Hz")
    }
}
