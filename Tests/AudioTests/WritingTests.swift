@testable import Audio
import Foundation
import Files
import Platform
import TestSupport
import Testing

struct WritingTests {
    let folder: ScratchFolder
    let speech = SyntheticSignal.speechLike(seed: 5).waveform(duration: 1, sampleRate: 24_000)

    init() throws { folder = try ScratchFolder() }

    @Test(arguments: ["wav", "flac"], [SampleFormat.int16, .int24]) func integersReturnRoundedToTheNearest(
        ending: String, format: SampleFormat
    ) throws {
        let path = folder.path("speech." + ending)
        #expect(try speech.write(to: path, format: format) == WrittenSound(sampleRate: 24_000, clippedSampleCount: 0))
        let read = try AudioFile(at: path)
        #expect(read.waveform.sampleRate == 24_000)
        let step: Float = format == .int16 ? 0x1p-15 : 0x1p-23
        #expect(read.properties.encoding == (format == .int16 ? "Signed 16 bit PCM" : "Signed 24 bit PCM"))
        #expect(largestDifference(read.waveform.samples, speech.samples) <= step / 2)
        let again = folder.path("again." + ending)
        try read.waveform.write(to: again, format: format)
        #expect(try AudioFile(at: again).waveform == read.waveform)
        #expect(try Data(contentsOf: URL(fileURLWithPath: again)) == Data(contentsOf: URL(fileURLWithPath: path)))
    }

    @Test func floatingPointReturnsBitByBit() throws {
        let path = folder.path("float.wav")
        let waveform = Waveform(samples: speech.samples.map { 3 * $0 } + [1.5, -2, 1e-20], sampleRate: 44_100)
        #expect(try waveform.write(to: path, format: .float).clippedSampleCount == 0)
        #expect(try AudioFile(at: path).waveform == waveform)
    }

    @Test(arguments: ["ogg", "opus"]) func lossyFormatsKeepLengthAndSound(ending: String) throws {
        let path = folder.path("speech." + ending)
        try speech.write(to: path)
        let read = try AudioFile(at: path)
        #expect(read.waveform.samples.count == speech.samples.count)
        #expect(read.waveform.sampleRate == speech.sampleRate)
        #expect(correlation(read.waveform.samples, speech.samples) > 0.95)
    }

    @Test func opusGetsARateItKnows() throws {
        let path = folder.path("sine.opus")
        let sine = SyntheticSignal.sine(frequency: 440, amplitude: 0.5).waveform(duration: 1, sampleRate: 22_050)
        #expect(try sine.write(to: path).sampleRate == 48_000)
        let read = try AudioFile(at: path).waveform
        #expect(read.samples.count == 48_000)
        let expected = SyntheticSignal.sine(frequency: 440, amplitude: 0.5).waveform(duration: 1, sampleRate: 48_000)
        #expect(correlation(read.samples, expected.samples) > 0.99)
    }

    @Test(arguments: ["wav", "flac"], [SampleFormat.int16, .int24]) func fullScaleSaturatesAndNeverWraps(
        ending: String, format: SampleFormat
    ) throws {
        let path = folder.path("loud." + ending)
        let loud = Waveform(samples: [1, -1, 1.5, -1.5, 1e30, -1e30, 0.5, 0], sampleRate: 22_050)
        #expect(try loud.write(to: path, format: format).clippedSampleCount == 5)
        let greatest: Float = format == .int16 ? 32_767.0 / 32_768 : 8_388_607.0 / 8_388_608
        #expect(try AudioFile(at: path).waveform.samples == [greatest, -1, greatest, -1, greatest, -1, 0.5, 0])
    }

    @Test func lossyFormatsSaturateToo() throws {
        let loud = Waveform(samples: speech.samples.map { 4 * $0 }, sampleRate: 24_000)
        let beyond = loud.samples.count { abs($0) > 1 }
        #expect(beyond > 0)
        #expect(try loud.write(to: folder.path("loud.ogg")).clippedSampleCount == beyond)
    }

    @Test func rawSamplesGoToADescriptorInLittleEndianOrder() throws {
        let path = try folder.file("raw", bytes: [])
        let file = try #require(FileHandle(forWritingAtPath: path))
        #expect(try [0, 1, -1, 0.5].withUnsafeBufferPointer { try writePCM($0, to: file.fileDescriptor) } == 1)
        #expect(try [-0.5].withUnsafeBufferPointer { try writePCM($0, to: file.fileDescriptor) } == 0)
        try file.close()
        #expect(
            try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) == [0, 0, 0xFF, 0x7F, 0, 0x80, 0, 0x40, 0, 0xC0])
    }

    @Test func whatCannotBeWrittenIsRefusedAndLeavesNothing() throws {
        func kind(_ name: String, _ format: SampleFormat = .int16, _ samples: [Float] = [0.1]) -> FileError.Kind? {
            do throws(FileError) {
                try Waveform(samples: samples, sampleRate: 22_050).write(to: folder.path + "/" + name, format: format)
                return nil
            } catch { return error.kind }
        }
        #expect(kind("x.mp4") == .cannotCreate)
        #expect(kind("x") == .cannotCreate)
        #expect(kind("x.flac", .float) == .cannotCreate)
        #expect(kind("nowhere/x.wav") == .cannotCreate)
        #expect(kind("x.wav", .int16, [0, .nan]) == .badData)
        #expect(kind("x.wav", .float, [0, .infinity]) == .badData)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}

func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    precondition(a.count == b.count, "\(a.count) samples against \(b.count)")
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// The cosine of the angle between two signals.
func correlation(_ a: [Float], _ b: [Float]) -> Float {
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
}
