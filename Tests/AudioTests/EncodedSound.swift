import Platform
import Testing

@testable import Audio

/// The sound as libsndfile writes it in `format`.
func encoded(_ sound: Waveform, as format: Int) throws -> [UInt8] {
    let stream = MemoryStream()
    let file = try SoundFile(writing: stream, format: format, sampleRate: sound.sampleRate, named: "test")
    let samples = sound.samples.map { Int16($0 * 32_767) }
    #expect(samples.withUnsafeBufferPointer { file.write($0) } == samples.count)
    file.finish()
    return stream.bytes
}

/// Tags that programs put before, between and behind sounds.
enum SoundTag: CaseIterable {
    case id3Version1, id3Version2, ape, apeVersion1, lyrics

    var bytes: [UInt8] {
        switch self {
        case .id3Version1: Array("TAG".utf8) + [UInt8](repeating: 0x61, count: 125)
        case .id3Version2: Array("ID3".utf8) + [4, 0, 0, 0, 0, 2, 0] + [UInt8](repeating: 0x41, count: 256)
        case .ape: apeMark(2000, 0xA000_0000) + [UInt8](repeating: 0x42, count: 68) + apeMark(2000, 0x8000_0000)
        case .apeVersion1: apeMark(1000, 0)
        case .lyrics: Array("LYRICSBEGIN".utf8) + [UInt8](repeating: 0x78, count: 3000) + Array("003011LYRICS200".utf8) + Self.id3Version1.bytes
        }
    }

    /// The beginning or end of a tag of APE's.
    private func apeMark(_ version: UInt32, _ flags: UInt32) -> [UInt8] {
        let numbers = [version, version == 1000 ? 32 : 100, 0, flags]
        return Array("APETAGEX".utf8) + numbers.flatMap { littleEndian($0) } + [UInt8](repeating: 0, count: 8)
    }
}
