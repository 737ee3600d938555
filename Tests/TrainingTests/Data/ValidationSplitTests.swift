import Files
import TestSupport
import Testing

@testable import Training

@Suite struct ValidationSplitTests {
    let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// 60 sentences; each third has three takes.
    private func corpus() throws -> Corpus {
        var lines: [String] = []
        for sentence in 0..<60 {
            for take in 0..<(sentence % 3 == 0 ? 3 : 1) {
                let id = "s\(sentence)_\(take)"
                try folder.file("wavs/\(id).wav", "not decoded here")
                lines.append("\(id)|Sentence, number \(sentence)\(take == 1 ? "!" : ".")")
            }
        }
        try folder.file("metadata.csv", lines.joined(separator: "\n"))
        return try Corpus(at: folder.path)
    }

    @Test("a fraction keeps all takes of a sentence on one side", arguments: [0.02, 0.1, 0.5, 0.97])
    func fraction(_ fraction: Double) throws {
        let corpus = try corpus()
        let kept = try corpus.validationIdentifiers(.fraction(fraction))
        let sides = Dictionary(grouping: corpus.entries, by: \.sentence).values.map {
            Set($0.map { kept.contains($0.id) })
        }
        #expect(sides.count == 60)
        #expect(sides.allSatisfy { $0.count == 1 })
        #expect(abs(Double(kept.count) - fraction * 100) <= 3)
        #expect(try corpus.validationIdentifiers(.fraction(fraction)) == kept)
    }

    @Test("another seed keeps other sentences")
    func seeds() throws {
        let corpus = try corpus()
        #expect(
            try corpus.validationIdentifiers(.fraction(0.3), seed: 1)
                != corpus.validationIdentifiers(.fraction(0.3), seed: 2))
    }

    @Test("a file of ids is read, and what it names in vain is told")
    func listed() throws {
        let corpus = try corpus()
        let list = try folder.file("validation.txt", "\u{FEFF}s1_0\r\ns3_1.wav\r\nother\r\n")
        let split = try ValidationSplit(argument: list)
        #expect(try corpus.validationIdentifiers(split) == ["s1_0", "s3_1"])
        #expect(corpus.unknownIdentifiers(split) == ["other"])
    }

    @Test("an argument is a file or a fraction below one")
    func arguments() throws {
        #expect(try ValidationSplit(argument: "0.05") == .fraction(0.05))
        #expect(try ValidationSplit(argument: "0") == .none)
        #expect(throws: FileError.self) { try ValidationSplit(argument: "1.5") }
        #expect(throws: FileError.self) { try ValidationSplit(argument: folder.path + "/nowhere.txt") }
    }

    @Test("a list that leaves no recording for training or none for validation is refused")
    func extremes() throws {
        let corpus = try corpus()
        #expect(throws: FileError.self) { try corpus.validationIdentifiers(.listed(["x"], path: "v")) }
        #expect(throws: FileError.self) {
            try corpus.validationIdentifiers(.listed(corpus.entries.map(\.id), path: "v"))
        }
    }

    @Test("without a text, takes are told by their time stamps")
    func timeStamps() {
        #expect(Corpus.Entry(id: "arctic_a0001_1592748574", path: "").sentence == "arctic_a0001")
        #expect(Corpus.Entry(id: "LJ001_0001", path: "").sentence == "LJ001_0001")
    }
}
