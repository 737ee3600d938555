import CSndFile
import Files
import Platform
import TestSupport
import Testing

@testable import Audio

/// Files that lost their end, in every format whose header or frames tell that they did, and files that have more than their header says.
struct TruncationTests {
    let folder: ScratchFolder
    private let sound = SyntheticSignal.whiteNoise(amplitude: 0.3, seed: 5).waveform(duration: 1, sampleRate: 16_000)

    init() throws { folder = try ScratchFolder() }

    private func bytes(_ format: Int) throws -> [UInt8] { try encoded(sound, as: format) }

    private func expectWhole(_ bytes: [UInt8], times: Int = 1, remarks: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = try AudioFile(at: folder.file("whole", bytes: bytes))
        #expect(file.waveform.samples.count == times * sound.samples.count, sourceLocation: sourceLocation)
        #expect(file.properties.remarks.count == remarks, "\(file.properties.remarks)", sourceLocation: sourceLocation)
    }

    private func expectRefusal(_ bytes: [UInt8], _ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try AudioFile(at: folder.file("cut", bytes: bytes)) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        #expect(error?.kind == .badData, sourceLocation: sourceLocation)
    }

    @Test("a sound that is cut short is refused, in every format whose header gives its length", arguments: [
        SF_FORMAT_WAV, SF_FORMAT_WAVEX, SF_FORMAT_RF64, SF_FORMAT_W64, SF_FORMAT_AIFF, SF_FORMAT_SVX, SF_FORMAT_CAF, SF_FORMAT_AU,
        SF_FORMAT_AU | SF_ENDIAN_LITTLE, SF_FORMAT_NIST, SF_FORMAT_VOC, SF_FORMAT_AVR, SF_FORMAT_MAT5, SF_FORMAT_MAT4,
        SF_FORMAT_MPC2K, SF_FORMAT_SDS,
    ])
    func headers(format: Int) throws {
        let whole = try bytes(format | SF_FORMAT_PCM_16)
        try expectWhole(whole)
        for share in [0.2, 0.5, 0.95] { try expectRefusal(Array(whole[..<Int(share * Double(whole.count))]), "cut short") }
    }

