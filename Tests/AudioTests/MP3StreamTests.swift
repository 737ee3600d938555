import CSndFile
import Files
import Platform
import TestSupport
import Testing

@testable import Audio

/// MP3 files of several streams, and of what is none before, between and behind their frames.
struct MP3StreamTests {
    let folder: ScratchFolder
    /// A frame that tells of the whole, and frames.
    private let loud: [[UInt8]]
    /// Frames of few bits, then of many.
    private let mixed: [[UInt8]]
    private static let samplesPerFrame = 576

    init() throws {
        folder = try ScratchFolder()
        loud = try Self.frames(Self.noise(rate: 22_050))
        let silence = Waveform(samples: [Float](repeating: 0, count: 22_050), sampleRate: 22_050)
        let quiet = try Self.frames(silence)
        mixed = quiet + loud[1...]
    }

    private static func noise(rate: Int) -> Waveform {
        SyntheticSignal.whiteNoise(amplitude: 0.3, seed: 5).waveform(duration: 2, sampleRate: rate)
    }

    private static func frames(_ sound: Waveform) throws -> [[UInt8]] {
        let header = HeaderBytes(Data(try encoded(sound, as: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)))
        var (frames, offset) = ([[UInt8]](), 0)
        while let frame = MP3Frame(at: offset, of: header), offset + frame.byteCount <= header.bytes.count {
            frames.append(Array(header.bytes[offset..<offset + frame.byteCount]))
            offset += frame.byteCount
        }
        #expect(offset == header.bytes.count && frames.count > 30 && MP3Frame(at: 0, of: header)!.isDescription(at: 0, of: header))
        return frames
    }

    /// Expects as many samples as this many frames have, but for four frames of each stream, and these remarks.
    private func expect(
        _ parts: [[UInt8]], frameCount: Int, streams: Int, strayByteCount: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = try AudioFile(at: folder.file("sound.mp3", bytes: Array(parts.joined())))
        let count = file.waveform.samples.count
        #expect(abs(count - frameCount * Self.samplesPerFrame) < 4 * streams * Self.samplesPerFrame, "\(count)", sourceLocation: sourceLocation)
        var remarks = streams > 1 ? ["its \(streams) streams were read one after the other"] : []
        if strayByteCount > 0 { remarks.append("\(strayByteCount) bytes that are neither frames of MP3 nor tags were left out") }
        #expect(file.properties.remarks == remarks, sourceLocation: sourceLocation)
    }

    @Test(
        "a stream that tells its length or not, tags or zeros, and one that does or not",
        arguments: SoundTag.allCases.map(\.bytes) + [[], [0], [0, 0, 0, 0, 0]])
    func tagsBetween(tag: [UInt8]) throws {
        let bare = Array(mixed[1...])
        try expect(loud + [tag], frameCount: loud.count, streams: 1)
        try expect(bare + [tag], frameCount: bare.count, streams: 1)
        try expect(loud + [tag] + bare, frameCount: loud.count + bare.count, streams: 2)
        try expect(loud + [tag] + loud, frameCount: 2 * loud.count, streams: 2)
        try expect(bare + [tag] + loud, frameCount: loud.count + bare.count, streams: 2)
        // The first tells the number of its frames, but not of its bytes.
        var first = loud[0]
        let place = 4 + MP3Frame(at: 0, of: HeaderBytes(Data(first)))!.sideByteCount
        first.replaceSubrange(place + 4..<place + 8, with: [0, 0, 0, first[place + 7] & ~2])
        first.replaceSubrange(place + 12..<first.count, with: [UInt8](repeating: 0, count: first.count - place - 12))
        try expect([first] + loud[1...] + [tag] + bare, frameCount: loud.count + bare.count, streams: 2)
        if !tag.isEmpty { try expect(bare + [tag] + bare, frameCount: 2 * bare.count, streams: 2) }
    }

    @Test("what is no frame before, between and behind the frames of one or several rates is left out, and told of")
    func junk() throws {
        let bare = Array(mixed[1...])
        let garbage = Array("garbage!".utf8)
        for junk in [garbage, Array(loud[3].dropFirst(40)), Array("ab".utf8)] {
            try expect([junk] + bare, frameCount: bare.count, streams: 1, strayByteCount: junk.count)
            try expect([junk] + loud, frameCount: loud.count, streams: 1, strayByteCount: junk.count)
            try expect([SoundTag.id3Version2.bytes, junk] + loud, frameCount: loud.count, streams: 1, strayByteCount: junk.count)
        }
        try expect(Array(bare[..<30]) + [garbage] + Array(bare[30...]), frameCount: bare.count, streams: 2, strayByteCount: 8)
        try expect(bare + [[UInt8](repeating: 0x6C, count: 5000)], frameCount: bare.count, streams: 1, strayByteCount: 5000)
        // A recording ends within a frame.
        try expect(bare + [Array(bare[20].dropLast(30))], frameCount: bare.count, streams: 1)
        // Another file behind it.
        let wave = HandmadeWAV([Int16](repeating: 77, count: 1000)).bytes
        try expect(loud + [wave], frameCount: loud.count, streams: 1, strayByteCount: wave.count)
    }

    @Test("parts of different sample rates are streams of their own")
    func rates() throws {
        let faster = try Self.frames(Self.noise(rate: 44_100))
        // As much sound as half as many frames of half the samples.
        try expect(Array(mixed[1...] + faster[1...]), frameCount: mixed.count + faster.count, streams: 2)
    }

    @Test("a first frame that tells nothing that can be used is no sound")
    func uselessDescription() throws {
        var (first, place) = (loud[0], 4 + MP3Frame(at: 0, of: HeaderBytes(Data(loud[0])))!.sideByteCount)
        let whole = try AudioFile(at: folder.file("bare.mp3", bytes: Array(loud[1...].joined()))).waveform.samples.count
        first.replaceSubrange(place + 4..<place + 8, with: [0, 0, 0, 0])
        let useless = try AudioFile(at: folder.file("useless.mp3", bytes: first + Array(loud[1...].joined())))
        #expect(useless.waveform.samples.count == whole)
        // Fraunhofer's, which has one place in all frames.
        place = 36
        first = [UInt8](first[..<4]) + [UInt8](repeating: 0, count: first.count - 4)
        first.replaceSubrange(place..<place + 4, with: Array("VBRI".utf8))
        let fraunhofer = try AudioFile(at: folder.file("vbri.mp3", bytes: first + Array(loud[1...].joined())))
        #expect(fraunhofer.waveform.samples.count == whole)
    }

    @Test("text that is named as an MP3 is refused without a false reason")
    func text() throws {
        let path = try folder.file("text.mp3", bytes: Array(String(repeating: "hello world ", count: 3000).utf8))
        let error = #expect(throws: FileError.self) { try AudioFile(at: path) }
        #expect(error?.message.contains("is no sound that can be read; WAV") == true, "\(error?.message ?? "")")
    }
}
