import CSndFile
import Files
import Platform
import TestSupport
import Testing

@testable import Audio

/// Files that were joined, and what lies behind the sound of one.
struct JoinedFilesTests {
    let folder: ScratchFolder
    private let sound = SyntheticSignal.sine(frequency: 220, amplitude: 0.3).waveform(duration: 1, sampleRate: 16_000)

    init() throws { folder = try ScratchFolder() }

    private func bytes(_ format: Int) throws -> [UInt8] { try encoded(sound, as: format | SF_FORMAT_PCM_16) }

    /// Expects the sound this many times, and nothing else, and remarks with these words.
    private func expectSound(_ bytes: [UInt8], times: Int = 1, _ remarks: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = try AudioFile(at: folder.file("sound", bytes: bytes))
        #expect(file.waveform.samples.count == times * sound.samples.count, sourceLocation: sourceLocation)
        #expect(file.properties.peak < 0.31, sourceLocation: sourceLocation)
        #expect(file.properties.remarks.count == remarks.count, "\(file.properties.remarks)", sourceLocation: sourceLocation)
        #expect(zip(file.properties.remarks, remarks).allSatisfy { $0.contains($1) }, "\(file.properties.remarks)", sourceLocation: sourceLocation)
    }

    @Test("tags and zeros may stand between joined files", arguments: [
        SF_FORMAT_WAV, SF_FORMAT_WAV | SF_ENDIAN_BIG, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_AU | SF_ENDIAN_LITTLE, SF_FORMAT_RF64, SF_FORMAT_W64,
        SF_FORMAT_CAF, SF_FORMAT_NIST, SF_FORMAT_VOC,
    ])
    func tagsBetween(format: Int) throws {
        let file = try bytes(format)
        for tag in SoundTag.allCases.map(\.bytes) + [[], [0, 0, 0, 0]] {
            try expectSound(file + tag + file, times: 2, ["2 streams"])
        }
    }

    @Test("a file that was cut before another was joined to it is refused", arguments: [
        SF_FORMAT_WAV, SF_FORMAT_WAV | SF_ENDIAN_BIG, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_CAF, SF_FORMAT_NIST,
        SF_FORMAT_VOC,
    ])
    func cutBefore(format: Int) throws {
        let file = try bytes(format)
        // The last behind a whole one.
        for (length, before) in [(file.count / 2, []), (file.count / 2 + 1, SoundTag.ape.bytes), (file.count - 500, file)] {
            let path = try folder.file("cut", bytes: before + file[..<length] + file)
            let error = #expect(throws: FileError.self) { try AudioFile(at: path) }
            // Of VOC, whose blocks are followed one by one, the end may be anywhere.
            let words = format == SF_FORMAT_VOC ? "cut short" : "another file begins within its sound, at byte \(before.count + length)"
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test("another kind of file behind the sound is told of, and a tag is not", arguments: [
        SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_RF64, SF_FORMAT_CAF, SF_FORMAT_W64, SF_FORMAT_FLAC,
    ])
    func otherKind(format: Int) throws {
        let file = try bytes(format)
        for other in [SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_RF64] where other != format {
            try expectSound(file + bytes(other), ["not read"])
        }
        if format != SF_FORMAT_FLAC { try expectSound(file + bytes(SF_FORMAT_FLAC), ["not read"]) }
        for tag in SoundTag.allCases { try expectSound(file + tag.bytes) }
    }

    @Test("bytes that look like the name of a chunk and have no room are told of")
    func noChunk() throws {
        let file = try bytes(SF_FORMAT_WAV)
        try expectSound(file + [UInt8](repeating: 0x41, count: 9000), ["9000 bytes"])
        try expectSound(file + Array("ZZZZ".utf8) + littleEndian(UInt32(9000)) + [UInt8](repeating: 0x41, count: 9000))
    }

    @Test("a sound of open length ends before tags, chunks of any name and the next file", arguments: [
        SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_CAF,
    ])
    func openLength(format: Int) throws {
        var file = try bytes(format)
        let names = [SF_FORMAT_WAV: "data", SF_FORMAT_AIFF: "SSND", SF_FORMAT_AU: ".snd", SF_FORMAT_CAF: "data"]
        let place = try #require(file.indices.first { file[$0...].starts(with: Array(names[format]!.utf8)) }) + (format == SF_FORMAT_AU ? 8 : 4)
        let size = format == SF_FORMAT_CAF ? 8 : 4
        let isAIFF = format == SF_FORMAT_AIFF
        file.replaceSubrange(place..<place + size, with: [UInt8](repeating: isAIFF ? 0 : 0xFF, count: size))
        let remark = "does not give the length"
        try expectSound(file, [remark])
        for tag in SoundTag.allCases { try expectSound(file + tag.bytes, [remark]) }
        try expectSound(file + SoundTag.ape.bytes + SoundTag.id3Version1.bytes, [remark])
        try expectSound(file + file, times: 2, ["2 streams", remark])
        if format == SF_FORMAT_WAV {
            let chunk = Array("ZZZZ".utf8) + littleEndian(UInt32(101)) + [UInt8](repeating: 0x41, count: 102)
            try expectSound(file + chunk, [remark])
            try expectSound(file + Array("LIST".utf8) + littleEndian(UInt32(4)) + Array("INFO".utf8) + chunk + SoundTag.id3Version1.bytes, [remark])
        }
    }

    @Test("a FLAC without a total is read where junk lies behind it, and refused where a frame was cut")
    func junkBehindFLAC() throws {
        let noise = SyntheticSignal.whiteNoise(amplitude: 0.3, seed: 5).waveform(duration: 1, sampleRate: 16_000)
        var file = try encoded(noise, as: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        file[21] &= 0xF0
        file.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        let junks = [[UInt8](repeating: 0, count: 5000), [0, 0, 0], Array(String(repeating: "junk", count: 100).utf8), [0xFE, 0xF8, 1]]
        for hasFrameSizes in [true, false] {
            // The smallest and the greatest size of a frame, which streamed files have not.
            if !hasFrameSizes { file.replaceSubrange(12..<18, with: [0, 0, 0, 0, 0, 0]) }
            for junk in junks {
                let read = try AudioFile(at: folder.file("junk.flac", bytes: file + junk))
                #expect(read.waveform.samples.count == noise.samples.count)
                #expect(read.properties.remarks.count == 1 && read.properties.remarks[0].contains("last whole frame"))
            }
        }
        for length in [file.count - 1, file.count - 2, file.count - 700, file.count / 2] {
            for junk in [[], [UInt8](repeating: 0, count: 5000)] {
                #expect(throws: FileError.self) { try AudioFile(at: folder.file("cut.flac", bytes: file[..<length] + junk)) }
            }
        }
    }

    @Test("floating-point samples that were not scaled are seen in any of joined files")
    func unscaled() throws {
        let whole = HandmadeWAV([Int16](repeating: 77, count: 3000)).bytes
        let integers = HandmadeWAV(floats: [Float](repeating: 15_000, count: 3000)).bytes
        for file in [whole + integers, integers + whole] {
            let error = #expect(throws: FileError.self) { try AudioFile(at: folder.file("joined.wav", bytes: file)) }
            #expect(error?.message.contains("integers that were not scaled") == true)
        }
    }
}