    @Test("sizes that no number holds are no reason to stop", arguments: [[0, 0, 0, 0, 0, 0, 0, 0x80], [UInt8](repeating: 0xFF, count: 8)])
    func absurdSizes(size: [UInt8]) throws {
        for format in [SF_FORMAT_W64, SF_FORMAT_CAF, SF_FORMAT_RF64] {
            var file = try bytes(format | SF_FORMAT_PCM_16)
            let isWave64 = format == SF_FORMAT_W64
            let name = Array((format == SF_FORMAT_RF64 ? "ds64" : "data").utf8)
            let place = try #require(file.indices.first { file[$0...].starts(with: name) })
            let start = place + (isWave64 || format == SF_FORMAT_RF64 ? 16 : 4)
            file.replaceSubrange(start..<start + 8, with: format == SF_FORMAT_CAF ? size.reversed() : size)
            // It is read to its end or refused.
            let path = try folder.file("absurd", bytes: file)
            do throws(FileError) { #expect(try AudioFile(at: path).waveform.samples.count == sound.samples.count) } catch { #expect(error.kind == .badData) }
        }
    }

    @Test("BW64 is read as RF64, and either to the end where its length is open")
    func largeWAV() throws {
        var file = try bytes(SF_FORMAT_RF64 | SF_FORMAT_PCM_16)
        file.replaceSubrange(0..<4, with: Array("BW64".utf8))
        try expectWhole(file)
        try expectRefusal(Array(file[..<9000]), "cut short")
        // The size of the sound in ds64.
        let sizes = try #require(file.indices.first { file[$0...].starts(with: Array("ds64".utf8)) })
        for open in [UInt8(0), 0xFF] {
            file.replaceSubrange(sizes + 16..<sizes + 24, with: [UInt8](repeating: open, count: 8))
            try expectWhole(file, remarks: 1)
        }
    }

    @Test("AU files of open length, of both byte orders", arguments: [0, SF_ENDIAN_LITTLE])
    func au(order: Int) throws {
        for length in [UInt32(0), 0x7FFF_FFFF] {
            var file = try bytes(SF_FORMAT_AU | SF_FORMAT_PCM_16 | order)
            file.replaceSubrange(8..<12, with: order == 0 ? littleEndian(length).reversed() : littleEndian(length))
            try expectWhole(file, remarks: 1)
        }
    }

    @Test("a FLAC without a total of samples is whole where its last frame is, and counts them")
    func flac() throws {
        var file = try bytes(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        let stated = file
        file[21] &= 0xF0
        file.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        try expectWhole(file, remarks: 1)
        // A tag of 128 bytes at the end.
        try expectWhole(file + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125), remarks: 1)
        // Tags behind it, and of the next stream.
        for tag in ["APETAGEX" + String(repeating: " ", count: 60), "ID3\u{4}" + String(repeating: "\0", count: 60)] {
            try expectWhole(file + Array(tag.utf8), remarks: 1)
        }
        for length in [file.count - 1, file.count - 100, file.count / 2, file.count / 5] { try expectRefusal(Array(file[..<length]), "cut short") }
        // Damage in the middle costs a frame.
        for index in 0..<40 { file[file.count / 2 + index] = 0x55 }
        #expect(throws: FileError.self) { try AudioFile(at: folder.file("damaged", bytes: file)) }
        try expectWhole(stated + stated, times: 2, remarks: 1)
    }

    @Test("one damaged byte of a FLAC is seen wherever it is, and a tag behind any number of samples is none", arguments: [65_536, 70_000])
    func damagedFLAC(count: Int) throws {
        let sound = SyntheticSignal.whiteNoise(amplitude: 0.3, seed: 5).waveform(duration: Double(count) / 16_000, sampleRate: 16_000)
        let file = try encoded(sound, as: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        for tag in [[], SoundTag.id3Version1.bytes] {
            #expect(try AudioFile(at: folder.file("whole", bytes: file + tag)).waveform.samples.count == count)
        }
        for place in stride(from: 500, to: file.count, by: file.count / 50) {
            var damaged = file
            damaged[place] ^= 4
            #expect(throws: FileError.self, "\(place) of \(file.count)") { try AudioFile(at: folder.file("damaged", bytes: damaged)) }
        }
    }

    @Test("an MP3 is as long as its first frame says, and several are read one after the other")
    func mp3() throws {
        let file = try bytes(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
        let count = try AudioFile(at: folder.file("whole.mp3", bytes: file)).waveform.samples.count
        #expect(abs(count - sound.samples.count) < 2500)
        let twice = try AudioFile(at: folder.file("twice.mp3", bytes: file + file))
        #expect(twice.waveform.samples.count == 2 * count && twice.properties.remarks.count == 1)
        // Without the frame that tells the length, of another bit rate after the first second, and joined to one with it.
        let rate = try #require(file.indices.dropFirst(4).first { file[$0] == 0xFF && file[$0 + 1] == file[1] })
        let plain = Array(file[rate...])
        let joined = try AudioFile(at: folder.file("joined.mp3", bytes: file + plain))
        #expect(abs(joined.waveform.samples.count - 2 * count) < 2500)
        let alone = try AudioFile(at: folder.file("plain.mp3", bytes: plain))
        #expect(abs(alone.waveform.samples.count - count) < 2500)
        for share in [0.3, 0.5] { try expectRefusal(Array(file[..<Int(share * Double(file.count))]), "cut short") }
        try expectRefusal(Array(file[..<(file.count - 1000)]), "cut short")
        try expectRefusal(Array(file[..<(file.count / 2)]) + file, "cut short")
        // Tags in front, of two kinds and two of one kind.
        let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 20] + [UInt8](repeating: 0, count: 20)
        let other = Array("APETAGEX".utf8) + littleEndian(UInt32(2000)) + littleEndian(UInt32(10)) + [UInt8](repeating: 0, count: 26)
        for tags in [tag + tag, other, tag + [UInt8](repeating: 0, count: 50)] {
            #expect(try AudioFile(at: folder.file("tagged.mp3", bytes: tags + file)).waveform.samples.count == count)
            try expectRefusal(tags + file[..<(file.count / 2)], "cut short")
        }
    }

    @Test("tags of ID3 in front of any sound are passed over, with a footer and without", arguments: [
        SF_FORMAT_FLAC, SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU, SF_FORMAT_W64,
    ])
    func tagged(format: Int) throws {
        let file = try bytes(format | SF_FORMAT_PCM_16)
        for flags in [UInt8(0), 0x10] {
            try expectWhole(Array("ID3".utf8) + [4, 0, flags, 0, 0, 0, 30] + [UInt8](repeating: 0, count: flags == 0 ? 30 : 40) + file)
        }
    }

    @Test("what lies behind the sound is not read as sound", arguments: [SF_FORMAT_W64, SF_FORMAT_AVR, SF_FORMAT_SVX])
    func behind(format: Int) throws {
        let file = try bytes(format | SF_FORMAT_PCM_16)
        try expectWhole(file + Array("levl".utf8) + [UInt8](repeating: 0x40, count: 2000))
    }

    @Test("files that were joined end to end are read one after the other", arguments: [SF_FORMAT_WAV, SF_FORMAT_AIFF, SF_FORMAT_AU])
    func joined(format: Int) throws {
        let file = try bytes(format | SF_FORMAT_PCM_16)
        try expectWhole(file + file, times: 2, remarks: 1)
        try expectWhole(file + file + file, times: 3, remarks: 1)
        try expectRefusal(file + file[..<(file.count / 2)], "cut short")
    }

    @Test("a FLAC that was cut out of a stream without a total, and one whose metadata has the marker")
    func cutOutFLAC() throws {
        var file = try bytes(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
        let marker = Array("fLaC".utf8) + [0, 0, 0, 34]
        // An application's block after the description, which is not the last.
        file[4] &= 0x7F
        try expectWhole(Array(file[..<42]) + [2, 0, 0, 60] + marker + [UInt8](repeating: 0, count: 52) + file[42...])
        file[21] &= 0xF0
        file.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        var offset = 4
        while file[offset] & 0x80 == 0 { offset += 4 + Int(file[offset + 2]) << 8 + Int(file[offset + 3]) }
        let start = offset + 4 + Int(file[offset + 2]) << 8 + Int(file[offset + 3])
        let size = Int(file[10]) << 8 + Int(file[11])
        let second = try #require(file.indices.dropFirst(start + 1).first { file[$0] == 0xFF && file[$0 + 1] == file[start + 1] && file[$0 + 4] == 1 })
        let rest = try AudioFile(at: folder.file("rest.flac", bytes: Array(file[..<start] + file[second...])))
        #expect(rest.waveform.samples.count == sound.samples.count - size)
    }

    @Test("an Ogg stream that was cut before another was joined to it is seen")
    func joinedOgg() throws {
        let path = folder.path("whole.ogg")
        try sound.write(to: path)
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        try expectRefusal(Array(whole[..<(whole.count * 2 / 3)]) + whole, "cut short")
    }

    @Test("what follows the sound of a WAV file is told of")
    func followed() throws {
        let file = try bytes(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        for format in [SF_FORMAT_WAV, SF_FORMAT_AU, SF_FORMAT_CAF, SF_FORMAT_RF64] {
            try expectWhole(try bytes(format | SF_FORMAT_PCM_16) + [UInt8](repeating: 0x81, count: 10_000), remarks: 1)
        }
        try expectWhole(file + Array("LIST".utf8) + littleEndian(UInt32(9000)) + [UInt8](repeating: 0, count: 9000))
    }
}
