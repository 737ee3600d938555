@testable import Audio
import Files
import Platform
import Tensors
import TestSupport
import Testing

struct MalformedFileTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func expectRefusal(
        of path: String, _ kind: FileError.Kind, containing words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try AudioFile(at: path) }
        #expect(error?.kind == kind, sourceLocation: sourceLocation)
        #expect(error?.path == path, sourceLocation: sourceLocation)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }

    @Test func aMissingFileIsNamed() throws {
        expectRefusal(of: folder.path("nowhere.wav"), .missingInput, containing: "no such file")
        expectRefusal(of: folder.path, .missingInput, containing: "folder")
    }

    @Test func anEmptyFileIsNotASound() throws {
        expectRefusal(of: try folder.file("empty.wav", bytes: []), .badData, containing: "empty")
    }

    @Test func whatIsNoSoundIsRefused() throws {
        expectRefusal(
            of: try folder.file("text.wav", bytes: Array("Not a sound at all.\n".utf8)), .badData, containing: "no sound")
        expectRefusal(
            of: try folder.file("zeros.wav", bytes: [UInt8](repeating: 0, count: 5000)), .badData, containing: "no sound")
        expectRefusal(of: try folder.file("head.wav", bytes: Array("RIFF".utf8)), .badData, containing: "no sound")
    }

    @Test func aHeaderWithoutSamplesIsRefused() throws {
        expectRefusal(of: try folder.file("none.wav", bytes: HandmadeWAV([Int16]()).bytes), .badData, containing: "no samples")
    }

    @Test func aWavCutShortIsRefused() throws {
        let whole = HandmadeWAV([Int16](repeating: 77, count: 10_000)).bytes
        expectRefusal(
            of: try folder.file("cut.wav", bytes: Array(whole[..<8000])), .badData, containing: "7956 of the 20000 bytes")
        for length in [50, 44, 40, 30, 20, 13, 12, 11, 8, 5, 3, 1] {
            #expect(throws: FileError.self, "\(length) bytes") {
                try AudioFile(at: folder.file("cut.wav", bytes: Array(whole[..<length])))
            }
        }
    }

    @Test(arguments: ["whole.flac", "whole.ogg", "whole.opus"]) func aCompressedFileCutShortIsRefused(name: String)
        throws
    {
        let path = folder.path(name)
        let noise = SyntheticSignal.whiteNoise(amplitude: 0.5, seed: 3).waveform(duration: 1, sampleRate: 48_000)
        try noise.write(to: path)
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for percentage in [10, 50, 90, 99] {
            let cut = try folder.file("cut." + name, bytes: Array(whole[..<(whole.count * percentage / 100)]))
            #expect(throws: FileError.self, "\(percentage) %") { try AudioFile(at: cut) }
        }
    }

    @Test(arguments: [UInt32(0xFFFF_FFFF), 0x7FFF_FFFF]) func aLengthLeftOpenByAStreamingWriterPromisesNothing(
        length: UInt32
    ) throws {
        var wav = HandmadeWAV([1, 2, 3, 4])
        wav.promisedByteCount = length
        #expect(try AudioFile(at: folder.file("streamed.wav", bytes: wav.bytes)).waveform.samples.count == 4)
    }

    @Test func aWriterThatCountsTheHeaderIsForgiven() throws {
        var wav = HandmadeWAV([Int16](repeating: 9, count: 100))
        wav.promisedByteCount = 244
        #expect(try AudioFile(at: folder.file("generous.wav", bytes: wav.bytes)).waveform.samples.count == 100)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func samplesThatAreNoNumbersAreRefused(value: Float) throws {
        let all = try folder.file("all.wav", bytes: HandmadeWAV(floats: [Float](repeating: value, count: 300)).bytes)
        expectRefusal(of: all, .badData, containing: "300 samples that are NaN or infinite, of 300")
        let one = try folder.file("one.wav", bytes: HandmadeWAV(floats: [0.1, value, 0.2]).bytes)
        expectRefusal(of: one, .badData, containing: "1 samples that are NaN or infinite, of 3")
    }

    @Test func anAbsurdRateIsRefused() throws {
        var wav = HandmadeWAV([1, 2, 3])
        wav.sampleRate = 1
        expectRefusal(of: try folder.file("slow.wav", bytes: wav.bytes), .badData, containing: "1 Hz")
    }

    @Test func randomDamageNeverCrashes() throws {
        var generator = SplitMix64(seed: 11)
        let path = folder.path("good.flac")
        try SyntheticSignal.sine(frequency: 300, amplitude: 0.4).waveform(duration: 0.1, sampleRate: 16_000).write(
            to: path)
        for whole in [Array(try Data(contentsOf: URL(fileURLWithPath: path))), HandmadeWAV([1, -2, 3, -4, 5]).bytes] {
            for _ in 0..<60 {
                var damaged = whole
                for _ in 0..<4 {
                    damaged[Int(generator.next() % UInt64(damaged.count))] = UInt8(truncatingIfNeeded: generator.next())
                }
                let path = try folder.file("damaged", bytes: damaged)
                do throws(FileError) {
                    let samples = try AudioFile(at: path).waveform.samples
                    #expect(samples.allSatisfy { $0.isFinite })
                } catch {
                    #expect(error.kind == .badData)
                }
            }
        }
    }
}
