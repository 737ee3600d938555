@testable import Audio
import Files
import Platform
import TestSupport
import Testing

/// Sounds that decode whole elsewhere though their headers are not whole: streamed, stopped, or chained.
struct OpenLengthTests {
    let folder: ScratchFolder
    private let sound = SyntheticSignal.sine(frequency: 220, amplitude: 0.3).waveform(duration: 0.5, sampleRate: 16_000)

    init() throws { folder = try ScratchFolder() }

    private func bytes(_ name: String) throws -> [UInt8] {
        try sound.write(to: folder.path(name))
        return Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
    }

    /// Expects that the file has the samples of ``sound``, and a remark with these words (none where nil).
    private func expectWhole(_ file: [UInt8], _ name: String, remark: String?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let read = try AudioFile(at: folder.file(name, bytes: file))
        #expect(read.waveform.samples.count == sound.samples.count, sourceLocation: sourceLocation)
        #expect(zip(read.waveform.samples, sound.samples).allSatisfy { abs($0 - $1) < 1e-4 }, sourceLocation: sourceLocation)
        if let remark {
            #expect(read.properties.remarks.contains { $0.contains(remark) }, "\(read.properties.remarks)", sourceLocation: sourceLocation)
        } else {
            #expect(read.properties.remarks.isEmpty, sourceLocation: sourceLocation)
        }
    }

    @Test("WAV files whose sizes were never filled in", arguments: [(true, true), (true, false), (false, true)])
    func wav(data: Bool, riff: Bool) throws {
        let whole = try bytes("whole.wav")
        for open in [UInt32(0), 0xFFFF_FFFF] {
            var file = whole
            if riff { file.replaceSubrange(4..<8, with: littleEndian(open)) }
            if data { file.replaceSubrange(40..<44, with: littleEndian(open)) }
            try expectWhole(file, "open.wav", remark: data ? "does not give the length" : nil)
        }
    }

    @Test("a WAV file without sound whose data chunk is followed by another is empty")
    func emptyWAV() throws {
        let file = HandmadeWAV([Int16]()).bytes + Array("LIST".utf8) + littleEndian(UInt32(4)) + Array("INFO".utf8)
        #expect(throws: FileError.self) { try AudioFile(at: folder.file("empty.wav", bytes: file)) }
    }

    @Test("chunks after a sound whose length is open are no sound")
    func chunksAfterOpenLength() throws {
        var file = try bytes("whole.wav")
        file.replaceSubrange(40..<44, with: [0, 0, 0, 0])
        file += Array("LIST".utf8) + littleEndian(UInt32(4)) + Array("INFO".utf8)
        try expectWhole(file, "open.wav", remark: "does not give the length")
    }

    @Test("an AU file of length 0, which should be -1")
    func au() throws {
        let samples = sound.samples.map { Int16(($0 * 32_768).rounded()) }
        let file = Array(".snd".utf8) + [24, 0, 3, 16_000, 1].flatMap { (number: UInt32) in littleEndian(number).reversed() }
            + samples.flatMap { littleEndian(UInt16(bitPattern: $0)).reversed() }
        var open = file
        open.replaceSubrange(8..<12, with: [0, 0, 0, 0])
        try expectWhole(open, "open.au", remark: "does not give the length")
    }

    @Test("a FLAC file without a total of samples")
    func flac() throws {
        var file = try bytes("whole.flac")
        file[21] &= 0xF0
        file.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        try expectWhole(file, "open.flac", remark: "does not give the length")
    }

    @Test("Ogg streams without the mark of their end, and chains of them", arguments: ["ogg", "opus"])
    func ogg(ending: String) throws {
        let whole = try bytes("whole." + ending)
        let expected = try AudioFile(at: folder.path("whole." + ending)).waveform.samples
        let chained = try AudioFile(at: folder.file("chain." + ending, bytes: whole + whole))
        #expect(chained.waveform.samples == expected + expected)
        #expect(chained.properties.frameCount == 2 * expected.count)
        #expect(chained.properties.remarks.contains { $0.contains("2 streams") })
        // Without the last page, as of a recorder that was stopped.
        let path = folder.path("long." + ending)
        try SyntheticSignal.whiteNoise(amplitude: 0.5, seed: 3).waveform(duration: 4, sampleRate: 16_000).write(to: path)
        let long = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let pages = long.indices.filter { long[$0...].starts(with: Array("OggS".utf8)) }
        let stopped = try AudioFile(at: folder.file("stopped." + ending, bytes: Array(long[..<pages.last!])))
        #expect(stopped.waveform.samples.count > 32_000)
        #expect(stopped.properties.remarks.contains { $0.contains("not marked as the end") })
    }

    @Test("channels that cancel one another, and integers written as floating point, get their true reason")
    func trueReasons() throws {
        var opposite = HandmadeWAV(sound.samples.flatMap { [Int16($0 * 32_767), Int16(-$0 * 32_767)] })
        opposite.channelCount = 2
        let cancelling = #expect(throws: FileError.self) { try AudioFile(at: folder.file("opposite.wav", bytes: opposite.bytes)) }
        #expect(cancelling?.message.contains("cancel one another") == true)
        let unscaled = HandmadeWAV(floats: sound.samples.map { $0 * 32_768 })
        let refusal = #expect(throws: FileError.self) { try AudioFile(at: folder.file("integers.wav", bytes: unscaled.bytes)) }
        #expect(refusal?.message.contains("integers that were not scaled") == true)
        // A mix that goes a little beyond full scale is no such case.
        #expect(throws: Never.self) {
            try AudioFile(at: folder.file("loud.wav", bytes: HandmadeWAV(floats: sound.samples.map { $0 * 6 }).bytes))
        }
    }

    @Test("an offset is measured")
    func offset() throws {
        let file = try folder.file("offset.wav", bytes: HandmadeWAV(floats: sound.samples.map { $0 + 0.5 }).bytes)
        #expect(abs(try AudioFile(at: file).properties.offset - 0.5) < 1e-3)
        #expect(try readWaveform(at: file).preparation.remarks == ["its samples have a DC offset of 0.5, which is no sound"])
    }

    @Test("a FIFO in a folder is not waited for, and a folder that cannot be entered is not passed over")
    func oddNames() throws {
        try folder.file("one.wav", bytes: [])
        #expect(mkfifo(folder.path("two.wav"), 0o600) == 0)
        #expect(mkdir(Array(folder.path("caf").utf8CString.dropLast()) + [CChar(bitPattern: 0xE9), 0], 0o755) == 0)
        let files = try SoundFolder(at: folder.path).files
        #expect(files.count == 2 && files.contains("one.wav") && files.contains { $0.contains("\u{FFFD}") }, "\(files)")
    }

    @Test("a folder that a link leads back to is visited once")
    func linkLoop() throws {
        try folder.file("a/one.wav", bytes: [])
        for name in ["a/loop", "a/loop too"] {
            try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: folder.path)
        }
        #expect(try SoundFolder(at: folder.path).files == ["a/one.wav"])
    }
}
