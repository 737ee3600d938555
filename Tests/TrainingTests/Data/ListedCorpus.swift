import Files
import TestSupport

@testable import Training

extension ScratchFolder {
    static let sentences = [
        "She sells sea shells.", "The boat left at dawn.", "Nobody knew why.", "It rained, and the road was empty.", "Come in!",
        "A letter came for you today.", "He laughed.", "We walked home through the park.",
    ]

    /// Writes a listing of `count` recordings, whose lines `line` makes of a number and its sentence, and opens it.
    func listed(
        _ count: Int = 8, header: String? = nil, options: ListingOptions = .init(), line: (Int, String) -> String
    ) throws -> Corpus {
        for number in 0..<count { try recording("wavs/x\(number).wav") }
        let lines = (header.map { [$0] } ?? []) + (0..<count).map { line($0, Self.sentences[$0 % Self.sentences.count]) }
        return try Corpus(at: file("listing.txt", lines.joined(separator: "\n")), options)
    }
}
