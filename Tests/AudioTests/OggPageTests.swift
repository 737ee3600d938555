import CSndFile
import Files
import Platform
import TestSupport
import Testing

@testable import Audio

/// Ogg files of which pages are damaged or missing, which libsndfile passes over.
struct OggPageTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// The pages of a sound of ten seconds.
    private func pages(_ ending: String) throws -> [[UInt8]] {
        let path = folder.path("whole." + ending)
        try SyntheticSignal.whiteNoise(amplitude: 0.5, seed: 3).waveform(duration: 10, sampleRate: 16_000).write(to: path)
        let file = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var (pages, offset) = ([[UInt8]](), 0)
        while offset < file.count {
            let segmentCount = Int(file[offset + 26])
            let end = offset + 27 + segmentCount + file[offset + 27..<offset + 27 + segmentCount].reduce(0) { $0 + Int($1) }
            pages.append(Array(file[offset..<end]))
            offset = end
        }
        try #require(pages.count > 6)
        return pages
    }

    private func expectDamage(_ pages: [[UInt8]], _ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let path = try folder.file("damaged", bytes: Array(pages.joined()))
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { try AudioFile(at: path) }
        #expect(error?.kind == .badData && error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }

    @Test("check sums of all widths agree with their published values")
    func checkSums() {
        let digits = Data("123456789".utf8)
        #expect(CyclicCheckSum.oggPage.sum(of: digits, 0..<9) == 0x89A1_897F)
        #expect(CyclicCheckSum.flacFrame.sum(of: digits, 0..<9) >> 16 == 0xFEE8)
        #expect(CyclicCheckSum.flacHeader.sum(of: digits, 0..<9) >> 24 == 0xF4)
        // Bytes that end with their own sum, and more behind them.
        let ended = digits + [0xFE, 0xE8, 1, 2, 3]
        #expect(CyclicCheckSum.flacFrame.firstZero(in: ended, 0..<14, least: 2) == 11)
        #expect(CyclicCheckSum.flacFrame.firstZero(in: ended, 0..<10, least: 2) == nil)
    }

    @Test("one damaged byte, wherever it is, is no reason to leave out the page", arguments: ["ogg", "opus"])
    func damagedByte(ending: String) throws {
        let whole = try pages(ending)
        for index in [0, 1, 3, whole.count - 1] {
            for place in [14, 18, 22, whole[index].count - 1] {
                var pages = whole
                pages[index][place] ^= 0x10
                try expectDamage(pages, "wrong check sum")
            }
        }
        // The mark of a page, and the last of them.
        for index in [4, whole.count - 1] {
            var pages = whole
            pages[index][2] ^= 0x10
            try expectDamage(pages, "is damaged")
        }
    }

    @Test("a page that is left out, doubled or of another stream is told of", arguments: ["ogg", "opus"])
    func missingPage(ending: String) throws {
        let whole = try pages(ending)
        try expectDamage(Array(whole[..<4] + whole[5...]), "page 5 follows page 3")
        try expectDamage(Array(whole[...4] + whole[4...]), "page 4 follows page 4")
        try expectDamage(Array(whole[2...]), "whose beginning is missing")
        try expectDamage(Array(whole + whole[2...]), "follows page")
    }

    @Test("a recording of a broadcast has a gap behind its headers, and its pages may count from any number", arguments: ["ogg", "opus"])
    func broadcast(ending: String) throws {
        let whole = try pages(ending)
        let recorded = try AudioFile(at: folder.file("broadcast." + ending, bytes: Array((whole[..<2] + whole[4...]).joined())))
        #expect(recorded.properties.remarks.filter { $0.contains("between its headers and its sound") }.count == 1)
        #expect(recorded.waveform.samples.count > 40_000)
        let count = try AudioFile(at: folder.file("whole", bytes: Array(whole.joined()))).waveform.samples.count
        let later = try AudioFile(at: folder.file("later", bytes: whole.flatMap { renumbered($0, by: 1000) }))
        #expect(later.waveform.samples.count == count && later.properties.remarks.isEmpty)
    }

    /// The page with a greater number, and its check sum.
    private func renumbered(_ page: [UInt8], by difference: UInt32) -> [UInt8] {
        let number = page[18..<22].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        var page = page
        page.replaceSubrange(18..<26, with: littleEndian(number + difference) + [0, 0, 0, 0])
        page.replaceSubrange(22..<26, with: littleEndian(CyclicCheckSum.oggPage.sum(of: Data(page), 0..<page.count)))
        return page
    }

    @Test("a stream of a chain that has no end is told of as one at the end is", arguments: ["ogg", "opus"])
    func stoppedWithinChain(ending: String) throws {
        let whole = try pages(ending)
        let chain = try AudioFile(at: folder.file("chain", bytes: Array((whole.dropLast() + whole).joined())))
        #expect(chain.properties.remarks.count == 2 && chain.properties.remarks[1].contains("not marked as the end"))
    }

    @Test("tags and zeros between and behind streams are passed over, and other bytes told of", arguments: ["ogg", "opus"])
    func between(ending: String) throws {
        let whole = Array(try pages(ending).joined())
        let count = try AudioFile(at: folder.file("whole", bytes: whole)).waveform.samples.count
        for tag in SoundTag.allCases.map(\.bytes) + [[UInt8](repeating: 0, count: 500)] {
            let one = try AudioFile(at: folder.file("tagged", bytes: whole + tag))
            #expect(one.waveform.samples.count == count && one.properties.remarks.isEmpty, "\(one.properties.remarks)")
            let two = try AudioFile(at: folder.file("joined", bytes: whole + tag + whole))
            #expect(two.waveform.samples.count == 2 * count)
            #expect(two.properties.remarks == ["its 2 streams were read one after the other"])
        }
        // With the mark of a page in what is none.
        let junk = Array("OggS".utf8) + [UInt8](repeating: 7, count: 6000)
        let one = try AudioFile(at: folder.file("junk", bytes: whole + Array("no page".utf8) + junk))
        #expect(one.waveform.samples.count == count)
        #expect(one.properties.remarks == ["6011 bytes that are neither pages of Ogg nor tags were left out"])
    }
}
